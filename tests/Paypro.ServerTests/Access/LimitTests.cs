using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Operator;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Daily limits of a merchant, as operators set them.</summary>
public sealed class LimitTests
{
    private const long No = 2000000001;

    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Lower at once by one person, higher by two.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALimitIsLoweredByOneAndRaisedByTwo(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var finance = await host.SignedInAsync(Role.Finance);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("BR"));
        var path = $"/operator/merchants/{No}/limits";
        Assert.Equal($"{path}?done=saved", (await operations.PostAsync($"{path}/lower", ("scope", "PayIn/*"), ("amount", "5000,50"), ("reason", "new"))).Path);
        Assert.Equal(500_050, (await host.ReadAsync(c => c.DailyLimits.SingleAsync())).AmountMinor);
        foreach (var (amount, scope, sentence) in ((string, string, string)[])[
            ("6000", "PayIn/*", "is not lower"), ("", "PayIn/*", "is not lower"), ("1.234", "PayIn/*", "Write the amount"), ("-5", "PayIn/*", "Write the amount"), ("5", "PayIn/CLABE", "way: is not one"), ("5", "x", "Choose what"),
            ("5", "Refund/*", LimitChanges.NoRefunds), ("5", "Withdrawal/*", "direction: a withdrawal goes"), ("5", "9/*", "direction: must be")])
        {
            Assert.Contains(sentence, WebUtility.HtmlDecode((await operations.PostAsync($"{path}/lower", ("scope", scope), ("amount", amount), ("reason", "x"))).Html), StringComparison.Ordinal);
        }

        // Nothing is counted for refunds, so that a limit of them would hold nothing.
        Assert.Contains(LimitChanges.NoRefunds, WebUtility.HtmlDecode((await finance.PostAsync($"{path}/raise", ("scope", "Refund/*"), ("amount", "5"), ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Equal(0, await host.ReadAsync(c => c.Proposals.CountAsync()));
        Assert.Equal(1, await host.ReadAsync(c => c.DailyLimits.CountAsync()));
        Assert.Equal(HttpStatusCode.Forbidden, (await operations.PostAsync($"{path}/raise", ("scope", "PayIn/*"), ("amount", ""), ("reason", "x"))).Status);
        Assert.Equal("/operator/proposals?done=proposed", (await finance.PostAsync($"{path}/raise", ("scope", "PayIn/*"), ("amount", ""), ("reason", "three good months"))).Path);
        Assert.Equal(1, await host.ReadAsync(c => c.DailyLimits.CountAsync()));
        var proposal = (await host.ReadAsync(c => c.Proposals.SingleAsync())).Id;
        Assert.Contains("is your own", WebUtility.HtmlDecode((await finance.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"))).Html), StringComparison.Ordinal);
        await risk.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"));
        Assert.Equal(0, await host.ReadAsync(c => c.DailyLimits.CountAsync()));
        var line = await host.ReadAsync(c => c.Audit.SingleAsync(a => a.Action == LimitRaise.Name));
        Assert.Equal(("""{"direction":"payIn","way":"*","amountMinor":500050}""", """{"direction":"payIn","way":"*","amountMinor":null}"""), (line.Before, line.After));
    }
}
