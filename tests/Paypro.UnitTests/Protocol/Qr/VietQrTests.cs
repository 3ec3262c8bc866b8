using CsCheck;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Qr;

public class VietQrTests
{
    private static readonly Gen<string> References = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['0', '9']), 1, 25];

    /// <summary>The four transfer examples of NAPAS, Technical Specifications on QR Switching, part IV.</summary>
    [Fact]
    public void Writes_the_published_examples()
    {
        Assert.Equal(
            "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
            VietQr.ToAccount("970403", "0011012345678", null, null));
        Assert.Equal(
            "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E",
            VietQr.ToAccount("970403", "0011012345678", 180_000, "thanh toan don hang", "NPS6869"));
        Assert.Equal(
            "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
            VietQr.ToCard("970403", "9704031101234567", null, null));
        Assert.Equal(
            "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203",
            VietQr.ToCard("970403", "9704031101234567", 180_000, "thanh toan don hang", "NPS6869"));
    }

    [Fact]
    public void The_code_of_an_order_carries_account_amount_and_purpose() => Gen.Select(References, Gen.Long[1, 9_999_999_999_999]).Sample((reference, amount) =>
    {
        Assert.True(EmvQrReader.TryRead(VietQr.ToAccount("970436", "1023020330000", amount, reference), out var payload, out var problem), problem);
        Assert.Equal("12", payload.Find("01"));
        Assert.Equal("A000000727", payload.Find("38", "00"));
        Assert.Equal("970436", payload.Find("38", "01", "00"));
        Assert.Equal("1023020330000", payload.Find("38", "01", "01"));
        Assert.Equal("QRIBFTTA", payload.Find("38", "02"));
        Assert.Equal("704", payload.Find("53"));
        Assert.Equal($"{amount}", payload.Find("54"));
        Assert.Equal(reference, payload.Find("62", "08"));
        Assert.Null(payload.Find("38", "01", "02"));
    });

    [Fact]
    public void The_longest_values_fit_and_a_bill_needs_no_purpose()
    {
        Assert.True(EmvQrReader.TryRead(VietQr.ToAccount("970436", new string('1', 19), 1, null, new string('B', 25)), out var payload, out var problem), problem);
        Assert.Equal(new string('1', 19), payload.Find("38", "01", "01"));
        Assert.Equal(new string('B', 25), payload.Find("62", "01"));
        Assert.Null(payload.Find("62", "08"));
    }

    [Theory]
    [InlineData("97043", "1", 1L, "x", null)]
    [InlineData("97043a", "1", 1L, "x", null)]
    [InlineData("970436", "", 1L, "x", null)]
    [InlineData("970436", "12345678901234567890", 1L, "x", null)]
    [InlineData("970436", "12-34", 1L, "x", null)]
    [InlineData("970436", "1", 0L, "x", null)]
    [InlineData("970436", "1", 10_000_000_000_000L, "x", null)]
    [InlineData("970436", "1", 1L, "", null)]
    [InlineData("970436", "1", 1L, "thanh toán", null)]
    [InlineData("970436", "1", 1L, "12345678901234567890123456", null)]
    [InlineData("970436", "1", 1L, "x", "")]
    [InlineData("970436", "1", 1L, "x", "a b")]
    public void Refuses_what_no_app_would_take(string bin, string account, long amount, string purpose, string? billNumber) =>
        Assert.Throws<ArgumentException>(() => VietQr.ToAccount(bin, account, amount, purpose, billNumber));
}
