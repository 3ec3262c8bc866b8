using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// The payer chose a way on the hosted page: one more attempt. Choosing the same way again, on another device or after a
/// reload, gives the attempt that is there.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="make">Builds the attempt with the number it is given; pure.</param>
/// <param name="way">The way chosen.</param>
/// <param name="expiresAtMs">Until when the way may be paid; Unix milliseconds UTC.</param>
/// <param name="termsId">What the way costs the merchant; until it was chosen nobody could know.</param>
/// <param name="told">What the payer told for this way, sealed with all that was known before; null when nothing was asked.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ChooseWay(
    OrderKey key, string way, Func<short, AttemptRow> make, long expiresAtMs, long termsId, PersonRow? told, long nowMs) : WriteCommand<ChooseWayResult>
{
    /// <summary>A page may not be used to make instructions without end.</summary>
    public const short MostAttempts = 10;

    public override short Bucket => key.Bucket;

    /// <inheritdoc cref="CreatePayIn.LeaseMs"/>
    public long LeaseMs { get; init; }

    /// <summary>
    /// The payer asks for another prompt: one of this way that was sent at this time or earlier is on no phone any more. Only another attempt tells the two
    /// apart, should both be paid. Unix milliseconds; 0 = none, whatever is there is given.
    /// </summary>
    public long PromptsGoneFromMs { get; init; }

    /// <summary>Which channel accounts are tried, and why, for the order's history; empty when nobody says.</summary>
    public string Plan { get; init; } = "";

    /// <summary>What the merchant may be paid today; checked again here, under the lock.</summary>
    public IReadOnlyList<DailyLimit> Limits { get; init; } = [];

    /// <summary>What the merchant's rules say of a payer who told who he is; judged and counted here, under the lock.</summary>
    public PersonRules Rules { get; init; } = PersonRules.None;

    /// <summary>What its person can be found by.</summary>
    public IReadOnlyList<string> FoundBy { get; init; } = [];

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(key);
        Rules.Declare(needs);
        needs.DailyTotals.UnionWith(Limits.Select(l => l.Total));
        if (told is not null)
        {
            needs.Persons.Add(key);
        }
    }

    protected override ChooseWayResult Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order)
        {
            return new(null, null, "There is no such order.");
        }

        var there = state.AttemptsOf(order).FindLast(a => a.Way == way && a.State is not AttemptState.Failed);
        if (there is not null && !IsGone(there))
        {
            if (order.Way != way && order.State == OrderState.Pending)
            {
                order = Priced(order, there.TermsId);
                order.Save(state);
            }

            return new(order, there, null);
        }

        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid) || nowMs >= order.ExpiresAtMs || order.Exceptions.HasFlag(OrderExceptions.CancelWanted))
        {
            return new(order, null, "This order can no longer be paid.");
        }

        if (order.AttemptCount >= MostAttempts)
        {
            return new(order, null, "Too many attempts for this order.");
        }

        if (DailyLimits.Refusal(state, Limits, order.AmountMinor) is { } tooMuch)
        {
            return new(order, null, tooMuch);
        }

        var judged = Rules.Judge(state);
        if (judged.Refused is not null)
        {
            return new(order, null, null) { IsTooOften = true };
        }

        Rules.Count(state);
        order = judged.Held is null ? order : order with { Exceptions = order.Exceptions | OrderExceptions.HoldsMoney };
        var attempt = make((short)(order.AttemptCount + 1));
        if (attempt.State == AttemptState.Sending)
        {
            attempt = attempt with { LeaseUntilMs = state.NowMs + LeaseMs };
        }

        state.Attempts.Insert(attempt.Key, attempt);
        if (told is not null)
        {
            state.Persons.Put(key, told);
            state.CanBeFoundBy(key, FoundBy);
        }

        var longerMs = Math.Max(order.ExpiresAtMs, expiresAtMs);
        var dueAtMs = order.TimerDueMs == order.ExpiresAtMs ? longerMs : order.TimerDueMs;
        order = Priced(order, termsId) with { AttemptCount = attempt.AttemptNo, ExpiresAtMs = longerMs };
        order = (Plan.Length == 0 ? order : order.Happened(state, EventType.Routed, "page", nowMs, Plan))
            .Happened(state, EventType.InstructionIssued, "page", nowMs, way)
            .DueAt(state, attempt.State == AttemptState.Sending ? Math.Min(attempt.LeaseUntilMs, dueAtMs) : dueAtMs);
        order.Save(state);
        return new(order, attempt, null);
    }

    private bool IsGone(AttemptRow attempt) =>
        attempt is { State: AttemptState.Accepted, InstructionKind: InstructionKinds.Prompt } && attempt.SentAtMs <= PromptsGoneFromMs;

    /// <summary>The price of money that comes on no attempt: that of the way chosen last, unless something was booked at another.</summary>
    private OrderRow Priced(OrderRow order, long priceId) => order.PaidMinor + order.SuspenseMinor == 0 ? order with { Way = way, TermsId = priceId } : order with { Way = way };
}

/// <summary>The attempt to show, or a sentence why there is none.</summary>
internal sealed record ChooseWayResult(OrderRow? Order, AttemptRow? Attempt, string? Refusal)
{
    /// <summary>What the payer has to tell first, or again; null when that is not the reason.</summary>
    public Field? Asks { get; init; }

    /// <summary>A rule of the merchant refuses this payer; he is not told so.</summary>
    public bool IsTooOften { get; init; }
}
