using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>A merchant's own keys: made here from 32 random bytes, shown to its people alone, replaced with an overlap.</summary>
internal sealed class OwnKeys(IContexts contexts, AuditedStore store, AccessMails mails, Proposals proposals, KeyMaking making, KeyRevealByTwo byTwoReveals, KeyMaker maker,
    MasterKeys masterKeys, TimeProvider time)
{
    /// <summary>Two work at a time: the old one while the merchant's programs are changed to the new one.</summary>
    public const int MostValid = 2;
    public const int LongestOverlapDays = 30;

    /// <summary>Unix milliseconds UTC.</summary>
    public long NowMs => time.NowMs();

    /// <summary>What is answered where the business wants two people for it.</summary>
    public const string Proposed = "Proposed. Somebody else of your business must approve it.";

    /// <summary>Makes a key; notifications are signed with it at once, and the one before goes on working for some days.</summary>
    /// <returns>A sentence that says what to mend, or <see cref="Proposed"/>; null when it is made.</returns>
    public async Task<string?> MakeAsync(Actor by, long merchantNo, SigningAlgorithm algorithm, int overlapDays) => await ByTwoAsync(merchantNo) is { } businessId
        ? await ProposeAsync(by, businessId, KeyMakeByTwo.Name, string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}"), new KeyWish(algorithm, overlapDays))
        : await store.ConfigureAsync((context, trail) => making.RunAsync(context, trail, by, merchantNo, algorithm, overlapDays));

    /// <summary>Asks a second person for a look at a key, where the business wants it so and nobody has allowed it yet.</summary>
    /// <returns><see cref="Proposed"/>, or what to mend; null where one may look.</returns>
    public async Task<string?> AskToRevealAsync(Actor by, long merchantNo, long keyId)
    {
        if (await ByTwoAsync(merchantNo) is not { } businessId)
        {
            return null;
        }

        var subject = SubjectOf(merchantNo, keyId);
        await using var context = contexts.Create();
        return await context.Proposals.AnyAsync(p => p.Kind == KeyRevealByTwo.Name && p.Subject == subject && p.MadeByUserId == by.UserId && p.State == ProposalState.Open)
            ? "It is proposed already and waits for a second person."
            : await ProposeAsync(by, businessId, KeyRevealByTwo.Name, subject, new { });
    }

    /// <summary>Opens a key for its merchant's people; it stands in the audit log.</summary>
    /// <returns>The secret; null when there is no such key, or it does not open.</returns>
    public Task<string?> RevealAsync(Actor by, long merchantNo, long keyId) => store.SaveAsync(async (context, trail) =>
    {
        var row = await context.MerchantKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == keyId && k.MerchantNo == merchantNo);
        var byTwo = await context.Merchants.AnyAsync(m => m.MerchantNo == merchantNo && context.Businesses.Any(b => b.Id == m.BusinessId && b.KeysByTwo));
        if (row is null || (byTwo && !await byTwoReveals.TakeAsync(context, by, SubjectOf(merchantNo, keyId))))
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

    /// <summary>When each key has signed a call last, to the minute.</summary>
    public async Task<IReadOnlyDictionary<long, long>> UsedAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.KeyUses.AsNoTracking().Where(u => context.MerchantKeys.Any(k => k.Id == u.KeyId && k.MerchantNo == merchantNo)).ToDictionaryAsync(u => u.KeyId, u => u.UsedAtMs);
    }

    private async Task<long?> ByTwoAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.Merchants.Where(m => m.MerchantNo == merchantNo).Join(context.Businesses.Where(b => b.KeysByTwo), m => m.BusinessId, b => b.Id, (_, b) => (long?)b.Id).SingleOrDefaultAsync();
    }

    private async Task<string> ProposeAsync(Actor by, long businessId, string kind, string subject, object change) =>
        (await proposals.ProposeAsync(by, Grant.May, kind, subject, JsonSerializer.Serialize(change, AccessJson.Options), "", businessId: businessId)).Problem ?? Proposed;

    public static string SubjectOf(long merchantNo, long keyId) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}/key:{keyId}");

    public static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));
}
