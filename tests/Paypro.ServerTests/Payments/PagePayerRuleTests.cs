using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.RuleWork;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Payments;

/// <summary>A merchant's rules count payers who name themselves on the payment page.</summary>
public sealed class PagePayerRuleTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Who types his phone on the page is counted like one whose merchant sent it, in any writing, once for each order.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhoTypesHimselfOnThePageIsCounted(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var merchant = ground.The<SnapshotStore>().Current.MerchantsByNo.Values.First(m => m.Country.IsoCode == "KE");
        var operation = merchant.Country.FindOperation(OperationKind.CreateHostedPayIn)!;
        var way = merchant.Country.PayInWays.First(w => w.Asks is not null).Code;
        foreach (var rule in new[] { new PersonRuleView(Direction.PayIn, RuleSpan.Hour, RuleAction.Hold, 1, null), new PersonRuleView(Direction.PayIn, RuleSpan.Hour, RuleAction.Refuse, 2, null) })
        {
            Assert.Null((await ground.The<RuleChanges>().TightenAsync(Actor.Program, merchant.No, new(rule, "a new merchant"), Answer<PersonRuleView>.Unkept)).Problem);
        }

        var (first, second, third) = (await OpenedAsync("1"), await OpenedAsync("2"), await OpenedAsync("3"));
        Assert.Equal(OrderExceptions.None, await HoldOfAsync(first, "254712345678"));
        Assert.Equal(OrderExceptions.None, await HoldOfAsync(first, "0712 345 678"));
        Assert.Equal(OrderExceptions.HoldsMoney, await HoldOfAsync(second, "0712345678"));
        var refused = await TypeAsync(third, "+254 712 345 678");
        Assert.Null(refused.Attempt);
        Assert.NotNull(refused.Asks);
        Assert.Equal("This does not look right.", refused.Refusal);
        Assert.Equal(0, await ground.ReadAsync(c => c.Attempts.CountAsync(a => a.OrderId == third.Id)));
        Assert.NotNull((await TypeAsync(third, "254722345678")).Attempt);

        async Task<OrderRow> OpenedAsync(string tradeNo)
        {
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            var members = operation.Fields.Where(f => f.Role != FieldRole.Sign).ToDictionary(f => f.Name, f => f.Role == FieldRole.TradeNo ? tradeNo : f.Example);
            var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
            var fields = RequestReader.Read(merchant.Country, operation, body, new RequestContext(true, ground.The<SnapshotStore>().Current.Banks["KE"]), out var error);
            Assert.Null(error);
            return Assert.IsType<CreateResult.Created>((await ground.The<PayInCreation>().CreateAsync(merchant, fields!, hosted: true, refusal: null, CancellationToken.None)).Result).Order;
        }

        async Task<OrderExceptions> HoldOfAsync(OrderRow order, string phone)
        {
            var chosen = await TypeAsync(order, phone);
            Assert.NotNull(chosen.Attempt);
            return chosen.Order!.Exceptions & OrderExceptions.HoldsMoney;
        }

        async Task<ChooseWayResult> TypeAsync(OrderRow order, string phone)
        {
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            return await ground.The<PayInCreation>().ChooseAsync(merchant, (await ground.The<OrderQueries>().FindAsync(order.Key, CancellationToken.None))!.Order, way, phone, CancellationToken.None);
        }
    }
}
