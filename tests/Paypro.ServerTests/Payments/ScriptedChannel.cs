using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;

namespace Paypro.ServerTests.Payments;

/// <summary>The sandbox's channel, whose calls a test may answer in its place.</summary>
internal sealed class ScriptedChannel(IChannel inner) : IChannel
{
    public Func<PayoutDraft, Task<SendOutcome>>? Sends { get; set; }

    public Func<PayInDraft, Task<InstructionOutcome>>? Instructs { get; set; }

    /// <summary>The same for channels with several accounts.</summary>
    public Func<ChannelAccount, PayoutDraft, Task<SendOutcome>>? SendsAt { get; set; }

    public Func<ChannelAccount, PayInDraft, Task<InstructionOutcome>>? InstructsAt { get; set; }

    /// <summary>Another time-out of its calls than the sandbox's.</summary>
    public TimeSpan? CallTimeout { get; set; }

    public Func<QueryTarget, Task<IReadOnlyList<Observation>>>? Answers { get; set; }

    public Func<CallbackRequest, CallbackReading>? Reads { get; set; }

    /// <summary>What moved, by account and cursor; null where the rail tells no such thing.</summary>
    public Func<long, string, Task<ListPage?>>? Lists { get; set; }

    /// <summary>What the pots of an account hold; null where the rail tells no balances.</summary>
    public Func<long, Task<IReadOnlyList<PotBalance>>>? Balances { get; set; }

    /// <summary>What the rail promises instead of the sandbox's traits.</summary>
    public Func<ChannelTraits, ChannelTraits> Traits { get; set; } = static traits => traits;

    /// <summary>What the rail answers to a refund; accepted when nothing is said.</summary>
    public Func<RefundDraft, Task<SendOutcome>>? Refunds { get; set; }

    /// <summary>Whether the rail has a call for refunds.</summary>
    public bool HasRefunds { get; init; }

    /// <summary>Looked at before anything of an order is begun.</summary>
    public Action? Looked { get; set; }

    /// <summary>Whether a second send is one payment at this rail.</summary>
    public bool RepeatIsHarmless { get; set; }

    /// <summary>The ways that the rail makes the instructions of.</summary>
    public HashSet<string> Remote { get; } = [];

    public string Name => inner.Name;

    public IReadOnlyList<WayOffer> Ways => inner.Ways;

    public IReadOnlyList<SecretName> Secrets => inner.Secrets;

    /// <summary>A channel whose rail tells what moved.</summary>
    public static void PutListing(IServiceCollection services)
    {
        Put(services, hasRefunds: false);
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(s =>
        {
            var channel = s.GetRequiredService<ScriptedChannel>();
            channel.Lists = static (_, cursor) => Task.FromResult<ListPage?>(new ListPage([], cursor, false));
            return new Dictionary<string, IChannel> { ["sandbox"] = channel };
        });
    }

    /// <summary>A channel whose rail tells what our pots hold.</summary>
    public static void PutTelling(IServiceCollection services)
    {
        Put(services, hasRefunds: false);
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(s =>
        {
            var channel = s.GetRequiredService<ScriptedChannel>();
            channel.Balances = static _ => Task.FromResult<IReadOnlyList<PotBalance>>([]);
            return new Dictionary<string, IChannel> { ["sandbox"] = channel };
        });
    }

    public static void Put(IServiceCollection services) => Put(services, hasRefunds: false);

    public static void PutWithRefunds(IServiceCollection services) => Put(services, hasRefunds: true);

    private static void Put(IServiceCollection services, bool hasRefunds)
    {
        var own = services.Last(s => s.ServiceType == typeof(IReadOnlyDictionary<string, IChannel>));
        services.AddSingleton(s => new ScriptedChannel(((IReadOnlyDictionary<string, IChannel>)own.ImplementationFactory!(s))["sandbox"]) { HasRefunds = hasRefunds });
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(s => new Dictionary<string, IChannel> { ["sandbox"] = s.GetRequiredService<ScriptedChannel>() });
    }

    public string? CheckAccount(ChannelAccount account) => inner.CheckAccount(account);

    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way)
    {
        Looked?.Invoke();
        var traits = Traits(inner.TraitsOf(account, direction, way) with { RepeatIsHarmless = RepeatIsHarmless });
        return CallTimeout is { } timeout ? traits with { CallTimeout = timeout } : traits;
    }

    public IChannelSession Open(ChannelAccount account, ChannelServices services) =>
        HasRefunds ? new RefundingSession(this, inner.Open(account, services))
        : Balances is not null ? new TellingSession(this, inner.Open(account, services))
        : Lists is null ? new Session(this, inner.Open(account, services))
        : new ListingSession(this, inner.Open(account, services));

    private sealed class ListingSession(ScriptedChannel script, IChannelSession inner) : Session(script, inner), IListings
    {
        public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) => Script.Lists!(Account.Id, cursor);
    }

    private sealed class TellingSession(ScriptedChannel script, IChannelSession inner) : Session(script, inner), IBalances
    {
        public Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation) => Script.Balances!(Account.Id);
    }

    private sealed class RefundingSession(ScriptedChannel script, IChannelSession inner) : Session(script, inner), IRefunds
    {
        private readonly ConcurrentDictionary<string, int> _made = new();

        public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) =>
            _made.AddOrUpdate(draft.Number, 1, static (_, count) => count + 1) is > 1 and var no ? $"back{draft.Number}x{no}" : $"back{draft.Number}";

        public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) => Script.Refunds?.Invoke(draft) ?? Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
    }

    private class Session(ScriptedChannel script, IChannelSession inner) : IChannelSession, IPayIns, IPayouts, IQueries, IAccountChecks, ICallbacks
    {
        protected ScriptedChannel Script => script;

        public ChannelAccount Account => inner.Account;

        public InstructionMode ModeFor(string way) => script.Remote.Contains(way) ? InstructionMode.Remote : ((IPayIns)inner).ModeFor(way);

        public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => ((IPayIns)inner).MakePayInReference(draft, random);

        public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => ((IPayouts)inner).MakePayoutReference(draft, random);

        public NumberSpace? NumberSpaceFor(string way) => script.Remote.Contains(way) ? null : ((IPayIns)inner).NumberSpaceFor(way);

        public PaymentInstruction IssueLocally(PayInDraft draft) => ((IPayIns)inner).IssueLocally(draft);

        public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) =>
            script.InstructsAt?.Invoke(Account, draft) ?? script.Instructs?.Invoke(draft) ?? ((IPayIns)inner).RequestInstructionAsync(draft, cancellation);

        public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) =>
            script.SendsAt?.Invoke(Account, draft) ?? script.Sends?.Invoke(draft) ?? ((IPayouts)inner).SendPayoutAsync(draft, cancellation);

        public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) =>
            script.Answers?.Invoke(target) ?? ((IQueries)inner).QueryAsync(target, cancellation);

        public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) => ((IAccountChecks)inner).VerifyAccountAsync(enquiry, cancellation);

        public CallbackReading ReadCallback(CallbackRequest request) => script.Reads?.Invoke(request) ?? ((ICallbacks)inner).ReadCallback(request);

        public void Dispose() => inner.Dispose();
    }
}
