using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite itself, with the smallest channel that keeps to it: so that it is known to pass a right one.</summary>
public sealed class HttpSampleCompliance : HttpChannelCompliance
{
    protected override IChannel Channel { get; } = new SampleChannel();

    protected override PayoutDraft? Payout => SandboxGround.Payout(20_000);

    protected override PayInDraft? RemotePayIn => null;

    protected override ChannelAccount AccountAt(Uri rail) => new()
    {
        Id = 7, Channel = "sample", Country = "MX", Currency = "MXN", Secrets = ChannelSecrets.None,
        Settings = new Dictionary<string, string> { ["address"] = rail.ToString() },
    };

    protected override bool MeansNotTaken(Nonsense answer) => answer.Status == 403;

    /// <summary>The other side of the suite: what the rail says in its own words is understood.</summary>
    [Fact]
    public async Task The_rails_own_words_are_understood()
    {
        using var session = Open(Rail.Address);
        Rail.Answer = new Nonsense("taken", 201, Nonsense.Http(201, """{"taken":"rail-1"}"""));
        Assert.Equal(new SendOutcome.Accepted("rail-1"), await ((IPayouts)session).SendPayoutAsync(Payout!, TestContext.Current.CancellationToken));
        Rail.Answer = new Nonsense("forbidden", 403, Nonsense.Http(403, "{}"));
        Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(Payout!, TestContext.Current.CancellationToken));
        Assert.Equal(2, Rail.Calls);
    }

    private sealed class SampleChannel : IChannel
    {
        public string Name => "sample";

        public IReadOnlyList<WayOffer> Ways => [new("MX", Direction.Payout, "CLABE")];

        public IReadOnlyList<SecretName> Secrets => [];

        public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) =>
            new() { CallTimeout = TimeSpan.FromSeconds(5), Finality = TimeSpan.FromMinutes(1), RepeatIsHarmless = false };

        public IChannelSession Open(ChannelAccount account, ChannelServices services) =>
            new Session(account, services.Http(new ChannelHttp(new Uri(account.Settings["address"]))));
    }

    private sealed class Session(ChannelAccount account, HttpClient http) : IChannelSession, IPayouts, IQueries
    {
        public ChannelAccount Account => account;

        public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => Convert.ToHexString(random);

        public async Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync("payouts", new { draft.Reference, draft.AmountMinor }, cancellation);
                if (answer.StatusCode == HttpStatusCode.Forbidden)
                {
                    return new SendOutcome.Declined("The rail does not let us in.", Scope: DeclineScope.Channel);
                }

                var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                return answer.StatusCode == HttpStatusCode.Created && TextOf(body, "taken") is { } id ? new SendOutcome.Accepted(id) : new SendOutcome.Unknown("The rail's answer says nothing.");
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException or IOException or InvalidOperationException)
            {
                return new SendOutcome.Unknown("The rail did not answer.");
            }
        }

        public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
        {
            var kind = ObservationKind.Unreachable;
            try
            {
                using var answer = await http.GetAsync($"payouts/{target.Reference}", cancellation);
                var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                kind = answer.StatusCode == HttpStatusCode.OK && TextOf(body, "status") == "pending" ? ObservationKind.Pending : kind;
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or JsonException or IOException or InvalidOperationException)
            {
                // Silence.
            }

            return [new Observation { Kind = kind, Direction = target.Direction, Reference = target.Reference }];
        }

        public void Dispose() => http.Dispose();

        private static string? TextOf(JsonElement body, string name) =>
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
