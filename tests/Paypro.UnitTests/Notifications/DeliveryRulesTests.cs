using Paypro.Server.Notifications;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Notifications;

/// <summary>What counts as taken, when it is tried again, and who may be under way.</summary>
public sealed class DeliveryRulesTests
{
    [Theory]
    [InlineData("OK", true)]
    [InlineData("ok", true)]
    [InlineData("Ok", true)]
    [InlineData(" OK\r\n", true)]
    [InlineData("\t\nok ", true)]
    [InlineData("\uFEFFOK", true)]
    [InlineData("", false)]
    [InlineData("O K", false)]
    [InlineData("OK.", false)]
    [InlineData("\"OK\"", false)]
    [InlineData("OK OK", false)]
    [InlineData("success", false)]
    [InlineData("<html>OK</html>", false)]
    public void OnlyOkIsTaken(string answer, bool taken) => Assert.Equal(taken, NotificationSender.IsOk(answer));

    [Fact]
    public void TheScheduleIsTheDocumentedOne()
    {
        var seconds = Enumerable.Range(1, 9).Select(tries => NotificationSchedule.NextAfterMs(tries) / 1000).ToList();

        Assert.Equal([2, 5, 10, 30, 3_600, 10_800, 10_800, 10_800, null], seconds);
    }

    [Fact]
    public void AnswersAreMadeStorable()
    {
        Assert.Equal("a\uFFFDb", NotificationSender.Clean("a\0b"u8));
        Assert.Equal("\uFFFDx", NotificationSender.Clean([0xFF, (byte)'x']));
        Assert.Equal("\uFFFD", NotificationSender.Clean([0xC3]));
    }

    [Fact]
    public void AMerchantWithAThousandRowsStartsItsShareAndOthersStartToo()
    {
        var lanes = new DeliveryLanes(parallel: 8, perMerchant: 4);
        lanes.Add(Enumerable.Range(0, 1000).Select(i => Of(1, "dead", i)));
        lanes.Add([Of(2, "alive", 5000)]);

        var started = lanes.Next();

        Assert.Equal(4, started.Count(d => d.Row.MerchantNo == 1));
        Assert.Equal(1, started.Count(d => d.Row.MerchantNo == 2));
    }

    [Fact]
    public void AHostThatManyMerchantsUseLeavesSomeDeliveriesToOthers()
    {
        var lanes = new DeliveryLanes(parallel: 8, perMerchant: 4);
        lanes.Add(Enumerable.Range(0, 50).Select(i => Of(i, "shared", i)));
        lanes.Add([Of(51, "other", 51)]);

        var started = lanes.Next();

        Assert.Equal(6, started.Count(d => d.Host == "shared"));
        Assert.Equal(1, started.Count(d => d.Host == "other"));
    }

    [Fact]
    public void AShareShrinksWhileNothingAnswersAndComesBackWhenSomethingDoes()
    {
        var lanes = new DeliveryLanes(parallel: 100, perMerchant: 8);
        lanes.Add(Enumerable.Range(0, 200).Select(i => Of(1, "a", i)));

        Finish(lanes, lanes.Next(), Pace.Absent);
        var whileAbsent = lanes.Next();
        Finish(lanes, whileAbsent, Pace.Prompt);
        var after = lanes.Next();

        Assert.Equal(2, whileAbsent.Count);
        Assert.Equal(8, after.Count);
    }

    [Fact]
    public void RoomIsWhatIsNotHeld()
    {
        var lanes = new DeliveryLanes(parallel: 10, perMerchant: 2);
        Assert.Equal(80, lanes.Room().Limit);
        lanes.Add(Enumerable.Range(0, 16).Select(i => Of(1, "a", i)));

        var (limit, shares) = lanes.Room();

        Assert.Equal(64, limit);
        Assert.Equal(0, shares[1]);
        Assert.DoesNotContain(2L, shares.Keys);

        // Half of it done, the merchant asks for more; all done, nothing is remembered.
        var woke = 0;
        for (var left = 16; left > 0;)
        {
            var started = lanes.Next();
            left -= started.Count;
            woke += Finish(lanes, started, Pace.Prompt);
        }

        Assert.Equal(1, woke);
        Assert.Empty(lanes.Room().Shares);
        Assert.Equal(80, lanes.Room().Limit);
    }

    private static int Finish(DeliveryLanes lanes, List<Delivery> deliveries, Pace pace)
    {
        var woke = 0;
        foreach (var delivery in deliveries)
        {
            lanes.Sent(delivery, pace);
            woke += lanes.Leave(delivery) ? 1 : 0;
        }

        return woke;
    }

    private static Delivery Of(long merchantNo, string host, long orderId) =>
        new(new NotificationRow { MerchantNo = merchantNo, OrderId = orderId }, new OrderRow { Id = orderId, MerchantNo = merchantNo }, host, 0, 0);
}
