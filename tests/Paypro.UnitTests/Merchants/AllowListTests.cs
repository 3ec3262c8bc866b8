using System.Net;
using Paypro.Server.Merchants;

namespace Paypro.UnitTests.Merchants;

/// <summary>An allow-list lets in what it names, and never more because one of its lines is wrong.</summary>
public sealed class AllowListTests
{
    [Fact]
    public void ALineThatCannotBeReadLetsNobodyIn()
    {
        var problems = new List<ConfigurationProblem>();
        Assert.Null(AllowList.Read(1, [], problems));
        var list = AllowList.Read(1, ["203.0.113.0/24", "2001:db8::/32"], problems)!;
        Assert.Empty(problems);
        Assert.True(list.Contains(IPAddress.Parse("203.0.113.9")) && list.Contains(IPAddress.Parse("::ffff:203.0.113.9")) && list.Contains(IPAddress.Parse("2001:db8::1")));
        Assert.False(list.Contains(IPAddress.Parse("203.0.114.9")) || list.Contains(null));
        Assert.False(AllowList.Read(1, ["nonsense"], problems)!.Contains(IPAddress.Parse("203.0.113.9")));
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData(" 203.0.113.0/24 ", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7/32")]
    [InlineData("2001:DB8::1", "2001:db8::1/128")]
    [InlineData("10", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("10.0.0.1/8", null)]
    [InlineData("0.0.0.0/0", null)]
    [InlineData("::/0", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("shop.example", null)]
    [InlineData("", null)]
    public void ALineIsStoredInOneForm(string typed, string? stored)
    {
        var (network, problem) = AllowList.Normal(typed);
        Assert.Equal((stored, stored is null), (network, problem is not null));
    }
}
