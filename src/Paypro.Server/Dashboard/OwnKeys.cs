using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>A merchant's own keys: made here from 32 random bytes, shown to its people alone, replaced with an overlap.</summary>
internal sealed class OwnKeys(IContexts contexts, AuditedStore store, AccessMails mails, KeyMaker maker, MasterKeys masterKeys, IRandomness randomness, IdSource ids, TimeProvider time)
{
    /// <summary>Two work at a time: the old one while the merchant's programs are changed to the new one.</summary>
    public const int MostValid = 2;
    public const int LongestOverlapDays = 30;
    private const int Bytes = 32;

    /// <summary>Unix milliseconds UTC.</summary>
    public long NowMs => time.NowMs();

    /// <summary>Makes a key; notifications are signed with it at once, and the one before goes on working for some days.</summary>
    /// <returns>A sentence that says what to mend; null when it is made.</returns>
    public Task<string?> MakeAsync(Actor by, long merchantNo, SigningAlgorithm algorithm, int overlapDays) => store.ConfigureAsync<string?>(async (context, trail) =>
    {
        if (overlapDays is < 0 or > LongestOverlapDays)
        {
            return $"The old key may go on for 0 to {LongestOverlapDays} days.";
        }

        var nowMs = time.NowMs();
        var valid = await context.MerchantKeys.Where(k => k.MerchantNo == merchantNo && (k.ValidToMs == 0 || k.ValidToMs > nowMs)).OrderBy(k => k.ValidFromMs).ThenBy(k => k.Id).ToListAsync();
        if (valid.Count >= MostValid)
        {
            return "Two keys are valid already. End one of them first.";
        }

        foreach (var old in valid)
        {
            maker.Change(old, k =>
            {
                k.Signs = false;
                k.ValidToMs = nowMs + (overlapDays * 86_400_000L);
            });
        }

        var secret = new byte[Bytes];
        randomness.Fill(secret);
        var row = maker.Make(ids.Next(), merchantNo, algorithm, Convert.ToHexStringLower(secret), signs: true, nowMs);
        context.MerchantKeys.Add(row);
        trail.Add(by, "key.make", SubjectOf(merchantNo, row.Id), after: new { kind = algorithm.ToString(), overlapDays }, chain: BucketOf(merchantNo));
        return null;
    });

    /// <summary>Opens a key for its merchant's people; it stands in the audit log.</summary>
    /// <returns>The secret; null when there is no such key, or it does not open.</returns>
    public Task<string?> RevealAsync(Actor by, long merchantNo, long keyId) => store.SaveAsync(async (context, trail) =>
    {
        var row = await context.MerchantKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == keyId && k.MerchantNo == merchantNo);
        if (row is null)
        {
            return null;
        }

        try
        {
            var secret = Encoding.UTF8.GetString(masterKeys.Open(row.MasterKeyId, row.Sealed, SnapshotReader.BoundTo(row)));
            trail.Add(by, "key.reveal", SubjectOf(merchantNo, keyId), chain: BucketOf(merchantNo));
            await mails.KeyRevealedAsync(context, merchantNo, keyId, by);
            return secret;
        }
        catch (CryptographicException)
        {
            return null;
        }
    });

    /// <summary>Ends a key at once.</summary>
    public Task<bool> EndAsync(Actor by, long merchantNo, long keyId) => store.ConfigureAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        var row = await context.MerchantKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.MerchantNo == merchantNo && (k.ValidToMs == 0 || k.ValidToMs > nowMs));
        if (row is null)
        {
            return false;
        }

        maker.Change(row, k => k.ValidToMs = nowMs);
        trail.Add(by, "key.end", SubjectOf(merchantNo, keyId), chain: BucketOf(merchantNo));
        return true;
    });

    public async Task<IReadOnlyList<MerchantKeyRow>> ListAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == merchantNo).OrderByDescending(k => k.ValidFromMs).ThenByDescending(k => k.Id).Take(50).ToListAsync();
    }

    private static string SubjectOf(long merchantNo, long keyId) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}/key:{keyId}");

    private static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));
}
