using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Stores a refund and reserves its money in one transaction: from what its pay-in brought and is not available yet, then from available. The
/// pay-in remembers what is reserved of it. Sending begins with <see cref="TakeDuePayout"/>, as for a payout.
/// </summary>
/// <param name="refund">With everything but its event count, timer, attempt count and where its money comes from.</param>
/// <param name="attempt">In state <see cref="AttemptState.Ready"/>, or <see cref="AttemptState.Parked"/> when no rail has money of ours for it.</param>
/// <param name="person">Who gets it, encrypted; null where the rail knows it.</param>
/// <param name="facts">The attempt's facts, as everywhere.</param>
/// <param name="seen">The pay-in as it was when the receipt was chosen.</param>
/// <param name="notAvailable">What the pay-in brought and is not available yet, by due date.</param>
internal sealed class CreateRefund(
    OrderRow refund, AttemptRow attempt, PersonRow? person, AttemptRef facts, OrderRow seen, IReadOnlyList<TakenShare> notAvailable) : WriteCommand<CreateResult>
{
    private readonly OrderAccounts _accounts = new(facts);
    private readonly PayInShares _shares = new(new OrderAccounts(facts), notAvailable);

    public override short Bucket => refund.Bucket;

    /// <summary>What the merchant may pay out today, for a refund that is sent as a payout.</summary>
    public IReadOnlyList<DailyLimit> Limits { get; init; } = [];

    /// <summary>Null where the signature need not be remembered.</summary>
    public CreationSignRow? Sign { get; init; }

    /// <summary>As of <see cref="CreatePayout"/>.</summary>
    public bool MayRepeatRefused { get; init; }

    /// <summary>Who asks, as histories name him.</summary>
    public string By { get; init; } = "api";

    /// <summary>Why it is parked, for its history.</summary>
    public string Parked { get; init; } = "";

    /// <summary>How long it waits at most when it is parked, milliseconds.</summary>
    public long ParkForMs { get; init; }

    /// <summary>What its person can be found by.</summary>
    public IReadOnlyList<string> FoundBy { get; init; } = [];

    public override void Declare(Needs needs)
    {
        if (Sign is not null)
        {
            needs.CreationSigns.Add(Sign.Key);
        }

        needs.Chains.Add(Bucket);
        needs.Accounts.Add(_accounts.Available);
        needs.Accounts.Add(_accounts.Frozen);
        _shares.Declare(needs);
        needs.Orders.Add(seen.Key);
        needs.Trades.Add(refund.TradeKey);
        needs.Merchants.Add(refund.MerchantNo);
        needs.DailyTotals.UnionWith(Limits.Select(l => l.Total));
    }

    protected override CreateResult Decide(BatchState state)
    {
        // Whatever moves money of the pay-in writes its history, another refund too. A known refund is answered all the same.
        var (payIn, known) = (state.Orders.Get(seen.Key), state.Trades.Find(refund.TradeKey));
        if (known is null && payIn.EventCount != seen.EventCount)
        {
            return new CreateResult.Changed();
        }

        var use = state.UseSign(Sign);
        if (use == SignUse.Elsewhere)
        {
            return new CreateResult.Refused(CreateResult.UsedElsewhere);
        }

        if (known is not null)
        {
            return CreateResult.AgainstKnown(known, refund);
        }

        if (use == SignUse.Again && !MayRepeatRefused)
        {
            return new CreateResult.Refused(CreateResult.RefusedBefore);
        }

        if (state.Merchants.GetValueOrDefault(refund.MerchantNo) is not { PayoutsOpen: true })
        {
            return new CreateResult.Refused("merchantNo: this merchant sends no money at present");
        }

        if (payIn.FreeMinor < refund.AmountMinor)
        {
            return new CreateResult.Refused("amount: is more than this pay-in holds");
        }

        if (DailyLimits.Refusal(state, Limits, refund.AmountMinor) is { } tooMuch)
        {
            return new CreateResult.Refused(tooMuch);
        }

        var (fee, tax) = facts.Terms.OnRefund(refund.AmountMinor);
        var reserveMinor = checked(refund.AmountMinor + fee + tax);
        var taken = _shares.Take(state, reserveMinor);
        var fromAvailable = reserveMinor - taken.Sum(s => s.AmountMinor);
        if (state.Accounts.Get(_accounts.Available).BalanceMinor < fromAvailable)
        {
            return new CreateResult.Refused("amount: is more than what is left of this pay-in's unsettled money and reserve and the available balance");
        }

        DailyLimits.Count(state, Limits.Select(l => l.Total), refund.AmountMinor);
        var first = attempt.State == AttemptState.Parked ? attempt.Parked(state, sinceMs: 0) : attempt;
        state.Attempts.Insert(first.Key, first);
        var stored = (refund with
        {
            AttemptCount = 1,
            FeeMinor = fee,
            TaxMinor = tax,
            TakenFrom = string.Join(',', taken),
            CountedLimits = string.Join(',', Limits.Select(l => l.Total.Way)),
        })
            .Happened(state, EventType.Created, By, refund.CreatedAtMs);
        stored = first.State == AttemptState.Parked ? stored.WaitsForMoney(state, first, By, Parked, ParkForMs, refund.CreatedAtMs) : stored.DueAt(state, state.NowMs);
        state.Orders.Insert(stored.Key, stored);
        state.Trades.Insert(stored.TradeKey, stored);
        if (person is not null)
        {
            state.Persons.Insert(person.Key, person);
            state.CanBeFoundBy(person.Key, FoundBy);
        }

        var cause = new TransferCause(TransferType.RefundReserve, By, stored.Id, null, refund.CreatedAtMs, facts.Rules.ValueDate(refund.CreatedAtMs));
        Journal.Post(
            state,
            cause,
            [
                .. taken.Select(_shares.Out), new Leg(_accounts.Available, -fromAvailable), new Leg(_accounts.Frozen, reserveMinor),
            ]);
        RefundMoney.Save(state, payIn, payIn with { RefundingMinor = payIn.RefundingMinor + refund.AmountMinor }, EventType.RefundRequested, stored, cause);
        return new CreateResult.Created(stored);
    }
}
