using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A rail's own refund that our money there does not suffice for.</summary>
public sealed class ParkedRefundTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ItIsParkedWithANewReferenceAndSentWhenTheRailHasMoney(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        var (sent, empty) = (new List<RefundDraft>(), true);
        ground.Channel.Refunds = draft =>
        {
            sent.Add(draft);
            return Task.FromResult<SendOutcome>(empty ? new SendOutcome.Declined("no money", Scope: DeclineScope.Funds) : new SendOutcome.Accepted());
        };
        var payIn = await ground.PaidAsync(100_00);
        var refund = await ground.CreatedAsync(payIn, "r1", "40");
        await TurnAsync(ground);
        await TurnAsync(ground);
        Assert.Single(sent);
        var picture = (await ground.Ground.The<OrderQueries>().FindAsync(refund.Key, CancellationToken.None))!;
        Assert.Equal([AttemptState.Failed, AttemptState.Parked], picture.Attempts.Select(a => a.State));
        Assert.Equal(new Holdings(560_00, 40_00, 0, 0), await ground.Shop.HoldingsAsync());
        Assert.Equal((OrderState.Pending, 40_00L), (picture.Order.State, (await ground.OrderAsync(payIn.Order.Key)).RefundingMinor));

        // A payout draws from another pot and is not stopped.
        empty = false;
        await ground.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE channel_pots SET probe_at_ms = 1 WHERE pot = 'refund'"));
        await ground.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Null(ground.Ground.The<SnapshotStore>().Current.Accounts[101].PotOf(Direction.Payout, "CLABE"));
        await ground.Ground.The<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        await TurnAsync(ground);
        Assert.Equal(2, sent.Select(d => d.Reference).Distinct().Count());
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.Refund, ObservationKind.Paid, sent[1].Reference, 40_00, "b1"));
        Assert.Equal((OrderState.Paid, 0L, 40_00L), ((await ground.OrderAsync(refund.Key)).State, (await ground.OrderAsync(payIn.Order.Key)).RefundingMinor, (await ground.OrderAsync(payIn.Order.Key)).ReturnedMinor));
        await ground.SoundAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneThatNoMoneyComesForGivesThePayInBackWhatItHadReserved(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        ground.Ground.The<PayproOptions>().Float.ParkedHours = 0;
        ground.Channel.Refunds = _ => Task.FromResult<SendOutcome>(new SendOutcome.Declined("no money", Scope: DeclineScope.Funds));
        var payIn = await ground.PaidAsync(100_00);
        var refund = await ground.CreatedAsync(payIn, "r1", "40");
        await TurnAsync(ground);
        await TurnAsync(ground);
        var (failed, now) = (await ground.OrderAsync(refund.Key), await ground.OrderAsync(payIn.Order.Key));
        Assert.Equal((OrderState.Failed, "00029", 0L, OrderState.Paid), (failed.State, failed.FailureCode, now.RefundingMinor, now.State));
        Assert.Equal(new Holdings(600_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();
    }

    /// <summary>By the real time: on PostgreSQL the database's clock says when a timer is due.</summary>
    private static Task TurnAsync(RefundGround ground)
    {
        ground.Ground.Time.SetToReal();
        return ground.TurnAsync();
    }
}
