using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What an operator may take away of how a merchant is connected. Its own people set it.</summary>
internal enum TakenPart
{
    /// <summary>The default addresses for notifications.</summary>
    NotifyUrls,

    /// <summary>One line of the allow-list.</summary>
    Address,

    /// <summary>That payouts are taken with an MD5 key.</summary>
    Md5Payouts,
}

/// <param name="What">What is taken away.</param>
/// <param name="Network">The line of the allow-list; empty for anything else.</param>
/// <param name="Reason">Why.</param>
internal sealed record TakeWish(TakenPart What, string Network, string Reason);

/// <param name="PayInNotifyUrl">For pay-ins that name none; empty for none.</param>
/// <param name="PayoutNotifyUrl">The same for payouts.</param>
/// <param name="AllowList">Networks; empty where calls are taken from anywhere.</param>
/// <param name="PayoutsNeedHmac">Whether payouts must be signed with an HMAC key.</param>
internal sealed record ConnectionView(string PayInNotifyUrl, string PayoutNotifyUrl, IReadOnlyList<string> AllowList, bool PayoutsNeedHmac);

/// <summary>How a merchant is connected, for operators: they see it, and only take away.</summary>
internal sealed class MerchantConnection(AuditedStore store)
{
    public static async Task<ConnectionView?> ReadAsync(PayproContext context, long merchantNo) =>
        await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is { } row
            ? Of(row, await context.AllowedAddresses.AsNoTracking().Where(a => a.MerchantNo == merchantNo).OrderBy(a => a.Network).Select(a => a.Network).ToListAsync())
            : null;

    public Task<Change<ConnectionView>> TakeAsync(Actor by, long merchantNo, TakeWish wish, Answer<ConnectionView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.Merchants.SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } row || await ReadAsync(context, merchantNo) is not { } before)
        {
            return Change<ConnectionView>.No("merchantNo: there is no such merchant");
        }

        var lines = before.AllowList;
        switch (wish.What)
        {
            case TakenPart.NotifyUrls:
                (row.PayInNotifyUrl, row.PayoutNotifyUrl) = ("", "");
                break;
            case TakenPart.Md5Payouts:
                row.PayoutsNeedHmac = true;
                break;
            case TakenPart.Address when !lines.Contains(wish.Network):
                return Change<ConnectionView>.No("network: there is no such line in the allow-list");
            case TakenPart.Address when lines.Count == 1:
                // Without a line every address is let in: that would give, and not take.
                return Change<ConnectionView>.No("network: is the last line, without which every address may call; stop the merchant instead");
            default:
                await context.AllowedAddresses.Where(a => a.MerchantNo == merchantNo && a.Network == wish.Network).ExecuteDeleteAsync();
                lines = [.. lines.Where(l => l != wish.Network)];
                break;
        }

        var view = Of(row, lines);
        trail.Add(by, "connection.take", MerchantChanges.SubjectOf(merchantNo), before, view, wish.Reason, row.Bucket);
        answer.Keep(context, view);
        return Change<ConnectionView>.Of(view);
    });

    private static ConnectionView Of(MerchantRow row, IReadOnlyList<string> lines) => new(row.PayInNotifyUrl, row.PayoutNotifyUrl, lines, row.PayoutsNeedHmac);
}
