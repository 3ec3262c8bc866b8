namespace Paypro.Server.Checkout.Texts;

/// <summary>Which texts a payer reads.</summary>
internal static class Languages
{
    /// <summary>For pages that belong to no order.</summary>
    public static PageTexts Default => SpanishMexico.Texts;

    /// <param name="isoCode">The order's country, ISO 3166.</param>
    public static PageTexts Of(string isoCode) => isoCode switch
    {
        "MX" => SpanishMexico.Texts,
        _ => Default,
    };
}
