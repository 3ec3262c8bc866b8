using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What every channel keeps to when it calls its rail, whatever the rail has.</summary>
public abstract partial class ChannelCompliance
{
    /// <summary>The account at a rail that accepts and answers too late; null where that cannot be played.</summary>
    protected virtual ChannelAccount? SlowAccount => null;

    /// <summary>Lets the rail's time pass.</summary>
    protected virtual Task PassAsync(TimeSpan time) => Task.CompletedTask;

    /// <summary>Makes the rail pay a refund, and gives its callback; null where the rail has no refunds.</summary>
    protected virtual Task<CallbackRequest?> CallbackOfPaidRefund(string reference) => Task.FromResult<CallbackRequest?>(null);

    /// <summary>Whether the rail says at once that more would go back than came; else its result says it.</summary>
    protected virtual bool RefundsAreJudgedAtOnce => true;

    /// <summary>What the pots hold, where the rail answers by a callback: what that says.</summary>
    protected virtual Task<IReadOnlyList<PotBalance>> BalancesAsync(IBalances balances) => balances.BalancesAsync(Stop);

    /// <summary>Ends the token of the calls, as another node does by renewing it; false where calls need none.</summary>
    protected virtual Task<bool> EndTokenAsync() => Task.FromResult(false);

    [Fact]
    public async Task A_timeout_after_acceptance_is_unknown_and_a_query_finds_it()
    {
        if (SlowAccount is not { } slow)
        {
            return;
        }

        var draft = NewPayout(21);
        Assert.IsType<SendOutcome.Unknown>(await ((IPayouts)Open(slow)).SendPayoutAsync(draft, Stop));
        Assert.Equal(ObservationKind.Pending, Assert.Single(await Queries.QueryAsync(Target(draft), Stop)).Kind);
        Assert.Equal(ObservationKind.Paid, Understood(await CallbackOfPaidPayout(draft.Reference)).Kind);
    }

    [Fact]
    public async Task A_timeout_before_acceptance_is_unknown_and_nothing_is_found()
    {
        var draft = NewPayout(22);
        Assert.IsType<SendOutcome.Unknown>(await Payouts.SendPayoutAsync(draft, new CancellationToken(true)));
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await AskedAsync(Target(draft))).Kind);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await Queries.QueryAsync(Target(draft), new CancellationToken(true))).Kind);
    }

    [Fact]
    public async Task A_refund_is_told_as_a_refund_and_no_more_goes_back_than_came()
    {
        if (Open(Account) is not IRefunds refunds)
        {
            return;
        }

        var paid = Understood(await CallbackOfPaidPayIn(NumberOf(PayInWays.First(), 31), 30_000));
        var draft = Refund(paid, 10_000, 31);
        Assert.IsType<SendOutcome.Accepted>(await refunds.SendRefundAsync(draft, Stop));
        Assert.Equal((ObservationKind.Pending, Direction.Refund), Assert.Single(await Queries.QueryAsync(Target(draft), Stop)) is var asked ? (asked.Kind, asked.Direction) : default);

        var nobodys = paid with { Reference = "nobody", RailReference = "nobody", DedupeKey = "nobody" };
        if (RefundsAreJudgedAtOnce)
        {
            Assert.IsType<SendOutcome.Declined>(await refunds.SendRefundAsync(Refund(paid, 20_100, 32), Stop));
        }

        Assert.IsType<SendOutcome.Declined>(await refunds.SendRefundAsync(Refund(nobodys, 100, 33), Stop));
        Assert.IsType<SendOutcome.Unknown>(await refunds.SendRefundAsync(Refund(paid, 100, 34), new CancellationToken(true)));
        Assert.IsType<SendOutcome.Unknown>(await ((IRefunds)Broken).SendRefundAsync(draft, Stop));

        if (await CallbackOfPaidRefund(draft.Reference) is { } callback)
        {
            // A rail may tell the payment again beside what went back of it.
            var told = Assert.Single(UnderstoodAll(callback), one => one.Direction == Direction.Refund);
            Assert.Equal((ObservationKind.Paid, draft.Reference, 10_000L), (told.Kind, told.Reference, told.AmountMinor));
            Assert.Equal(told, Assert.Single(await AskedAsync(Target(draft))));
        }

        RefundDraft Refund(Observation paid, long amountMinor, int seed)
        {
            var asked = this.Refund(paid, amountMinor);
            return asked with { Reference = refunds.MakeRefundReference(asked, Bytes(seed)) };
        }
    }

    [Fact]
    public async Task A_list_tells_each_movement_once_and_goes_on_where_it_ended()
    {
        if (Open(Account) is not IListings list)
        {
            return;
        }

        var way = PayInWays.First();
        var first = Understood(await CallbackOfPaidPayIn(NumberOf(way, 41), 10_000));
        var second = Understood(await CallbackOfPaidPayIn(NumberOf(way, 42), 20_000));
        await PassAsync(TimeSpan.FromSeconds(5));
        var page = await list.ListAsync("", first.OccurredAtMs, Stop);
        Assert.NotNull(page);
        Assert.Equal([first, second], page.Observations);
        Assert.False(page.HasMore);
        Assert.InRange(page.Cursor.Length, 1, 500);

        Assert.Empty((await list.ListAsync(page.Cursor, first.OccurredAtMs, Stop))!.Observations);
        var third = Understood(await CallbackOfPaidPayIn(NumberOf(way, 43), 30_000));
        await PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal([third], (await list.ListAsync(page.Cursor, first.OccurredAtMs, Stop))!.Observations);
        Assert.Null(await ((IListings)Broken).ListAsync("", 0, Stop));
        Assert.Null(await list.ListAsync("", 0, new CancellationToken(true)));
    }

    [Fact]
    public async Task Balances_name_each_pot_once_or_are_empty()
    {
        if (Open(Account) is not IBalances balances)
        {
            return;
        }

        var before = await BalancesAsync(balances);
        Assert.Equal(before.Count, before.Select(pot => pot.Pot).Distinct().Count());
        await CallbackOfPaidPayIn(NumberOf(PayInWays.First(), 51), 12_300);
        Assert.Equal(before.Sum(pot => pot.AvailableMinor) + 12_300, (await BalancesAsync(balances)).Sum(pot => pot.AvailableMinor));
        Assert.Empty(await ((IBalances)Broken).BalancesAsync(Stop));
        Assert.False(await ((IBalances)Broken).AskBalancesAsync("1-1", Stop));
    }

    /// <summary>A trial says what is so in sentences, without a secret, and never that a silent rail is right.</summary>
    [Fact]
    public async Task A_trial_of_the_account_says_what_is_so()
    {
        if (Open(Account) is not IAccountTrials trials)
        {
            return;
        }

        var secrets = Account.Secrets.Names.Select(name => System.Text.Encoding.UTF8.GetString(Account.Secrets.Current(name, Services.Time.GetUtcNow().ToUnixTimeMilliseconds()).Span)).ToList();
        var (found, broken) = (await trials.TryAccountAsync(Stop), await ((IAccountTrials)Broken).TryAccountAsync(Stop));
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, f => f.Result == TrialResult.NoAnswer);
        Assert.Contains(broken, f => f.Result is TrialResult.NoAnswer or TrialResult.Wrong);
        Assert.All(found.Concat(broken), f => Assert.True(f.Says.EndsWith('.') && f.Says.Length is > 10 and <= 300, f.Says));
        Assert.All(found.Concat(broken), f => Assert.DoesNotContain(secrets, s => s.Length > 0 && f.Says.Contains(s, StringComparison.Ordinal)));
    }

    /// <summary>What was sent is subtracted by us until a balance is told that was asked for after the rail had accepted it: that one must know of it.</summary>
    [Fact]
    public async Task What_the_rail_has_accepted_is_not_in_its_balance_any_more()
    {
        if (Open(Account) is not IBalances balances || (await BalancesAsync(balances)).FirstOrDefault(p => p.Pot is PotBalance.Payout or "") is not { } before)
        {
            return;
        }

        var draft = NewPayout(52);
        Assert.IsType<SendOutcome.Accepted>(await Payouts.SendPayoutAsync(draft, Stop));
        var after = (await BalancesAsync(balances)).Single(p => p.Pot == before.Pot);
        Assert.Equal(before.AvailableMinor - draft.AmountMinor, after.AvailableMinor);
        Assert.True(new[] { before, after }.All(p => p.BlockedMinor >= 0));
    }

    [Fact]
    public async Task A_pay_in_is_cancelled_before_it_is_paid_and_not_after()
    {
        if (Open(Account) is not ICancellations cancellations)
        {
            return;
        }

        var way = PayInWays.First();
        var (open, paid) = (PayIn(way) with { Reference = NumberOf(way, 61) }, PayIn(way) with { Reference = NumberOf(way, 62) });
        await CallbackOfPaidPayIn(paid.Reference, paid.AmountMinor);
        Assert.IsType<SendOutcome.Accepted>(await cancellations.CancelPayInAsync(Target(open), Stop));
        Assert.IsType<SendOutcome.Accepted>(await cancellations.CancelPayInAsync(Target(open), Stop));
        Assert.IsNotType<SendOutcome.Accepted>(await cancellations.CancelPayInAsync(Target(paid), Stop));
        Assert.IsType<SendOutcome.Unknown>(await ((ICancellations)Broken).CancelPayInAsync(Target(open), Stop));
    }

    [Fact]
    public async Task Calls_above_the_pace_are_certainly_not_taken()
    {
        var traits = Channel.TraitsOf(Account, Direction.Payout, PayoutKind);
        if (traits.SendPace.Calls > 0)
        {
            // One session: each has connections of its own, and a process has only so many.
            using var sending = Open(Account);
            var outcomes = new List<SendOutcome>();
            for (var call = 0; call <= traits.SendPace.Calls; call++)
            {
                outcomes.Add(await ((IPayouts)sending).SendPayoutAsync(NewPayout(100 + call), Stop));
            }

            Assert.All(outcomes[..^1], outcome => Assert.IsType<SendOutcome.Accepted>(outcome));
            Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(outcomes[^1]).Scope);

            // The first call with this reference may have been taken: what is said of a repeat declines nothing.
            Assert.IsType<SendOutcome.Unknown>(await Payouts.SendPayoutAsync(NewPayout(97) with { IsRepeat = true }, Stop));
            await PassAsync(traits.SendPace.Per);
            Assert.IsType<SendOutcome.Accepted>(await Payouts.SendPayoutAsync(NewPayout(99), Stop));
        }

        if (traits.QueryPace.Calls > 0)
        {
            using var asking = Open(Account);
            var kinds = new List<ObservationKind>();
            for (var call = 0; call <= traits.QueryPace.Calls; call++)
            {
                kinds.Add(Assert.Single(await AskedAsync(asking, Target(NewPayout(98)))).Kind);
            }

            Assert.Equal([.. Enumerable.Repeat(ObservationKind.NotFound, traits.QueryPace.Calls), ObservationKind.Unreachable], kinds);
        }
    }

    /// <summary>A token that ended is renewed once and the call made; where none can be had, nothing has left.</summary>
    [Fact]
    public async Task An_ended_token_is_renewed_and_the_call_made()
    {
        if (!await EndTokenAsync())
        {
            return;
        }

        Assert.IsType<SendOutcome.Accepted>(await Payouts.SendPayoutAsync(NewPayout(71), Stop));
        await EndTokenAsync();
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await AskedAsync(Target(NewPayout(72)))).Kind);

        var without = Channel.Open(Account, Services with { Tokens = new NoTokens() });
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)without).SendPayoutAsync(NewPayout(73), Stop)).Scope);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ((IQueries)without).QueryAsync(Target(NewPayout(73)), Stop)).Kind);

        var stale = Channel.Open(Account, Services with { Tokens = new NoTokens(new RailToken("of yesterday", long.MaxValue)) });
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)stale).SendPayoutAsync(NewPayout(74), Stop)).Scope);
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await AskedAsync(Target(NewPayout(74)))).Kind);
    }

    protected QueryTarget Target(RefundDraft d) => new(Direction.Refund, d.Reference, d.Way, d.AmountMinor, 0, RailIdOf(Direction.Refund, d.Reference));

    private PayoutDraft NewPayout(int seed) => Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(seed)) };

    private RefundDraft Refund(Observation paid, long amountMinor) => new()
    {
        Number = "68o0uwogz7mnzuut",
        Reference = "",
        Way = PayInWays.First(),
        PaidReference = paid.Reference,
        PaidRailId = paid.RailId,
        PaymentReference = paid.RailReference,
        PaymentKey = paid.DedupeKey,
        PaymentMinor = paid.AmountMinor,
        AmountMinor = amountMinor,
        Currency = paid.Currency,
    };

    /// <summary>A store that gives always the same, or nothing.</summary>
    private sealed class NoTokens(RailToken? token = null) : ITokenStore
    {
        public Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation) => Task.FromResult(token);

        public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation) => Task.CompletedTask;
    }
}
