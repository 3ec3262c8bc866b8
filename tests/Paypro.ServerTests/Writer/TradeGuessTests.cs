using Microsoft.EntityFrameworkCore;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>A batch takes its pay-ins for new without looking; whatever was wrong about that, nobody notices.</summary>
public sealed class TradeGuessTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task KnownAndNewOrdersInOneBatchAreToldApart(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var first = Assert.IsType<CreateResult.Created>((await node.PayInAsync(Node.Mexico, "known")).Result).Order;

        var gate = new GatedCommand(first.Bucket);
        var standing = node.WriteAsync(gate);
        await gate.Entered;
        Task<PayInReply>[] together =
        [
            node.PayInAsync(Node.Mexico, "a"), node.PayInAsync(Node.Mexico, "known"), node.PayInAsync(Node.Mexico, "known", units: 301),
            node.PayInAsync(Node.Mexico, "b"), node.PayInAsync(Node.Mexico, "b"),
        ];
        gate.LetGo();
        Assert.True(await standing);
        var results = Array.ConvertAll(await Task.WhenAll(together), static r => r.Result);

        Assert.IsType<CreateResult.Created>(results[0]);
        Assert.Equal(first.Id, Assert.IsType<CreateResult.Known>(results[1]).Order.Id);
        Assert.Equal("tradeNo: was used before for an order with other content", Assert.IsType<CreateResult.Refused>(results[2]).Sentence);
        Assert.Single(results[3..], static r => r is CreateResult.Created);
        Assert.Single(results[3..], static r => r is CreateResult.Known);
        Assert.Equal<string>(["a", "b", "known"], await node.ReadAsync(c => c.Orders.Select(o => o.TradeNo).Order().ToListAsync()));
        Assert.Equal(3, await node.ReadAsync(c => c.Attempts.CountAsync()));
    }

    /// <summary>Nothing is inserted for a closed merchant, so that an insert cannot find out that the order is known.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AClosedMerchantsKnownOrderIsAnsweredAllTheSame(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var first = Assert.IsType<CreateResult.Created>((await node.PayInAsync(Node.Mexico, "known")).Result).Order;
        await node.Get<ConfigStore>().SaveAsync(async context =>
            Assert.Equal(1, await context.Merchants.Where(m => m.MerchantNo == Node.Mexico).ExecuteUpdateAsync(m => m.SetProperty(x => x.PayInsOpen, false))));

        var (known, fresh) = (await node.PayInAsync(Node.Mexico, "known"), await node.PayInAsync(Node.Mexico, "new"));

        Assert.Equal(first.Id, Assert.IsType<CreateResult.Known>(known.Result).Order.Id);
        Assert.Equal("merchantNo: this merchant takes no pay-ins at present", Assert.IsType<CreateResult.Refused>(fresh.Result).Sentence);
    }

    [Fact]
    public void AfterAWrongGuessTheNextBatchesLook()
    {
        var guess = new TradeGuess();
        Assert.True(guess.AssumeNew());

        guess.WasWrong();

        Assert.Equal(64, Enumerable.Range(0, 1000).TakeWhile(_ => !guess.AssumeNew()).Count());
    }
}
