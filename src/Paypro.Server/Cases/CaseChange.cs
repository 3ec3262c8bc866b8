using System.Globalization;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>Kinds of cases: short, stable, and the same in metrics, runbooks and the operator's list.</summary>
internal static class CaseKind
{
    /// <summary>A rail's statement cannot be true together with what is booked.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>Money went back that never came, as far as we know.</summary>
    public const string WaitingReturn = "waiting-return";

    /// <summary>A rail's statement that our own rules do not take.</summary>
    public const string RefusedStatement = "refused-statement";

    /// <summary>Money whose order nobody knows.</summary>
    public const string Suspense = "suspense";

    /// <summary>Less than asked, in a country without partial payment, and no time left.</summary>
    public const string Underpaid = "underpaid";

    /// <summary>Still unknown after the channel's finality time.</summary>
    public const string UnknownOutcome = "unknown-outcome";

    /// <summary>An order whose time is over and whose rail does not say whether it was paid.</summary>
    public const string UnansweredExpiry = "unanswered-expiry";

    /// <summary>A payout that was decided as failed was paid after all.</summary>
    public const string PaidAfterDecision = "paid-after-decision";

    /// <summary>A payout that a rule, the block list or a hit of the screening service keeps back.</summary>
    public const string HeldPayout = "held-payout";

    /// <summary>A payout that is kept back because the screening service does not answer.</summary>
    public const string UnscreenedPayout = "unscreened-payout";

    /// <summary>A pay-in whose money is held until a person releases it.</summary>
    public const string HeldPayIn = "held-payin";

    /// <summary>A dispute that the operator has to do something about: it was answered, or its time runs out or is over.</summary>
    public const string Dispute = "dispute";
}

/// <summary>Opens and ends cases in the transaction that finds or mends the trouble. Nothing has to be loaded for it.</summary>
internal static class CaseChange
{
    /// <summary>Who ended a case that no person did.</summary>
    public const string Rail = "rail";

    /// <summary>Opens a case, or counts it once more.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="trouble">With kind, subject, severity and text; the rest is set here.</param>
    public static void Raise(this BatchState state, CaseRow trouble)
    {
        var key = CaseKey.Of(trouble.Bucket, trouble.Kind, trouble.Subject);
        var before = state.CaseChanges.Seen(key);
        state.CaseChanges.Write(key, trouble with
        {
            Id = key.Id,
            State = CaseState.Open,
            Count = (before?.Count ?? 0) + 1,
            OpenedAtMs = state.NowMs,
            RaisedAtMs = state.NowMs,
        });
    }

    /// <summary>Resolves a case whose trouble is over, if there is one.</summary>
    public static void End(this BatchState state, short bucket, string kind, string subject, string resolution, string by = Rail)
    {
        var key = CaseKey.Of(bucket, kind, subject);
        var before = state.CaseChanges.Seen(key) ?? new CaseRow { Bucket = bucket, Id = key.Id, Kind = kind, Subject = subject };
        state.CaseChanges.Write(key, before with { State = CaseState.Resolved, ResolvedAtMs = state.NowMs, ResolvedBy = by, Resolution = resolution });
    }

    /// <summary>The subject of a case about one statement: its order's number where it was stored with one, and the statement's own.</summary>
    public static string SubjectOf(string orderNumber, StatementRow statement) =>
        string.Create(CultureInfo.InvariantCulture, $"{(orderNumber.Length == 0 || statement.OrderId == 0 ? statement.ChannelAccountId.ToString(CultureInfo.InvariantCulture) : orderNumber)}/{statement.Id & long.MaxValue:x}");

    /// <summary>What a statement says, for the text of a case.</summary>
    public static string Words(StatementRow said) => said.DedupeKey.Length == 0
        ? $"The rail says {said.Kind} for reference {said.Reference}"
        : $"The rail says {said.Kind}, {AmountOf(said)} {said.Currency}, key {said.DedupeKey}, for reference {said.Reference}";

    /// <summary>A refused statement may be in any currency: then its minor units stand as they came.</summary>
    private static string AmountOf(StatementRow said) => Currency.All.FirstOrDefault(c => c.Code == said.Currency) is { } currency
        ? AmountText.WholeOrFixed(said.AmountMinor, currency)
        : said.AmountMinor.ToString(CultureInfo.InvariantCulture);
}
