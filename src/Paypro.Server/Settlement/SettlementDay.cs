using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Settlement;

/// <summary>
/// The day on which a due row is settled. The row keeps the date that was fixed at booking, which its entries name too; a day that was made a holiday since
/// moves the settlement to the next business day. Reserves, and merchants who are settled by calendar days, know no holidays.
/// </summary>
internal static class SettlementDay
{
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Whose money it is.</param>
    /// <param name="kind">Of the account that is settled.</param>
    /// <param name="dueDate"><c>yyyyMMdd</c>.</param>
    /// <param name="rules">The country's, as they are or shall be.</param>
    public static int Of(Snapshot snapshot, Merchant merchant, AccountKind kind, int dueDate, BookingRules rules) =>
        kind == AccountKind.Unsettled && snapshot.Terms.SettlesByBusinessDays(merchant) ? rules.SettlesOn(dueDate) : dueDate;
}
