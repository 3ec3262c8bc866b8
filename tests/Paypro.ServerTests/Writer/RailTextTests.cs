using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>A rail may say what it likes: what it says of money is booked on both engines, and no neighbour suffers.</summary>
public sealed class RailTextTests
{
    private const long Channel = 101;

    /// <summary>NUL and half of a character, neither of which PostgreSQL stores.</summary>
    private const string Bad = "a\0b\ud83d";

    private static readonly Observation Paid = new()
    {
        Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "", AmountMinor = 300_00, Currency = "MXN", DedupeKey = "k",
    };

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task MoneyIsBookedWhateverTextsComeWithIt(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var attempt = (await node.PayInAsync(Node.Mexico, "texts")).Attempt!;

        Assert.Equal(ApplyResult.Applied, await ApplyAsync(node, Paid with { Reference = attempt.Reference, RailReference = Bad, Reason = Bad }));
        Assert.Equal(
            ApplyResult.Applied,
            await ApplyAsync(node, Paid with { Kind = ObservationKind.Returned, Reference = attempt.Reference, RailReference = Bad, Reason = new string('x', 499) + "\U0001F600" }));
        Assert.Equal(ApplyResult.Suspense, await ApplyAsync(node, Paid with { Reference = attempt.Reference + "\0", DedupeKey = "k2" }));

        var order = await node.ReadAsync(c => c.Orders.SingleAsync());
        Assert.Equal((OrderState.Returned, "a\uFFFDb\uFFFD"), (order.State, order.Utr));
        Assert.Contains(new string('x', 499), await node.ReadAsync(c => c.Events.Select(e => e.Detail).ToListAsync()));
        Assert.Equal(attempt.Reference + "\uFFFD", await node.ReadAsync(c => c.Receipts.Where(r => r.DedupeKey == "k2").Select(r => r.Reference).SingleAsync()));
        await Books.AssertRightAsync(node);
    }

    /// <summary>A key that is not storable as it came is none: another one could be another movement's.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AMovementWithoutAUsableKeyIsNotBookedAndSomebodyHearsOfIt(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var attempt = (await node.PayInAsync(Node.Mexico, "key")).Attempt!;

        Assert.Equal(ApplyResult.Refused, await ApplyAsync(node, Paid with { Reference = attempt.Reference, DedupeKey = "k\0" }));

        Assert.Empty(await node.ReadAsync(c => c.Receipts.ToListAsync()));
        Assert.Contains("a movement without a usable key of its own", Assert.Single(await node.ReadAsync(c => c.Cases.Select(a => a.Text).ToListAsync())), StringComparison.Ordinal);
    }

    private static async Task<ApplyResult> ApplyAsync(Node node, Observation said) =>
        Assert.Single(await node.Get<RailStatements>().ApplyAsync(node.Get<SnapshotStore>().Current.Accounts[Channel], [said], body: null, CancellationToken.None));
}
