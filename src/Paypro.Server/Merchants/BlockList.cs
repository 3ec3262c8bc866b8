using System.Collections.Frozen;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Whom nobody, or one merchant not, does business with: hashes in memory, so that looking costs no call.</summary>
internal sealed class BlockList
{
    /// <summary>Entries of an installation at most; every node keeps them all.</summary>
    public const int MostEntries = 50_000;

    /// <summary>Of these the merchants' own: of one merchant, and of all together, so that they leave room for the operator's.</summary>
    public const int MostOfMerchant = 2_000, MostOfMerchants = 25_000;

    public static readonly BlockList None = new([]);

    private readonly FrozenDictionary<(long MerchantNo, string Hash), long> _entries;
    private readonly FrozenDictionary<(long MerchantNo, string Country), long> _newest;

    public BlockList(IEnumerable<BlockEntryRow> rows)
    {
        var all = rows.ToList();

        // The operator and the merchant may have listed the same person.
        _entries = all.GroupBy(r => (r.MerchantNo, r.Hash)).ToFrozenDictionary(g => g.Key, g => g.Max(r => r.MadeAtMs));
        _newest = all.GroupBy(r => (r.MerchantNo, r.Country)).ToFrozenDictionary(g => g.Key, g => g.Max(r => r.MadeAtMs));
    }

    /// <summary>Whether anything was entered for a merchant after a time: else nobody need be looked for.</summary>
    /// <param name="merchantNo">The merchant.</param>
    /// <param name="country">Its country.</param>
    /// <param name="afterMs">Unix milliseconds UTC.</param>
    public bool HasNewer(long merchantNo, string country, long afterMs) =>
        _newest.Count > 0 && NewestMs(merchantNo, country) > afterMs;

    /// <summary>When the newest entry was made that holds for a merchant, Unix milliseconds UTC; 0 = there is none.</summary>
    public long NewestMs(long merchantNo, string country) => Math.Max(_newest.GetValueOrDefault((0L, country)), _newest.GetValueOrDefault((merchantNo, country)));

    /// <summary>The first mark that stands on the list and was entered after a time; null when none does.</summary>
    public PersonMark? Hit(long merchantNo, IReadOnlyList<PersonMark> marks, long afterMs = 0)
    {
        foreach (var mark in marks)
        {
            if (_entries.GetValueOrDefault((0L, mark.Hash)) > afterMs || _entries.GetValueOrDefault((merchantNo, mark.Hash)) > afterMs)
            {
                return mark;
            }
        }

        return null;
    }
}
