using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Protocol.Countries;

public class MexicoRequestTests
{
    private const string PayIn = """
        {"sign":"0be92a962072b1786a01a2cab4891a1d","timestamp":"1728609257212","tradeNo":"test_00000008","amount":"300","mobile":"15745896325",
        "email":"","payer":"kevin zhang","notifyUrl":"https://google.com","returnUrl":"http://abc.com/callback_page","remark":"test","wayCode":"va"}
        """;

    private const string Payout = """
        {"sign":"b39f64dc1586867b1966a569ba06e3a2","timestamp":"1728611780130","tradeNo":"test_00000001","wayCode":"BANXICO","amount":"200",
        "customerName":"kevin zhang","customerMobile":"18956325478","customerEmail":"","customerAccountType":"DebitCard",
        "customerAccount":"kevin_zhang_account","identity":"58452586558","notifyUrl":"https://google.com","remark":"test"}
        """;

    private static readonly RequestContext Sandbox = new(IsSandbox: true, Mexico.Country.Banks);
    private static readonly RequestContext Live = new(IsSandbox: false, Mexico.Country.Banks);

    public static TheoryData<OperationKind, string> RequiredFields => Of(member => member.Presence != Presence.Optional);

    public static TheoryData<OperationKind, string> AllFields => Of(_ => true);

    [Fact]
    public void Reads_the_documented_pay_in()
    {
        var fields = Accept(OperationKind.CreatePayIn, PayIn, Live);
        Assert.Equal("test_00000008", fields.TradeNo);
        Assert.Equal(300_00, fields.AmountMinor);
        Assert.Equal(1728609257212, fields.TimestampMs);
        Assert.Equal("va", fields.Way!.Code);
        Assert.Equal(("15745896325", null, "kevin zhang"), (fields.Mobile, fields.Email, fields.Name));
        Assert.Equal(("https://google.com", "http://abc.com/callback_page", "test"), (fields.NotifyUrl, fields.ReturnUrl, fields.Remark));
    }

    [Fact]
    public void Reads_the_documented_payout_in_the_sandbox()
    {
        var fields = Accept(OperationKind.CreatePayout, Payout, Sandbox);
        Assert.Equal(200_00, fields.AmountMinor);
        Assert.Equal(("BANXICO", "DebitCard", "kevin_zhang_account"), (fields.BankCode, fields.AccountType, fields.Account));
        Assert.Equal(("kevin zhang", "18956325478", "58452586558"), (fields.Name, fields.Mobile, fields.Identity));
        Assert.Null(fields.Way);
    }

    [Theory]
    [InlineData(OperationKind.QueryPayIn, """{"sign":"ac13b9abf95c66ffc4025abaaeeb3a83","timestamp":"1728613488294","tradeNo":"test_00000008"}""")]
    [InlineData(OperationKind.QueryPayout, """{"sign":"ee5c512fe36fed2afe2d36ab248e0eb8","timestamp":"1728613320708","tradeNo":"test_00000002"}""")]
    [InlineData(OperationKind.QueryBalance, """{"timestamp":"1724151084278","sign":"8d1bdd4d9d6b642c6843464c72e6a5a1"}""")]
    public void Reads_the_documented_queries(OperationKind kind, string json) => Assert.NotNull(Accept(kind, json, Live).TimestampMs);

    [Fact]
    public void Hosted_page_lets_the_payer_choose()
    {
        Assert.Null(Accept(OperationKind.CreateHostedPayIn, Without(PayIn, "wayCode"), Live).Way);
        Assert.Equal("store", Accept(OperationKind.CreateHostedPayIn, With(PayIn, "wayCode", "store"), Live).Way!.Code);
        Assert.Equal("wayCode: must be one of va, store", Refuse(OperationKind.CreateHostedPayIn, With(PayIn, "wayCode", "oxxo"), Live));
    }

    [Theory]
    [MemberData(nameof(RequiredFields))]
    public void A_required_field_that_is_missing_empty_or_null_is_named(OperationKind kind, string name)
    {
        Assert.Equal($"{name}: is required", Refuse(kind, Without(ExampleOf(kind), name), Sandbox));
        Assert.Equal($"{name}: is required", Refuse(kind, With(ExampleOf(kind), name, ""), Sandbox));
        Assert.Equal($"{name}: is required", Refuse(kind, With(ExampleOf(kind), name, null), Sandbox));
    }

    [Theory]
    [MemberData(nameof(AllFields))]
    public void A_field_too_long_or_of_a_wrong_kind_is_named(OperationKind kind, string name)
    {
        Assert.StartsWith($"{name}: must be ", Refuse(kind, With(ExampleOf(kind), name, new string('9', 2100)), Sandbox), StringComparison.Ordinal);
        Assert.Equal($"{name}: must be text or a number", Refuse(kind, With(ExampleOf(kind), name, true), Sandbox));
        Assert.StartsWith($"{name}: must ", Refuse(kind, With(ExampleOf(kind), name, "bell\u0007"), Sandbox), StringComparison.Ordinal);
        Assert.StartsWith($"{name}: must not be an object", Bodies.ErrorOf(Bodies.Utf8(With(ExampleOf(kind), name, new JsonObject()))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amount", "300.5", "amount: must be a whole number")]
    [InlineData("amount", "0", "amount: must be greater than zero")]
    [InlineData("tradeNo", "with blank", "tradeNo: must be printable ASCII characters without blanks")]
    [InlineData("tradeNo", "número", "tradeNo: must be printable ASCII characters without blanks")]
    [InlineData("wayCode", "spei", "wayCode: must be one of va, store")]
    [InlineData("timestamp", "yesterday", "timestamp: must be Unix milliseconds")]
    [InlineData("timestamp", "17286092572", "timestamp: must be Unix milliseconds (13 digits) or seconds (10 digits)")]
    [InlineData("notifyUrl", "google.com", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "ftp://google.com", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "javascript:alert(1)", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "http://shop¸.example/", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "http://shop.examplesµ-/", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "https://", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "https://a b.com/", "notifyUrl: must be an absolute http or https address")]
    [InlineData("notifyUrl", "https:\\\\google.com", "notifyUrl: must be an absolute http or https address")]
    [InlineData("returnUrl", "https://user:secret@google.com", "returnUrl: must not contain a user name or password")]
    [InlineData("returnUrl", "https://@google.com", "returnUrl: must not contain a user name or password")]
    [InlineData("returnUrl", "/relative", "returnUrl: must be an absolute http or https address")]
    public void A_wrong_value_is_named(string name, string value, string expected) =>
        Assert.Equal(expected, Refuse(OperationKind.CreatePayIn, With(PayIn, name, value), Sandbox));

    [Fact]
    public void Numbers_may_come_bare()
    {
        var fields = Accept(OperationKind.CreatePayIn, """{"timestamp":1728609257,"tradeNo":1.0E7,"amount":1.0E7,"mobile":15745896325,"wayCode":"store","notifyUrl":"http://abc.com"}""", Live);
        Assert.Equal((1728609257000, "10000000", 10_000_000_00, "15745896325"), (fields.TimestampMs, fields.TradeNo, fields.AmountMinor, fields.Mobile));
        Assert.Equal("tradeNo: must be text or a whole number", Refuse(OperationKind.CreatePayIn, """{"timestamp":1728609257,"tradeNo":1.0E70}""", Live));
    }

    [Fact]
    public void Remark_keeps_its_line_breaks() =>
        Assert.Equal("one\r\n\ttwo", Accept(OperationKind.CreatePayIn, With(PayIn, "remark", "one\r\n\ttwo"), Live).Remark);

    [Fact]
    public void A_name_of_blanks_is_missing() =>
        Assert.Equal("customerName: must not be blank", Refuse(OperationKind.CreatePayout, With(Payout, "customerName", "  "), Sandbox));

    [Fact]
    public void A_payout_without_an_address_needs_the_merchants_default()
    {
        var json = Without(Payout, "notifyUrl");
        Assert.Equal("notifyUrl: is required", Refuse(OperationKind.CreatePayout, json, Sandbox));
        Assert.Null(Accept(OperationKind.CreatePayout, json, Sandbox with { HasDefaultNotifyUrl = true }).NotifyUrl);
        Assert.Equal("notifyUrl: is required", Refuse(OperationKind.CreatePayIn, Without(PayIn, "notifyUrl"), Live with { HasDefaultNotifyUrl = true }));
    }

    [Theory]
    [InlineData("BBVA_MEXICO", "012180001234567899", "BBVA_MEXICO")]
    [InlineData("40012", "012180001234567899", "BBVA_MEXICO")]
    [InlineData("NOT_LISTED", "012180001234567899", "BBVA_MEXICO")]
    [InlineData("BANXICO", "001180001234567897", "BANXICO")]
    [InlineData("2001", "001180001234567897", "BANXICO")]
    public void A_clabe_decides_its_bank(string wayCode, string account, string bank) =>
        Assert.Equal(bank, Accept(OperationKind.CreatePayout, PayoutTo(wayCode, "CLABE", account), Live).BankCode);

    [Theory]
    [InlineData("BBVA_MEXICO", "012180001234567891", "customerAccount: must be a CLABE: 18 digits with a right check digit")]
    [InlineData("BBVA_MEXICO", "01218000123456789", "customerAccount: must be a CLABE: 18 digits with a right check digit")]
    [InlineData("BBVA_MEXICO", "kevin_zhang_account", "customerAccount: must be a CLABE: 18 digits with a right check digit")]
    [InlineData("BANAMEX", "012180001234567899", "customerAccount: is an account at BBVA_MEXICO, not at BANAMEX")]
    [InlineData("BBVA", "002010077777777771", "customerAccount: is an account at BANAMEX, not at BBVA_MEXICO")]
    [InlineData("BBVA México", "002010077777777771", "customerAccount: is an account at BANAMEX, not at BBVA_MEXICO")]
    [InlineData("bbva bancomer", "002010077777777771", "customerAccount: is an account at BANAMEX, not at BBVA_MEXICO")]
    [InlineData("012", "002010077777777771", "customerAccount: is an account at BANAMEX, not at BBVA_MEXICO")]
    [InlineData("Santander-Mexico", "002010077777777771", "customerAccount: is an account at BANAMEX, not at SANTANDER")]
    [InlineData("BBVA_MEXICO", "999180001234567899", "customerAccount: must begin with the digits of a listed bank")]
    public void A_wrong_clabe_is_refused_even_in_the_sandbox(string wayCode, string account, string expected) =>
        Assert.Equal(expected, Refuse(OperationKind.CreatePayout, PayoutTo(wayCode, "CLABE", account), Sandbox));

    [Theory]
    [InlineData("4111111111111111", null)]
    [InlineData("4111111111111112", "customerAccount: must be a card number: 16 digits with a right check digit")]
    [InlineData("411111111111111", "customerAccount: must be a card number: 16 digits with a right check digit")]
    [InlineData("kevin_zhang_account", "customerAccount: must be a card number: 16 digits with a right check digit")]
    public void Cards_are_checked_when_live(string account, string? expected)
    {
        var json = PayoutTo("BANAMEX", "DebitCard", account);
        Read(OperationKind.CreatePayout, json, Live, out var error);
        Assert.Equal(expected, error);
        Assert.Equal(account, Accept(OperationKind.CreatePayout, json, Sandbox).Account);
    }

    [Theory]
    [InlineData("BANSEFI", "BABIEN")]
    [InlineData("ARCUS_FI", "ARCUS")]
    [InlineData("37166", "BABIEN")]
    [InlineData("codi_valida", "CoDi_Valida")]
    public void Banks_have_other_names(string wayCode, string bank) =>
        Assert.Equal(bank, Accept(OperationKind.CreatePayout, With(Payout, "wayCode", wayCode), Sandbox).BankCode);

    [Fact]
    public void An_unlisted_bank_is_refused_unless_there_is_no_list()
    {
        var json = With(Payout, "wayCode", "NOT_LISTED");
        Assert.Equal("wayCode: is not in the list of banks", Refuse(OperationKind.CreatePayout, json, Sandbox));
        Assert.Equal("NOT_LISTED", Accept(OperationKind.CreatePayout, json, Sandbox with { Banks = BankDirectory.None }).BankCode);
    }

    [Fact]
    public void An_unknown_account_kind_is_refused() =>
        Assert.Equal("customerAccountType: must be one of DebitCard, CLABE", Refuse(OperationKind.CreatePayout, With(Payout, "customerAccountType", "IBAN"), Sandbox));

    [Theory]
    [InlineData("amount", "300.00", true)]
    [InlineData("amount", 300, true)]
    [InlineData("remark", "other", true)]
    [InlineData("timestamp", "1728609257999", true)]
    [InlineData("amount", "301", false)]
    [InlineData("wayCode", "store", false)]
    public void Content_is_amount_and_way(string name, object value, bool isSame)
    {
        var first = Accept(OperationKind.CreatePayIn, PayIn, Live).ContentText();
        var second = Accept(OperationKind.CreatePayIn, With(PayIn, name, JsonValue.Create(value)), Live).ContentText();
        Assert.Equal(isSame, first == second);
    }

    [Theory]
    [InlineData("wayCode", "2001", true)]
    [InlineData("wayCode", "BANAMEX", false)]
    [InlineData("customerAccount", "another", false)]
    [InlineData("identity", "1", false)]
    public void Content_of_a_payout_is_bank_account_and_identity(string name, string value, bool isSame)
    {
        var first = Accept(OperationKind.CreatePayout, Payout, Sandbox).ContentText();
        var second = Accept(OperationKind.CreatePayout, With(Payout, name, value), Sandbox).ContentText();
        Assert.Equal(isSame, first == second);
    }

    private static RequestFields? Read(OperationKind kind, string json, RequestContext context, out string? error) =>
        RequestReader.Read(Mexico.Country, Mexico.Country.FindOperation(kind)!, Bodies.Read(json), context, out error);

    private static RequestFields Accept(OperationKind kind, string json, RequestContext context)
    {
        var fields = Read(kind, json, context, out var error);
        Assert.Null(error);
        return fields!;
    }

    private static string Refuse(OperationKind kind, string json, RequestContext context)
    {
        Assert.Null(Read(kind, json, context, out var error));
        return error!;
    }

    private static string ExampleOf(OperationKind kind) => kind switch
    {
        OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn => PayIn,
        OperationKind.CreatePayout => Payout,
        _ => """{"timestamp":"1728613488294","tradeNo":"test_00000008"}""",
    };

    private static string PayoutTo(string wayCode, string type, string account) =>
        With(With(With(Payout, "wayCode", wayCode), "customerAccountType", type), "customerAccount", account);

    private static string With(string json, string name, JsonNode? value)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members[name] = value;
        return members.ToJsonString();
    }

    private static string Without(string json, string name)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members.Remove(name);
        return members.ToJsonString();
    }

    private static TheoryData<OperationKind, string> Of(Func<Field, bool> isWanted)
    {
        var data = new TheoryData<OperationKind, string>();
        foreach (var operation in Mexico.Country.Operations.Where(o => !o.IsOurs))
        {
            foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign && isWanted(field)))
            {
                data.Add(operation.Kind, field.Name);
            }
        }

        return data;
    }
}
