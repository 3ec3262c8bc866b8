namespace Paypro.Protocol.Countries;

/// <summary>One document that a business shows before its merchant number takes live money.</summary>
/// <param name="Code">Short and stable within the country. Stored.</param>
/// <param name="Name">As the country calls it.</param>
public sealed record MerchantPaper(string Code, string Name)
{
    /// <summary>The country's own, then what is asked for everywhere.</summary>
    public static IReadOnlyList<MerchantPaper> Of(params IEnumerable<(string Code, string Name)> own) =>
    [
        .. own.Select(paper => new MerchantPaper(paper.Code, paper.Name)),
        new("representative", "Identity document of the representative"),
        new("owners", "Owners of 25 % and more"),
        new("bank", "Proof of the bank account"),
    ];
}
