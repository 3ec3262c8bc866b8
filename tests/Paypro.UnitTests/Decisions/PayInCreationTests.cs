using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>How a pay-in comes to be, and what it is refused for.</summary>
public sealed class PayInCreationTests
{
    private readonly Books _books = new();
    private readonly OrderRow _asked = Scene.PayIn() with { TimerDueMs = 0, EventCount = 0, AttemptCount = 0 };

    private OrderRow Now => _books.Orders[_asked.Key];

    private AttemptRow Attempt => _books.Attempts[new AttemptKey(Scene.Bucket, _asked.Id, 1)];

    [Fact]
    public void ItIsStoredWithItsAttemptAndItsPerson()
    {
        var made = Assert.IsType<CreateResult.Created>(Create(Scene.Attempt(_asked))).Order;
        Assert.Equal(made, Now);
        Assert.Equal(((short)1, "payer", Scene.Expires, 1), (Now.AttemptCount, Now.CountedPayers, Now.TimerDueMs, Now.EventCount));
        Assert.Equal((AttemptState.Accepted, 0L), (Attempt.State, Attempt.LeaseUntilMs));
        Assert.Equal((EventType.Created, "api", Scene.Created), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.AtMs) : default);
        Assert.Equal((1, 0, Scene.Created), _books.PayerCounts[Scene.Payer] is var p ? (p.Begun, p.Paid, p.BegunAtMs) : default);
        Assert.Single(_books.Persons);
        Assert.Empty(_books.DailyTotals);
    }

    [Fact]
    public void WithoutAnAttemptItWaitsForThePayersChoice()
    {
        Create(null, person: false);
        Assert.Equal(((short)0, Scene.Expires), (Now.AttemptCount, Now.TimerDueMs));
        Assert.Empty(_books.Attempts);
        Assert.Empty(_books.Persons);
    }

    [Fact]
    public void ARemoteInstructionIsLeasedAndLookedAtWhenTheLeaseEnds()
    {
        Create(Scene.Attempt(_asked, AttemptState.Sending));
        Assert.Equal((Scene.Now + Scene.LeaseMs, Scene.Now + Scene.LeaseMs), (Attempt.LeaseUntilMs, Now.TimerDueMs));
    }

    [Fact]
    public void TheSameAgainIsTheSameAnswerAndAnotherContentIsRefused()
    {
        Create(Scene.Attempt(_asked));
        var writes = _books.Writes;
        Assert.Equal(Now, Assert.IsType<CreateResult.Known>(Create(Scene.Attempt(_asked))).Order);
        Assert.Equal(Now, Assert.IsType<CreateResult.Known>(Create(Scene.Attempt(_asked), refusal: "amount: is wrong today")).Order);
        Assert.Equal(
            "tradeNo: was used before for an order with other content",
            Assert.IsType<CreateResult.Refused>(Create(null, order: _asked with { ContentHash = [2] })).Sentence);
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public async Task EqualOnesInOneBatchAreOne()
    {
        var again = _asked with { Id = 2, Number = "n2" };
        var (first, second) = (Command(Scene.Attempt(_asked), _asked, true, null, long.MaxValue), Command(Scene.Attempt(again), again, false, null, long.MaxValue));
        _books.RunTogether(first, second);
        Assert.IsType<CreateResult.Created>(await first.Done);
        Assert.Equal(Now, Assert.IsType<CreateResult.Known>(await second.Done).Order);
        Assert.Single(_books.Orders);
    }

    [Theory]
    [InlineData("asked", "amount: is wrong today")]
    [InlineData("closed", "merchantNo: this merchant takes no pay-ins at present")]
    [InlineData("unknown", "merchantNo: this merchant takes no pay-ins at present")]
    [InlineData("limit", "amount: is more than this merchant may still be paid today")]
    [InlineData("begun", "mobile: may begin at most 3 payments a day")]
    [InlineData("paid", "mobile: has paid 2 times today, which is the most for a day")]
    [InlineData("amount", "mobile: may pay the same amount only once in 5 minutes")]
    public void ARefusalLeavesNothing(string why, string sentence)
    {
        if (why is "closed" or "unknown")
        {
            _books.Merchants.Clear();
            if (why == "closed")
            {
                _books.Merchants[Scene.MerchantNo] = new MerchantGate(Scene.MerchantNo, false, true);
            }
        }

        _books.PayerCounts[Scene.Payer] = PayerCountRow.Of(Scene.Payer) with
        {
            Begun = why == "begun" ? 3 : 2, Paid = why == "paid" ? 2 : 1, BegunAtMs = Scene.Created - 300_000 + (why == "amount" ? 1 : 0),
        };
        var result = Create(Scene.Attempt(_asked), refusal: why == "asked" ? sentence : null, limitMinor: why == "limit" ? Scene.Amount - 1 : Scene.Amount);
        Assert.Equal(sentence, Assert.IsType<CreateResult.Refused>(result).Sentence);
        Assert.Equal(0, _books.Writes);
    }

    [Fact]
    public void RightAtEveryLimitItIsTaken()
    {
        _books.PayerCounts[Scene.Payer] = PayerCountRow.Of(Scene.Payer) with { Begun = 2, Paid = 1, BegunAtMs = Scene.Created - 300_000 };
        _books.DailyTotals[Scene.Total(Direction.PayIn)] = DailyTotalRow.Of(Scene.Total(Direction.PayIn)) with { AmountMinor = 5_00 };
        Assert.IsType<CreateResult.Created>(Create(Scene.Attempt(_asked), limitMinor: Scene.Amount + 5_00));
        Assert.Equal((3, Scene.Created), (_books.PayerCounts[Scene.Payer].Begun, _books.PayerCounts[Scene.Payer].BegunAtMs));
    }

    [Fact]
    public void AQuotaLimitsOnlyWhatItNames()
    {
        var counted = PayerCountRow.Of(Scene.Payer) with { Begun = 2, Paid = 2, BegunAtMs = Scene.Created };
        Assert.Null(Refused(new PayerQuota(FieldRole.Mobile)));
        Assert.Null(Refused(new PayerQuota(FieldRole.Mobile) { MostBegunADay = 3 }));
        Assert.NotNull(Refused(new PayerQuota(FieldRole.Mobile) { MostPaidADay = 2 }));

        string? Refused(PayerQuota quota)
        {
            _books.PayerCounts[Scene.Payer] = counted;
            var command = new CreatePayIn(_asked, null, null, null) { Payers = [new PayerLimit(Scene.Payer, quota, "mobile")] };
            return PayerLimits.Refusal(_books.Load(command), command.Payers, Scene.Created);
        }
    }

    [Fact]
    public void WhereOneNeedNotCountNothingIsRemembered()
    {
        var quota = new PayerLimit(Scene.Payer, new PayerQuota(FieldRole.Mobile) { MostBegunADay = 3 }, "mobile");
        Assert.Equal("", PayerLimits.ToCountWhenPaid([quota]));
        Assert.Empty(PayerLimits.Of(Scene.Bucket, Scene.MerchantNo, "", Scene.Today));
        Assert.Equal([Scene.Payer, Scene.Payer with { Payer = "b" }], PayerLimits.Of(Scene.Bucket, Scene.MerchantNo, "payer,b", Scene.Today));
    }

    /// <summary>What was only assumed to be new must be looked up before it is refused: the known one has its answer.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARefusalOnAssumptionsLooksFirst(bool closed)
    {
        if (closed)
        {
            _books.Merchants.Clear();
        }

        var command = Command(Scene.Attempt(_asked), _asked, true, null, limitMinor: closed ? long.MaxValue : 1);
        var state = _books.Load(command);
        state.TradesAssumed = true;
        command.Run(state);
        Assert.True(state.TradesWanted);
    }

    private CreateResult Create(AttemptRow? attempt, OrderRow? order = null, bool person = true, string? refusal = null, long limitMinor = long.MaxValue) =>
        _books.Run(Command(attempt, order ?? _asked, person, refusal, limitMinor));

    private CreatePayIn Command(AttemptRow? attempt, OrderRow order, bool person, string? refusal, long limitMinor) =>
        new(order, attempt, person ? Scene.Person(_asked) : null, refusal)
        {
            LeaseMs = Scene.LeaseMs,
            Limits = [new DailyLimit(Scene.Total(Direction.PayIn), limitMinor)],
            Payers =
            [
                new PayerLimit(
                    Scene.Payer, new PayerQuota(FieldRole.Mobile) { MostBegunADay = 3, MostPaidADay = 2, SameAmountEvery = TimeSpan.FromMinutes(5) }, "mobile"),
            ],
        };
}
