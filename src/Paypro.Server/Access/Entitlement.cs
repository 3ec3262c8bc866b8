using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// Who may do something at this moment, read in the transaction that does it: a node keeps a session for some seconds, and whoever was disabled or lost his role
/// meanwhile does it no more.
/// </summary>
internal static class Entitlement
{
    /// <summary>Ids of active users; one who has several roles is there for each.</summary>
    /// <param name="context">What is read.</param>
    /// <param name="businessId">Its people; 0 for the operators.</param>
    /// <param name="merchantNo">People of this merchant number alone count as well; 0 for people of the whole business only.</param>
    /// <param name="permission">What they may do.</param>
    /// <param name="from">How far they may go at least.</param>
    public static IQueryable<long> Of(PayproContext context, long businessId, long merchantNo, string permission, Grant from)
    {
        var roles = (businessId == 0 ? Permissions.OperatorRoles : Permissions.MerchantRoles).Where(r => Permissions.Of(r, permission) >= from).ToList();
        return context.Memberships.Where(m => m.BusinessId == businessId && (m.MerchantNo == 0 || m.MerchantNo == merchantNo) && roles.Contains(m.Role))
            .Join(context.Users.Where(u => u.State == UserState.Active), m => m.UserId, u => u.Id, (_, u) => u.Id);
    }
}
