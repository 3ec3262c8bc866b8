using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What a query tells, and that it is what the callback told.</summary>
public abstract partial class ChannelCompliance
{
    [Fact]
    public async Task A_query_agrees_with_the_callback_about_a_payout()
    {
        var draft = Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(1)) };
        Assert.IsType<SendOutcome.Accepted>(await Payouts.SendPayoutAsync(draft, Stop));
        Assert.Equal(ObservationKind.Pending, Assert.Single(await Queries.QueryAsync(Target(draft), Stop)).Kind);

        var told = Understood(await CallbackOfPaidPayout(draft.Reference));
        Assert.Equal(ObservationKind.Paid, told.Kind);
        Assert.Equal((draft.Reference, draft.AmountMinor, draft.Currency), (told.Reference, told.AmountMinor, told.Currency));
        Assert.Equal(told, Assert.Single(await AskedAsync(Target(draft))));
    }

    [Fact]
    public async Task A_query_agrees_with_the_callback_about_a_pay_in()
    {
        foreach (var way in PayableWays)
        {
            var draft = PayIn(way) with { Reference = NumberOf(way, 77) };
            Assert.Equal(ObservationKind.Pending, Assert.Single(await Queries.QueryAsync(Target(draft), Stop)).Kind);

            var told = Understood(await CallbackOfPaidPayIn(draft.Reference, draft.AmountMinor - 1));
            Assert.Equal(ObservationKind.Paid, told.Kind);
            Assert.Equal((draft.Reference, draft.AmountMinor - 1, Account.Currency), (told.Reference, told.AmountMinor, told.Currency));
            Assert.NotEmpty(told.RailReference);
            Assert.True(told.OccurredAtMs > 0);
            var asked = Assert.Single(await Queries.QueryAsync(Target(draft), Stop));
            Assert.Equal((ObservationKind.Paid, draft.Reference), (asked.Kind, asked.Reference));
            switch (PayInAnswers)
            {
                case PayInAnswers.Movements:
                    Assert.NotEmpty(told.DedupeKey);
                    Assert.Equal(told, asked);
                    break;
                case PayInAnswers.Totals:
                    Assert.Equal((true, "", draft.AmountMinor - 1), (asked.IsTotal, asked.DedupeKey, asked.AmountMinor));
                    Assert.Equal((true, ""), (told.IsTotal, told.DedupeKey));
                    break;
                default:
                    Assert.NotEmpty(told.DedupeKey);
                    Assert.Equal((true, "", ""), (asked.IsConfirmation, asked.DedupeKey, asked.RailReference));
                    break;
            }
        }
    }

    [Fact]
    public async Task An_unknown_reference_is_not_found()
    {
        var payout = Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(99)) };
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await AskedAsync(Target(payout))).Kind);
        if (RemoteAccount is { } account)
        {
            var payIn = PayIn(PayInWays.First()) with { Reference = ((IPayIns)Open(account)).MakePayInReference(PayIn(PayInWays.First()), Bytes(99)) };
            Assert.Equal(ObservationKind.NotFound, Assert.Single(await ((IQueries)Open(account)).QueryAsync(Target(payIn), Stop)).Kind);
        }
    }
}

/// <summary>What a rail answers when it is asked about a pay-in.</summary>
public enum PayInAnswers
{
    /// <summary>Every movement with its key.</summary>
    Movements = 1,

    /// <summary>What is there in all.</summary>
    Totals = 2,

    /// <summary>That it is paid, and no more.</summary>
    Confirmations = 3,
}
