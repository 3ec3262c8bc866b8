using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Notifications;

/// <summary>Newer results, other merchants, other nodes, ends of processes: each is told, once, and never backwards.</summary>
public sealed class DeliveryOrderTests
{
    private static readonly Func<OrderRow, OrderRow> Returned = o => o with { State = OrderState.Returned, FailureCode = "00029" };

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ANewerResultReplacesAnUndeliveredOne(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var order = await ground.AddResultAsync(receiver.AddressOf("order", ReceiverAnswer.Error, ReceiverAnswer.Ok));
        var deliveries = ground.Deliveries();
        await NotificationGround.RunAsync(deliveries);
        await ground.ChangeAsync(order, Returned);

        await NotificationGround.RunAsync(deliveries);

        Assert.Equal(["0000", "00029"], receiver.ReceivedAt("order").Select(n => n["status"]));
        Assert.Null(await ground.RowAsync(order));
        Assert.Equal([(1, false), (2, true)], (await ground.AttemptsAsync(order)).Select(a => (a.Version, a.Taken)));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AResultThatComesWhileAnOlderOneIsUnderWayWaitsForItsEndAndFollowsAtOnce(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var go = new TaskCompletionSource();
        var order = await ground.AddResultAsync(receiver.AddressOf("order", n =>
        {
            go.Task.Wait(TestContext.Current.CancellationToken);
            return ReceiverAnswer.Ok;
        }));
        var deliveries = ground.Deliveries();
        await deliveries.RunOnceAsync(TestContext.Current.CancellationToken);
        await receiver.WaitForAsync("order");
        await ground.ChangeAsync(order, Returned);

        // It is leased: neither this node nor another one starts a second delivery of the order.
        Assert.False(await deliveries.RunOnceAsync(TestContext.Current.CancellationToken));
        Assert.False(await ground.Deliveries().RunOnceAsync(TestContext.Current.CancellationToken));
        Assert.Single(receiver.ReceivedAt("order"));
        go.SetResult();
        await deliveries.WhenIdleAsync();
        await NotificationGround.RunAsync(deliveries);

        Assert.Equal(["0000", "00029"], receiver.ReceivedAt("order").Select(n => n["status"]));
        Assert.Null(await ground.RowAsync(order));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatWasLeasedByAProcessThatEndedIsDeliveredByTheNextOne(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var order = await ground.AddResultAsync(receiver.AddressOf("order"));
        var queues = ground.Services.GetRequiredService<IQueues>();
        var claim = new NotificationClaim(TimeProvider.System.NowMs(), Deliveries.LeaseMs(new NotificationOptions()), 10, 10, 0, new Dictionary<long, int>());
        var lost = Assert.Single(await queues.ClaimNotificationsAsync(claim, TestContext.Current.CancellationToken));

        // Leased, nobody else takes it; when the lease has ended, somebody does, and the first one can no longer record.
        await NotificationGround.RunAsync(ground.Deliveries());
        Assert.Empty(receiver.ReceivedAt("order"));
        await ground.EndLeasesAsync();
        await NotificationGround.RunAsync(ground.Deliveries());

        Assert.Single(receiver.ReceivedAt("order"));
        Assert.Null(await ground.RowAsync(order));
        var late = new DeliveryOutcome(false, 500, "", TimeProvider.System.NowMs(), 1);
        Assert.False(await ground.Services.GetRequiredService<BatchWriter>().WriteAsync(new RecordDelivery(lost, late)));
        Assert.Null(await ground.RowAsync(order));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AProcessKilledInTheMiddleOfADeliveryLeavesItToTheNextOne(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var order = await ground.AddResultAsync(receiver.AddressOf("order", ReceiverAnswer.Never, ReceiverAnswer.Ok));
        await ground.CloseAsync();
        var start = new ServerStart { Database = ground.Database, Environment = NotificationGround.ProcessSettings };
        await using (var killed = await ServerProcess.StartAsync(start))
        {
            await receiver.WaitForAsync("order");
            killed.Kill();
        }

        await ground.EndLeasesAsync();
        await using var next = await ServerProcess.StartAsync(start);
        var told = await receiver.WaitForAsync("order", 2);

        Assert.All(told, n => Assert.Equal(order.TradeNo, n["tradeNo"]));
        Assert.True(told[1].IsSignedWith(SignedClient.MexicoSecret));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ADeadReceiverDelaysNoOtherMerchant(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var dead = receiver.AddressOf("dead", ReceiverAnswer.Never);
        var alive = receiver.AddressOf("alive");
        for (var i = 0; i < 60; i++)
        {
            await ground.AddResultAsync(dead);
        }

        // The whole claim of the dead one is under way and stays so; the other one's come and go meanwhile, also new ones.
        var deliveries = ground.Deliveries(new NotificationOptions { Parallel = 8, PerMerchant = 4, TimeoutSeconds = 5 });
        while (await deliveries.RunOnceAsync(TestContext.Current.CancellationToken))
        {
        }

        await receiver.WaitForAsync("dead", 4);
        for (var i = 1; i <= 20; i++)
        {
            await ground.AddResultAsync(alive, merchantNo: NotificationGround.OtherMerchantNo);
            await deliveries.RunOnceAsync(TestContext.Current.CancellationToken);
            await receiver.WaitForAsync("alive", i, TimeSpan.FromSeconds(4));
        }

        Assert.InRange(receiver.ReceivedAt("dead").Count, 4, 6);
        Assert.All(receiver.ReceivedAt("alive"), n => Assert.True(n.IsSignedWith(NotificationGround.OtherSecret)));
    }

    [Fact]
    public async Task TwoNodesOnOneDatabaseDeliverEachOnce()
    {
        await using var ground = await NotificationGround.StartAsync(Engine.Postgres);
        await using var receiver = await RecordingReceiver.StartAsync();
        var other = await ground.OtherNodeAsync();
        var url = receiver.AddressOf("orders");
        var orders = await Task.WhenAll(Enumerable.Range(0, 600).Select(i =>
            ground.AddResultAsync(url, merchantNo: i % 3 == 0 ? NotificationGround.OtherMerchantNo : 1000000001)));
        var options = new NotificationOptions { Parallel = 16, PerMerchant = 8 };

        await Task.WhenAll(
            Task.Run(() => NotificationGround.RunAsync(ground.Deliveries(options))), Task.Run(() => NotificationGround.RunAsync(ground.Deliveries(options, node: other.Services))));
        await NotificationGround.RunAsync(ground.Deliveries(options));

        Assert.Equal(orders.Select(o => o.TradeNo).Order(), receiver.ReceivedAt("orders").Select(n => n["tradeNo"]!).Order());
        Assert.Equal(0, await ground.Services.GetRequiredService<IQueues>().CountDueNotificationsAsync(TimeProvider.System.NowMs(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnInternalAddressIsNeverConnectedToEvenWhenTheNameChangesItsMind()
    {
        await using var ground = await NotificationGround.StartAsync(Engine.Sqlite);
        await using var receiver = await RecordingReceiver.StartAsync();
        receiver.AddressOf("x");
        var port = receiver.BaseAddress.Port;
        var asked = 0;

        // The first answer is public (and leads nowhere), the second one is inside: each connection is judged by what it got.
        ResolveHost changing = (_, _) => Task.FromResult(Interlocked.Increment(ref asked) == 1 ? new[] { IPAddress.Parse("255.255.255.255") } : [IPAddress.Loopback]);
        var order = await ground.AddResultAsync($"http://rebind.example:{port}/x");
        var literal = await ground.AddResultAsync($"http://127.0.0.1:{port}/x");
        var deliveries = ground.Deliveries(resolve: changing, allowLoopback: false);
        await NotificationGround.RunAsync(deliveries);
        await ground.MakeDueAsync();
        await NotificationGround.RunAsync(deliveries);

        Assert.Empty(receiver.Received);
        Assert.True(asked >= 2);
        Assert.All(
            (await ground.AttemptsAsync(order)).Concat(await ground.AttemptsAsync(literal)), a => Assert.StartsWith("Not sent: the address is ", a.Answer, StringComparison.Ordinal));
    }
}
