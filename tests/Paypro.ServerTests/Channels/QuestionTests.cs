using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>A rail that asks before it takes the payer's money, and one that hears what came of it.</summary>
public sealed class QuestionTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheOrderSaysWhetherItTakesAnAmount(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, "asks", "first");
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        Assert.Contains("this amount", Refused(await ground.PayAsync(placed, 300_01)), StringComparison.Ordinal);
        Assert.IsType<HandOutcome.Done>(await ground.PayAsync(placed, 100_00, "R1"));
        Assert.Contains("this amount", Refused(await ground.PayAsync(placed, 200_01)), StringComparison.Ordinal);
        Assert.IsType<HandOutcome.Done>(await ground.PayAsync(placed, 200_00));

        // What it has taken is told again, and not asked about.
        Assert.IsType<HandOutcome.Done>(await ground.PayAsync(placed, 100_00, "R1"));
        Assert.Contains("no more money", Refused(await ground.PayAsync(placed, 1)), StringComparison.Ordinal);
        var expired = await ground.ToldPayInAsync(shop, 100_00);
        ground.Time.Pass(TimeSpan.FromHours(2));
        Assert.Contains("no more money", Refused(await ground.PayAsync(expired, 100_00)), StringComparison.Ordinal);
        Assert.Contains("no order", Refused(await ground.Hand.PayAsync(ground.Offer.Account, "nobody", 1, null, CancellationToken.None)), StringComparison.Ordinal);

        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(2, await ground.ReadAsync(c => c.Statements.CountAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>Status and body are made after applying, and a repeated callback hears the same.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheAnswerSaysWhatCameOfIt(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, "answers", "results");
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, new SandboxFaults { LoseCallbacksPercent = 100 });
        await ground.PayAsync(placed, 300_00, "R1");
        var bank = await ground.BankAsync(placed);

        var first = await ground.TellAsync(SandboxCallback.Write(ground.Offer.Account, bank, 0, ground.NowMs));
        Assert.Equal(new ChannelAnswer(200, """{"result":"applied"}"""), first);
        Assert.Equal(first, await ground.TellAsync(SandboxCallback.Write(ground.Offer.Account, bank, 0, ground.NowMs)));

        var strange = bank with { Reference = "nobody", Movements = [bank.Movements[0] with { DedupeKey = "k2", Utr = "R2" }] };
        var suspense = await ground.TellAsync(SandboxCallback.Write(ground.Offer.Account, strange, 0, ground.NowMs));
        Assert.Equal(new ChannelAnswer(202, """{"result":"suspense"}"""), suspense);

        var other = bank with { Movements = [bank.Movements[0] with { AmountMinor = 299_00 }] };
        var contradicted = await ground.TellAsync(SandboxCallback.Write(ground.Offer.Account, other, 0, ground.NowMs));
        Assert.Equal(new ChannelAnswer(409, """{"result":"case"}"""), contradicted);
        Assert.Equal(contradicted, await ground.TellAsync(SandboxCallback.Write(ground.Offer.Account, other, 0, ground.NowMs)));
        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());
    }

    private static string Refused(HandOutcome outcome) => Assert.IsType<HandOutcome.Refused>(outcome).Reason;
}
