using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Payments;

/// <summary>How often one payer may pay one merchant, where a country's page says so; as a live installation keeps it.</summary>
public sealed class PayerLimitTests
{
    private const long Korea = 1000000012, Pakistan = 1000000003;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnAddressBeginsTenPaymentsADay(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => KoreanAsync(ground, $"a{i}", "203.0.113.7")));
        Assert.Equal(10, results.Count(r => r is CreateResult.Created));
        Assert.All(results.OfType<CreateResult.Refused>(), r => Assert.Equal("ipAddress: may begin at most 10 payments a day", r.Sentence));
        Assert.IsType<CreateResult.Refused>(await KoreanAsync(ground, "b0", "::ffff:203.0.113.7"));
        Assert.IsType<CreateResult.Created>(await KoreanAsync(ground, "b1", "203.0.113.8"));

        // What is known already is answered all the same, and the sandbox counts nobody.
        var known = results.ToList().FindIndex(r => r is CreateResult.Created);
        Assert.IsType<CreateResult.Known>(await KoreanAsync(ground, $"a{known}", "203.0.113.7"));
        Assert.IsType<CreateResult.Created>((await CreateAsync(ground, ground.The<PayInCreation>(), Korea, KoreanBody("b2", "203.0.113.7"))).Result);

        // Midnight in Seoul is three in the afternoon, UTC.
        ground.Time.Set(new DateTimeOffset(2026, 3, 5, 14, 59, 59, TimeSpan.Zero));
        Assert.IsType<CreateResult.Refused>(await KoreanAsync(ground, "c0", "203.0.113.7"));
        ground.Time.Set(new DateTimeOffset(2026, 3, 5, 15, 0, 0, TimeSpan.Zero));
        Assert.IsType<CreateResult.Created>(await KoreanAsync(ground, "c0", "203.0.113.7"));

        // Nothing that could tell who the payer is, and not without end.
        Assert.DoesNotContain(await ground.ReadAsync(c => c.PayerCounts.Select(p => p.Payer).ToListAsync()), p => p.Contains("203", StringComparison.Ordinal) && p.Contains('.', StringComparison.Ordinal));
        ground.Time.Pass(Housekeeping.KeptFor + TimeSpan.FromDays(1));
        await ground.The<Housekeeping>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await ground.ReadAsync(c => c.PayerCounts.CountAsync()));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AfterThreeThatWerePaidTheAddressBeginsNoMoreButWhatIsPaidIsCredited(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<CreateResult.Created>(await KoreanAsync(ground, $"a{i}", "203.0.113.7"));
        }

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(ApplyResult.Applied, await PayAsync(ground, $"a{i}"));
            Assert.Equal(ApplyResult.Repeated, await PayAsync(ground, $"a{i}"));
        }

        Assert.IsType<CreateResult.Created>(await KoreanAsync(ground, "b0", "203.0.113.7"));
        Assert.Equal(ApplyResult.Applied, await PayAsync(ground, "a2"));
        var refused = Assert.IsType<CreateResult.Refused>(await KoreanAsync(ground, "b1", "203.0.113.7"));
        Assert.Equal("ipAddress: has paid 3 times today, which is the most for a day", refused.Sentence);

        Assert.Equal(ApplyResult.Applied, await PayAsync(ground, "a3"));
        Assert.Equal(OrderState.Paid, await ground.ReadAsync(c => c.Orders.Where(o => o.TradeNo == "a3").Select(o => o.State).SingleAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneCustomerPaysOneLargeAmountOnceAnHour(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        Assert.IsType<CreateResult.Created>(await PakistaniAsync(ground, "a", "customer-1", "60000"));
        var refused = Assert.IsType<CreateResult.Refused>(await PakistaniAsync(ground, "b", "customer-1", "60000"));
        Assert.Equal("custId: may pay the same amount only once in 60 minutes", refused.Sentence);
        Assert.IsType<CreateResult.Created>(await PakistaniAsync(ground, "c", "customer-1", "60001"));
        Assert.IsType<CreateResult.Created>(await PakistaniAsync(ground, "d", "customer-2", "60000"));
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<CreateResult.Created>(await PakistaniAsync(ground, $"small{i}", "customer-1", "50000"));
        }

        // A refused try does not begin the hour anew.
        ground.Time.Pass(TimeSpan.FromMinutes(59));
        Assert.IsType<CreateResult.Refused>(await PakistaniAsync(ground, "e", "customer-1", "60000"));
        ground.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.IsType<CreateResult.Created>(await PakistaniAsync(ground, "e", "customer-1", "60000"));
        Assert.IsType<CreateResult.Refused>(await PakistaniAsync(ground, "f", "customer-1", "60000"));
    }

    private static async Task<CreateResult> KoreanAsync(PaymentsGround ground, string tradeNo, string ipAddress) =>
        (await CreateAsync(ground, LiveDesk(ground), Korea, KoreanBody(tradeNo, ipAddress))).Result;

    private static async Task<CreateResult> PakistaniAsync(PaymentsGround ground, string tradeNo, string customerId, string amount) => (await CreateAsync(
        ground,
        LiveDesk(ground),
        Pakistan,
        new() { ["tradeNo"] = tradeNo, ["custId"] = customerId, ["amount"] = amount })).Result;

    private static Dictionary<string, string> KoreanBody(string tradeNo, string ipAddress) => new() { ["tradeNo"] = tradeNo, ["ipAddress"] = ipAddress };

    /// <summary>The creation as it is in a live installation, on a sandbox's ways.</summary>
    private static PayInCreation LiveDesk(PaymentsGround ground) =>
        ActivatorUtilities.CreateInstance<PayInCreation>(ground.The<IServiceProvider>(), ground.The<Installation>() with { IsSandbox = false });

    /// <summary>The documented example of the hosted page, with other members.</summary>
    private static async Task<PayInReply> CreateAsync(PaymentsGround ground, PayInCreation creation, long merchantNo, Dictionary<string, string> changed)
    {
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var snapshot = ground.The<SnapshotStore>().Current;
        var merchant = snapshot.Merchant(merchantNo)!;
        var operation = merchant.Country.FindOperation(OperationKind.CreateHostedPayIn)!;
        var members = operation.Fields.Where(f => f.Role != FieldRole.Sign).ToDictionary(f => f.Name, f => changed.GetValueOrDefault(f.Name, f.Example));
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var fields = RequestReader.Read(merchant.Country, operation, body, new RequestContext(true, snapshot.Banks[merchant.Country.IsoCode]), out var error);
        Assert.Null(error);
        return await creation.CreateAsync(merchant, fields!, hosted: true, refusal: null, CancellationToken.None);
    }

    private static async Task<ApplyResult> PayAsync(PaymentsGround ground, string tradeNo)
    {
        var order = await ground.ReadAsync(c => c.Orders.SingleAsync(o => o.TradeNo == tradeNo));
        var attempt = (await ground.The<OrderQueries>().AttemptsAsync(order.Key, CancellationToken.None))[^1];
        var said = new Observation
        {
            Kind = ObservationKind.Paid,
            Direction = Direction.PayIn,
            Reference = attempt.Reference,
            AmountMinor = order.AmountMinor,
            Currency = order.Currency,
            OccurredAtMs = ground.NowMs,
            RailReference = tradeNo,
            DedupeKey = tradeNo,
        };
        var offer = ground.The<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId];
        return Assert.Single(await ground.The<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
    }
}
