using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;
using Paypro.Channels.Mpesa;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>Settings, secrets, the specification's vectors, and the addresses that are made of them.</summary>
public sealed class MpesaAccountTests : IAsyncLifetime
{
    /// <summary>The published password of a published test account (<c>data/vectors.json</c>, recomputed).</summary>
    private const string SamplePassword = "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMjEwNjI4MDkyNDA4";

    private MpesaGround ground = null!;

    public async ValueTask InitializeAsync() => ground = await MpesaGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("base", "", "base: ")]
    [InlineData("base", "https://api.example.com/x", "base: must have neither path nor query")]
    [InlineData("base", "http://api.example.com", "base: must be https")]
    [InlineData("shortCode", "1234", "shortCode: must have 5 to 7 digits")]
    [InlineData("partyB", "12a45", "partyB: must have 5 to 10 digits")]
    [InlineData("transactionType", "CustomerBuyGoodsOnline", "partyB: is required for tills")]
    [InlineData("transactionType", "Other", "transactionType: must be")]
    [InlineData("c2b", "yes", "c2b: must be")]
    [InlineData("c2b", "booked", "c2b: booked needs callbackAddresses")]
    [InlineData("c2bUnanswered", "completed", "c2bUnanswered: must be Completed or Cancelled")]
    [InlineData("pull", "no", "c2b: hint needs pull")]
    [InlineData("pullOffset", "", "pullOffset: is required with pull")]
    [InlineData("pullOffset", "lines", "pullOffset: must be rows or pages")]
    [InlineData("pullNumber", "", "pullNumber: is required")]
    [InlineData("pullNumber", "0708374149", "pullNumber: must be 12 digits")]
    [InlineData("pullTimes", "local", "pullTimes: must be")]
    [InlineData("initiatorName", "", "initiatorName: is required for payouts")]
    [InlineData("initiatorName", "a b", "initiatorName: must be")]
    [InlineData("b2cShortCode", "12", "b2cShortCode: must have 5 to 7 digits")]
    [InlineData("commandId", "Payment", "commandId: must be")]
    [InlineData("partialReversals", "maybe", "partialReversals: must be")]
    [InlineData("notFoundCodes", " , ", "notFoundCodes: must be one or more")]
    [InlineData("callbackAddresses", "196.201.214.x", "callbackAddresses: must be IP addresses")]
    [InlineData("maxPerSecond", "0", "maxPerSecond: must be a whole number from 1 to 1000")]
    [InlineData("serverAuthority", "x", "serverAuthority: must be a certificate in PEM")]
    public void A_wrong_setting_is_named(string name, string value, string problem) =>
        Assert.StartsWith(problem, ground.Channel.CheckAccount(ground.With((name, value)))!, StringComparison.Ordinal);

    [Theory]
    [InlineData("consumer-key")]
    [InlineData("consumer-secret")]
    [InlineData("passkey")]
    [InlineData("initiator-password")]
    [InlineData("certificate")]
    [InlineData("callback-token")]
    public void A_missing_secret_is_named(string name) => Assert.Equal($"{name}: is missing or not valid now", ground.Channel.CheckAccount(ground.WithSecret(name, null)));

    [Fact]
    public void An_account_that_cannot_be_is_refused()
    {
        Assert.StartsWith("country: ", ground.Channel.CheckAccount(ground.Account with { Country = "BR" })!, StringComparison.Ordinal);
        Assert.StartsWith("callback address: the server", ground.Channel.CheckAccount(ground.Account with { CallbackAddress = null })!, StringComparison.Ordinal);
        Assert.Contains("the word MPESA", ground.Channel.CheckAccount(ground.Account with { CallbackAddress = new Uri("https://mpesa.example.com/callbacks/1") })!, StringComparison.Ordinal);
        Assert.StartsWith("base: must be https", ground.Channel.CheckAccount(ground.With(("base", "http://127.0.0.1:1")) with { Live = true })!, StringComparison.Ordinal);
        Assert.Equal("consumer-key: must have no colon", ground.Channel.CheckAccount(ground.WithSecret("consumer-key", "a:b"u8.ToArray())));
        Assert.StartsWith("certificate: must be", ground.Channel.CheckAccount(ground.WithSecret("certificate", "x"u8.ToArray()))!, StringComparison.Ordinal);
        Assert.StartsWith("initiator-password: is too long", ground.Channel.CheckAccount(ground.WithSecret("initiator-password", new byte[300]))!, StringComparison.Ordinal);
        Assert.StartsWith("callback-token: must have at least", ground.Channel.CheckAccount(ground.WithSecret("callback-token", new byte[15]))!, StringComparison.Ordinal);
        Assert.Null(ground.Channel.CheckAccount(ground.With(("initiatorName", ""), ("b2cShortCode", ""), ("c2b", ""), ("pull", ""))));
        Assert.Null(ground.Channel.CheckAccount(ground.With(("c2b", "booked"), ("pull", ""), ("callbackAddresses", "196.201.214.200, 196.201.214.206"))));
    }

    [Fact]
    public void The_sample_password_comes_out()
    {
        Assert.Equal(SamplePassword, MpesaWire.Password("174379", MpesaOperator.Passkey, "20210628092408"));
        Assert.Equal("20210628092408", MpesaWire.Timestamp(new DateTimeOffset(2021, 6, 28, 6, 24, 8, TimeSpan.Zero)));
    }

    [Fact]
    public void A_credential_opens_with_the_key_that_it_is_for()
    {
        using var key = RSA.Create(2048);
        var account = ground.WithSecret("certificate", Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()));
        var read = MpesaAccount.Read(account, ground.Clock.NowMs, out _)!;
        var (first, second) = (read.SecurityCredential(ground.Clock.NowMs)!, read.SecurityCredential(ground.Clock.NowMs)!);
        Assert.NotEqual(first, second);
        Assert.Equal("TestInitiator#1", Encoding.UTF8.GetString(key.Decrypt(Convert.FromBase64String(first), RSAEncryptionPadding.Pkcs1)));
    }

    [Theory]
    [InlineData("10", 10_00)]
    [InlineData("1.00", 1_00)]
    [InlineData("300.5", 300_50)]
    [InlineData("250000.00", 250_000_00)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("5E1", null)]
    [InlineData("1,000", null)]
    [InlineData("1.005", null)]
    [InlineData("1.", null)]
    [InlineData(".5", null)]
    [InlineData(" 1", null)]
    [InlineData("1234567890123", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_amount_is_exact_or_none(string? text, int? minor)
    {
        Assert.Equal(minor is not null, MpesaWire.TryReadAmount(text, out var read));
        Assert.True(minor is null || read == minor);
    }

    [Theory]
    [InlineData("20261128130115")]
    [InlineData("28.11.2026 13:01:15")]
    [InlineData("2026-11-28T13:01:15Z")]
    public void Times_are_Nairobis(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 10, 1, 15, TimeSpan.Zero).ToUnixTimeMilliseconds(), MpesaWire.TimeOf(text));

    [Fact]
    public void No_address_holds_a_word_that_is_forbidden_and_none_opens_another()
    {
        var read = MpesaAccount.Read(ground.Account, ground.Clock.NowMs, out _)!;
        var bytes = new byte[16];
        var random = new Random(5);
        for (var i = 0; i < 5_000; i++)
        {
            random.NextBytes(bytes);
            var reference = MpesaReference.Make(i % 2 == 0 ? Direction.PayIn : Direction.Payout, bytes);
            var address = MpesaAddress.Of(read, MpesaTopic.Payout, reference, ground.Clock.NowMs);
            Assert.Null(MpesaAddress.ForbiddenIn(address));
            var path = address[MpesaGround.Callback.Length..];
            Assert.Equal((MpesaTopic.Payout, reference), MpesaAddress.Read(read, path, ground.Clock.NowMs));
            Assert.Null(MpesaAddress.Read(read, path.Replace("/p/", "/s/", StringComparison.Ordinal), ground.Clock.NowMs));
            Assert.Null(MpesaAddress.Read(read, path + "A", ground.Clock.NowMs));
        }

        Assert.All(new[] { "", "/", "/a/b/c", "//p/A", "/0123456789abcdef0123456789abcdef/p/", "/0123456789abcdef0123456789abcdef/z/A" }, path => Assert.Null(MpesaAddress.Read(read, path, ground.Clock.NowMs)));
    }

    [Fact]
    public void Nothing_of_an_account_is_printed() => Assert.Equal("MpesaAccount 9", MpesaAccount.Read(ground.Account, ground.Clock.NowMs, out _)!.ToString());
}
