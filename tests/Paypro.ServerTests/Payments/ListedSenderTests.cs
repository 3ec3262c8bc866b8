using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Who really paid, as the rail tells, is looked for on the block list.</summary>
public sealed class ListedSenderTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>The merchant names nobody; the rail says who sent the money, and he was on the list long before: at once, in two parts, and for no order at first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyThatSomebodyListedSentIsHeldWheneverHeWasListed(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var ground = pots.Ground;
        var shop = await ground.OpenShopAsync(0, new TermsRow());
        await BlockListTests.BlockAsync(pots, 0, "6461 8015 7000 0000 04");
        await pots.RefreshAsync();
        ground.Time.Pass(TimeSpan.FromDays(1));
        var (listed, clean) = (new Person { Account = "646180157000000004" }, new Person { Account = "5555555555554444" });
        var (one, two, three) = (await shop.PayInAsync(100_00), await shop.PayInAsync(200_00), await shop.PayInAsync(300_00));
        Assert.Equal(ApplyResult.Applied, await SaysAsync(one.Attempt.Reference, 100_00, "1", clean));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(ApplyResult.Applied, await SaysAsync(two.Attempt.Reference, 200_00, "2", listed));
        Assert.Equal(new Holdings(100_00, 0, 0, 0, 200_00), await shop.HoldingsAsync());
        Assert.Equal((OrderState.Paid, OrderExceptions.HoldsMoney), await shop.OrderAsync(two) is var held ? (held.State, held.Exceptions) : default);
        Assert.Equal(two.Order.Number, await ground.ReadAsync(c => c.Cases.Where(x => x.Kind == CaseKind.HeldPayIn).Select(x => x.Subject).SingleAsync()));

        // Two release it; the rail's telling it again holds nothing.
        Assert.True((await ground.The<Decisions>().ReleaseAsync(two.Order.Number, new DecidedBy("operator:1", "operator:2", "letter 7", "another person of the same name"), CancellationToken.None)).Done);
        Assert.Equal(ApplyResult.Repeated, await SaysAsync(two.Attempt.Reference, 200_00, "2", listed));
        Assert.Equal(new Holdings(300_00, 0, 0, 0), await shop.HoldingsAsync());

        // It named no order, and a person says whose it is.
        Assert.Equal(ApplyResult.Suspense, await SaysAsync("646180999999999999", 300_00, "3", listed));
        Assert.Equal(AssignResult.Assigned, await ground.The<AssignSuspense>().AssignAsync(PotGround.AccountId, "3", three.Order.Number, "operator:1", CancellationToken.None));
        Assert.Equal(new Holdings(300_00, 0, 0, 0, 300_00), await shop.HoldingsAsync());

        // In a country without partial payment the first part waits for the second, which another one sends.
        var parts = await shop.PayInAsync(500_00, acceptsPartial: false);
        Assert.True(await ground.The<HeldPayIns>().HoldsAsync(parts.Order, listed));
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(parts with { Attempt = parts.Attempt with { HoldsMoney = true } }, 200_00, "first"));
        var waits = await shop.FoundAsync(parts);
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(waits, 300_00, "rest"));
        Assert.Equal(new Holdings(300_00, 0, 0, 0, 800_00), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task<ApplyResult> SaysAsync(string reference, long amountMinor, string key, Person sender) => Assert.Single(await ground.The<RailStatements>().ApplyAsync(
            ground.The<SnapshotStore>().Current.Accounts[PotGround.AccountId],
            [new Observation { Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = reference, AmountMinor = amountMinor, Currency = "MXN", OccurredAtMs = ground.NowMs, RailReference = key, DedupeKey = key, Sender = sender }],
            null, CancellationToken.None));
    }
}
