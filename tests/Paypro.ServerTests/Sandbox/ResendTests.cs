using System.Net;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Sandbox;

/// <summary>What a developer asks for over the sandbox is told at once, not at the next poll.</summary>
public sealed class ResendTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AResendWakesTheDelivery(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var order = Assert.IsType<CreateResult.Created>((await node.PayInAsync(Node.Mexico, "a")).Result).Order;
        Assert.Equal(Expiry.Expired, await node.WriteAsync(new ExpirePayIn(order.Key, "test", TimeProvider.System.NowMs())));

        using var answer = await node.Http.PostAsync(new Uri($"sandbox/notifications/{order.Number}/resend", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // Nobody delivers on this node, so the signal is still there; without it this would wait for the hour.
        var wake = node.Get<NotificationSignal>().WaitAsync(TimeSpan.FromHours(1), TimeProvider.System, CancellationToken.None);
        Assert.Same(wake, await Task.WhenAny(wake, Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken.None)));
    }
}
