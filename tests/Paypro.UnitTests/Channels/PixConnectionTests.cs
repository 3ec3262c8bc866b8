using Paypro.Channels;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>Tokens and certificates, over real TLS.</summary>
public sealed class PixConnectionTests : IAsyncLifetime
{
    private PixGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await PixGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task One_token_serves_until_it_is_refused()
    {
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 11), Stop);
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 12), Stop);
        Assert.Single(ground.Bank.Log, call => call == "POST /oauth/token");
        ground.Bank.EndTokens();
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 13), Stop));
        Assert.Equal(2, ground.Bank.Log.Count(call => call == "POST /oauth/token"));
    }

    [Fact]
    public async Task A_token_is_asked_for_with_a_form_where_the_bank_wants_one()
    {
        using var session = ground.Channel.Open(ground.With(("tokenBody", "form"), ("token", new Uri(ground.Bank.Address, "/oauth/token").AbsoluteUri)), ground.Services);
        Assert.IsType<InstructionOutcome.Accepted>(await ((IPayIns)session).RequestInstructionAsync(ground.PayIn(), Stop));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("html")]
    [InlineData("error inside")]
    [InlineData("text for a number")]
    [InlineData("no time")]
    [InlineData("cut")]
    public async Task Without_a_token_nothing_leaves(string how)
    {
        var isRead = how == "text for a number";
        ground.Bank.Trouble("POST /oauth/token", how switch
        {
            "refused" => PixTrouble.Instead(401, """{"error":"invalid_client"}"""),
            "html" => PixTrouble.Instead(200, "<html></html>", "text/html"),
            "error inside" => PixTrouble.Instead(200, """{"nome":"erro_aplicacao","mensagem":"x"}"""),
            "text for a number" => PixTrouble.Changed(static token => token["expires_in"] = "3600"),
            "no time" => PixTrouble.Changed(static token => token.Remove("expires_in")),
            _ => PixTrouble.CutBefore,
        });
        var outcome = await ground.Payouts.SendPayoutAsync(PixGround.Payout(), Stop);
        Assert.Equal(isRead, outcome is SendOutcome.Accepted);
        Assert.Equal(isRead ? null : DeclineScope.Channel, (outcome as SendOutcome.Declined)?.Scope);
        Assert.Equal(isRead ? 1 : 0, ground.Bank.Log.Count(call => call.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Wrong_credentials_are_the_accounts_own_trouble()
    {
        using var session = ground.Channel.Open(ground.WithSecret("client-secret", "another secret"u8.ToArray()), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop)).Scope);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ((IQueries)session).QueryAsync(PixGround.Target(PixGround.Payout()), Stop)).Kind);
    }

    [Fact]
    public async Task An_ended_certificate_is_not_shown()
    {
        var ends = DateTimeOffset.FromUnixTimeMilliseconds(ground.Clock.NowMs).AddHours(1);
        var ending = ground.WithSecret("certificate", ground.Bank.Certificates.Client(ends: ends));
        using var session = ground.Channel.Open(ending, ground.Services);
        ground.Clock.NowMs += 3_600_001;
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop)).Scope);
        Assert.Equal(0, ground.Bank.Calls);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_gets_nothing_done()
    {
        using var session = ground.Channel.Open(ground.WithSecret("certificate", ground.ForeignClientFile), ground.Services);
        Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop));
        Assert.Equal(0, ground.Bank.Calls);
    }

    [Fact]
    public async Task A_bank_of_another_authority_gets_nothing()
    {
        using var session = ground.Channel.Open(ground.With(("serverAuthority", ground.ForeignAuthority)), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop)).Scope);
        Assert.Equal(0, ground.Bank.Calls);
    }

    /// <summary>A newer version of the certificate is shown when its time comes, without a restart.</summary>
    [Fact]
    public async Task A_newer_certificate_is_shown_from_its_time()
    {
        var (account, from) = (ground.WithSecret("certificate", ground.ForeignClientFile), ground.Clock.NowMs + 60_000);
        account = account with
        {
            Secrets = new ChannelSecrets([.. account.Secrets.Names.Select(name => new SecretVersion(name, account.Secrets.Current(name, 1), 0, 0)), new("certificate", ground.ClientFile, from, 0)]),
        };
        using var session = ground.Channel.Open(account, ground.Services);
        Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop));
        ground.Clock.NowMs = from;
        Assert.IsType<SendOutcome.Accepted>(await ((IPayouts)session).SendPayoutAsync(PixGround.Payout(), Stop));
    }
}
