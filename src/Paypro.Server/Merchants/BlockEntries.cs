using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Reads what is to stand on the block list, and puts it there: the operator's entries and the merchants' own.</summary>
internal sealed class BlockEntries(CountryCatalog countries, PersonMarks marks, IdSource ids, TimeProvider time)
{
    public const int MostValues = 200, LongestReason = 300;
    private const int LongestValue = 100;

    /// <summary>The hashes of typed values, each once.</summary>
    /// <param name="countryCode">Two letters.</param>
    /// <param name="kind">As what the values name a person.</param>
    /// <param name="values">Accounts, phones or tax numbers, in any writing.</param>
    /// <param name="hashes">What is stored of them.</param>
    /// <returns>What has to be mended, in a sentence; null when all could be read.</returns>
    public string? Read(string countryCode, MarkKind kind, IReadOnlyList<string> values, out List<string> hashes)
    {
        hashes = [];
        if (countries.FindCountry(countryCode) is not { } country)
        {
            return "country: is not one that this version knows";
        }

        if (kind is not (MarkKind.Account or MarkKind.Phone or MarkKind.TaxNumber))
        {
            return "kind: must be account, phone or taxNumber";
        }

        if (values.Count is 0 or > MostValues)
        {
            return $"values: give from 1 to {MostValues}";
        }

        for (var at = 0; at < values.Count; at++)
        {
            if (values[at] is not { Length: > 0 and <= LongestValue } value || marks.Read(country, kind, value) is not { } hash)
            {
                return string.Create(CultureInfo.InvariantCulture, $"values: number {at + 1} is no {Word(kind)} of this country");
            }

            if (!hashes.Contains(hash))
            {
                hashes.Add(hash);
            }
        }

        return null;
    }

    /// <summary>What is wrong with a reason, in a sentence; null for nothing.</summary>
    public static string? ProblemOf(string reason) => reason.Trim().Length is 0 or > LongestReason ? "reason: must say in 1 to 300 characters why" : null;

    /// <summary>Adds an entry for each hash that has none yet of the same owner.</summary>
    /// <param name="context">Within a change of the configuration.</param>
    /// <param name="like">What all of them have.</param>
    /// <param name="hashes">As <see cref="Read"/> gave them.</param>
    /// <returns>How many are new, how many were there; or why the list takes no more.</returns>
    public async Task<(int Added, int Known, string? Problem)> AddAsync(PayproContext context, BlockEntryRow like, List<string> hashes)
    {
        var known = await context.BlockEntries.Where(b => b.MerchantNo == like.MerchantNo && b.IsOwn == like.IsOwn && hashes.Contains(b.Hash)).Select(b => b.Hash).ToListAsync();
        var added = hashes.Except(known).ToList();
        if (await context.BlockEntries.CountAsync() + added.Count > BlockList.MostEntries)
        {
            return (0, 0, $"values: the block list holds {BlockList.MostEntries} entries at most");
        }

        if (like.IsOwn && (await context.BlockEntries.CountAsync(b => b.IsOwn && b.MerchantNo == like.MerchantNo) + added.Count > BlockList.MostOfMerchant
            || await context.BlockEntries.CountAsync(b => b.IsOwn) + added.Count > BlockList.MostOfMerchants))
        {
            return (0, 0, $"values: a merchant's own block list holds {BlockList.MostOfMerchant} entries at most");
        }

        var nowMs = time.NowMs();
        context.BlockEntries.AddRange(added.Select(hash => new BlockEntryRow
        {
            Id = ids.Next(), MerchantNo = like.MerchantNo, IsOwn = like.IsOwn, Country = like.Country, Kind = like.Kind, Hash = hash, Reason = OutsideText.Line(like.Reason.Trim(), LongestReason), MadeBy = like.MadeBy, MadeAtMs = nowMs,
        }));
        return (added.Count, known.Count, null);
    }

    private static string Word(MarkKind kind) => kind switch { MarkKind.Account => "account", MarkKind.Phone => "phone number", _ => "tax number" };
}
