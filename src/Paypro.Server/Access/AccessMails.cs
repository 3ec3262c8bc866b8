using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What people are told about their accounts and about what others do: each in the transaction of what it tells.</summary>
internal sealed class AccessMails(Mails mails, TimeProvider time)
{
    /// <summary>Nobody is told of wrong sign-ins more often, or sent a link that he asked for himself.</summary>
    private static readonly TimeSpan LockoutEvery = TimeSpan.FromHours(1), ResetEvery = TimeSpan.FromMinutes(2);

    private const int MostReaders = 50, MostOwners = 20_000;

    /// <summary>Whether mails reach anybody; where not, a link is shown once to whoever makes it.</summary>
    public bool IsOn => mails.IsOn;

    /// <summary>Mails a link.</summary>
    /// <param name="context">What is saved.</param>
    /// <param name="user">Whose link it is.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="secret">What it holds.</param>
    /// <param name="endsAtMs">Until when it opens.</param>
    /// <param name="where">The business or the installation's name.</param>
    /// <param name="by">Who made it.</param>
    public void Link(PayproContext context, UserRow user, LinkPurpose purpose, string secret, long endsAtMs, string where, string by)
    {
        var (link, until) = (mails.LinkTo($"{RootOf(user.Realm)}/welcome/{secret}"), Mails.TimeOf(endsAtMs));
        switch (purpose)
        {
            case LinkPurpose.Invitation:
                mails.Add(context, user, MailKind.Invitation, where, link, until);
                break;
            case LinkPurpose.PasswordReset:
                mails.Add(context, user, MailKind.PasswordReset, link, until);
                break;
            default:
                mails.Add(context, user, MailKind.FactorReset, NameOf(by), link, until);
                break;
        }
    }

    /// <summary>How many links for a new password he was sent a moment ago.</summary>
    public Task<int> ResetsAsync(PayproContext context, UserRow user)
    {
        var sinceMs = time.NowMs() - (long)ResetEvery.TotalMilliseconds;
        var kind = MailKind.PasswordReset.Name;
        return context.Mails.Where(m => m.Recipient == user.Email && m.Kind == kind && m.CreatedAtMs > sinceMs).CountAsync();
    }

    public void RoleGiven(PayproContext context, UserRow user, string by, Role role, string where) =>
        mails.Add(context, user, MailKind.RoleGiven, NameOf(by), role.ToString(), where, mails.LinkTo($"{RootOf(user.Realm)}/sign-in"));

    public void NewDevice(PayproContext context, UserRow user, Caller from) =>
        mails.Add(context, user, MailKind.NewDevice, Now, from.Address, OutsideText.Line(from.Device, 200));

    public Task LockoutAsync(PayproContext context, UserRow user, Caller from) => mails.AddSeldomAsync(context, user, MailKind.Lockout, LockoutEvery, Now, from.Address);

    /// <param name="context">What is saved.</param>
    /// <param name="user">Whose account it is.</param>
    /// <param name="what">One of <see cref="MailKind.Factors"/>.</param>
    /// <param name="from">Where it was done.</param>
    /// <param name="name">The passkey's; empty for others.</param>
    public void FactorAdded(PayproContext context, UserRow user, string what, Caller from, string name = "") =>
        mails.Add(context, user, MailKind.FactorAdded, MailTexts.Of(user.Language, what, name), Now, from.Address);

    /// <inheritdoc cref="FactorAdded"/>
    public void FactorRemoved(PayproContext context, UserRow user, string what, Caller from, string name = "") =>
        mails.Add(context, user, MailKind.FactorRemoved, MailTexts.Of(user.Language, what, name), Now, from.Address);

    public void PasswordChanged(PayproContext context, UserRow user, Caller from) => mails.Add(context, user, MailKind.PasswordChanged, Now, from.Address);

    /// <summary>Tells the owners of a merchant that somebody looked at its key.</summary>
    public async Task KeyRevealedAsync(PayproContext context, long merchantNo, long keyId, Actor by)
    {
        var businessId = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.BusinessId).SingleAsync();
        foreach (var owner in await ChiefsAsync(context, businessId))
        {
            mails.Add(context, owner, MailKind.KeyRevealed, NameOf(by.Text), keyId.ToString(CultureInfo.InvariantCulture), merchantNo.ToString(CultureInfo.InvariantCulture), Now, by.From.Address);
        }
    }

    /// <summary>Tells all admins, or all owners of its business, of a change that one person makes alone.</summary>
    public async Task ProposalAloneAsync(PayproContext context, ProposalRow proposal)
    {
        var page = mails.LinkTo(proposal.BusinessId == 0 ? "/operator/proposals" : "/dashboard/proposals");
        foreach (var chief in await ChiefsAsync(context, proposal.BusinessId))
        {
            mails.Add(context, chief, MailKind.ProposalAlone, NameOf(proposal.MadeBy), Mails.TimeOf(proposal.AloneAtMs), proposal.Kind, proposal.Subject, proposal.Reason, page);
        }
    }

    /// <summary>Tells all admins where the audit log's chains end.</summary>
    public async Task AuditHeadsAsync(PayproContext context, string day, string heads)
    {
        foreach (var admin in await ChiefsAsync(context, 0))
        {
            mails.Add(context, admin, MailKind.AuditHeads, day, heads);
        }
    }

    /// <summary>Tells all owners of a business that money can soon be withdrawn to an account.</summary>
    public async Task DestinationConfirmedAsync(PayproContext context, long businessId, long merchantNo, string name, long usableFromMs)
    {
        foreach (var owner in await ChiefsAsync(context, businessId))
        {
            mails.Add(context, owner, MailKind.DestinationConfirmed, name, merchantNo.ToString(CultureInfo.InvariantCulture), Mails.TimeOf(usableFromMs), mails.LinkTo("/dashboard/withdrawals"));
        }
    }

    /// <summary>Tells all owners of a business that payouts which nobody has approved end soon.</summary>
    public async Task HeldPayoutsAsync(PayproContext context, long businessId, long merchantNo, int payouts, long firstEndsAtMs)
    {
        foreach (var owner in await ChiefsAsync(context, businessId))
        {
            mails.Add(context, owner, MailKind.HeldPayouts, payouts.ToString(CultureInfo.InvariantCulture), merchantNo.ToString(CultureInfo.InvariantCulture), Mails.TimeOf(firstEndsAtMs), mails.LinkTo("/dashboard/approvals"));
        }
    }

    /// <summary>Tells all owners of a business that a withdrawal did not arrive.</summary>
    /// <param name="context">What it is saved with.</param>
    /// <param name="merchantNo">Whose.</param>
    /// <param name="amount">With its currency.</param>
    /// <param name="reason">As the operator's people gave it.</param>
    public async Task WithdrawalBackAsync(PayproContext context, long merchantNo, string amount, string reason)
    {
        var businessId = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.BusinessId).SingleAsync();
        foreach (var owner in await ChiefsAsync(context, businessId))
        {
            mails.Add(context, owner, MailKind.WithdrawalBack, amount, merchantNo.ToString(CultureInfo.InvariantCulture), reason, mails.LinkTo("/dashboard/withdrawals"));
        }
    }

    /// <summary>Tells all owners of a business about a dispute.</summary>
    /// <param name="context">What it is saved with.</param>
    /// <param name="kind">What is told.</param>
    /// <param name="merchantNo">Whose.</param>
    /// <param name="amount">With its currency.</param>
    /// <param name="deadlineMs">Until when it can be answered, Unix milliseconds UTC.</param>
    /// <param name="page">Where it is on the dashboard.</param>
    public async Task DisputeAsync(PayproContext context, MailKind kind, long merchantNo, string amount, long deadlineMs, string page)
    {
        var businessId = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.BusinessId).SingleAsync();
        foreach (var owner in await ChiefsAsync(context, businessId))
        {
            mails.Add(context, owner, kind, amount, merchantNo.ToString(CultureInfo.InvariantCulture), Mails.TimeOf(deadlineMs), mails.LinkTo(page));
        }
    }

    /// <summary>Tells all owners of businesses that have a merchant in one of a notice's countries, each once.</summary>
    /// <returns>How many.</returns>
    public async Task<int> NoticeAsync(PayproContext context, NoticeRow notice)
    {
        List<string> countries = [.. notice.Countries.Split(',')];
        var owners = await context.Memberships.Where(m => m.Role == Role.Owner && context.Merchants.Any(r => r.BusinessId == m.BusinessId && (m.MerchantNo == 0 || m.MerchantNo == r.MerchantNo) && countries.Contains(r.Country)))
            .Select(m => m.UserId).Distinct().Join(context.Users.Where(u => u.State == UserState.Active), id => id, u => u.Id, (_, u) => u).AsNoTracking().OrderBy(u => u.Id).Take(MostOwners).ToListAsync();
        foreach (var owner in owners)
        {
            mails.Add(
                context, owner, MailKind.Notice, notice.Text, string.Join(", ", countries), notice.Ways.Length == 0 ? "–" : notice.Ways.Replace(",", ", ", StringComparison.Ordinal), Mails.TimeOf(notice.FromMs), Mails.TimeOf(notice.ToMs),
                mails.LinkTo("/dashboard"));
        }

        return mails.IsOn ? owners.Count : 0;
    }

    /// <summary>A business's owners, or the installation's admins, who can sign in.</summary>
    public static Task<List<UserRow>> ChiefsAsync(PayproContext context, long businessId)
    {
        var role = businessId == 0 ? Role.Admin : Role.Owner;
        return context.Memberships.Where(m => m.BusinessId == businessId && m.MerchantNo == 0 && m.Role == role)
            .Join(context.Users.Where(u => u.State == UserState.Active), m => m.UserId, u => u.Id, (_, u) => u).AsNoTracking().OrderBy(u => u.Id).Take(MostReaders).ToListAsync();
    }

    private string Now => Mails.TimeOf(time.NowMs());

    /// <summary>Without the number that the audit log has before the address.</summary>
    private static string NameOf(string actor) => actor.Split(' ')[^1];

    private static string RootOf(Realm realm) => realm == Realm.Operator ? "/operator" : "/dashboard";
}
