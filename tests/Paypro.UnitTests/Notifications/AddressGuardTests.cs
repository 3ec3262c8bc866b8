using System.Net;
using Paypro.Server.Notifications;

namespace Paypro.UnitTests.Notifications;

/// <summary>A merchant's host name must not lead inside, however the address is written or wrapped.</summary>
public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("::ffff:168.63.129.16")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:2::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void RefusesWhatIsNotPublic(string address) => Assert.NotNull(AddressGuard.Refusal(IPAddress.Parse(address), allowLoopback: false));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2001:200::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    public void AllowsWhatIsPublic(string address) => Assert.Null(AddressGuard.Refusal(IPAddress.Parse(address), allowLoopback: false));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("64:ff9b::127.0.0.1", false)]
    public void ASandboxMayReachItsOwnMachineAndNothingElse(string address, bool allowed) =>
        Assert.Equal(allowed, AddressGuard.Refusal(IPAddress.Parse(address), allowLoopback: true) is null);

    /// <summary>What the URL says is turned into an address by the same code that makes the connection, and only then judged.</summary>
    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7F.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://0/")]
    [InlineData("http://10.1/")]
    [InlineData("http://3232235521/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[0:0:0:0:0:ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:a9fe:a9fe]:80/latest/meta-data")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://127。0。0。1/")]
    public async Task EverySpellingOfAnInternalAddressIsRefused(string url)
    {
        if (NotificationSender.Target(url) is not { } target)
        {
            // No URL at all is as good as refused.
            return;
        }

        var addresses = await GuardedConnections.ResolveAsync(target.IdnHost, TestContext.Current.CancellationToken);

        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.NotNull(AddressGuard.Refusal(address, allowLoopback: false)));
    }

    [Theory]
    [InlineData("https://merchant.example/notify?a=b", true)]
    [InlineData("http://merchant.example:8443/", true)]
    [InlineData("https://user@merchant.example/", false)]
    [InlineData("https://user:pass@merchant.example/", false)]
    [InlineData("http://merchant.example@127.0.0.1/", false)]
    [InlineData("ftp://merchant.example/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://127.0.0.1:70/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/notify", false)]
    [InlineData("http://", false)]
    [InlineData("", false)]
    public void OnlyPlainHttpAddressesAreTargets(string url, bool isTarget) => Assert.Equal(isTarget, NotificationSender.Target(url) is not null);
}
