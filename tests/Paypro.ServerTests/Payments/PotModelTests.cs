using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// A rail with some money, payouts that reach it at once, late or never, answers that are lost, and readings and a person's word in between, in chance order by two nodes. However it
/// goes, the rail is never asked for more than it holds, and what is counted is the sum of the counted sends.
/// </summary>
public sealed class PotModelTests
{
    private const long FundsMinor = 1_000_00;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheRailIsNeverAskedForMoreThanItHolds(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await using var other = await pots.OtherAsync(engine);
        var shop = await pots.Ground.OpenShopAsync(100_000_00);
        await pots.PutAsync(FundsMinor);
        Pots[] nodes = [pots.Pots, other.Pots];
        var random = new Random(20261129);
        var (atRail, underWay, refused) = (0L, new List<(Placed Payout, bool Arrived)>(), 0);
        (BegunReading Begun, long ToldMinor)? reading = null;
        for (var step = 0; step < 120; step++)
        {
            await pots.RefreshAsync();
            switch (random.Next(10))
            {
                case 0 or 1 or 2 or 3:
                    // Counted, committed as being sent, and on its way.
                    var payout = (await shop.PayoutAsync(random.Next(1, 120) * 100))!;
                    var send = new PotSend(payout.Order.Key, 1, Direction.Payout, payout.Order.Way, payout.Order.AmountMinor);
                    if ((await nodes[random.Next(2)].CountAsync(pots.Offer, send)).Lacks is not null)
                    {
                        refused++;
                        break;
                    }

                    Assert.Equal(DueAction.Send, (await shop.TakeDueAsync(payout)).Action);
                    underWay.Add((payout, false));
                    break;
                case 4 or 5 when underWay.Count > 0:
                    // It reaches the rail, and we hear of it or not.
                    var at = random.Next(underWay.Count);
                    var (arriving, before) = underWay[at];
                    atRail += before ? 0 : arriving.Order.AmountMinor;
                    Assert.True(atRail <= FundsMinor, $"The rail holds {FundsMinor} and was asked for {atRail} at step {step}.");
                    underWay[at] = (arriving, true);
                    if (random.Next(2) == 0)
                    {
                        await shop.SentAsync(arriving, new SendOutcome.Accepted());
                        underWay.RemoveAt(at);
                    }

                    break;
                case 6 when underWay.FindIndex(u => !u.Arrived) is var lost and >= 0:
                    // It is certain that it never reaches it.
                    await shop.SentAsync(underWay[lost].Payout, new SendOutcome.Declined("no"));
                    underWay.RemoveAt(lost);
                    break;
                case 7 when reading is null:
                    reading = ((await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue))!, FundsMinor - atRail);
                    break;
                case 8 when reading is { } begun:
                    await pots.Readings.TellAsync(
                        PotGround.AccountId, begun.Begun, new Dictionary<string, PotBalance> { [PotBalance.Payout] = new(PotBalance.Payout, begun.ToldMinor) });
                    reading = null;
                    break;
                case 9:
                    // A person looks, minutes before the number is typed; the others go on meanwhile.
                    var said = new SaidBalance(PotGround.AccountId, PotBalance.Payout, FundsMinor - atRail, 0, pots.Ground.NowMs, "operator:ana, operator:ben", ByTwo: true);
                    pots.Ground.Time.Pass(TimeSpan.FromMinutes(random.Next(3)));
                    await pots.Readings.SayAsync(said, new CaseActionRow { Bucket = 1, Id = step + 1, Action = "balance.tell" });
                    break;
            }

            await pots.AssertSumsAsync();
        }

        // Both ends of the play were reached: the pot was spent from, and it was short.
        Assert.True(refused > 5 && atRail > FundsMinor / 2, $"{refused} refused, {atRail} at the rail");
    }
}
