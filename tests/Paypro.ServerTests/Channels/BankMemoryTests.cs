using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>The bank's memory in a database answers as the one in a dictionary, and refunds, pots and lists stand on it.</summary>
public sealed class BankMemoryTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDatabaseRemembersWhatADictionaryRemembers(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        ISandboxRail[] memories = [ground.The<ISandboxRail>(), new InMemorySandboxRail()];
        var random = new Random(5);
        var places = new List<SandboxPlace> { default };
        for (var i = 0; i < 60; i++)
        {
            var order = new SandboxOrder
            {
                AccountId = 700 + random.Next(2), Direction = (Direction)random.Next(1, 4), Reference = $"{(char)('A' + random.Next(26))}{(char)('a' + random.Next(26))}{i}", Version = 1,
                AmountMinor = random.Next(1, 100), Currency = "MXN", State = random.Next(2) == 0 ? SandboxState.Open : SandboxState.Paid, MovedAtMs = random.Next(6),
                PaidReference = random.Next(2) == 0 ? "" : "P1",
                Movements = random.Next(3) == 0 ? [] : [new(random.Next(3) == 0 ? ObservationKind.Returned : ObservationKind.Paid, random.Next(1, 200), 1, "u", $"k{i}", "")],
            };
            places.Add(order.Place);
            Assert.True(await memories[0].SaveAsync(order, 0, CancellationToken.None) && await memories[1].SaveAsync(order, 0, CancellationToken.None));
        }

        foreach (var place in places)
        {
            var (until, limit) = (random.Next(7), random.Next(1, 30));
            var moved = await memories[1].MovedAsync(700, place, until, limit, CancellationToken.None);
            Assert.Equal(moved.Select(o => o.Place), (await memories[0].MovedAsync(700, place, until, limit, CancellationToken.None)).Select(o => o.Place));
        }

        foreach (var direction in new[] { Direction.PayIn, Direction.Payout, Direction.Refund })
        {
            foreach (var paid in new[] { "", "P1", "P2" })
            {
                Assert.Equal(await memories[1].BalanceAsync(701, direction, paid, CancellationToken.None), await memories[0].BalanceAsync(701, direction, paid, CancellationToken.None));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task RefundsPotsAndListsAgree(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await SandboxRails.SetAsync(ground, "listing", "since", "payoutFundsMinor", "100000");
        await using var fresh = ground.KeepFresh();
        var shop = await ground.OpenShopAsync();
        var (first, second) = (await ground.ToldPayInAsync(shop, 300_00), await ground.ToldPayInAsync(shop, 100_00));
        await ground.PayAsync(first, 300_00, "U1");
        await ground.PayAsync(second, 100_00, "U2");
        var session = ground.Offer.Session;
        var bank = await ground.BankAsync(first);
        Assert.IsType<SendOutcome.Accepted>(await ((IRefunds)session).SendRefundAsync(
            new RefundDraft
            {
                Number = "n", Reference = "SR1", Way = "va", PaidReference = bank.Reference, PaidRailId = "", PaymentReference = "U1", PaymentKey = bank.Movements[0].DedupeKey,
                PaymentMinor = 300_00, AmountMinor = 100_00, Currency = "MXN",
            },
            CancellationToken.None));
        Assert.Equal([new PotBalance("collection", 300_00), new PotBalance("payout", 1000_00)], await ((IBalances)session).BalancesAsync(CancellationToken.None));

        ground.Time.Pass(TimeSpan.FromSeconds(2));
        var page = await ((IListings)session).ListAsync("", 0, CancellationToken.None);
        Assert.Equal(["U1", "U2"], page!.Observations.Select(o => o.RailReference).Order());
        Assert.Empty((await ((IListings)session).ListAsync(page.Cursor, 0, CancellationToken.None))!.Observations);
    }
}
