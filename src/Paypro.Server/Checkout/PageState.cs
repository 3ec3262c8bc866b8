using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>What a payer sees of an order.</summary>
internal enum PageState
{
    /// <summary>The payer has yet to say how to pay.</summary>
    Choosing = 1,

    /// <summary>The rail has not yet said where to pay to.</summary>
    Preparing = 2,
    Waiting = 3,
    PartlyPaid = 4,
    Paid = 5,
    OverPaid = 6,
    Failed = 7,
    Expired = 8,
    Returned = 9,

    /// <summary>The payer has chosen a way that needs something the merchant did not send.</summary>
    Asking = 10,

    /// <summary>It was paid, and a part went back: nothing is owed.</summary>
    PartlyReturned = 11,
}

/// <summary>Reads an order as its payer should. Pure.</summary>
internal static class PageStates
{
    /// <param name="order">The order.</param>
    /// <param name="shown">The attempt whose instruction is shown; null before there is one.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static PageState Of(OrderRow order, AttemptRow? shown, long nowMs) => order.State switch
    {
        OrderState.Paid => order.PaidMinor - order.ReturnedMinor > order.AmountMinor ? PageState.OverPaid : PageState.Paid,
        OrderState.PartlyPaid => PageState.PartlyPaid,
        OrderState.Failed => PageState.Failed,
        OrderState.Expired => PageState.Expired,
        OrderState.Returned => order.PaidMinor > order.ReturnedMinor ? PageState.PartlyReturned : PageState.Returned,
        // Where a country knows no partial payment, too little waits in suspense; its payer must hear that the rest is missing.
        _ when order.SuspenseMinor > 0 => PageState.PartlyPaid,
        _ when shown is { State: AttemptState.Sending or AttemptState.Unknown } => PageState.Preparing,
        // The clock that expires orders may be a moment behind; nobody should be told to pay in that moment.
        _ when nowMs >= order.ExpiresAtMs => PageState.Expired,
        _ when shown is null or { State: AttemptState.Failed } => PageState.Choosing,
        _ => PageState.Waiting,
    };

    /// <summary>Nothing more is expected, so the page need not ask again. An expired order may still be paid late.</summary>
    public static bool IsFinal(this PageState state) => state is PageState.Paid or PageState.OverPaid or PageState.Returned or PageState.PartlyReturned;

    /// <summary>Changes whenever the page would show something else: with each event, and when the order's time or a prompt's is over.</summary>
    /// <param name="order">The order.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="promptEndsAtMs">When the prompt leaves the payer's phone; null without one.</param>
    public static string Version(OrderRow order, long nowMs, long? promptEndsAtMs = null) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{order.EventCount}{(nowMs >= order.ExpiresAtMs ? "x" : nowMs >= promptEndsAtMs ? "p" : "")}");

    /// <summary>When the prompt of an attempt leaves the payer's phone; null where no prompt is there.</summary>
    public static long? PromptEndsAtMs(Country country, AttemptRow? attempt) =>
        attempt is { State: AttemptState.Accepted, InstructionKind: InstructionKinds.Prompt } && country.FindWay(attempt.Way)?.Instruction is PromptInstruction prompt
            ? attempt.SentAtMs + (long)prompt.Lasts.TotalMilliseconds
            : null;

    /// <summary>What is missing: ordered less what came and is still here.</summary>
    public static long OwedMinor(OrderRow order) => order.AmountMinor - (order.PaidMinor - order.ReturnedMinor) - order.SuspenseMinor;
}
