using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>How much one payer or recipient of a merchant may do.</summary>
/// <param name="Span">Over how long.</param>
/// <param name="Action">What is done with one too many.</param>
/// <param name="MostCount">So many at most; null = any number.</param>
/// <param name="MostMinor">So much together at most; null = any amount.</param>
internal sealed record PersonRule(RuleSpan Span, RuleAction Action, int? MostCount, long? MostMinor)
{
    /// <summary>A person's row remembers so many one by one.</summary>
    public const int HighestCount = 200;

    public long SpanMs => Span == RuleSpan.Hour ? 3_600_000 : 86_400_000;

    public static PersonRule Of(MerchantRuleRow row) => new(row.Span, row.Action, row.MostCount, row.MostMinor);
}
