using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Rails;

namespace Paypro.UnitTests.Channels;

/// <summary>
/// What every channel that speaks HTTP must keep to when its rail answers nonsense. A channel's own suite inherits it, says where the rail's
/// address stands in an account, and which answers mean that the rail certainly took nothing.
/// </summary>
public abstract class HttpChannelCompliance : IAsyncDisposable
{
    /// <summary>Statuses that servers send.</summary>
    private static readonly int[] UsualStatuses = [200, 201, 202, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 501, 502, 503, 504];

    private static readonly ChannelHttpClients Clients = new(new Installation(IsSandbox: true, new HashSet<string>()));

    /// <summary>The rail.</summary>
    protected RailOfNonsense Rail { get; } = new();

    /// <summary>The channel.</summary>
    protected abstract IChannel Channel { get; }

    /// <summary>An account whose rail is at an address.</summary>
    protected abstract ChannelAccount AccountAt(Uri rail);

    /// <summary>A payout as it may be sent; null where the rail has none.</summary>
    protected abstract PayoutDraft? Payout { get; }

    /// <summary>A pay-in of a way whose instruction the rail makes; null where there is none.</summary>
    protected abstract PayInDraft? RemotePayIn { get; }

    /// <summary>A refund as it may be sent; null where the rail has none.</summary>
    protected virtual RefundDraft? Refund => null;

    /// <summary>Whether a send is repeated until it is given up, since that is harmless: then it meets the usual statuses alone.</summary>
    protected virtual bool RepeatsSends => false;

    /// <summary>Whether the rail's documentation says that this answer means: not taken. Nothing by default.</summary>
    protected virtual bool MeansNotTaken(Nonsense answer) => false;

    /// <summary>Whether the rail's documentation says that this answer to a query means: not known here. Nothing by default.</summary>
    protected virtual bool MeansNotFound(Nonsense answer) => false;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>No status alone is a word of the rail's.</summary>
    [Fact]
    public Task No_status_alone_is_an_answer() => AssertNoAnswerAsync(Nonsense.Statuses);

    /// <summary>Nor is what a foreign or broken server sends.</summary>
    [Fact]
    public Task No_oddity_is_an_answer() => AssertNoAnswerAsync(Nonsense.Oddities);

    /// <summary>Nobody listens: nothing can have left, or nobody knows.</summary>
    [Fact]
    public async Task A_rail_that_is_not_there_has_accepted_nothing()
    {
        var gone = new RailOfNonsense();
        var address = gone.Address;
        await gone.DisposeAsync();
        using var session = Open(address);
        if (session is IPayouts payouts && Payout is { } payout)
        {
            Assert.IsNotType<SendOutcome.Accepted>(await payouts.SendPayoutAsync(payout, Stop));
        }

        if (session is IQueries queries && Target() is { } target)
        {
            Assert.Equal(ObservationKind.Unreachable, Assert.Single(await queries.QueryAsync(target, Stop)).Kind);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Rail.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A session to a rail, over the real clients.</summary>
    protected IChannelSession Open(Uri address) => Channel.Open(AccountAt(address), TestServices.Make() with { Http = Clients.Make, Tokens = new AnyToken() });

    private async Task AssertNoAnswerAsync(IEnumerable<Nonsense> answers)
    {
        using var session = Open(Rail.Address);
        foreach (var answer in answers)
        {
            Rail.Answer = answer;
            if (!RepeatsSends || answer.Status == 0 || answer.Status % 50 == 0 || UsualStatuses.Contains(answer.Status))
            {
                await SendsAsync(session, answer);
            }

            await QuestionsAsync(session, answer);
        }

        Assert.True(Rail.Calls > 0, "No call arrived.");
    }

    private async Task SendsAsync(IChannelSession session, Nonsense answer)
    {
        if (session is IPayouts payouts && Payout is { } payout)
        {
            IsNotTaken(await LimitedAsync(limit => payouts.SendPayoutAsync(payout, limit)), answer, "payout");
        }

        if (session is IRefunds refunds && Refund is { } refund)
        {
            IsNotTaken(await LimitedAsync(limit => refunds.SendRefundAsync(refund, limit)), answer, "refund");
        }

        if (session is IPayIns payIns && RemotePayIn is { } payIn)
        {
            var outcome = await LimitedAsync(limit => payIns.RequestInstructionAsync(payIn, limit));
            Assert.True(outcome is InstructionOutcome.Unknown || (outcome is InstructionOutcome.Declined && MeansNotTaken(answer)), $"instruction, {answer}: {outcome}");
        }

        if (session is ICancellations cancellations && Target() is { } target)
        {
            Assert.IsNotType<SendOutcome.Accepted>(await LimitedAsync(limit => cancellations.CancelPayInAsync(target with { Direction = Direction.PayIn }, limit)));
        }
    }

    private async Task QuestionsAsync(IChannelSession session, Nonsense answer)
    {
        if (session is IQueries queries && Target() is { } target)
        {
            var said = await LimitedAsync(limit => queries.QueryAsync(target, limit));
            var kind = Assert.Single(said).Kind;
            Assert.True(kind == ObservationKind.Unreachable || (kind == ObservationKind.NotFound && MeansNotFound(answer)), $"query, {answer}: {kind}");
        }

        if (session is IListings list)
        {
            Assert.Null(await LimitedAsync(limit => list.ListAsync("", 0, limit)));
        }

        if (session is IBalances balances)
        {
            Assert.Empty(await LimitedAsync(balances.BalancesAsync));
        }

        if (session is IAccountChecks checks)
        {
            var outcome = await LimitedAsync(limit => checks.VerifyAccountAsync(new AccountEnquiry("", "002180000000000008"), limit));
            Assert.True(outcome is AccountOutcome.Unknown || (outcome is AccountOutcome.NotFound && MeansNotFound(answer)) || outcome is AccountOutcome.NotOffered, $"account, {answer}: {outcome}");
        }

        if (session is IAccountTrials trials)
        {
            var findings = await LimitedAsync(trials.TryAccountAsync);
            Assert.True(findings.Any(f => f.Result is TrialResult.Wrong or TrialResult.NoAnswer), $"trial, {answer}: {string.Join(" ", findings.Select(f => f.Says))}");
        }

        if (session is IActivation activation)
        {
            Assert.NotNull(await LimitedAsync(activation.ActivateAsync));
        }
    }

    private void IsNotTaken(SendOutcome outcome, Nonsense answer, string what) =>
        Assert.True(outcome is SendOutcome.Unknown || (outcome is SendOutcome.Declined && MeansNotTaken(answer)), $"{what}, {answer}: {outcome}");

    /// <summary>Gives a call up, as the host does after the traits' time-out.</summary>
    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMilliseconds(RepeatsSends ? 60 : 400));
        return await call(limit.Token).WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    private QueryTarget? Target() => Payout is { } payout
        ? new QueryTarget(Direction.Payout, payout.Reference, payout.AccountType, payout.AmountMinor, 0, "rail-1")
        : RemotePayIn is { } payIn ? new QueryTarget(Direction.PayIn, payIn.Reference, payIn.Way, payIn.AmountMinor, 0, "rail-1") : null;

    /// <summary>A token is there, so that the call itself meets the nonsense; a new one is asked of the rail.</summary>
    private sealed class AnyToken : ITokenStore
    {
        private bool isRefused;

        public Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation)
        {
            var again = isRefused;
            isRefused = false;
            return again ? renew(cancellation) : Task.FromResult<RailToken?>(new RailToken("a-token", long.MaxValue));
        }

        public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation)
        {
            isRefused = true;
            return Task.CompletedTask;
        }
    }
}
