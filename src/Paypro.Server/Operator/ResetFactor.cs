using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>
/// An operator, or the only owner of a business, has lost password and phone: by two people he is put back to where he was when he was invited, and sets his
/// account up anew by a link.
/// </summary>
internal sealed class ResetFactor(BusinessUsers users, AccessLinks links, AccessMails mails) : IProposalKind
{
    public const string Name = "user.reset-factor";

    public string Kind => Name;

    public string Permission => Permissions.UsersEdit;

    public bool IsConfiguration => false;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = IdOf(subject);
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id) is { } user ? user.Version.ToString(CultureInfo.InvariantCulture) : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var id = IdOf(proposal.Subject);
        var user = await context.Users.AsNoTracking().SingleAsync(u => u.Id == id);
        if (user.State != UserState.Active)
        {
            return "user: has no factor that could be lost; send him a link";
        }

        if (user.Realm == Realm.Operator)
        {
            return proposal.MadeByUserId == id ? "user: is yourself; somebody else must propose it" : null;
        }

        foreach (var businessId in await context.Memberships.Where(m => m.UserId == id).Select(m => m.BusinessId).Distinct().ToListAsync())
        {
            if (await BusinessUsers.OtherOwnersAsync(context, businessId, id) > 0 && !await context.Memberships.AnyAsync(m => m.UserId == id && m.BusinessId != businessId))
            {
                return "user: his business has another owner, who can do this";
            }
        }

        return null;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var id = IdOf(proposal.Subject);
        var user = await context.Users.SingleAsync(u => u.Id == id);
        await users.ForgetFactorsAsync(context, user);
        trail.Add(by, Name, proposal.Subject, before: new { user = user.Email }, reason: proposal.Reason);

        // Without mail the link is made, and shown once, by whoever sends it.
        if (mails.IsOn)
        {
            await links.SendAsync(context, user, LinkPurpose.Invitation, by.Text);
        }

        return null;
    }

    private static long IdOf(string subject) => long.Parse(subject["user:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}
