using System.Text;
using Paypro.Channels;
using Paypro.Channels.Paypro;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Channels;

/// <summary>The account's settings, its references and what it promises.</summary>
public sealed class PayproAccountTests
{
    private static readonly PayproChannel Channel = new(new SetClock());

    [Fact]
    public void An_account_of_every_country_is_right_in_both_flavours()
    {
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            Assert.Null(Channel.CheckAccount(PayproGround.AccountOf(country.IsoCode)));
            Assert.Null(Channel.CheckAccount(PayproGround.AccountOf(country.IsoCode, own: true)));
            Assert.Null(Channel.CheckAccount(PayproGround.AccountOf(country.IsoCode) with { Live = true }));
        }
    }

    [Theory]
    [InlineData("MX", "flavour", "ours", "flavour: must be own or original")]
    [InlineData("MX", "base", "", "base: must be an absolute http or https address")]
    [InlineData("MX", "base", "upstream.example.com", "base: must be an absolute http or https address")]
    [InlineData("MX", "base", "https://me:pass@upstream.example.com/mex-pay", "base: must not contain a user name or password")]
    [InlineData("MX", "base", "http://upstream.example.com/mex-pay", "base: must be https, or http on loopback for an account that moves no real money")]
    [InlineData("MX", "base", "https://upstream.example.com/mex-pay?a=1", "base: must have neither query nor fragment")]
    [InlineData("MX", "base", "https://gw.example.com/mex-pay", "base: is this installation's own address, so that money would go in a circle")]
    [InlineData("MX", "base", "https://GW.example.com:443/mex-pay/", "base: is this installation's own address, so that money would go in a circle")]
    [InlineData("MX", "merchantNo", "", "merchantNo: must be 1 to 32 letters and digits")]
    [InlineData("MX", "merchantNo", "1 2", "merchantNo: must be 1 to 32 letters and digits")]
    [InlineData("MX", "paths", "other", "paths: must be paypro or vexora")]
    [InlineData("KE", "paths", "vexora", "paths: vexora is known for flavour original only, and not for Kenya's paths")]
    [InlineData("MX", "signing", "rsa", "signing: must be md5 or hmac")]
    [InlineData("MX", "signing", "hmac", "signing: hmac is known for flavour own only")]
    [InlineData("BR", "signIn", "query", "signIn: must be body or header")]
    [InlineData("MX", "signIn", "header", "signIn: header is known for MD5 keys in Brazil only")]
    [InlineData("MX", "bankCodes", "a=b", "bankCodes: must be *")]
    [InlineData("MX", "way.cash", "x", "way.cash: is no way of Mexico")]
    [InlineData("MX", "way.va", "", "way.va: must be 1 to 32 characters")]
    [InlineData("IN", "ipAddress", "here", "ipAddress: must be an IP address")]
    [InlineData("MX", "notFoundMessage", " ", "notFoundMessage: must be 1 to 200 characters, for flavour original only")]
    [InlineData("MX", "floatAlarm", "much", "floatAlarm: must be an amount of MXN")]
    public void A_wrong_setting_is_named(string country, string name, string value, string sentence) =>
        Assert.Equal(sentence, Channel.CheckAccount(PayproGround.AccountOf(country, own: false, (name, value))));

    [Fact]
    public void Money_goes_to_loopback_only_where_it_is_not_real()
    {
        var account = PayproGround.AccountOf("MX", own: true, ("base", "http://127.0.0.1:5081/mex-pay"));
        Assert.Null(Channel.CheckAccount(account));
        Assert.StartsWith("base: must be https", Channel.CheckAccount(account with { Live = true }), StringComparison.Ordinal);
        Assert.StartsWith("base: is this", Channel.CheckAccount(account with { CallbackAddress = new Uri("http://127.0.0.1:5081/c/9") }), StringComparison.Ordinal);
        Assert.StartsWith("callback address: ", Channel.CheckAccount(account with { CallbackAddress = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_country_requires_of_every_order_must_have_a_source()
    {
        var account = PayproGround.AccountOf("IN");
        account = account with { Settings = account.Settings.Where(s => s.Key != "ipAddress").ToDictionary() };
        Assert.Equal("ipAddress: is missing; India requires it of every order", Channel.CheckAccount(account));
        Assert.Equal("country: MX with IDR is none of this channel", Channel.CheckAccount(PayproGround.AccountOf("MX") with { Currency = "IDR" }));
    }

    [Fact]
    public void The_key_is_named_and_must_be_valid_now()
    {
        var account = PayproGround.AccountOf("MX");
        Assert.Equal([("key", true)], Channel.Secrets.Select(secret => (secret.Name, secret.Required)));
        Assert.Equal("key: is missing or not valid now", Channel.CheckAccount(account with { Secrets = ChannelSecrets.None }));
        Assert.Equal("key: is missing or not valid now", Channel.CheckAccount(account with { Secrets = new([new("key", Encoding.ASCII.GetBytes("a secret"), 0, 5)]) }));
        Assert.Equal("key: must have at least 8 bytes", Channel.CheckAccount(account with { Secrets = new([new("key", Encoding.ASCII.GetBytes("short"), 0, 0)]) }));
    }

    [Fact]
    public void The_flavour_decides_what_is_promised()
    {
        var original = PayproGround.AccountOf("MX");
        var own = PayproGround.AccountOf("MX", own: true);

        Assert.Equal((false, TimeSpan.FromHours(72)), Promised(original, Direction.Payout, "CLABE"));
        Assert.Equal((true, TimeSpan.FromHours(24)), Promised(own, Direction.Payout, "CLABE"));
        Assert.Equal((true, TimeSpan.FromHours(25)), Promised(own, Direction.PayIn, "va"));
        Assert.Equal((false, TimeSpan.FromHours(73)), Promised(original, Direction.PayIn, "store"));
        Assert.All(Channel.Ways, way => Assert.Null(Channel.TraitsOf(PayproGround.AccountOf(way.Country), way.Direction, way.Way).Problem()));
        Assert.IsNotType<IRefunds>(new PayproGround().Session, exactMatch: false);
        Assert.IsType<IRefunds>(new PayproGround("MX", own: true).Session, exactMatch: false);
        Assert.IsType<ICancellations>(new PayproGround("MX", own: true).Session, exactMatch: false);
    }

    [Fact]
    public void References_are_in_shape_unique_and_made_of_every_bit()
    {
        var ground = new PayproGround();
        var random = new Random(7);
        var bytes = new byte[16];
        var seen = new HashSet<string>();
        for (var round = 0; round < 1_000; round++)
        {
            random.NextBytes(bytes);
            var payIn = ground.PayIns.MakePayInReference(ground.PayIn("va"), bytes);
            Assert.Matches("^SI[A-Z2-7]{26}$", payIn);
            Assert.Matches("^SO[A-Z2-7]{26}$", ground.Payouts.MakePayoutReference(ground.Payout("CLABE"), bytes));
            Assert.True(seen.Add(payIn), "A reference came twice.");
        }

        for (var bit = 0; bit < 128; bit++)
        {
            bytes = new byte[16];
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            Assert.True(seen.Add(ground.PayIns.MakePayInReference(ground.PayIn("va"), bytes)), $"Bit {bit} changes nothing.");
        }

        Assert.Throws<ArgumentException>(() => ground.PayIns.MakePayInReference(ground.PayIn("va"), new byte[15]));
        Assert.Throws<ArgumentException>(() => ground.PayIns.ModeFor("cash"));
    }

    [Fact]
    public void It_is_in_the_list_for_live_and_for_sandbox()
    {
        var entry = Assert.Single(ChannelCatalog.Entries, each => each.Name == "paypro");
        Assert.Equal(ChannelUse.Both, entry.Use);
        Assert.Equal("paypro", entry.Make(new ChannelParts(new SetClock(), null, new())).Name);
        Assert.Equal(CountryCatalog.BuiltIn.Countries.Sum(country => country.PayInWays.Count + country.PayoutKinds.Count), Channel.Ways.Count);
    }

    private static (bool Repeat, TimeSpan Finality) Promised(ChannelAccount account, Direction direction, string way)
    {
        var traits = Channel.TraitsOf(account, direction, way);
        return (traits.RepeatIsHarmless, traits.Finality);
    }
}
