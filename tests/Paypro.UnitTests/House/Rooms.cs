namespace Paypro.UnitTests.House;

/// <summary>One room uses another.</summary>
/// <param name="From">The room that uses.</param>
/// <param name="To">The room that is used.</param>
/// <param name="Where">A file or a type in which it does.</param>
internal sealed record Arrow(string From, string To, string Where);

/// <summary>The rooms of the server and what each may use (docs/decisions/0025-rooms.md). A new room or arrow needs a reason in its commit.</summary>
internal static class Rooms
{
    /// <summary>
    /// From the top to the floor: a room uses only rooms that stand below it. The files beside the rooms put them together, may use all, and are used
    /// by none.
    /// </summary>
    public static readonly IReadOnlyList<(string Room, string[] Uses)> Allowed =
    [
        ("Demo", ["Operator", "Dashboard", "Sandbox", "Timers", "Statements", "Settlement", "Notifications", "Payouts", "PayIns", "Orders", "Merchants", "Access", "Ledger", "Cases", "Storage", "Platform"]),
        ("SelfService", ["Dashboard", "Screens", "Access", "Mail", "Sandbox", "Merchants", "Storage", "Platform"]),
        ("Operator", ["Books", "Disputes", "Dashboard", "Screens", "Access", "Settlement", "Screening", "Statistics", "Statements", "Routing", "Notifications", "Payouts", "Mail", "Orders", "Merchants", "Rails", "Cases", "Storage", "Platform"]),
        ("Dashboard", ["Books", "Disputes", "Screens", "Calls", "Checkout", "Sandbox", "Notifications", "Payouts", "Orders", "Access", "Merchants", "Statistics", "Storage", "Platform"]),
        ("Screens", ["Access", "Mail", "Storage", "Platform"]),
        ("MerchantApi", ["Calls", "Statements", "PayIns", "Payouts", "Routing", "Orders", "Merchants", "Storage", "Platform"]),
        ("Vouchers", ["Checkout", "Orders", "Merchants", "Storage", "Platform"]),
        ("Checkout", ["Sandbox", "Statements", "PayIns", "Routing", "Orders", "Merchants", "Storage", "Platform"]),
        ("Reference", ["Sandbox", "Platform"]),
        ("Sandbox", ["Statements", "Notifications", "PayIns", "Orders", "Merchants", "Rails", "Ledger", "Storage", "Platform"]),
        ("Timers", ["Screening", "Statements", "PayIns", "Payouts", "Routing", "Orders", "Merchants", "Cases", "Storage", "Platform"]),
        ("Books", ["Payouts", "Screening", "Routing", "Orders", "Merchants", "Access", "Ledger", "Cases", "Storage", "Platform"]),
        ("Screening", ["Payouts", "Orders", "Merchants", "Cases", "Storage", "Platform"]),
        ("Statements", ["PayIns", "Payouts", "Routing", "Orders", "Merchants", "Access", "Mail", "Rails", "Ledger", "Cases", "Storage", "Platform"]),
        ("Settlement", ["Merchants", "Ledger", "Cases", "Storage", "Platform"]),
        ("Notifications", ["Orders", "Merchants", "Storage", "Platform"]),
        ("Disputes", ["PayIns", "Orders", "Access", "Mail", "Merchants", "Ledger", "Cases", "Storage", "Platform"]),
        ("Payouts", ["PayIns", "Routing", "Orders", "Merchants", "Ledger", "Cases", "Storage", "Platform"]),
        ("PayIns", ["Routing", "Orders", "Merchants", "Ledger", "Cases", "Storage", "Platform"]),
        ("Routing", ["Orders", "Merchants", "Cases", "Storage", "Platform"]),
        ("Orders", ["Merchants", "Ledger", "Cases", "Storage", "Platform"]),
        ("Calls", ["Merchants", "Storage", "Platform"]),
        ("Merchants", ["Access", "Rails", "Ledger", "Cases", "Storage", "Platform"]),
        ("Access", ["Mail", "Cases", "Storage", "Platform"]),
        ("Rails", ["Storage", "Platform"]),
        ("Ledger", ["Cases", "Storage", "Platform"]),
        ("Mail", ["Cases", "Storage", "Platform"]),
        ("Cases", ["Storage", "Platform"]),
        ("Statistics", ["Storage", "Platform"]),
        ("Storage", ["Platform"]),
        ("Platform", []),
    ];

    /// <summary>What is wrong with a list of rooms, or with the arrows that are found.</summary>
    /// <param name="allowed">From the top to the floor.</param>
    /// <param name="found">All arrows, repeated ones too.</param>
    public static IEnumerable<string> Problems(IReadOnlyList<(string Room, string[] Uses)> allowed, IReadOnlyCollection<Arrow> found)
    {
        var order = allowed.Select(entry => entry.Room).ToList();
        var listed = allowed.SelectMany(entry => entry.Uses, (entry, used) => (entry.Room, Used: used)).ToList();
        foreach (var (room, used) in listed)
        {
            if (order.IndexOf(used) <= order.IndexOf(room))
            {
                yield return $"{room} may use {used}, which does not stand below it: arrows go down only.";
            }

            if (!found.Any(arrow => arrow.From == room && arrow.To == used))
            {
                yield return $"{room} may use {used} and does not: take the arrow out of the list.";
            }
        }

        foreach (var arrow in found.DistinctBy(arrow => (arrow.From, arrow.To)))
        {
            if (!listed.Contains((arrow.From, arrow.To)))
            {
                yield return $"{arrow.Where}: {arrow.From} uses {(arrow.To.Length == 0 ? "what puts the rooms together" : arrow.To)}, which is not in the list.";
            }
        }
    }
}
