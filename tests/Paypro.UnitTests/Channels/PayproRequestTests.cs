using System.Text;
using Paypro.Channels;
using Paypro.Channels.Paypro;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Channels;

/// <summary>What leaves for the upstream: every way and kind of account of every country, paths, and signatures.</summary>
public sealed class PayproRequestTests
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    public static TheoryData<string, string> Ways() => new(CountryCatalog.BuiltIn.Countries.SelectMany(c => c.PayInWays.Select(way => (c.IsoCode, way.Code))));

    public static TheoryData<string, string> Kinds() => new(CountryCatalog.BuiltIn.Countries.SelectMany(c => c.PayoutKinds.Select(kind => (c.IsoCode, kind))));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_way_makes_a_request_that_keeps_the_rules_of_its_country(string country, string way)
    {
        var ground = new PayproGround(country);
        var draft = ground.PayIn(way);

        Assert.Equal(InstructionMode.Remote, ground.PayIns.ModeFor(way));
        Assert.Null(ground.PayIns.NumberSpaceFor(way));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(draft, Stop));

        var call = Assert.Single(ground.Upstream.Calls);
        var fields = Read(ground, call);
        Assert.Equal(draft.Reference, fields.TradeNo);
        Assert.Equal(draft.AmountMinor, fields.AmountMinor);
        Assert.Equal(way, fields.Way?.Code);
        Assert.Equal("https://gw.example.com/c/9", fields.NotifyUrl);
        Assert.True(fields.Remark is null || fields.Remark == draft.Reference);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_account_makes_a_request_that_keeps_the_rules_of_its_country(string country, string kind)
    {
        var ground = new PayproGround(country);
        var draft = ground.Payout(kind);

        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft, Stop));

        var fields = Read(ground, Assert.Single(ground.Upstream.Calls));
        Assert.Equal(OperationKind.CreatePayout, fields.Operation.Kind);
        Assert.Equal(draft.Reference, fields.TradeNo);
        Assert.Equal(draft.AmountMinor, fields.AmountMinor);
        Assert.Equal(draft.Person.Account, fields.Account);
        Assert.Equal(kind == "*" ? null : kind, fields.AccountType);
        Assert.Equal(draft.BankCode, fields.BankCode ?? "");
    }

    [Theory]
    [InlineData("fbdd711b74a90d0e337104ace22ad611", 1728613488294, "tradeNo=test_00000008")]
    [InlineData("b17b00b2ea9d118875e4697526946d0b", 1724151084278)]
    [InlineData("1867b7537ab269c65db1cf0ae5da3a8d", 1795860000000, "tradeNo=SIABCDEFGHIJKLMNOPQRSTUVWX23", "amount=300", "wayCode=va", "notifyUrl=https://gw.example.com/c/9")]
    [InlineData("ff19f5d4b32d494108b039e37bf3586b", 1728611780130, "tradeNo=test_00000001", "amount=200", "wayCode=BANXICO", "customerAccountType=DebitCard",
        "customerAccount=kevin_zhang_account", "customerName=kevin zhang", "customerMobile=18956325478", "identity=58452586558", "notifyUrl=https://google.com", "remark=test")]
    public async Task Signs_as_the_published_vectors_do(string sign, long timestamp, params string[] members)
    {
        var ground = new PayproGround();
        ground.Clock.NowMs = timestamp;
        var account = PayproAccount.Read(ground.Account, timestamp, out _)!;
        using var http = new PayproHttp(account, ground.Services());

        await http.CallAsync(
            new PayproRequest("/v1/paypro/any", [.. members.Select(m => m.Split('=', 2)).Select(m => KeyValuePair.Create(m[0], m[1]))], HasTime: true, SignMayBeHeader: true), Stop);

        Assert.Equal(sign, Assert.Single(ground.Upstream.Calls)["sign"]);
    }

    [Theory]
    [InlineData("MX", "paypro", "/mex-pay/v1/paypro/payInApi", "/mex-pay/v1/paypro/payOut")]
    [InlineData("ID", "paypro", "/indonesia-pay/v1/paypro/payIn", "/indonesia-pay/v1/paypro/payOut")]
    [InlineData("PK", "paypro", "/pak-pay/v1/payproPK/payinApi", "/pak-pay/v1/payproPK/payout")]
    [InlineData("VN", "paypro", "/vietnam-pay/v1/payproVN/payin", "/vietnam-pay/v1/payproVN/payout")]
    [InlineData("KE", "paypro", "/ken-pay/api/payin", "/ken-pay/api/payout")]
    [InlineData("BR", "paypro", "/brz-pay/v1/paypro/payin", "/brz-pay/v1/paypro/payout")]
    [InlineData("IN", "paypro", "/ind-pay/v1/paypro/payinApi", "/ind-pay/v1/paypro/payout")]
    [InlineData("PK", "vexora", "/pak-pay/v1/vexora/deposits", "/pak-pay/v1/vexora/disbursements")]
    public async Task Calls_the_paths_in_their_exact_spelling(string country, string paths, string payIn, string payout)
    {
        var ground = new PayproGround(country, settings: ("paths", paths));
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(ground.Country.PayInWays[0].Code), Stop);
        await ground.Payouts.SendPayoutAsync(ground.Payout(ground.Country.PayoutKinds[0]), Stop);

        Assert.Equal([payIn, payout], ground.Upstream.Calls.Select(call => call.Address.AbsolutePath));
        Assert.All(ground.Upstream.Calls, call => Assert.Equal("1000000001", call.Headers["merchantNo"]));
    }

    [Fact]
    public async Task A_query_of_the_twin_brand_keeps_its_own_name()
    {
        var ground = new PayproGround(settings: ("paths", "vexora"));
        await ground.Queries.QueryAsync(new QueryTarget(Direction.Payout, "SO" + new string('A', 26), "CLABE", 300_00, 1), Stop);
        Assert.Equal("/mex-pay/v1/vexora/queryPayOutResult", Assert.Single(ground.Upstream.Calls).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_sign_of_Brazils_older_form_stands_in_the_header()
    {
        var ground = new PayproGround("BR", settings: ("signIn", "header"));
        await ground.PayIns.RequestInstructionAsync(ground.PayIn("PIX"), Stop);

        var call = Assert.Single(ground.Upstream.Calls);
        Assert.Null(call["sign"]);
        Assert.True(Md5Signature.Verify(call.Flat, Encoding.ASCII.GetBytes(call.Headers["sign"]), Encoding.ASCII.GetBytes(PayproGround.Secret)));
    }

    [Fact]
    public async Task An_hmac_key_signs_path_number_and_the_very_bytes()
    {
        var ground = new PayproGround("MX", own: true, ("signing", "hmac"));
        await ground.Queries.QueryAsync(new QueryTarget(Direction.PayIn, "SI" + new string('A', 26), "va", 300_00, 1), Stop);

        var call = Assert.Single(ground.Upstream.Calls);
        Assert.Null(call["sign"]);
        Assert.True(HmacSignature.Verify(
            call.Headers["Paypro-Signature"], HmacSignature.Request, "/mex-pay/v1/paypro/queryPayInResult", "1000000001", call.Body,
            Encoding.ASCII.GetBytes(PayproGround.Secret), out var unixSeconds));
        Assert.Equal(1_795_860_000, unixSeconds);
    }

    [Fact]
    public async Task The_upstreams_own_codes_replace_ours_after_the_rules_have_been_checked()
    {
        var ground = new PayproGround("BD", settings: ("way.BKASH", "EWALLET_BKASH_2"));
        ground.Account = ground.Account with { BankCodes = new Dictionary<string, string> { ["BKASH"] = "WALLET-7" } };
        await ground.PayIns.RequestInstructionAsync(ground.PayIn("BKASH"), Stop);
        await ground.Payouts.SendPayoutAsync(ground.Payout() with { BankCode = "BKASH" }, Stop);

        Assert.Equal("EWALLET_BKASH_2", ground.Upstream.Calls[0]["wayCode"]);
        Assert.Equal("WALLET-7", ground.Upstream.Calls[1]["wayCode"]);
    }

    [Fact]
    public async Task A_bank_without_a_line_is_declined_and_nothing_is_sent()
    {
        var ground = new PayproGround("NG");
        ground.Account = ground.Account with { Settings = ground.Account.Settings.Where(s => s.Key != "bankCodes").ToDictionary() };
        var declined = Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(ground.Payout(), Stop));

        Assert.Equal(DeclineScope.Channel, declined.Scope);
        Assert.Empty(ground.Upstream.Calls);
    }

    [Theory]
    [InlineData("MX", 300_50, DeclineScope.Channel)]
    [InlineData("BR", 300_50, null)]
    public async Task A_remainder_that_the_country_cannot_carry_is_declined_before_sending(string country, long amountMinor, DeclineScope? scope)
    {
        var ground = new PayproGround(country);
        var outcome = await ground.Payouts.SendPayoutAsync(ground.Payout(ground.Country.PayoutKinds[0], amountMinor), Stop);

        Assert.Equal(scope, (outcome as SendOutcome.Declined)?.Scope);
        Assert.Equal(scope is null ? "300.50" : null, ground.Upstream.Calls.SingleOrDefault()?["amount"]);
    }

    [Fact]
    public async Task An_account_that_breaks_the_countrys_rules_is_declined_before_sending()
    {
        var ground = new PayproGround();
        var draft = ground.Payout("CLABE");
        var declined = Assert.IsType<SendOutcome.Declined>(
            await ground.Payouts.SendPayoutAsync(draft with { Person = draft.Person with { Account = "012180001234567890" } }, Stop));

        Assert.Equal((DeclineScope.Order, PayproVerdict.NotThese), (declined.Scope, declined.Reason));
        Assert.Empty(ground.Upstream.Calls);
    }

    private static RequestFields Read(PayproGround ground, SentCall call)
    {
        Assert.True(Md5Signature.Verify(call.Flat, Encoding.ASCII.GetBytes(PayproGround.Secret)));
        var operation = CountryCatalog.BuiltIn.Find(call.Address.AbsolutePath)?.For(ground.Country);
        Assert.NotNull(operation);
        var fields = RequestReader.Read(ground.Country, operation, call.Flat, new RequestContext(IsSandbox: true, ground.Country.Banks), out var error);
        Assert.True(fields is not null, error);
        return fields;
    }
}
