namespace Paypro.Server.Payouts;

/// <summary>What of a pay-in can be given back now, before anybody asks for it.</summary>
/// <param name="MostMinor">The most that one refund can take, as far as its receipts go; minor units.</param>
/// <param name="NotAvailableMinor">What is left of what the pay-in brought that is not available yet: it is taken first.</param>
/// <param name="FeeMinor">Fee and tax of a refund of the most.</param>
/// <param name="Refusal">Why nothing can be given back, and what to do instead; null when something can.</param>
internal sealed record RefundOutlook(long MostMinor, long NotAvailableMinor, long FeeMinor, string? Refusal)
{
    /// <summary>What the money that is there allows: the refund and its fee come from the pay-in's own money, then from what is available.</summary>
    public long PossibleMinor(long availableMinor) => Refusal is not null ? 0 : Math.Max(0, Math.Min(MostMinor, NotAvailableMinor + availableMinor - FeeMinor));
}
