using Paypro.Protocol.Countries;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>What is special in the countries whose files hold more than names; the rest is proved for all countries at once elsewhere.</summary>
public class FurtherCountriesTests
{
    private const string BrazilPayout = """
        {"timestamp":"1724149702962","tradeNo":"123231222","amount":"300","name":"abc","email":"abc@xx.com","mobile":"123456789","bankType":"TYPE",
        "bankNumber":"KEY","identityType":"CPF","userIdentity":"52998224725","notifyUrl":"http://abc.com/notify","remark":"000000"}
        """;

    private const string KoreaPage = """
        {"timestamp":"1728609257212","tradeNo":"1","subMerchantNo":"s","amount":"10000","mobile":"01012345678","firstname":"A","lastname":"B","email":"a@b.kr",
        "channelCode":"VA","wayCode":"VA","ipAddress":"203.0.113.7","dateOfBirth":"DATE","notifyUrl":"https://a.kr/n"}
        """;

    [Theory]
    [InlineData("CPF", "529.982.247-25", "52998224725")]
    [InlineData("CNPJ", "11.222.333/0001-81", "11222333000181")]
    [InlineData("EMAIL", "Abc@Example.com", "abc@example.com")]
    [InlineData("PHONE", "11987654321", "+5511987654321")]
    [InlineData("EVP", "123E4567-E89B-42D3-A456-426614174000", "123e4567-e89b-42d3-a456-426614174000")]
    public void A_pix_key_goes_on_in_the_directorys_form(string type, string key, string expected) =>
        Assert.Equal(expected, Accept(Brazil.Country, OperationKind.CreatePayout, BrazilPayout.Replace("TYPE", type).Replace("KEY", key), isSandbox: false).Account);

    [Theory]
    [InlineData("CPF", "abc@example.com")]
    [InlineData("EMAIL", "52998224725")]
    [InlineData("CPF", "10094038292")] // the documented example, whose check digits are wrong
    public void A_pix_key_of_another_kind_is_refused_when_live(string type, string key) =>
        Assert.StartsWith(
            "bankNumber: must be ",
            Refuse(Brazil.Country, OperationKind.CreatePayout, BrazilPayout.Replace("TYPE", type).Replace("KEY", key), isSandbox: false),
            StringComparison.Ordinal);

    [Fact]
    public void A_documented_example_that_breaks_its_rule_passes_on_a_sandbox_and_nothing_like_it_does()
    {
        const string body = """
            {"timestamp":"1724142041682","tradeNo":"test_00000007","amount":"300","name":"123","identityType":"CPF","userIdentity":"2348937596",
            "notifyUrl":"http://abc.com/notify","returnUrl":"http://abc.com/callback_page","remark":"000000"}
            """;
        Accept(Brazil.Country, OperationKind.CreatePayIn, body, isSandbox: true);
        Assert.Equal("userIdentity: must be a CPF: 11 digits with right check digits", Refuse(Brazil.Country, OperationKind.CreatePayIn, body, isSandbox: false));
        Assert.NotNull(Refuse(Brazil.Country, OperationKind.CreatePayIn, body.Replace("2348937596", "2348937597"), isSandbox: true));
    }

    [Theory]
    [InlineData("2006-10-11", null)] // eighteen on the day of the request in Seoul
    [InlineData("2006-10-12", "dateOfBirth: must be of a payer aged 18 to 59")]
    [InlineData("1965-10-11", null)]
    [InlineData("1964-10-11", "dateOfBirth: must be of a payer aged 18 to 59")]
    [InlineData("2004-02-29", null)]
    [InlineData("1990-13-01", "dateOfBirth: must be a date, YYYY-MM-DD")]
    [InlineData("", "dateOfBirth: is required for VA")]
    public void A_korean_payers_age_counts_on_the_day_of_the_request(string date, string? expected)
    {
        RequestReader.Read(SouthKorea.Country, Of(SouthKorea.Country, OperationKind.CreateHostedPayIn), Bodies.Read(KoreaPage.Replace("DATE", date)), Context(SouthKorea.Country, false), out var error);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("bankCode")]
    [InlineData("bankNCode")]
    public void An_ifsc_is_taken_under_both_of_its_names(string name) =>
        Assert.Equal("HDFC0000123", Accept(India.Country, OperationKind.CreatePayout, $$"""
            {"timestamp":"1724149702962","tradeNo":"1","amount":"300","name":"abc","mobile":"9876543210","email":"a@b.in","bankNumber":"10094038292",
            "{{name}}":"HDFC0000123","notifyUrl":"https://a.in/n"}
            """, isSandbox: false).BankCode);

    [Theory]
    [InlineData("EWALLET_BKASH", "BKASH")]
    [InlineData("NAGAD", "NAGAD")]
    public void A_bangladeshi_wallet_is_known_by_both_of_its_names(string text, string expected)
    {
        var fields = Accept(Bangladesh.Country, OperationKind.CreatePayIn, $$"""
            {"timestamp":"1728609257212","tradeNo":"1","amount":"300","wayCode":"{{text}}","notifyUrl":"https://a.bd/n"}
            """, isSandbox: false);
        Assert.Equal(expected, fields.Way!.Code);
        Assert.True(fields.Way.Redirects);
    }

    [Fact]
    public void A_pay_type_that_only_the_documentation_knows_leaves_the_choice_to_the_payer_of_a_sandbox()
    {
        const string body = """{"timestamp":"1729945561186","tradeNo":"99333213852","amount":"200","payType":"3","notifyUrl":"https://www.111.com/"}""";
        Assert.Null(Accept(Philippines.Country, OperationKind.CreateHostedPayIn, body, isSandbox: true).Way);
        Assert.StartsWith("payType: must be one of GCash, ", Refuse(Philippines.Country, OperationKind.CreateHostedPayIn, body, isSandbox: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NGUYEN THE VIET", null)]
    [InlineData("Nguyễn Thế Việt", "accountName: must be English letters only, without Vietnamese ones")]
    public void A_vietnamese_account_name_is_in_english_letters(string name, string? expected)
    {
        var body = Bodies.Read($$"""
            {"accountName":"{{name}}","amount":"50000","bankName":"VIETCOMBANK","bankNumber":"18199852","tradeNo":"1","notifyUrl":"https://a.vn/n","timestamp":"1729152493114"}
            """);
        var fields = RequestReader.Read(Vietnam.Country, Of(Vietnam.Country, OperationKind.CreatePayout), body, Context(Vietnam.Country, false), out var error);
        Assert.Equal(expected, error);
        Assert.Equal(expected is null ? "VCB" : null, fields?.BankCode);
    }

    [Theory]
    [InlineData("São João – Đại lý số 1")]
    [InlineData("متجر")]
    public void Every_countrys_code_carries_amount_and_reference_and_can_be_read_again(string name)
    {
        var read = 0;
        foreach (var (country, qr) in CountryCatalog.BuiltIn.Countries.SelectMany(country => country.PayInWays.Select(way => (country, way.Instruction as QrInstruction))).Where(pair => pair.Item2 is not null))
        {
            var reference = "SI" + new string('7', qr!.ReferenceLength - 2);
            var text = qr.Encode(new QrOrder(reference, 50_000_00, name, new Dictionary<string, string>()));
            Assert.Contains(reference, text, StringComparison.Ordinal);
            if (text.StartsWith("0002", StringComparison.Ordinal))
            {
                Assert.True(EmvQrReader.TryRead(text, out var payload, out var problem), $"{country}: {problem}");
                Assert.Contains(reference, new[] { payload.Find("62", "05"), payload.Find("62", "08") });
                Assert.StartsWith(country.Currency.MinorDigits == 0 ? "5000000" : "50000", payload.Find("54"), StringComparison.Ordinal);
                Assert.Equal(country.IsoCode, payload.Find("58"));
                read++;
            }
        }

        Assert.True(read >= 3);
    }

    private static RequestFields Accept(Country country, OperationKind kind, string json, bool isSandbox)
    {
        var fields = RequestReader.Read(country, Of(country, kind), Bodies.Read(json), Context(country, isSandbox), out var error);
        Assert.Null(error);
        return fields!;
    }

    private static string? Refuse(Country country, OperationKind kind, string json, bool isSandbox)
    {
        Assert.Null(RequestReader.Read(country, Of(country, kind), Bodies.Read(json), Context(country, isSandbox), out var error));
        return error;
    }

    private static Operation Of(Country country, OperationKind kind) => country.FindOperation(kind)!;

    private static RequestContext Context(Country country, bool isSandbox) => new(isSandbox, country.Banks);
}
