using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>A rail whose callbacks anybody could have sent, and whose queries say that it is paid and no more.</summary>
public sealed class HintTests
{
    private static readonly string[] Mode = ["callbacks", "hint", "amounts", "none"];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AHintIsAskedAboutAndBookedOnceWithItsReceipt(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        var queries = ground.CountQueries();
        Assert.IsType<HandOutcome.Done>(await ground.PayAsync(placed, 300_00, "RECEIPT1"));
        Assert.IsType<HandOutcome.Done>(await ground.PayAsync(placed, 300_00, "RECEIPT1"));
        Assert.True(await ground.AskAsync(placed));

        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(placed)).State);
        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal("RECEIPT1", await ground.ReadAsync(c => c.Receipts.Select(s => s.RailReference).SingleAsync()));
        Assert.True(queries() >= 2);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The hint is lost: the query confirms the amount that was asked for. The hint that comes late books nothing more.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WithoutAHintTheAmountAskedForIsBookedOnce(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, new SandboxFaults { LoseCallbacksPercent = 100 });
        await ground.PayAsync(placed, 300_00, "RECEIPT1");
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(placed)).State);
        Assert.True(await ground.AskAsync(placed));
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(placed)).State);

        ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, SandboxFaults.None);
        await ground.PayAsync(placed, 300_00, "RECEIPT1");
        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));
    }

    /// <summary>Whoever sends forged hints costs a query now and then, and a few rows.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ForgedHintsBookNothingAndCostFewQueries(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        var queries = ground.CountQueries();
        for (var i = 0; i < 30; i++)
        {
            var answer = await ground.TellAsync(Hint(ground, placed.Attempt.Reference, 300_00, $"FORGED{i}"));
            Assert.Contains(answer.Status, (int[])[200, 503]);
            Assert.Equal(200, (await ground.TellAsync(Hint(ground, $"nobody{i}", 300_00, "FORGED"))).Status);
        }

        Assert.InRange(queries(), 1, 12);
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(placed)).State);
        Assert.Equal(default, await shop.HoldingsAsync());
        Assert.Equal(0, await ground.ReadAsync(c => c.Movements.CountAsync()));
        Assert.Equal(CallbackReading.Hint.MostKept, await ground.ReadAsync(c => c.Statements.CountAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The rail says that it is paid, and the only word about how much is another amount: a person looks at it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AHintOfAnotherAmountIsACase(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        await ground.PayAsync(placed, 200_00, "RECEIPT1");
        Assert.Equal(default, await shop.HoldingsAsync());
        var open = await ground.ReadAsync(c => c.Cases.SingleAsync(c => c.State == CaseState.Open));
        Assert.Equal(200_00, open.AmountMinor);
        Assert.False(await ground.AskAsync(placed));
        Assert.Equal(1, await ground.ReadAsync(c => c.Cases.CountAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    private static CallbackRequest Hint(PaymentsGround ground, string reference, long amountMinor, string utr) => new()
    {
        Body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"account":101,"direction":"payIn","reference":"{{reference}}","event":"paid","amountMinor":{{amountMinor}},"currency":"MXN","utr":"{{utr}}","key":"{{utr}}"}""")),
        ReceivedAtMs = ground.NowMs,
    };
}
