using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>What people read of disputes; English, the key of each translation.</summary>
internal static class DisputeWords
{
    public static readonly IReadOnlyList<(DisputeKind Kind, string Key, string Text)> Kinds =
    [
        (DisputeKind.PixMed, "pixMed", "Pix MED"), (DisputeKind.Recall, "recall", "Recall by the bank"), (DisputeKind.Chargeback, "chargeback", "Chargeback"), (DisputeKind.FraudReport, "fraudReport", "Fraud report"),
    ];

    public static readonly IReadOnlyList<(DisputeState State, string Key, string Text)> States =
    [
        (DisputeState.Open, "open", "Open"), (DisputeState.Answered, "answered", "Answered"), (DisputeState.Lapsed, "lapsed", "Not answered in time"), (DisputeState.Won, "won", "Won"), (DisputeState.Lost, "lost", "Lost"),
    ];

    public static string Of(DisputeKind kind) => Kinds.Single(k => k.Kind == kind).Text;

    public static string Of(DisputeState state) => States.Single(s => s.State == state).Text;

    public static string Of(DisputeStepRow step) => (step.Kind, step.State) switch
    {
        (_, DisputeStepState.Refused) => "Could not be done",
        (DisputeStepKind.Open, _) => "Dispute entered",
        (DisputeStepKind.Answer, _) => "Answered",
        (DisputeStepKind.Win, _) => "Won",
        _ => "Lost",
    };

    /// <summary>How a state looks.</summary>
    public static string ToneOf(DisputeState state) => state switch { DisputeState.Won => "good", DisputeState.Lost => "bad", _ => "warn" };
}
