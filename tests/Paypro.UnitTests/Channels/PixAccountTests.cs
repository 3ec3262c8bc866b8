using Paypro.Channels;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>What is wrong with an account, as it is set and as its bank sees it.</summary>
public sealed class PixAccountTests : IAsyncLifetime
{
    private PixGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await PixGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("base", "", "base: ")]
    [InlineData("base", "http://bank.example.com", "base: must be https")]
    [InlineData("base", "https://bank.example.com/v2", "base: must have no path")]
    [InlineData("apiPath", "v2", "apiPath: ")]
    [InlineData("apiPath", "/v2/", "apiPath: ")]
    [InlineData("token", "ftp://bank.example.com", "token: ")]
    [InlineData("tokenBody", "xml", "tokenBody: must be json or form")]
    [InlineData("pixKey", "no key", "pixKey: must be a PIX key")]
    [InlineData("payingKey", "no key", "payingKey: must be a PIX key")]
    [InlineData("payouts", "yes", "payouts: must be none or efi")]
    [InlineData("maxInFlight", "0", "maxInFlight: ")]
    [InlineData("returnDays", "101", "returnDays: ")]
    [InlineData("blockedInBalance", "maybe", "blockedInBalance: ")]
    [InlineData("callbackSecretIn", "body", "callbackSecretIn: ")]
    [InlineData("callbackAddresses", "bank.example.com", "callbackAddresses: must be IP addresses")]
    [InlineData("callbackCertificates", "abc", "callbackCertificates: ")]
    [InlineData("skipMtlsChecking", "1", "skipMtlsChecking: ")]
    [InlineData("serverAuthority", "no PEM", "serverAuthority: must be a certificate in PEM")]
    [InlineData("fundsErrors", ",", "fundsErrors: ")]
    public void A_wrong_setting_is_named(string setting, string value, string problem) =>
        Assert.StartsWith(problem, ground.Channel.CheckAccount(ground.With((setting, value))), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_secret_is_named_and_not_shown()
    {
        foreach (var name in ground.Account.Secrets.Names.ToList())
        {
            Assert.StartsWith($"{name}: is missing", ground.Channel.CheckAccount(ground.WithSecret(name, null)), StringComparison.Ordinal);
        }

        Assert.StartsWith("certificate: is no PKCS#12", ground.Channel.CheckAccount(ground.WithSecret("certificate", "no file"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("certificate: is no PKCS#12", ground.Channel.CheckAccount(ground.WithSecret("certificate", ground.Bank.Certificates.Client(password: "x"))), StringComparison.Ordinal);
        Assert.StartsWith("callback-token: must have", ground.Channel.CheckAccount(ground.WithSecret("callback-token", "short"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("client-id: must", ground.Channel.CheckAccount(ground.WithSecret("client-id", "a:b"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("country: ", ground.Channel.CheckAccount(ground.Account with { Country = "MX", Currency = "MXN" }), StringComparison.Ordinal);
        Assert.StartsWith("callback address: ", ground.Channel.CheckAccount(ground.Account with { CallbackAddress = null }), StringComparison.Ordinal);
        Assert.Null(ground.Channel.CheckAccount(ground.WithSecret("certificate", ground.Bank.Certificates.Client(password: "x")) is var with && with.Secrets is var secrets
            ? with with { Secrets = new ChannelSecrets([.. secrets.Names.Select(name => new SecretVersion(name, secrets.Current(name, 1), 0, 0)), new("certificate-password", "x"u8.ToArray(), 0, 0)]) } : null!));
    }

    [Fact]
    public async Task An_activated_account_is_right_in_all_that_can_be_tried()
    {
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
        Assert.False(ground.Bank.SkippedMtls);
        var findings = await TryAsync(ground.Account);
        Assert.All(findings, finding => Assert.Equal(TrialResult.Right, finding.Result));
        Assert.Equal(5, findings.Count);
        Assert.Contains("1000000.00 BRL can be sent", findings[^1].Says, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding.Says.Contains("callbacks/", StringComparison.Ordinal));
        Assert.Empty(ground.Bank.Payments);
        Assert.Empty(ground.Bank.Payouts);
        Assert.Empty(ground.Bank.Faults);
    }

    [Fact]
    public async Task Each_key_is_registered_and_the_bank_told_not_to_test()
    {
        ground.Bank.Keys.Add("paying@example.com");
        using var session = ground.Channel.Open(ground.With(("payingKey", "paying@example.com"), ("skipMtlsChecking", "yes")), ground.Services);
        Assert.Null(await ((IActivation)session).ActivateAsync(Stop));
        Assert.Equal(ground.Bank.Webhook(), ground.Bank.Webhook("paying@example.com"));
        Assert.True(ground.Bank.SkippedMtls);
    }

    [Fact]
    public async Task A_registration_that_is_refused_or_lost_is_not_done()
    {
        ground.Bank.Trouble("PUT /v2/webhook", PixTrouble.Instead(400, PixTrouble.Named("webhook_invalido")));
        Assert.Contains("webhook_invalido", await ((IActivation)ground.Session).ActivateAsync(Stop), StringComparison.Ordinal);
        ground.Bank.Trouble("PUT /v2/webhook", PixTrouble.Instead(200, "{}"));
        Assert.NotNull(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public static TheoryData<string, TrialResult, string> Wrongs { get; } = new()
    {
        { "not activated", TrialResult.Wrong, "activate the account" },
        { "another address", TrialResult.Wrong, "calls another address" },
        { "scope", TrialResult.Wrong, "pix.send" },
        { "credentials", TrialResult.Wrong, "refuses a token" },
        { "no token", TrialResult.Wrong, "tokenBody" },
        { "silence", TrialResult.NoAnswer, "gives no token" },
        { "certificate ends soon", TrialResult.Attention, "ends on" },
        { "certificate ended", TrialResult.Wrong, "ended on" },
        { "balance", TrialResult.Wrong, "gn.balance.read" },
        { "wrong path", TrialResult.Wrong, "apiPath" },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task What_is_wrong_is_said_in_a_sentence(string how, TrialResult result, string says)
    {
        if (how != "not activated")
        {
            await ((IActivation)ground.Session).ActivateAsync(Stop);
        }

        var account = ground.Account;
        switch (how)
        {
            case "another address":
                account = ground.WithSecret("callback-token", "a later token of many bytes"u8.ToArray());
                break;
            case "scope":
                ground.Bank.Scope = "cob.read cob.write pix.read pix.write webhook.read webhook.write gn.pix.send.read gn.balance.read";
                break;
            case "credentials":
                account = ground.WithSecret("client-secret", "another secret"u8.ToArray());
                break;
            case "no token":
                ground.Bank.Trouble("POST /oauth/token", PixTrouble.Instead(200, "<html></html>"));
                break;
            case "silence":
                ground.Bank.Trouble("POST /oauth/token", PixTrouble.CutBefore);
                break;
            case "certificate ends soon":
                account = ground.WithSecret("certificate", ground.Bank.Certificates.Client(ends: DateTimeOffset.FromUnixTimeMilliseconds(ground.Clock.NowMs).AddDays(20)));
                break;
            case "certificate ended":
                account = ground.WithSecret("certificate", ground.Bank.Certificates.Client(ends: DateTimeOffset.FromUnixTimeMilliseconds(ground.Clock.NowMs).AddDays(-1)));
                break;
            case "balance":
                ground.Bank.Trouble("GET /v2/gn/saldo", PixTrouble.Instead(403, PixTrouble.Named("acesso_negado")));
                break;
            case "wrong path":
                account = ground.With(("apiPath", "/api"));
                break;
        }

        Assert.Contains(await TryAsync(account), finding => finding.Result == result && finding.Says.Contains(says, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<TrialFinding>> TryAsync(ChannelAccount account)
    {
        using var session = ground.Channel.Open(account, ground.Services);
        return await ((IAccountTrials)session).TryAccountAsync(Stop);
    }
}
