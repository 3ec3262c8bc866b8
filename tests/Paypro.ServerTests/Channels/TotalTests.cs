using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>A rail that tells what is there in all: the difference to what is booked is a movement, once.</summary>
public sealed class TotalTests
{
    private static readonly string[] Mode = ["amounts", "totals"];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ATotalThatGrowsAndShrinksIsBookedByItsSteps(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        await ground.PayAsync(placed, 100_00);
        Assert.Equal(OrderState.PartlyPaid, (await shop.OrderAsync(placed)).State);
        await ground.PayAsync(placed, 200_00);
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(placed)).State);
        await ground.ReturnAsync(placed, 100_00);
        await ground.ReturnAsync(placed);

        Assert.Equal([100_00L, 200_00], await ground.ReadAsync(c => c.Receipts.OrderBy(s => s.AmountMinor).Select(s => s.AmountMinor).ToListAsync()));
        Assert.Equal([100_00L], await ground.ReadAsync(c => c.Returns.Select(s => s.AmountMinor).ToListAsync()));
        Assert.Equal(new Holdings(200_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.True(await ground.AskAsync(placed));
        Assert.Equal(new Holdings(200_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The same total told and asked for many times at once.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ConcurrentQuestionsNeverBookTwice(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var placed = await ground.ToldPayInAsync(shop, 300_00);
        ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, new SandboxFaults { LoseCallbacksPercent = 100 });
        await ground.PayAsync(placed, 100_00);
        await ground.PayAsync(placed, 200_00);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ground.AskAsync(placed))));
        Assert.True(await ground.AskAsync(placed));
        Assert.Equal([300_00L], await ground.ReadAsync(c => c.Receipts.Select(s => s.AmountMinor).ToListAsync()));
        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());
    }

    /// <summary>Payments, returns and questions in any order and at once: at rest what is booked is what the rail has.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhateverHappensTheBooksHoldTheRailsTotalAtRest(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine, Mode);
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            var placed = await ground.ToldPayInAsync(shop, 300_00);
            for (var round = 0; round < 5; round++)
            {
                ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, new SandboxFaults { LoseCallbacksPercent = random.Next(3) * 50, RepeatCallbacks = random.Next(2) });
                var moves = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (Kind: random.Next(4), Amount: (1 + random.Next(20)) * 10_00L)).ToList();
                await Task.WhenAll(moves.Select(move => Task.Run<object?>(async () => move.Kind switch
                {
                    0 or 1 => await ground.PayAsync(placed, move.Amount),
                    2 => await ground.ReturnAsync(placed),
                    _ => await ground.AskAsync(placed),
                })));
            }

            ground.The<SandboxFaultPlans>().Set(SandboxRails.Account, SandboxFaults.None);
            Assert.True(await ground.AskAsync(placed), $"seed {seed}");
            var said = await ground.ReadAsync(c => c.Statements
                .Where(s => s.OrderId == placed.Order.Id && (s.Outcome == StatementOutcome.Booked || s.Outcome == StatementOutcome.Suspense)).ToListAsync());
            Assert.Equal((seed, (await ground.BankAsync(placed)).MovedMinor), (seed, said.Sum(s => s.Kind == ObservationKind.Returned ? -s.AmountMinor : s.AmountMinor)));
        }

        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }
}
