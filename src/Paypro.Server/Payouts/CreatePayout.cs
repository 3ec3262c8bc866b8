using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Stores a payout and reserves its money (available → frozen) in one transaction. Nothing is sent before this is durable; the
/// sending itself begins with <see cref="TakeDuePayout"/>.
/// </summary>
/// <param name="order">With everything but its event count, timer and attempt count.</param>
/// <param name="attempt">
/// In state <see cref="AttemptState.Ready"/>, <see cref="AttemptState.Screening"/> where its recipient is screened first, or <see cref="AttemptState.Parked"/> when no
/// rail has money of ours for it.
/// </param>
/// <param name="person">The recipient, encrypted.</param>
/// <param name="facts">The attempt's facts, as everywhere.</param>
/// <param name="refusal">Why a <b>new</b> order is refused; a known one is answered all the same.</param>
internal sealed class CreatePayout(OrderRow order, AttemptRow attempt, PersonRow person, AttemptRef facts, string? refusal) : WriteCommand<CreateResult>
{
    private readonly OrderAccounts _accounts = new(facts);

    public override short Bucket => order.Bucket;

    /// <summary>Which channel accounts are tried, and why, for the first line of the order's history.</summary>
    public string Plan { get; init; } = "";

    /// <summary>What the merchant may pay out today; checked and counted here, under the lock.</summary>
    public IReadOnlyList<DailyLimit> Limits { get; init; } = [];

    /// <summary>What decides whether it is held for approval; measured and counted here, under the lock.</summary>
    public HoldRules Holds { get; init; } = HoldRules.None;

    /// <summary>How long it is held for approval at most, milliseconds.</summary>
    public long HoldForMs { get; init; }

    /// <summary>Who or what makes it.</summary>
    public string Cause { get; init; } = "api";

    /// <summary>What the merchant's rules say of the recipient; judged and counted here, under the lock.</summary>
    public PersonRules Rules { get; init; } = PersonRules.None;

    /// <summary>How long it is kept back at most, from its acceptance, milliseconds.</summary>
    public long KeptForMs { get; init; }

    /// <summary>Null where the signature need not be remembered.</summary>
    public CreationSignRow? Sign { get; init; }

    /// <summary>Whether a request that was refused may be sent again unchanged; live it may not, since its merchant has given it up.</summary>
    public bool MayRepeatRefused { get; init; }

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
        needs.Trades.Add(order.TradeKey);
        needs.Merchants.Add(order.MerchantNo);
        needs.DailyTotals.UnionWith(Limits.Select(l => l.Total));
        needs.DailyTotals.UnionWith(Holds.Totals);
        Rules.Declare(needs);
    }

    protected override CreateResult Decide(BatchState state)
    {
        var use = state.UseSign(Sign);
        if (use == SignUse.Elsewhere)
        {
            return new CreateResult.Refused(CreateResult.UsedElsewhere);
        }

        if (state.Trades.Find(order.TradeKey) is { } known)
        {
            return CreateResult.AgainstKnown(known, order);
        }

        if (use == SignUse.Again && !MayRepeatRefused)
        {
            return new CreateResult.Refused(CreateResult.RefusedBefore);
        }

        if (refusal is not null)
        {
            return new CreateResult.Refused(refusal);
        }

        if (state.Merchants.GetValueOrDefault(order.MerchantNo) is not { PayoutsOpen: true })
        {
            return new CreateResult.Refused("merchantNo: this merchant takes no payouts at present", ForNow: true);
        }

        if (DailyLimits.Refusal(state, Limits, order.AmountMinor) is { } tooMuch)
        {
            return new CreateResult.Refused(tooMuch);
        }

        var judged = Rules.Judge(state);
        if (judged.Refused is { } tooOften)
        {
            return new CreateResult.Refused(tooOften);
        }

        var (fee, tax) = facts.Terms.On(order.AmountMinor);
        var reserveMinor = checked(order.AmountMinor + fee + tax);
        if (state.Accounts.Get(_accounts.Available).BalanceMinor < reserveMinor)
        {
            return new CreateResult.Refused("amount: is more than the available balance after the fee");
        }

        var verdict = Holds.Of(state, order.AmountMinor);
        if (verdict.Flags != OrderExceptions.None && judged.Held is { } rule)
        {
            // An approval is no release: what a rule holds waits for two people after it.
            verdict = verdict with { Flags = verdict.Flags | OrderExceptions.HeldByRule, Why = $"{verdict.Why}; {rule}" };
        }

        var counted = Limits.Select(l => l.Total).Concat(verdict.Counted).ToList();
        DailyLimits.Count(state, counted, order.AmountMinor);
        Rules.Count(state);
        var stored = (order with { FeeMinor = fee, TaxMinor = tax, CountedLimits = string.Join(',', counted.Select(c => c.Way)), Exceptions = verdict.Flags })
            .Happened(state, EventType.Created, Cause, order.CreatedAtMs, verdict.Flags == OrderExceptions.None ? Plan : "");
        stored = verdict.Flags != OrderExceptions.None ? stored.WaitsForApproval(state, Cause, verdict.Why, HoldForMs, order.CreatedAtMs)
            : judged.Held is { } why ? stored.BeginsHeld(state, attempt, Cause, why, order.CreatedAtMs + KeptForMs, order.CreatedAtMs)
            : stored.Begins(state, attempt, Cause, Parked, ParkForMs, order.CreatedAtMs);
        state.Orders.Insert(stored.Key, stored);
        state.Trades.Insert(stored.TradeKey, stored);
        state.Persons.Insert(person.Key, person);
        state.CanBeFoundBy(person.Key, FoundBy);
        Journal.Post(
            state,
            new TransferCause(TransferType.PayoutReserve, Cause, stored.Id, null, order.CreatedAtMs, facts.Rules.ValueDate(order.CreatedAtMs)),
            new Leg(_accounts.Available, -reserveMinor),
            new Leg(_accounts.Frozen, reserveMinor));
        return new CreateResult.Created(stored);
    }
}
