using System.Collections.Frozen;
using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>For whom terms are: what a row's columns say.</summary>
internal readonly record struct TermsScope(long MerchantNo, string Country, Direction Direction, string Way)
{
    public static TermsScope Of(TermsRow row) => new(row.MerchantNo, row.Country, row.Direction, row.Way);
}

/// <summary>The versions of terms, as one picture of the configuration has them.</summary>
internal sealed class TermsVersions
{
    public static readonly TermsVersions None = new(FrozenDictionary<TermsScope, Version[]>.Empty);

    private readonly FrozenDictionary<TermsScope, Version[]> _versions;
    private readonly FrozenSet<(long MerchantNo, string Country)> _byBusinessDays;

    private TermsVersions(FrozenDictionary<TermsScope, Version[]> versions)
    {
        _versions = versions;
        _byBusinessDays = versions.Where(v => v.Key.Direction == Direction.PayIn && v.Value.Any(one => one.Terms is { BusinessDays: true, SettlementDays: > 0 })).Select(v => (v.Key.MerchantNo, v.Key.Country)).ToFrozenSet();
    }

    /// <summary>Reads them all; one that cannot be right disables what it prices, and nothing else.</summary>
    /// <param name="rows">Of every scope.</param>
    /// <param name="book">Gets those that are right.</param>
    /// <param name="nowMs">Unix milliseconds UTC: a wrong version that no longer holds, or never will, is not worth a case.</param>
    /// <param name="problems">Gets the wrong ones.</param>
    public static TermsVersions Read(IEnumerable<TermsRow> rows, TermsBook book, long nowMs, List<ConfigurationProblem> problems)
    {
        var versions = new Dictionary<TermsScope, Version[]>();
        foreach (var scope in rows.GroupBy(TermsScope.Of))
        {
            var newest = scope.OrderByDescending(r => r.ValidFromMs).ThenByDescending(r => r.Id).ToList();
            var holds = newest.Find(r => r.ValidFromMs <= nowMs);
            versions.Add(scope.Key, [.. newest.Select((r, i) => ToVersion(r, book, Matters(i) ? problems : null))]);

            // Of two with one start the later one counts, so a wrong one that was mended before its start never holds.
            bool Matters(int i) => newest[i] == holds || (newest[i].ValidFromMs > nowMs && (i == 0 || newest[i - 1].ValidFromMs != newest[i].ValidFromMs));
        }

        return new(versions.ToFrozenDictionary());
    }

    /// <summary>
    /// The version that holds: of the most exact scope that has one whose start has come, the newest. Free where the operator set none; null where
    /// that version cannot be right: another one is not what was agreed, so nothing is sold at it.
    /// </summary>
    public Terms? At(Merchant merchant, Direction direction, string way, long atMs)
    {
        if (_versions.Count == 0)
        {
            return Terms.Free;
        }

        var country = merchant.Country.IsoCode;
        foreach (var no in (ReadOnlySpan<long>)[merchant.No, 0])
        {
            if ((Find(new(no, country, direction, way), atMs) ?? Find(new(no, country, direction, "*"), atMs)) is { } version)
            {
                return version.Terms;
            }
        }

        return Terms.Free;
    }

    /// <summary>Whether any version, past ones too, settles a merchant's pay-ins by business days.</summary>
    public bool SettlesByBusinessDays(Merchant merchant) =>
        _byBusinessDays.Contains((merchant.No, merchant.Country.IsoCode)) || _byBusinessDays.Contains((0, merchant.Country.IsoCode));

    private Version? Find(TermsScope scope, long atMs) =>
        _versions.TryGetValue(scope, out var versions) ? Array.Find(versions, v => v.ValidFromMs <= atMs) : null;

    private static Version ToVersion(TermsRow row, TermsBook book, List<ConfigurationProblem>? problems)
    {
        var terms = Terms.Of(row);
        if (terms.Problem() is not { } problem)
        {
            book.Add(terms);
            return new(row.ValidFromMs, terms);
        }

        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        problems?.Add(new("terms", id, $"Version {id} of terms cannot be right, and while it holds what it prices is not available: {problem}."));
        return new(row.ValidFromMs, null);
    }

    private sealed record Version(long ValidFromMs, Terms? Terms);
}
