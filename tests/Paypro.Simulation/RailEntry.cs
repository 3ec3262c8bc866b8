using Paypro.Channels;

namespace Paypro.Simulation;

/// <summary>A movement of money that really happened.</summary>
internal sealed record Movement(long AccountId, Direction Direction, string Reference, string DedupeKey, long AmountMinor, long AtMs, bool WentBack);

/// <summary>What the rail knows of one reference.</summary>
/// <param name="accountId">The account that it is at.</param>
/// <param name="direction">What it is.</param>
/// <param name="reference">Ours.</param>
/// <param name="number">The order's; empty for money that names none.</param>
/// <param name="amountMinor">What was asked for.</param>
/// <param name="paidReference">For a refund by the rail's own call: the pay-in's reference; otherwise empty.</param>
internal sealed class RailEntry(long accountId, Direction direction, string reference, string number, long amountMinor, string paidReference = "")
{
    public long AccountId => accountId;
    public Direction Direction => direction;
    public string Reference => reference;
    public string Number => number;
    public long AmountMinor => amountMinor;
    public string PaidReference => paidReference;
    public bool Arrived { get; set; }
    public bool Refused { get; set; }

    /// <summary>It was refused since our money was used up, when it came or later: that is no verdict on the order.</summary>
    public bool LacksFunds { get; set; }
    public int Sends { get; set; }
    public List<Movement> Movements { get; } = [];
    public bool HasMoved => Movements.Exists(m => !m.WentBack) && !Movements.Exists(m => m.WentBack);
}
