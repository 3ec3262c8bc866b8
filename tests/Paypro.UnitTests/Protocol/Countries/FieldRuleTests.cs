using System.Buffers;
using System.Text;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>The first and the last text that a field takes, and which installation takes it.</summary>
public class FieldRuleTests
{
    private static readonly RequestContext Sandbox = new(IsSandbox: true, BankDirectory.None);
    private static readonly RequestContext Live = new(IsSandbox: false, BankDirectory.None);

    [Theory]
    [InlineData("first", true)]
    [InlineData("last", true)]
    [InlineData("First", false)]
    [InlineData("", false)]
    public void A_choice_is_any_of_its_texts(string text, bool isTaken) =>
        Assert.Equal(isTaken ? null : "must be one of first, middle, last", Rules.OneOf("first", "middle", "last")(text, Live));

    [Theory]
    [InlineData("https://shop.example", null)]
    [InlineData("HTTPS://shop.example/a@b", null)]
    [InlineData("https://shop.example?by=a@b", null)]
    [InlineData("https://user@shop.example", "must not contain a user name or password")]
    [InlineData("https://user@shop.example/a", "must not contain a user name or password")]
    [InlineData("https://@shop.example", "must not contain a user name or password")]
    [InlineData(" https://shop.example", "must be an absolute http or https address")]
    [InlineData("https://shop.example/\"", "must be an absolute http or https address")]
    [InlineData("https://shop.example/<a>", "must be an absolute http or https address")]
    public void An_address_names_a_host_and_no_user(string text, string? expected) => Assert.Equal(expected, Rules.HttpAddress(text, Live));

    [Theory]
    [InlineData("1000000000", 1_000_000_000_000)]
    [InlineData("9999999999", 9_999_999_999_000)]
    [InlineData("1000000000000", 1_000_000_000_000)]
    [InlineData("9999999999999", 9_999_999_999_999)]
    [InlineData("999999999", null)]
    [InlineData("10000000000", null)]
    [InlineData("999999999999", null)]
    [InlineData("10000000000000", null)]
    public void A_time_has_ten_or_thirteen_digits(string digits, long? expected)
    {
        var operation = With(Fields.Timestamp());
        foreach (var literal in (string[])[digits, $"\"{digits}\""])
        {
            var fields = RequestReader.Read(Mexico.Country, operation, Bodies.Read($"{{\"timestamp\":{literal}}}"), Live, out var error);
            Assert.Equal(expected, fields?.TimestampMs);
            Assert.Equal(expected is null, error is not null);
        }
    }

    [Fact]
    public void An_amount_may_be_as_long_as_its_field()
    {
        var field = Fields.Amount("300");
        var longest = "300." + new string('0', field.MaxLength - 4);
        Assert.Equal(300_00, Read(longest, out _)!.AmountMinor);
        Assert.Null(Read(longest + "0", out var error));
        Assert.Equal($"amount: must be at most {field.MaxLength} characters", error);

        RequestFields? Read(string amount, out string? wrong) =>
            RequestReader.Read(Mexico.Country, With(field), Bodies.Read($"{{\"amount\":\"{amount}\"}}"), Live, out wrong);
    }

    [Theory]
    [InlineData(100_00, null)]
    [InlineData(100_01, "amount: must be at most 100")]
    [InlineData(50_00, null)]
    [InlineData(49_99, "amount: must be at least 50")]
    public void Limits_belong_to_what_they_limit(long minor, string? expected)
    {
        var country = Mexico.Country with { AmountDecimals = true };
        var operation = With(Fields.Amount("300")) with { Checks = [Checks.AtLeast(50_00, country.Currency), Checks.AtMost(100_00, country.Currency)] };
        RequestReader.Read(country, operation, Bodies.Read($"{{\"amount\":\"{minor / 100}.{minor % 100:00}\"}}"), Live, out var error);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_name_said_whole_goes_before_its_parts()
    {
        Assert.Equal("Ana Ruiz", NameOf("""{"first":"Ana","last":"Ruiz"}"""));
        Assert.Equal("Ana", NameOf("""{"first":"Ana"}"""));
        Assert.Equal("Ruiz", NameOf("""{"last":"Ruiz"}"""));
        Assert.Equal("Ana María Ruiz", NameOf("""{"name":"Ana María Ruiz","first":"Ana","last":"Ruiz"}"""));
        Assert.Null(NameOf("{}"));

        static string? NameOf(string json) => RequestReader.Read(
            Mexico.Country,
            With([.. new[] { ("name", FieldRole.Name), ("first", FieldRole.FirstName), ("last", FieldRole.LastName) }
                .Select(field => new Field(field.Item1, field.Item2, Presence.Optional, 64, "A name.", "Ana"))]),
            Bodies.Read(json),
            Live,
            out _)!.Name;
    }

    [Fact]
    public void A_rule_for_live_installations_rests_in_a_sandbox()
    {
        foreach (var rule in (FieldRule[])[Rules.Digits, (text, _) => text == "1" ? null : "must be 1"])
        {
            var live = Rules.WhenLive(rule);
            Assert.Null(live("x", Sandbox));
            Assert.NotNull(live("x", Live));
            Assert.Null(live("1", Live));
            Assert.True(RuleForm.Of(live)!.OnlyLive);
        }

        Assert.False(RuleForm.Of(Rules.Digits)!.OnlyLive);
    }

    [Fact]
    public void A_rule_tells_its_form()
    {
        Assert.Equal(["a", "b"], RuleForm.Of(Rules.OneOf("a", "b"))!.Choices);
        Assert.Equal("uri", RuleForm.Of(Rules.HttpAddress)!.Format);
        Assert.Equal("^[0-9]+$", RuleForm.Of(Rules.Digits)!.Pattern);
        Assert.Equal("ip", RuleForm.Of(Rules.IpAddress)!.Format);
    }

    [Theory]
    [InlineData(OperationKind.CreatePayIn, true, true)]
    [InlineData(OperationKind.CreateHostedPayIn, true, true)]
    [InlineData(OperationKind.CreatePayout, true, false)]
    [InlineData(OperationKind.QueryPayIn, false, true)]
    [InlineData(OperationKind.QueryByCode, false, true)]
    [InlineData(OperationKind.SubmitReference, false, true)]
    [InlineData(OperationKind.QueryPayout, false, false)]
    [InlineData(OperationKind.QueryBalance, false, false)]
    public void An_operation_knows_what_it_is_about(OperationKind kind, bool creates, bool payIns)
    {
        var operation = With() with { Kind = kind };
        Assert.Equal((creates, payIns), (operation.Creates, operation.ConcernsPayIns));
    }

    [Fact]
    public void Facts_that_are_not_known_are_left_out_or_empty()
    {
        var operation = With() with
        {
            Response = [new("name", ResponseSource.Remark), new("note", ResponseSource.Message, ResponseForm.TextOrEmpty), new("way", ResponseSource.Way)],
        };
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteFacts(output, operation, new FactsView(new Dictionary<ResponseSource, string> { [ResponseSource.Way] = "va" }), 1);
        Assert.EndsWith("""
            ,"data":{"note":"","way":"va"}}
            """, Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    private static Operation With(params Field[] fields) =>
        new() { Kind = OperationKind.QueryBalance, Path = "/v1/paypro/any", Fields = fields, Response = [] };
}
