using System.Globalization;

namespace Paypro.Server.Books;

/// <summary>The keys by which the ledger books a transfer by hand once.</summary>
internal static class LedgerOrderKey
{
    private const string Prefix = "by-hand:";

    /// <param name="id">Of the decision.</param>
    /// <param name="part">1, and 2 for the other currency of a conversion; 0 for its refusal.</param>
    public static string Of(long id, int part) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}:{part}");

    /// <summary>The decision that a transfer's key names; null for none.</summary>
    public static long? IdOf(string? onceKey) =>
        onceKey is not null && onceKey.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(onceKey[Prefix.Length..].Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
