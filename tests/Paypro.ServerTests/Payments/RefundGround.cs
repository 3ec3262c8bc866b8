using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A merchant with a paid pay-in, and a rail whose calls a test answers.</summary>
internal sealed class RefundGround : IAsyncDisposable
{
    private RefundGround(PaymentsGround ground, Shop shop) => (Ground, Shop) = (ground, shop);

    public PaymentsGround Ground { get; }
    public Shop Shop { get; }
    public ScriptedChannel Channel => Ground.The<ScriptedChannel>();

    /// <param name="engine">The engine.</param>
    /// <param name="hasRefunds">Whether the rail has a call for refunds.</param>
    /// <param name="openingMinor">In available.</param>
    /// <param name="payIn">The merchant's price.</param>
    /// <param name="also">What a test puts in another's place.</param>
    public static async Task<RefundGround> StartAsync(Engine engine, bool hasRefunds = true, long openingMinor = 500_00, TermsRow? payIn = null, Action<IServiceCollection>? also = null)
    {
        Action<IServiceCollection> put = hasRefunds ? ScriptedChannel.PutWithRefunds : ScriptedChannel.Put;
        var ground = await PaymentsGround.StartAsync(engine, put + also);
        ground.Time.SetToReal();
        return new RefundGround(ground, await ground.OpenShopAsync(openingMinor, payIn));
    }

    /// <summary>A pay-in for which a payer has sent money.</summary>
    public async Task<Placed> PaidAsync(long minor, string key = "k1", Person? sender = null)
    {
        var placed = await Shop.PayInAsync(minor);
        await SayAsync(Direction.PayIn, ObservationKind.Paid, placed.Attempt.Reference, minor, key, sender);
        return placed;
    }

    public async Task<CreateResult> RefundAsync(Placed payIn, string refundNo, string amount)
    {
        await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var operation = Mexico.Country.FindOperation(OperationKind.CreateRefund)!;
        var json = $$"""{"operation":"refund","timestamp":"1728609257212","tradeNo":"{{payIn.Order.TradeNo}}","refundNo":"{{refundNo}}","amount":"{{amount}}","notifyUrl":"https://merchant.example/r"}""";
        var body = Protocol.FlatBody.Read(Encoding.UTF8.GetBytes(json), out _)!;
        var fields = RequestReader.Read(Mexico.Country, operation, body, new RequestContext(true, Mexico.Country.Banks), out var error) ?? throw new InvalidOperationException(error);
        return await Ground.The<RefundCreation>().CreateAsync(Shop.Merchant, fields, null, null);
    }

    public async Task<OrderRow> CreatedAsync(Placed payIn, string refundNo, string amount) =>
        Assert.IsType<CreateResult.Created>(await RefundAsync(payIn, refundNo, amount)).Order;

    /// <summary>The clock's turn.</summary>
    public async Task TurnAsync(TimeSpan later = default)
    {
        Ground.Time.Pass(later);
        await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
    }

    /// <summary>The rail calls us.</summary>
    public async Task<ApplyResult> SayAsync(Direction direction, ObservationKind kind, string reference, long minor = 0, string key = "", Person? sender = null)
    {
        await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var said = new Observation
        {
            Kind = kind, Direction = direction, Reference = reference, AmountMinor = minor, Currency = "MXN", OccurredAtMs = Ground.NowMs, RailReference = key, DedupeKey = key,
            Sender = sender, Reason = kind == ObservationKind.Failed ? "account closed" : "",
        };
        return Assert.Single(await Ground.The<RailStatements>().ApplyAsync(Ground.The<SnapshotStore>().Current.Accounts[101], [said], null, CancellationToken.None));
    }

    public Task<OrderRow> OrderAsync(OrderKey key) => Ground.ReadAsync(c => c.Orders.AsNoTracking().SingleAsync(o => o.Bucket == key.Bucket && o.Id == key.Id));

    public Task<AttemptRow> AttemptAsync(OrderRow refund) =>
        Ground.ReadAsync(c => c.Attempts.AsNoTracking().SingleAsync(a => a.Bucket == refund.Bucket && a.OrderId == refund.Id));

    public Task SoundAsync() => LedgerAudit.AssertSoundAsync(Ground.The<IContexts>());

    public ValueTask DisposeAsync() => Ground.DisposeAsync();
}
