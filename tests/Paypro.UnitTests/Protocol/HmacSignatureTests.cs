using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Protocol;

public class HmacSignatureTests
{
    private const string Path = "/mex-pay/v1/paypro/payInApi";
    private static readonly byte[] Secret = Bodies.Utf8("0123456789abcdef0123456789abcdef");
    private static readonly byte[] Body = Bodies.Utf8("""{"amount":"300"}""");

    [Fact]
    public void Is_hmac_over_the_lines()
    {
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes($$"""
            request
            {{Path}}
            1000000001
            1728609257
            {"amount":"300"}
            """.ReplaceLineEndings("\n"))));
        Assert.Equal($"t=1728609257,v1={expected}", HmacSignature.Header(HmacSignature.Request, Path, "1000000001", 1728609257, Body, Secret));
    }

    [Fact]
    public void Verifies_its_own_header()
    {
        var header = HmacSignature.Header(HmacSignature.Request, Path, "1000000001", 1728609257, Body, Secret);
        Assert.True(HmacSignature.Verify(header, HmacSignature.Request, Path, "1000000001", Body, Secret, out var seconds));
        Assert.Equal(1728609257, seconds);
        Assert.False(HmacSignature.Verify(header, HmacSignature.Notify, Path, "1000000001", Body, Secret, out _));
        Assert.False(HmacSignature.Verify(header, HmacSignature.Request, Path + "x", "1000000001", Body, Secret, out _));
        Assert.False(HmacSignature.Verify(header, HmacSignature.Request, Path, "1000000002", Body, Secret, out _));
        Assert.False(HmacSignature.Verify(header, HmacSignature.Request, Path, "1000000001", [.. Body, (byte)' '], Secret, out _));
        Assert.False(HmacSignature.Verify(header, HmacSignature.Request, Path, "1000000001", Body, [.. Secret, (byte)'0'], out _));
        Assert.False(HmacSignature.Verify(header.Replace("t=1", "t=2", StringComparison.Ordinal), HmacSignature.Request, Path, "1000000001", Body, Secret, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=1")]
    [InlineData("t=1,v1=")]
    [InlineData("t=-1,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=99999999999999999999,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1,v1=000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1,v1=gg00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1=0000000000000000000000000000000000000000000000000000000000000000,t=1")]
    public void Refuses_what_is_no_header(string? header) =>
        Assert.False(HmacSignature.Verify(header, HmacSignature.Request, Path, "1000000001", Body, Secret, out _));

    /// <summary>A hash that fits does not help a header of another form: each part is looked for at its place.</summary>
    [Theory]
    [InlineData("{0}", true)]
    [InlineData("t=1 ,v1={1}", false)]
    [InlineData("x=1,v1={1}", false)]
    [InlineData("t=1,v2={1}", false)]
    [InlineData("t=1;v1={1}", false)]
    [InlineData(",v1={1}", false)]
    [InlineData("t=,v1={1}", false)]
    [InlineData("t=1,v1={1}0", false)]
    [InlineData("t=1,v1={1},v1={1}", false)]
    public void Takes_a_right_hash_only_in_its_place(string form, bool isTaken)
    {
        foreach (var seconds in (long[])[0, 1])
        {
            var header = HmacSignature.Header(HmacSignature.Request, Path, "1000000001", seconds, Body, Secret);
            var sent = string.Format(CultureInfo.InvariantCulture, form, header, header[(header.IndexOf("v1=", StringComparison.Ordinal) + 3)..]);
            Assert.Equal(isTaken, HmacSignature.Verify(sent, HmacSignature.Request, Path, "1000000001", Body, Secret, out _));
        }
    }

    [Fact]
    public void Signs_bodies_that_just_fit_the_stack()
    {
        for (var length = 900; length < 2100; length++)
        {
            var body = new byte[length];
            byte[] signed = [.. "notify\n/hook\n1\n1\n"u8, .. body];
            var expected = HMACSHA256.HashData(Secret, signed);
            Assert.Equal($"t=1,v1={Convert.ToHexStringLower(expected)}", HmacSignature.Header(HmacSignature.Notify, "/hook", "1", 1, body, Secret));
        }
    }

    [Fact]
    public void Signs_large_bodies()
    {
        var large = new byte[16 * 1024];
        var header = HmacSignature.Header(HmacSignature.Notify, "/hook", "1000000001", 1, large, Secret);
        Assert.True(HmacSignature.Verify(header, HmacSignature.Notify, "/hook", "1000000001", large, Secret, out _));
        large[^1] = 1;
        Assert.False(HmacSignature.Verify(header, HmacSignature.Notify, "/hook", "1000000001", large, Secret, out _));
    }

    [Fact]
    public void Signs_returns()
    {
        var sign = HmacSignature.ForReturn("order-1", "0000", 1728609257212, Secret);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Secret, "return\norder-1\n0000\n1728609257212"u8)), sign);
        Assert.True(HmacSignature.VerifyReturn("order-1", "0000", 1728609257212, sign, Secret));
        Assert.False(HmacSignature.VerifyReturn("order-1", "0015", 1728609257212, sign, Secret));
        Assert.False(HmacSignature.VerifyReturn("order-1", "0000", 1728609257212, "", Secret));
    }
}
