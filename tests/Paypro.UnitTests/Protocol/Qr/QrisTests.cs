using CsCheck;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Qr;

public class QrisTests
{
    /// <summary>
    /// A published QRIS of an acquirer's test shop, printed in documentation of the SNAP standard's "decode QR" call: a code with
    /// a fixed amount and a fixed tip.
    /// </summary>
    private const string Published =
        "00020101021126590014COM.GO-JEK.WWW011693600814947099000210G4362512730303UME51440014ID.CO.QRIS.WWW0215ID20190000016270303UME" +
        "52045812530336054032005502035702205802ID5913Kantin GO-PAY6015Jakarta Selatan61051216062070703A0163047DAC";

    private static readonly QrisAcquirer Acquirer = new("COM.GO-JEK.WWW", "9360081494709900", "G436251273", "ID2019000001627", "UME");

    private static readonly EmvMerchant Merchant = new("Kantin GO-PAY", "Jakarta Selatan", "5812", "12160");

    private static readonly Gen<string> References = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['0', '9']), 1, 25];

    [Fact]
    public void Agrees_with_a_published_code_in_all_that_names_the_merchant()
    {
        Assert.True(EmvQrReader.TryRead(Published, out var published, out var problem), problem);
        Assert.True(EmvQrReader.TryRead(Qris.Dynamic(Acquirer, "abc123", 20_000, Merchant), out var ours, out problem), problem);
        foreach (var id in (string[])["00", "26", "51", "52", "53", "54", "58", "59", "60", "61"])
        {
            Assert.Equal(published.Find(id), ours.Find(id));
        }

        Assert.Equal(published.Find("62", "07"), ours.Find("62", "07"));
        Assert.Equal(Published, EmvQr.Encode([.. published.Objects.Skip(1).SkipLast(1)]));
    }

    [Fact]
    public void A_code_carries_reference_and_amount() => Gen.Select(References, Gen.Long[1, 9_999_999_999]).Sample((reference, amount) =>
    {
        Assert.True(EmvQrReader.TryRead(Qris.Dynamic(Acquirer, reference, amount * 100, Merchant, "KASIR7"), out var payload, out var problem), problem);
        Assert.Equal("12", payload.Find("01"));
        Assert.Equal($"{amount}", payload.Find("54"));
        Assert.Equal(reference, payload.Find("62", "05"));
        Assert.Equal("KASIR7", payload.Find("62", "07"));
        Assert.Equal("ID.CO.QRIS.WWW", payload.Find("51", "00"));
        Assert.Equal("ID2019000001627", payload.Find("51", "02"));
    });

    [Fact]
    public void Parts_of_a_rupiah_are_written()
    {
        Assert.True(EmvQrReader.TryRead(Qris.Dynamic(Acquirer, "x", 1050, Merchant), out var payload, out _));
        Assert.Equal("10.50", payload.Find("54"));
    }

    [Fact]
    public void Refuses_what_no_app_would_take()
    {
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "", 100, Merchant));
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "a b", 100, Merchant));
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, new string('x', 26), 100, Merchant));
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "x", 0, Merchant));
        Assert.StartsWith("A terminal is", Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "x", 100, Merchant, "")).Message, StringComparison.Ordinal);
        Assert.StartsWith("A terminal is", Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "x", 100, Merchant, "a b")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "x", 100, new EmvMerchant("Toko", "Jakarta", "5812")));
        Assert.Throws<ArgumentException>(() => Qris.Dynamic(Acquirer, "x", 100, new EmvMerchant("Toko", "Jakarta", "5812", "1216A")));
    }

    [Theory]
    [InlineData("C", "9360081494709900", "G")]
    [InlineData("COM.EXAMPLE.WWW.OF.32.CHARACTERS", "9360081494709900123", "123456789012345")]
    public void Takes_the_shortest_and_the_longest(string domain, string pan, string merchantId)
    {
        Assert.Equal(merchantId, new QrisAcquirer(domain, pan, merchantId, "ID2019000001627", "UME").MerchantId);
    }

    [Theory]
    [InlineData("com.example.www", "9360081494709900", "G1", "ID2019000001627", "UME")]
    [InlineData("", "9360081494709900", "G1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9361081494709900", "G1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "936008149470990", "G1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "93600814947099000000", "G1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "1234567890123456", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "ID201900000162", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "XX2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "ID2019000001627", "ume")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "ID2019000001627", "UM")]
    [InlineData("COM.EXAMPLE.WWW", "936008149470990x", "G1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G-1", "ID2019000001627", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "ID201900000162x", "UME")]
    [InlineData("COM.EXAMPLE.WWW", "9360081494709900", "G1", "ID2019000001627", "UMe")]
    [InlineData("COM.EXAMPLE.WWW.OF.MORE.THAN.32.C", "9360081494709900", "G1", "ID2019000001627", "UME")]
    public void Refuses_an_account_of_another_form(string domain, string pan, string merchantId, string nationalId, string criteria) =>
        Assert.Throws<ArgumentException>(() => new QrisAcquirer(domain, pan, merchantId, nationalId, criteria));
}
