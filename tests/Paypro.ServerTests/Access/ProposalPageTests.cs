using Paypro.Server.Access;
using Paypro.Server.Operator;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>The screen on which an operator approves what another one proposed.</summary>
public sealed class ProposalPageTests
{
    /// <summary>What a business decides for itself is shown on its own dashboard.</summary>
    private static readonly string[] OfBusinesses = ["policy.", "key.", "payin.refund", "payouts.allow-md5", "destination.add"];

    [Fact]
    public async Task OnlyWhoeverDecidesIsOfferedIt()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var finance = await host.SignedInAsync(Role.Finance);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("BR"));
        const string Path = "/operator/merchants/2000000001/limits";
        await operations.PostAsync($"{Path}/lower", ("scope", "PayIn/*"), ("amount", "50"), ("reason", "new"));
        Assert.Equal("/operator/proposals?done=proposed", (await finance.PostAsync($"{Path}/raise", ("scope", "PayIn/*"), ("amount", "60"), ("reason", "they sell more"))).Path);

        foreach (var (by, approves, takesBack) in ((PortalBrowser, bool, bool)[])[(operations, false, false), (finance, false, true), (risk, true, false)])
        {
            var page = (await by.GetAsync("/operator/proposals")).Html;
            Assert.Contains("Raise a daily limit", page, StringComparison.Ordinal);
            Assert.DoesNotContain("operator:", page, StringComparison.Ordinal);
            Assert.Equal(approves, page.Contains("value=\"approve\"", StringComparison.Ordinal));
            Assert.Equal(takesBack, page.Contains("value=\"takeBack\"", StringComparison.Ordinal));
            Assert.Equal(!approves && !takesBack, page.Contains("Your roles do not decide this.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task EveryKindOfProposalIsInWords()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        var kinds = host.The<IEnumerable<IProposalKind>>().Select(k => k.Kind).Where(k => !Array.Exists(OfBusinesses, o => k.StartsWith(o, StringComparison.Ordinal))).ToList();

        Assert.InRange(kinds.Count, 25, 60);
        Assert.All(kinds, k => Assert.NotEqual(k, ProposalWords.Of(k)));
    }
}
