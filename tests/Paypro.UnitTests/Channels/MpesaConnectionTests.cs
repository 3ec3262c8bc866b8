using Paypro.Channels;
using Paypro.RailDoubles;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>The token that all nodes share, registration, and the trial of an account.</summary>
public sealed class MpesaConnectionTests : IAsyncLifetime
{
    private const string Token = "GET /oauth/v1/generate";

    private MpesaGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await MpesaGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task One_token_serves_until_another_program_ends_it()
    {
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 11), Stop);
        using var other = ground.Channel.Open(ground.Account, ground.Services);
        await ((IPayIns)other).RequestInstructionAsync(ground.PayIn(seed: 12), Stop);
        Assert.Single(ground.Operator.Log, call => call == Token);
        ground.Operator.StealToken();
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 13), Stop));
        Assert.Equal(2, ground.Operator.Log.Count(call => call == Token));
        Assert.Equal(3, ground.Operator.Prompts.Count);
    }

    [Theory]
    [InlineData(400, "400.003.01")]
    [InlineData(401, "401.002.01")]
    [InlineData(404, "404.001.03")]
    public async Task A_token_that_is_refused_again_and_again_means_that_nothing_was_done(int status, string code)
    {
        ground.Operator.Trouble("POST /mpesa/b2c", MpesaTrouble.Instead(status, MpesaTrouble.Error(code, "Invalid Access Token")), times: 2);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(), Stop)).Scope);
        Assert.Equal(2, ground.Operator.Log.Count(call => call == Token));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("html")]
    [InlineData("error inside")]
    [InlineData("number for a text")]
    [InlineData("no time")]
    [InlineData("cut")]
    public async Task Without_a_token_nothing_leaves(string how)
    {
        var isRead = how == "number for a text";
        ground.Operator.Trouble(Token, how switch
        {
            "refused" => MpesaTrouble.Instead(400, MpesaTrouble.Error("400.008.01", "Invalid Authentication passed")),
            "html" => MpesaTrouble.Instead(200, "<html></html>", "text/html"),
            "error inside" => MpesaTrouble.Instead(200, MpesaTrouble.Error("500.003.1001", "Internal Server Error")),
            "number for a text" => MpesaTrouble.Changed(static token => token["expires_in"] = 3599),
            "no time" => MpesaTrouble.Changed(static token => token.Remove("expires_in")),
            _ => MpesaTrouble.CutBefore,
        });
        var outcome = await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(), Stop);
        Assert.Equal(isRead, outcome is SendOutcome.Accepted);
        Assert.Equal(isRead ? null : DeclineScope.Channel, (outcome as SendOutcome.Declined)?.Scope);
        Assert.Equal(isRead ? 1 : 0, ground.Operator.Payouts.Count);
    }

    [Fact]
    public async Task A_server_of_another_authority_gets_nothing()
    {
        using var others = new TestCertificates("Another authority");
        using var session = ground.Channel.Open(ground.With(("serverAuthority", others.AuthorityPem)), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(MpesaGround.Payout(), Stop)).Scope);
        Assert.Empty(ground.Operator.Log);
    }

    /// <summary>The specification's vector.</summary>
    [Fact]
    public async Task A_token_is_asked_for_with_key_and_secret()
    {
        string? shown = null;
        var account = ground.WithSecret("consumer-key", "key"u8.ToArray());
        account = account with { Secrets = new ChannelSecrets(account.Secrets.Names.Select(name => new SecretVersion(name, name == "consumer-secret" ? "secret"u8.ToArray() : account.Secrets.Current(name, 1), 0, 0))) };
        using var session = ground.Channel.Open(account, TestServices.Make(() => new Recorder(request => shown = request.Headers.Authorization?.ToString()), ground.Clock));
        await ((IPayouts)session).SendPayoutAsync(MpesaGround.Payout(), Stop);
        Assert.Equal("Basic a2V5OnNlY3JldA==", shown);
    }

    /// <summary>The password holds the time: a clock that is far off is a trouble of ours, and no verdict on the order.</summary>
    [Fact]
    public async Task A_clock_that_is_two_minutes_off_declines_as_our_own_trouble()
    {
        using var session = ground.Channel.Open(ground.Account, ground.Services with { Time = new SetClock { NowMs = ground.Clock.NowMs + 120_000 } });
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ((IPayIns)session).RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
    }

    [Fact]
    public async Task An_account_is_registered_and_tried()
    {
        var activation = (IActivation)ground.Session;
        var findings = await TryAsync();
        Assert.Contains(findings, finding => finding.Result == TrialResult.Wrong && finding.Says.Contains("activate the account", StringComparison.Ordinal));
        Assert.Null(await activation.ActivateAsync(Stop));
        Assert.Null(await activation.ActivateAsync(Stop));
        Assert.StartsWith(MpesaGround.Callback, ground.Operator.Confirmations!.AbsoluteUri, StringComparison.Ordinal);
        findings = await TryAsync();
        Assert.All(findings, finding => Assert.True(finding.Result is TrialResult.Right or TrialResult.Attention, finding.Says));
        Assert.DoesNotContain(findings, finding => finding.Says.Contains("callbacks", StringComparison.Ordinal));

        // A trial renews the token where all nodes have theirs.
        var calls = ground.Operator.Log.Count(call => call == Token);
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop);
        Assert.Equal(calls, ground.Operator.Log.Count(call => call == Token));

        ground.Operator.Trouble("POST /mpesa/c2b", MpesaTrouble.Instead(500, MpesaTrouble.Error("500.003.1001", "Urls are already registered")));
        Assert.Contains("500.003.1001", await activation.ActivateAsync(Stop), StringComparison.Ordinal);
        ground.Operator.Trouble("POST /pulltransactions/v1/register", MpesaTrouble.Instead(200, """{"ResponseCode":"1002"}"""));
        Assert.Contains("1002", await activation.ActivateAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_says_what_is_wrong()
    {
        ground.Operator.Trouble(Token, MpesaTrouble.CutBefore);
        Assert.Equal(TrialResult.NoAnswer, Assert.Single(await TryAsync()).Result);
        ground.Operator.Trouble(Token, MpesaTrouble.Instead(400, MpesaTrouble.Error("400.008.01", "Invalid Authentication passed")));
        Assert.Contains("consumer-key", Assert.Single(await TryAsync()).Says, StringComparison.Ordinal);
        ground.Operator.Trouble(Token, MpesaTrouble.Instead(200, "<html></html>", "text/html"));
        Assert.Contains("base", Assert.Single(await TryAsync()).Says, StringComparison.Ordinal);
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
        ground.Operator.Trouble("POST /mpesa/accountbalance", MpesaTrouble.Instead(400, MpesaTrouble.Error("400.002.02", "Bad Request - Invalid Initiator")));
        ground.Operator.Trouble("POST /mpesa/accountbalance", MpesaTrouble.CutBefore);
        var findings = await TryAsync();
        Assert.Equal([TrialResult.Right, TrialResult.Right, TrialResult.Wrong, TrialResult.NoAnswer, TrialResult.Attention], findings.Select(finding => finding.Result));
    }

    private Task<IReadOnlyList<TrialFinding>> TryAsync() => ((IAccountTrials)ground.Session).TryAccountAsync(Stop);

    private sealed class Recorder(Action<HttpRequestMessage> sees) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sees(request);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable));
        }
    }
}
