using System.Text;
using Paypro.Protocol;

namespace Paypro.UnitTests.Protocol;

public class FlatBodyTests
{
    [Fact]
    public void Keeps_members_in_order_with_their_literal_text()
    {
        var body = Bodies.Read(""" {"a":"x\ty","b":1.50E+3,"c":true,"d":null,"e":"","\u0066":"plain"} """);
        Assert.Equal(6, body.Count);
        (string, ValueKind, string)[] expected =
        [
            ("a", ValueKind.Text, "x\ty"), ("b", ValueKind.Number, "1.50E+3"), ("c", ValueKind.Boolean, "true"),
            ("d", ValueKind.Null, "null"), ("e", ValueKind.Text, ""), ("f", ValueKind.Text, "plain"),
        ];
        for (var index = 0; index < expected.Length; index++)
        {
            var member = body[index];
            Assert.Equal(expected[index], (member.NameText, member.Kind, member.Text));
        }
    }

    [Fact]
    public void Finds_by_exact_name()
    {
        var body = Bodies.Read("""{"amount":"300","tradeNo":"7"}""");
        Assert.True(body.TryGet("tradeNo", out var member));
        Assert.Equal("7", member.Text);
        Assert.False(body.TryGet("tradeno", out _));
        Assert.False(body.TryGet("", out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => body[2].Text);
    }

    [Fact]
    public void Grows_to_the_limit_and_no_further()
    {
        Assert.Equal(FlatBody.MaxMembers, Bodies.Read(Many(FlatBody.MaxMembers)).Count);
        Assert.Equal("body: must have at most 128 members", Bodies.ErrorOf(Bodies.Utf8(Many(FlatBody.MaxMembers + 1))));
    }

    [Theory]
    [InlineData("", "body: must be JSON")]
    [InlineData("{", "body: must be JSON")]
    [InlineData("""{"a":1""", "body: must be JSON")]
    [InlineData("""{"a":1,}""", "body: must be JSON")]
    [InlineData("""{"a":01}""", "body: must be JSON")]
    [InlineData("""{"a":NaN}""", "body: must be JSON")]
    [InlineData("""{"a":1}{}""", "body: must be JSON")]
    [InlineData("""{"a":1} x""", "body: must be JSON")]
    [InlineData("""{"a":1/* comment */}""", "body: must be JSON")]
    [InlineData("{\"a\":\"line\nbreak\"}", "body: must be JSON")]
    [InlineData("{'a':1}", "body: must be JSON")]
    [InlineData("amount=300", "body: must be JSON")]
    [InlineData("[]", "body: must be a JSON object")]
    [InlineData("\"a\"", "body: must be a JSON object")]
    [InlineData("null", "body: must be a JSON object")]
    [InlineData("""{"a":1,"a":2}""", "a: occurs twice")]
    [InlineData("""{"a":1,"\u0061":2}""", "a: occurs twice")]
    [InlineData("""{"a":{}}""", "a: must not be an object or a list")]
    [InlineData("""{"a":[1]}""", "a: must not be an object or a list")]
    [InlineData("{\"a\":\"\0\"}", "body: must be JSON")]
    [InlineData("""{"a":"x\u0000"}""", "a: must not contain the character NUL")]
    [InlineData("""{"a\u0000":"x"}""", "body: must not contain the character NUL")]
    [InlineData("""{"a":"\ud800"}""", "body: must not contain half a surrogate pair")]
    [InlineData("""{"a":"\udc00\ud800"}""", "body: must not contain half a surrogate pair")]
    [InlineData("""{"\ud800":"a"}""", "body: must not contain half a surrogate pair")]
    [InlineData("\uFEFF{}", "body: must not begin with a byte order mark")]
    public void Says_what_is_wrong(string json, string expected) => Assert.Equal(expected, Bodies.ErrorOf(Bodies.Utf8(json)));

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    public void Refuses_what_is_not_utf8(byte[] inside) =>
        Assert.Equal("body: must be UTF-8", Bodies.ErrorOf([.. "{\"a\":\""u8, .. inside, .. "\"}"u8]));

    [Fact]
    public void Is_bounded()
    {
        var fits = Encoding.UTF8.GetBytes("{}" + new string(' ', FlatBody.MaxBytes - 2));
        Assert.Null(Bodies.ErrorOf(fits));
        Assert.Equal("body: must be at most 16 KiB", Bodies.ErrorOf([.. fits, (byte)' ']));
    }

    [Fact]
    public void Shortens_a_long_name_in_its_sentence()
    {
        var error = Bodies.ErrorOf(Bodies.Utf8($$"""{"{{new string('n', 3000)}}":[]}"""));
        Assert.Equal(new string('n', 64) + "…: must not be an object or a list", error);
        Assert.StartsWith(new string('n', 64) + ": must", Bodies.ErrorOf(Bodies.Utf8($$"""{"{{new string('n', 64)}}":[]}""")), StringComparison.Ordinal);

        // Not in the middle of a character of two chars.
        Assert.StartsWith(new string('n', 63) + "…: must", Bodies.ErrorOf(Bodies.Utf8($$"""{"{{new string('n', 63)}}😀":[]}""")), StringComparison.Ordinal);
    }

    private static string Many(int count) => $"{{{string.Join(",", Enumerable.Range(0, count).Select(index => $"\"m{index}\":{index}"))}}}";
}
