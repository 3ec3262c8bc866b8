using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>What a merchant's people set about its calls: where results are told, from where calls are taken, and how payouts are signed.</summary>
internal sealed class Connection(IContexts contexts, AuditedStore store, TimeProvider time)
{
    private const int LongestUrl = 500, LongestNote = 100;

    /// <summary>Sets the addresses for orders that name none; an empty one is none.</summary>
    /// <returns>A sentence that says what to mend; null when it is done.</returns>
    public Task<string?> SetUrlsAsync(Actor by, long merchantNo, string payIns, string payouts) => store.ConfigureAsync<string?>(async (context, trail) =>
    {
        foreach (var url in (string[])[payIns, payouts])
        {
            if (url.Length > LongestUrl || (url.Length > 0 && NotificationSender.Target(url) is null))
            {
                return "Give an absolute http or https address without a user name, of at most 500 characters, or leave it empty.";
            }
        }

        var row = await context.Merchants.SingleAsync(m => m.MerchantNo == merchantNo);
        var before = new { row.PayInNotifyUrl, row.PayoutNotifyUrl };
        (row.PayInNotifyUrl, row.PayoutNotifyUrl) = (payIns, payouts);
        trail.Add(by, "notify-urls.set", SubjectOf(merchantNo), before, new { row.PayInNotifyUrl, row.PayoutNotifyUrl }, chain: row.Bucket);
        return null;
    });

    public async Task<IReadOnlyList<AllowedAddressRow>> AllowedAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.AllowedAddresses.AsNoTracking().Where(a => a.MerchantNo == merchantNo).OrderBy(a => a.AddedAtMs).ThenBy(a => a.Network).ToListAsync();
    }

    public Task<string?> AllowAsync(Actor by, long merchantNo, string typed, string note) => store.ConfigureAsync<string?>(async (context, trail) =>
    {
        var (network, problem) = AllowList.Normal(typed);
        if (network is null)
        {
            return problem;
        }

        // The row of the installation is locked: two at once are counted one after the other.
        var lines = await context.AllowedAddresses.Where(a => a.MerchantNo == merchantNo).Select(a => a.Network).ToListAsync();
        if (lines.Count >= AllowList.Most)
        {
            return $"The list has {AllowList.Most} lines already. Remove one, or give a network.";
        }

        if (lines.Contains(network))
        {
            return "This address is on the list already.";
        }

        context.AllowedAddresses.Add(new AllowedAddressRow { MerchantNo = merchantNo, Network = network, Note = OutsideText.Line(note, LongestNote), AddedAtMs = time.NowMs() });
        trail.Add(by, "allow-list.add", SubjectOf(merchantNo), new { lines }, new { lines = lines.Append(network) }, chain: BucketOf(merchantNo));
        return null;
    });

    /// <summary>Removes a line. The last one opens the list to every address, and says so in the log.</summary>
    public Task<string?> RemoveAsync(Actor by, long merchantNo, string network) => store.ConfigureAsync<string?>(async (context, trail) =>
    {
        var lines = await context.AllowedAddresses.Where(a => a.MerchantNo == merchantNo).Select(a => a.Network).ToListAsync();
        if (await context.AllowedAddresses.Where(a => a.MerchantNo == merchantNo && a.Network == network).ExecuteDeleteAsync() == 0)
        {
            return "This address is not on the list any more.";
        }

        trail.Add(by, lines.Count == 1 ? "allow-list.open" : "allow-list.remove", SubjectOf(merchantNo), new { lines }, new { lines = lines.Where(l => l != network) }, chain: BucketOf(merchantNo));
        return null;
    });

    /// <summary>Takes payouts that are signed with an HMAC key, and no others. Without such a key nothing could be paid out.</summary>
    public Task<string?> RequireHmacAsync(Actor by, long merchantNo) => store.ConfigureAsync<string?>(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        if (!await context.MerchantKeys.AnyAsync(k => k.MerchantNo == merchantNo && k.Algorithm == Protocol.Signing.SigningAlgorithm.HmacSha256 && k.ValidFromMs <= nowMs && (k.ValidToMs == 0 || k.ValidToMs > nowMs)))
        {
            return "Make an HMAC key first: without one no payout could be signed.";
        }

        var row = await context.Merchants.SingleAsync(m => m.MerchantNo == merchantNo);
        if (!row.PayoutsNeedHmac)
        {
            row.PayoutsNeedHmac = true;
            trail.Add(by, "payouts.require-hmac", SubjectOf(merchantNo), new { payoutsNeedHmac = false }, new { payoutsNeedHmac = true }, chain: row.Bucket);
        }

        return null;
    });

    public static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    private static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));
}
