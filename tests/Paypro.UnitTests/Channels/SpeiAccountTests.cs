using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>What is wrong with an account, as it is set and as STP sees it; and the numbers that it gives out.</summary>
public sealed class SpeiAccountTests : IAsyncLifetime
{
    private SpeiGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await SpeiGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("speiUrl", "", "speiUrl: ")]
    [InlineData("efwsUrl", "", "efwsUrl: ")]
    [InlineData("speiUrl", "http://stp.example.com", "speiUrl: must be https")]
    [InlineData("efwsUrl", "https://stp.example.com/efws", "efwsUrl: must be without a path")]
    [InlineData("ordersPath", "speiws", "ordersPath: ")]
    [InlineData("empresa", "", "empresa: ")]
    [InlineData("empresa", "A|B", "empresa: ")]
    [InlineData("clabePrefix", "64618", "clabePrefix: must be 6 to 13 digits")]
    [InlineData("clabePrefix", "64618000000001", "clabePrefix: must be 6 to 13 digits")]
    [InlineData("clabePrefix", "64618a", "clabePrefix: ")]
    [InlineData("cuentaOrdenante", "646180000000000013", "cuentaOrdenante: must be a CLABE")]
    [InlineData("clabePrefix", "646180", "cuentaOrdenante: must be none of the CLABEs that payers get")]
    [InlineData("nombreOrdenante", "---", "nombreOrdenante: ")]
    [InlineData("rfcOrdenante", "X", "rfcOrdenante: ")]
    [InlineData("concepto", "...", "concepto: ")]
    [InlineData("acceptsCards", "maybe", "acceptsCards: must be yes or no")]
    [InlineData("sendsOptional", "1", "sendsOptional: must be yes or no")]
    [InlineData("queriesPerHour", "9", "queriesPerHour: ")]
    [InlineData("maxInFlight", "65", "maxInFlight: ")]
    [InlineData("fundsErrors", ",", "fundsErrors: ")]
    [InlineData("fundsErrors", "-999, -1", "fundsErrors: must be numbers below -1")]
    [InlineData("fundsErrors", "0", "fundsErrors: must be numbers below -1")]
    [InlineData("fundsErrors", "de", "fundsErrors: must be numbers below -1, or words")]
    [InlineData("creditStates", "lq", "creditStates: ")]
    [InlineData("holidays", "2026-12-24", "holidays: must be days as yyyyMMdd")]
    [InlineData("callbackIps", "stp.example.com", "callbackIps: must be IP addresses")]
    [InlineData("serverAuthority", "no PEM", "serverAuthority: must be a certificate in PEM")]
    public void A_wrong_setting_is_named(string setting, string value, string problem) =>
        Assert.StartsWith(problem, ground.Channel.CheckAccount(ground.With((setting, value))), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_secret_is_named_and_not_shown()
    {
        foreach (var name in new[] { "private-key", "callback-token" })
        {
            Assert.StartsWith($"{name}: is missing", ground.Channel.CheckAccount(ground.WithSecret(name, null)), StringComparison.Ordinal);
        }

        using var key = RSA.Create(2048);
        Assert.StartsWith("private-key: is no RSA key", ground.Channel.CheckAccount(ground.WithSecret("private-key", "no file"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("private-key: is no RSA key", ground.Channel.CheckAccount(ground.WithSecret("private-key", Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()))), StringComparison.Ordinal);
        Assert.StartsWith("private-key: is no RSA key", ground.Channel.CheckAccount(ground.WithSecret("passphrase", "another"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("private-key: is no RSA key", ground.Channel.CheckAccount(ground.WithSecret("passphrase", null)), StringComparison.Ordinal);
        Assert.StartsWith("callback-token: must have", ground.Channel.CheckAccount(ground.WithSecret("callback-token", "short"u8.ToArray())), StringComparison.Ordinal);
        Assert.StartsWith("basic-user: needs", ground.Channel.CheckAccount(ground.WithSecret("basic-password", null)), StringComparison.Ordinal);
        Assert.StartsWith("country: ", ground.Channel.CheckAccount(ground.Account with { Country = "BR", Currency = "BRL" }), StringComparison.Ordinal);
        Assert.StartsWith("speiUrl: must be https", ground.Channel.CheckAccount(ground.With(("speiUrl", "http://127.0.0.1:1")) with { Live = true }), StringComparison.Ordinal);
    }

    /// <summary>STP gives prefixes of ten digits too: five are left for the serial.</summary>
    [Theory]
    [InlineData("646182", 9)]
    [InlineData("6461801", 8)]
    [InlineData("6461801234", 5)]
    [InlineData("6461801234567", 2)]
    public void Numbers_are_of_the_prefix_that_STP_gave(string prefix, int serialDigits)
    {
        using var session = ground.Channel.Open(ground.With(("clabePrefix", prefix)), ground.Services);
        var space = ((IPayIns)session).NumberSpaceFor("va")!;
        Assert.Equal(("clabe", prefix, serialDigits), (space.Kind, space.Prefix, space.SerialDigits));
        var number = space.Finish($"{prefix}63{new string('9', serialDigits)}");
        Assert.True(StpForms.IsClabe(number));
        var instruction = ((IPayIns)session).IssueLocally(ground.PayIn() with { Reference = number });
        Assert.Equal(("clabe", number, "Empresa de Prueba S A", "STP"), (instruction.Kind, instruction.Value, instruction.BeneficiaryName, instruction.Bank));
        Assert.Throws<ArgumentException>(() => ((IPayIns)session).IssueLocally(ground.PayIn() with { Reference = "012180001234567899" }));
    }

    [Fact]
    public async Task A_right_account_is_right_in_all_that_can_be_tried()
    {
        var findings = await TryAsync(ground.Account);
        Assert.Equal([TrialResult.Right, TrialResult.Right, TrialResult.Right, TrialResult.Right, TrialResult.Right, TrialResult.Attention], findings.Select(finding => finding.Result));
        Assert.Contains("1000000.00 MXN", findings[3].Says, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding.Says.Contains("callbacks/", StringComparison.Ordinal) || finding.Says.Contains(StpHouse.Password, StringComparison.Ordinal));
        Assert.Empty(ground.House.Orders);
        Assert.Empty(ground.House.Faults);
    }

    [Fact]
    public async Task What_is_wrong_at_STP_is_said_in_a_sentence()
    {
        using var weak = RSA.Create(1024);
        var findings = await TryAsync(ground.WithSecret("private-key", Encoding.UTF8.GetBytes(weak.ExportPkcs8PrivateKeyPem())));
        Assert.Equal([TrialResult.Attention, TrialResult.Wrong], findings.Select(finding => finding.Result));
        Assert.Contains("another public key", findings[1].Says, StringComparison.Ordinal);

        findings = await TryAsync(ground.With(("empresa", "ANOTHER")));
        Assert.Equal(TrialResult.Wrong, findings[^1].Result);

        findings = await TryAsync(ground.With(("serverAuthority", ground.ForeignAuthority)));
        Assert.Equal(TrialResult.NoAnswer, findings[^1].Result);

        ground.House.BalanceName = "disponible";
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Instead(404, ""));
        findings = await TryAsync(ground.Account);
        Assert.Equal([TrialResult.Right, TrialResult.Right, TrialResult.Wrong, TrialResult.Attention, TrialResult.Right, TrialResult.Attention], findings.Select(finding => finding.Result));
    }

    private async Task<IReadOnlyList<TrialFinding>> TryAsync(ChannelAccount account)
    {
        using var session = ground.Channel.Open(account, ground.Services);
        return await ((IAccountTrials)session).TryAccountAsync(Stop);
    }
}
