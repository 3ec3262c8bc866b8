using Paypro.Channels;

namespace Paypro.Simulation;

/// <summary>An order that a merchant wants, and what it was told about it.</summary>
/// <param name="merchantNo">Which merchant.</param>
/// <param name="direction">What it is.</param>
/// <param name="tradeNo">The merchant's number.</param>
/// <param name="amountUnits">The amount in units of the currency.</param>
/// <param name="way">The way, or the kind of account that it goes to.</param>
/// <param name="refundOf">For a refund: the merchant's number of the pay-in; otherwise null.</param>
internal sealed class Wish(long merchantNo, Direction direction, string tradeNo, long amountUnits, string way, string? refundOf = null)
{
    public long MerchantNo => merchantNo;
    public Direction Direction => direction;
    public string TradeNo => tradeNo;
    public long AmountUnits => amountUnits;
    public string Way => way;
    public string? RefundOf => refundOf;
    public int Tries { get; set; }

    /// <summary>Our number, once a node has acknowledged it.</summary>
    public string? Number { get; set; }

    /// <summary>It was certainly refused.</summary>
    public bool IsRefused { get; set; }

    public bool IsOver => Number is not null || IsRefused;
}
