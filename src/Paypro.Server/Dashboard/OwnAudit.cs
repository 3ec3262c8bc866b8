using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>A line as the business reads it.</summary>
/// <param name="AtMs">When, Unix milliseconds UTC.</param>
/// <param name="Who">An e-mail of its own people, or Paypro.</param>
/// <param name="Address">From where; empty for Paypro's.</param>
/// <param name="Action">Short and stable.</param>
/// <param name="Subject">To what.</param>
/// <param name="Before">JSON; empty for nothing.</param>
/// <param name="After">JSON; empty for nothing.</param>
/// <param name="Reason">In its own people's words.</param>
internal sealed record OwnAuditLine(long AtMs, string Who, string Address, string Action, string Subject, string Before, string After, string Reason);

/// <param name="Business">Whose.</param>
/// <param name="Lines">The newest first.</param>
/// <param name="Action">The filter.</param>
/// <param name="Actions">What can be chosen.</param>
/// <param name="Older">The address of the next page; null on the last.</param>
internal sealed record OwnAuditModel(OwnBusiness Business, IReadOnlyList<OwnAuditLine> Lines, string Action, IReadOnlyList<string> Actions, string? Older);

/// <summary>
/// The lines of the audit log about one business: itself, its numbers, its keys and its people. What operators write for themselves, who they are and from
/// where they work is not among it.
/// </summary>
internal static class OwnAudit
{
    private const int PageSize = 50, MostSubjects = 1000;

    private static readonly string[] Actions =
        ["key.make", "key.reveal", "key.end", "notify-urls.set", "notification.test", "allow-list.add", "allow-list.remove", "allow-list.open", "payouts.require-hmac", "payouts.allow-md5", "connection.take", "brand.set", "policy.edit", "policy.hold", "hold.lower", "payout.create", "payout.approve", "payout.refuse", "payout.cancel", "payout-file.upload", "payout-file.drop-faulty", "payout-file.hand-in", "payout-file.mark-repeats", "payout-file.approve", "payout-file.refuse", "payout-file.give-up", "payout-file.lapse", "payout-file.failed-rows", "proposal.make", "proposal.approve", "proposal.refuse", "session.begin", "session.refused", "user.give-role", "user.take-role", "user.remove", "user.reset-factor"];

    public static async Task<OwnAuditModel> ReadAsync(PayproContext context, OwnBusiness business, IQueryCollection query)
    {
        var numbers = await context.Merchants.Where(m => m.BusinessId == business.Id).Select(m => m.MerchantNo).OrderBy(n => n).Take(MostSubjects).ToListAsync();
        var keys = await context.MerchantKeys.Where(k => numbers.Contains(k.MerchantNo)).OrderByDescending(k => k.Id).Take(MostSubjects).Select(k => new { k.MerchantNo, k.Id }).ToListAsync();
        var people = await context.Memberships.Where(m => m.BusinessId == business.Id).Join(context.Users, m => m.UserId, u => u.Id, (_, u) => new { u.Id, u.Email }).Distinct().OrderBy(p => p.Id).Take(MostSubjects).ToListAsync();
        List<string> subjects =
        [
            BusinessUsers.Subject(business.Id), .. numbers.Select(n => string.Create(CultureInfo.InvariantCulture, $"merchant:{n}")), .. keys.Select(k => OwnKeys.SubjectOf(k.MerchantNo, k.Id)),
            .. people.Select(p => SignIn.Subject(p.Id)),
        ];
        var action = query["action"].ToString().Trim();
        var (atMs, chain, no) = After(query["after"].ToString());
        var rows = await context.Audit.AsNoTracking()
            .Where(a => subjects.Contains(a.Subject) && (action == "" || a.Action == action) && (a.AtMs < atMs || (a.AtMs == atMs && (a.Chain < chain || (a.Chain == chain && a.No < no)))))
            .OrderByDescending(a => a.AtMs).ThenByDescending(a => a.Chain).ThenByDescending(a => a.No).Take(PageSize + 1).ToListAsync();
        var emails = people.Select(p => p.Email).ToHashSet(StringComparer.Ordinal);
        var gone = (await context.Audit.Where(a => a.Subject == BusinessUsers.Subject(business.Id) && a.Action == "user.remove").OrderByDescending(a => a.AtMs).Take(MostSubjects).Select(a => a.Before).ToListAsync()).ToHashSet(StringComparer.Ordinal);
        var page = rows.Take(PageSize).ToList();
        var older = rows.Count > PageSize ? string.Create(CultureInfo.InvariantCulture, $"/dashboard/audit?business={business.Id}&action={Uri.EscapeDataString(action)}&after={page[^1].AtMs}.{page[^1].Chain}.{page[^1].No}") : null;
        return new OwnAuditModel(business, [.. page.Select(r => Line(r, emails, gone))], action, Actions, older);
    }

    private static OwnAuditLine Line(AuditRow row, HashSet<string> emails, HashSet<string> gone)
    {
        var email = row.Actor.Split(' ') is [_, var named] ? named : "";
        var isOwn = emails.Contains(email) || gone.Any(g => g.Contains($"\"{email}\"", StringComparison.Ordinal));
        var isNobody = row.Actor == "nobody";
        return new OwnAuditLine(
            row.AtMs, isOwn ? email : isNobody ? "" : "Paypro", isOwn || isNobody ? row.Address : "", row.Action, row.Subject, row.Before, row.After, isOwn ? row.Reason : "");
    }

    private static (long AtMs, short Chain, long No) After(string text) =>
        text.Split('.') is [var at, var chain, var no] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var atMs)
            && short.TryParse(chain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var inChain) && long.TryParse(no, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? (atMs, inChain, line) : (long.MaxValue, (short)0, 0);
}
