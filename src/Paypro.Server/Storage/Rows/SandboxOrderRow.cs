using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.Server.Storage;

/// <summary>The simulated bank's memory of one order: <see cref="SandboxOrder"/> as a row. Not ours to book from.</summary>
internal sealed class SandboxOrderRow
{
    public long AccountId { get; set; }
    public Direction Direction { get; set; }
    public string Reference { get; set; } = "";
    public long Version { get; set; }
    public SandboxState State { get; set; }
    public long AmountMinor { get; set; }
    public string Currency { get; set; } = "";
    public SandboxScript Script { get; set; }

    /// <summary>How often the bank was told to send: more than once for a payout is a payout sent twice.</summary>
    public int Sends { get; set; }
    public string InstructionKind { get; set; } = "";
    public string InstructionValue { get; set; } = "";
    public string AliasOf { get; set; } = "";
    public string PaidReference { get; set; } = "";
    public long MovedAtMs { get; set; }
    public long BalanceMinor { get; set; }
    public long CreatedAtMs { get; set; }
    public int LastStepNo { get; set; }
    public long DueAtMs { get; set; }
    public string MovementsJson { get; set; } = "";
    public string AgendaJson { get; set; } = "";
}
