using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>Stores a pay-in, its first attempt if there is one, and the payer's data. Nothing has left before this is durable.</summary>
/// <param name="order">With everything but its event count, timer and attempt count.</param>
/// <param name="attempt">Null on a hosted page until the payer chooses.</param>
/// <param name="person">Null when the merchant sent nothing about the payer.</param>
/// <param name="refusal">Why a <b>new</b> order is refused; a known one is answered all the same.</param>
internal sealed class CreatePayIn(OrderRow order, AttemptRow? attempt, PersonRow? person, string? refusal) : WriteCommand<CreateResult>
{
    public override short Bucket => order.Bucket;

    /// <summary>How long this node may take to ask a rail for an instruction before another asks what became of it (<see cref="CallLeases"/>).</summary>
    public long LeaseMs { get; init; }

    /// <summary>Which channel accounts are tried, and why, for the first line of the order's history; empty before a way is chosen.</summary>
    public string Plan { get; init; } = "";

    /// <summary>What the merchant may be paid today; checked again here, under the lock.</summary>
    public IReadOnlyList<DailyLimit> Limits { get; init; } = [];

    /// <summary>How often its payer may pay; mostly empty.</summary>
    public IReadOnlyList<PayerLimit> Payers { get; init; } = [];

    /// <summary>What the merchant's rules say of the payer; judged and counted here, under the lock.</summary>
    public PersonRules Rules { get; init; } = PersonRules.None;

    /// <summary>Null where the signature need not be remembered.</summary>
    public CreationSignRow? Sign { get; init; }

    /// <summary>What its person can be found by.</summary>
    public IReadOnlyList<string> FoundBy { get; init; } = [];

    public override void Declare(Needs needs)
    {
        if (Sign is not null)
        {
            needs.CreationSigns.Add(Sign.Key);
        }

        (refusal is null ? needs.NewTrades : needs.Trades).Add(order.TradeKey);
        needs.Merchants.Add(order.MerchantNo);
        needs.DailyTotals.UnionWith(Limits.Select(l => l.Total));
        needs.PayerCounts.UnionWith(Payers.Select(p => p.Count));
        Rules.Declare(needs);
    }

    protected override CreateResult Decide(BatchState state)
    {
        if (state.UseSign(Sign) == SignUse.Elsewhere)
        {
            return new CreateResult.Refused(CreateResult.UsedElsewhere);
        }

        if (state.Trades.Find(order.TradeKey) is { } known)
        {
            return CreateResult.AgainstKnown(known, order);
        }

        if (refusal is not null)
        {
            return new CreateResult.Refused(refusal);
        }

        if (state.Merchants.GetValueOrDefault(order.MerchantNo) is not { PayInsOpen: true })
        {
            // A known order is answered all the same, and nothing is inserted here that would find it.
            state.LookAtTrades();
            return new CreateResult.Refused("merchantNo: this merchant takes no pay-ins at present");
        }

        var judged = Rules.Judge(state);
        if ((DailyLimits.Refusal(state, Limits, order.AmountMinor) ?? PayerLimits.Refusal(state, Payers, order.CreatedAtMs) ?? judged.Refused) is { } tooMuch)
        {
            state.LookAtTrades();
            return new CreateResult.Refused(tooMuch);
        }

        PayerLimits.CountBegun(state, Payers, order.CreatedAtMs);
        Rules.Count(state);

        // A remote instruction is asked for right after this commit; should this node die, the timer's owner asks about it.
        var leased = attempt is { State: AttemptState.Sending } ? attempt with { LeaseUntilMs = state.NowMs + LeaseMs } : attempt;
        var dueAtMs = leased is { State: AttemptState.Sending } ? leased.LeaseUntilMs : order.ExpiresAtMs;
        if (leased is not null)
        {
            state.Attempts.Insert(leased.Key, leased);
        }

        var stored = (order with { AttemptCount = (short)(attempt is null ? 0 : 1), CountedPayers = PayerLimits.ToCountWhenPaid(Payers), Exceptions = judged.Held is null ? order.Exceptions : order.Exceptions | OrderExceptions.HoldsMoney })
            .Happened(state, EventType.Created, "api", order.CreatedAtMs, Plan)
            .DueAt(state, dueAtMs);
        state.Orders.Insert(stored.Key, stored);
        state.Trades.Insert(stored.TradeKey, stored);
        if (person is not null)
        {
            state.Persons.Insert(person.Key, person);
            state.CanBeFoundBy(person.Key, FoundBy);
        }

        return new CreateResult.Created(stored);
    }
}
