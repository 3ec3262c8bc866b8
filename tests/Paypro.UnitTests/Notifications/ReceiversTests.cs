using System.Net;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Notifications;

/// <summary>What the operator closes stays closed, however the address is written.</summary>
public sealed class ReceiversTests
{
    [Theory]
    [InlineData("9.9.9.9", false)]
    [InlineData("::ffff:9.9.9.9", false)]
    [InlineData("9.9.9.10", true)]
    [InlineData("8.8.0.1", false)]
    [InlineData("8.9.0.1", true)]
    [InlineData("2606:4700:4700::1111", false)]
    [InlineData("2606:4701::1", true)]
    [InlineData("10.0.0.1", false)]
    public void TheOperatorsNetworksAreRefused(string address, bool allowed)
    {
        var receivers = Receivers.From(new NotificationOptions { DeniedNetworks = "9.9.9.9, 8.8.0.0/16,2606:4700::/32" }, isSandbox: false);

        Assert.Equal(allowed, receivers.Refusal(new IPEndPoint(IPAddress.Parse(address), 443)) is null);
    }

    [Theory]
    [InlineData(80, true)]
    [InlineData(443, true)]
    [InlineData(8080, true)]
    [InlineData(65535, true)]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(1023, false)]
    public void ALiveInstallationSendsToPortsOfTheWeb(int port, bool allowed)
    {
        var live = Receivers.From(new NotificationOptions(), isSandbox: false);

        Assert.Equal(allowed ? null : "on a port that is closed for notifications", live.Refusal(new IPEndPoint(IPAddress.Parse("9.9.9.9"), port)));
    }

    [Fact]
    public void ASandboxSendsToAnyPortOfThisMachine()
    {
        var sandbox = Receivers.From(new NotificationOptions { AllowLoopback = true }, isSandbox: true);

        Assert.Null(sandbox.Refusal(new IPEndPoint(IPAddress.Loopback, 22)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("80-")]
    [InlineData("1-2-3")]
    [InlineData("+80")]
    public void PortsThatCannotBeAreRefused(string ports) =>
        Assert.Throws<BadSettingException>(() => Receivers.From(new NotificationOptions { Ports = ports }, isSandbox: false));
}
