using System.Text.Json;
using System.Text.Json.Serialization;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>
/// What the simulated rail remembers of one order: a few scalars and two short JSON lists, so that any store can keep it as one row
/// with the key (<see cref="AccountId"/>, <see cref="Direction"/>, <see cref="Reference"/>).
/// </summary>
public sealed record SandboxOrder
{
    /// <summary>The channel account that it belongs to.</summary>
    public required long AccountId { get; init; }

    /// <summary>Pay-in, payout or refund.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Our reference, or the number that is paid to. At most 64 characters.</summary>
    public required string Reference { get; init; }

    /// <summary>Counts the saves from 1; a save succeeds only on the version that it has read.</summary>
    public long Version { get; init; }

    /// <summary>Where the order stands at the rail.</summary>
    public SandboxState State { get; init; } = SandboxState.Open;

    /// <summary>What was asked for, minor units; 0 where the rail was never told (a local number).</summary>
    public long AmountMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "";

    /// <summary>The script its amount has chosen.</summary>
    public SandboxScript Script { get; init; }

    /// <summary>How often it was sent to the rail with this reference. Above 1 for a payout means: sent twice, paid twice.</summary>
    public int Sends { get; init; }

    /// <summary>For a pay-in made by the rail: kind and value of the instruction; empty otherwise.</summary>
    public string InstructionKind { get; init; } = "";

    /// <inheritdoc cref="InstructionKind"/>
    public string InstructionValue { get; init; } = "";

    /// <summary>Set on the row of a number that the rail gave out: the reference of the order it belongs to; empty otherwise.</summary>
    public string AliasOf { get; init; } = "";

    /// <summary>Of a refund: the reference of the pay-in whose money goes back; empty otherwise.</summary>
    public string PaidReference { get; init; } = "";

    /// <summary>When the rail wrote down the last movement of money, Unix milliseconds UTC; 0 when there is none.</summary>
    public long MovedAtMs { get; init; }

    /// <summary>When the rail first heard of it, Unix milliseconds UTC.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>
    /// The number of the step last put on <see cref="Agenda"/>. Never reused, so that a slow node cannot strike out another's step.
    /// </summary>
    public int LastStepNo { get; init; }

    /// <summary>
    /// When the rail has to act next, Unix milliseconds UTC; 0 when never. Follows from <see cref="Agenda"/>; stored to be searched.
    /// </summary>
    public long DueAtMs => Agenda.Count == 0 ? 0 : Agenda.Min(step => step.DueAtMs);

    /// <summary>
    /// What it adds to its pot at the bank, minor units: above zero for what came, below for what left or is about to. Follows from the other
    /// members; stored to be summed up.
    /// </summary>
    public long BalanceMinor => Direction == Direction.PayIn ? MovedMinor : -(State == SandboxState.Open ? Math.Max(AmountMinor, MovedMinor) : MovedMinor);

    /// <summary>What moved, less what went back, minor units.</summary>
    public long MovedMinor => Movements.Sum(m => m.Kind switch { ObservationKind.Paid => m.AmountMinor, ObservationKind.Returned => -m.AmountMinor, _ => 0 });

    /// <summary>Where it stands in the list of what moved.</summary>
    public SandboxPlace Place => new(MovedAtMs, Reference, Direction);

    /// <summary>What happened, oldest first: the truth that queries and callbacks tell.</summary>
    public IReadOnlyList<SandboxMovement> Movements { get; init; } = [];

    /// <summary>What the rail will do by itself.</summary>
    public IReadOnlyList<SandboxStep> Agenda { get; init; } = [];

    /// <summary><see cref="Movements"/> as the text to store.</summary>
    public string MovementsJson
    {
        get => JsonSerializer.Serialize(Movements, SandboxJson.Default.IReadOnlyListSandboxMovement);
        init => Movements = JsonSerializer.Deserialize(value, SandboxJson.Default.IReadOnlyListSandboxMovement) ?? [];
    }

    /// <summary><see cref="Agenda"/> as the text to store.</summary>
    public string AgendaJson
    {
        get => JsonSerializer.Serialize(Agenda, SandboxJson.Default.IReadOnlyListSandboxStep);
        init => Agenda = JsonSerializer.Deserialize(value, SandboxJson.Default.IReadOnlyListSandboxStep) ?? [];
    }
}

/// <summary>Where an order stands at the rail.</summary>
public enum SandboxState : short
{
    /// <summary>Nothing has happened yet.</summary>
    Open = 1,

    /// <summary>Money moved.</summary>
    Paid = 2,

    /// <summary>Certainly did not move.</summary>
    Failed = 3,

    /// <summary>The money went back.</summary>
    Returned = 4,

    /// <summary>A pay-in for which the rail takes no more money, at our wish.</summary>
    Cancelled = 5,
}

/// <summary>One thing that happened to an order.</summary>
/// <param name="Kind"><see cref="ObservationKind.Paid"/>, <see cref="ObservationKind.Failed"/> or <see cref="ObservationKind.Returned"/>.</param>
/// <param name="AmountMinor">Minor units; 0 for a failure.</param>
/// <param name="OccurredAtMs">Unix milliseconds UTC.</param>
/// <param name="Utr">The tracking key.</param>
/// <param name="DedupeKey">Date, sending bank and tracking key, the way SPEI names a transfer; the reference alone where it is unique.</param>
/// <param name="Reason">For failures and returns.</param>
/// <param name="FailureCause">For failures.</param>
public sealed record SandboxMovement(
    ObservationKind Kind, long AmountMinor, long OccurredAtMs, string Utr, string DedupeKey, string Reason,
    FailureCause FailureCause = FailureCause.Unspecified);

/// <summary>One thing that the rail will do.</summary>
/// <param name="No">Names the step within its order.</param>
/// <param name="Act">What to do.</param>
/// <param name="DueAtMs">When, Unix milliseconds UTC. A claim moves it to the end of the lease, so that a crash only repeats it.</param>
/// <param name="Movement">For <see cref="SandboxAct.Tell"/> and <see cref="SandboxAct.TellForged"/>: index of the movement.</param>
/// <param name="Attempts">How often a callback was tried without an answer.</param>
public sealed record SandboxStep(int No, SandboxAct Act, long DueAtMs, int Movement = 0, int Attempts = 0);

/// <summary>What a step does.</summary>
public enum SandboxAct : short
{
    /// <summary>The payout reaches the recipient.</summary>
    Settle = 1,

    /// <summary>The payout fails.</summary>
    Fail = 2,

    /// <summary>The recipient's bank sends the payout back.</summary>
    Return = 3,

    /// <summary>A callback.</summary>
    Tell = 4,

    /// <summary>A callback with a false content and a wrong signature, as an attacker would send it.</summary>
    TellForged = 5,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(IReadOnlyList<SandboxMovement>))]
[JsonSerializable(typeof(IReadOnlyList<SandboxStep>))]
[JsonSerializable(typeof(SandboxCallback.Content))]
internal sealed partial class SandboxJson : JsonSerializerContext;
