using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;

namespace Paypro.ServerTests.Payments;

/// <summary>The sandbox's channel, whose calls a test may answer in its place.</summary>
internal sealed class ScriptedChannel(IChannel inner) : IChannel
{
    public Func<PayoutDraft, Task<SendOutcome>>? Sends { get; set; }

    public Func<PayInDraft, Task<InstructionOutcome>>? Instructs { get; set; }

    public Func<QueryTarget, Task<IReadOnlyList<Observation>>>? Answers { get; set; }

    /// <summary>Looked at before anything of an order is begun.</summary>
    public Action? Looked { get; set; }

    /// <summary>The ways that the rail makes the instructions of.</summary>
    public HashSet<string> Remote { get; } = [];

    public string Name => inner.Name;

    public ChannelTraits Traits
    {
        get
        {
            Looked?.Invoke();
            return inner.Traits;
        }
    }

    public static void Put(IServiceCollection services)
    {
        var own = services.Last(s => s.ServiceType == typeof(IReadOnlyDictionary<string, IChannel>));
        services.AddSingleton(s => new ScriptedChannel(((IReadOnlyDictionary<string, IChannel>)own.ImplementationFactory!(s))["sandbox"]));
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(s => new Dictionary<string, IChannel> { ["sandbox"] = s.GetRequiredService<ScriptedChannel>() });
    }

    public string? CheckAccount(ChannelAccount account) => inner.CheckAccount(account);

    public InstructionMode ModeFor(ChannelAccount account, string way) => Remote.Contains(way) ? InstructionMode.Remote : inner.ModeFor(account, way);

    public string MakePayInReference(ChannelAccount account, PayInDraft draft, ReadOnlySpan<byte> random) => inner.MakePayInReference(account, draft, random);

    public string MakePayoutReference(ChannelAccount account, PayoutDraft draft, ReadOnlySpan<byte> random) => inner.MakePayoutReference(account, draft, random);

    public NumberSpace? NumberSpaceFor(ChannelAccount account, string way) => Remote.Contains(way) ? null : inner.NumberSpaceFor(account, way);

    public PaymentInstruction IssueLocally(ChannelAccount account, PayInDraft draft) => inner.IssueLocally(account, draft);

    public Task<InstructionOutcome> RequestInstructionAsync(ChannelAccount account, PayInDraft draft, CancellationToken cancellation) =>
        Instructs?.Invoke(draft) ?? inner.RequestInstructionAsync(account, draft, cancellation);

    public Task<SendOutcome> SendPayoutAsync(ChannelAccount account, PayoutDraft draft, CancellationToken cancellation) =>
        Sends?.Invoke(draft) ?? inner.SendPayoutAsync(account, draft, cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(ChannelAccount account, QueryTarget target, CancellationToken cancellation) =>
        Answers?.Invoke(target) ?? inner.QueryAsync(account, target, cancellation);

    public CallbackReading ReadCallback(ChannelAccount account, CallbackRequest request) => inner.ReadCallback(account, request);
}
