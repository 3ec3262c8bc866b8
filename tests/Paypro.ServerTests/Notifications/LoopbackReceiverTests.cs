using Paypro.Protocol.Countries;
using Paypro.Server.Notifications;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Notifications;

/// <summary>A sandbox calls receivers on this machine only while nobody else can call the sandbox.</summary>
public sealed class LoopbackReceiverTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task ASandboxThatListensOnLoopbackAloneMayDeliverToThisMachine(string? setting, bool delivers)
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, setting is null ? [] : [$"--Paypro:Notifications:AllowLoopback={setting}"]);
        var result = await SendAsync(host.Get<NotificationSender>(), receiver);
        Assert.Equal(delivers, result.Taken);
    }

    /// <summary>Where it is not known that loopback is all, it counts as more.</summary>
    [Fact]
    public async Task OneThatDoesNotMayNot()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var ground = await PaymentsGround.StartAsync(Engine.Sqlite);
        var result = await SendAsync(ground.The<NotificationSender>(), receiver);
        Assert.Equal((false, "Not sent: the address is this machine."), (result.Taken, result.Answer));
    }

    private static Task<SendResult> SendAsync(NotificationSender sender, RecordingReceiver receiver) =>
        sender.SendAsync(new Uri(receiver.AddressOf("loopback", ReceiverAnswer.Ok)), "1", new Notification("{}"u8.ToArray(), null), TestContext.Current.CancellationToken);
}
