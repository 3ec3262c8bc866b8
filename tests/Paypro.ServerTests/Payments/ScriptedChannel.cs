using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;

namespace Paypro.ServerTests.Payments;

/// <summary>The sandbox's channel, whose calls a test may answer in its place.</summary>
internal sealed class ScriptedChannel(IChannel inner) : IChannel
{
    public Func<PayoutDraft, Task<SendOutcome>>? Sends { get; set; }

    public Func<PayInDraft, Task<InstructionOutcome>>? Instructs { get; set; }

    public Func<QueryTarget, Task<IReadOnlyList<Observation>>>? Answers { get; set; }

    public Func<CallbackRequest, CallbackReading>? Reads { get; set; }

    /// <summary>Looked at before anything of an order is begun.</summary>
    public Action? Looked { get; set; }

    /// <summary>Whether a second send is one payment at this rail.</summary>
    public bool RepeatIsHarmless { get; set; }

    /// <summary>The ways that the rail makes the instructions of.</summary>
    public HashSet<string> Remote { get; } = [];

    public string Name => inner.Name;

    public IReadOnlyList<WayOffer> Ways => inner.Ways;

    public IReadOnlyList<SecretName> Secrets => inner.Secrets;

    public static void Put(IServiceCollection services)
    {
        var own = services.Last(s => s.ServiceType == typeof(IReadOnlyDictionary<string, IChannel>));
        services.AddSingleton(s => new ScriptedChannel(((IReadOnlyDictionary<string, IChannel>)own.ImplementationFactory!(s))["sandbox"]));
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(s => new Dictionary<string, IChannel> { ["sandbox"] = s.GetRequiredService<ScriptedChannel>() });
    }

    public string? CheckAccount(ChannelAccount account) => inner.CheckAccount(account);

    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way)
    {
        Looked?.Invoke();
        return inner.TraitsOf(account, direction, way) with { RepeatIsHarmless = RepeatIsHarmless };
    }

    public IChannelSession Open(ChannelAccount account, ChannelServices services) => new Session(this, inner.Open(account, services));

    private sealed class Session(ScriptedChannel script, IChannelSession inner) : IChannelSession, IPayIns, IPayouts, IQueries, IAccountChecks, ICallbacks
    {
        public ChannelAccount Account => inner.Account;

        public InstructionMode ModeFor(string way) => script.Remote.Contains(way) ? InstructionMode.Remote : ((IPayIns)inner).ModeFor(way);

        public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => ((IPayIns)inner).MakePayInReference(draft, random);

        public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => ((IPayouts)inner).MakePayoutReference(draft, random);

        public NumberSpace? NumberSpaceFor(string way) => script.Remote.Contains(way) ? null : ((IPayIns)inner).NumberSpaceFor(way);

        public PaymentInstruction IssueLocally(PayInDraft draft) => ((IPayIns)inner).IssueLocally(draft);

        public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) =>
            script.Instructs?.Invoke(draft) ?? ((IPayIns)inner).RequestInstructionAsync(draft, cancellation);

        public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) =>
            script.Sends?.Invoke(draft) ?? ((IPayouts)inner).SendPayoutAsync(draft, cancellation);

        public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) =>
            script.Answers?.Invoke(target) ?? ((IQueries)inner).QueryAsync(target, cancellation);

        public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) => ((IAccountChecks)inner).VerifyAccountAsync(enquiry, cancellation);

        public CallbackReading ReadCallback(CallbackRequest request) => script.Reads?.Invoke(request) ?? ((ICallbacks)inner).ReadCallback(request);

        public void Dispose() => inner.Dispose();
    }
}
