using System.Globalization;
using System.Text;
using CsCheck;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Qr;

public class PixBrCodeTests
{
    /// <summary>Static example of Banco Central do Brasil, Manual de Padrões para Iniciação do Pix.</summary>
    private const string StaticExample =
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D";

    /// <summary>Dynamic example of the same manual.</summary>
    private const string DynamicExample =
        "00020101021226700014br.gov.bcb.pix2548pix.example.com/8b3da2f39a4140d1a91abd93113bd4415204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***630464E4";

    private const string Key = "123e4567-e12b-12d1-a456-426655440000";

    private static readonly EmvMerchant Merchant = new("Fulano de Tal", "BRASILIA");

    private static readonly Gen<string> Txids = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['A', 'Z'], Gen.Char['0', '9']), 1, 25];

    [Fact]
    public void Writes_the_published_examples()
    {
        Assert.Equal(StaticExample, PixBrCode.Static(Key, PixTxId.None, null, Merchant));
        Assert.Equal(DynamicExample, PixBrCode.Dynamic("pix.example.com/8b3da2f39a4140d1a91abd93113bd441", null, Merchant));
    }

    [Fact]
    public void A_static_code_carries_key_amount_and_txid() => Gen.Select(Txids, Gen.Long[1, 999_999_999_999]).Sample((txid, amountMinor) =>
    {
        var merchant = new EmvMerchant("Padaria São João Ltda.", "São José dos Campos", "5462", "70040010");
        Assert.True(EmvQrReader.TryRead(PixBrCode.Static("+5561912345678", txid, amountMinor, merchant), out var payload, out var problem), problem);
        Assert.Null(payload.Find("01"));
        Assert.Equal("+5561912345678", payload.Find("26", "01"));
        Assert.Equal(txid, payload.Find("62", "05"));
        Assert.Equal($"{amountMinor / 100}.{amountMinor % 100:00}", payload.Find("54"));
        Assert.Equal("986", payload.Find("53"));
        Assert.Equal("BR", payload.Find("58"));
        Assert.Equal("5462", payload.Find("52"));
        Assert.Equal("Padaria Sao Joao Ltda.", payload.Find("59"));
        Assert.Equal("Sao Jose dos Ca", payload.Find("60"));
        Assert.Equal("70040010", payload.Find("61"));
    });

    [Fact]
    public void A_dynamic_code_is_for_one_payment()
    {
        Assert.True(EmvQrReader.TryRead(PixBrCode.Dynamic("pix.example.com/" + new string('x', 61), 1050, Merchant), out var payload, out _));
        Assert.Equal("12", payload.Find("01"));
        Assert.Equal("10.50", payload.Find("54"));
        Assert.Equal(77, payload.Find("26", "25")?.Length);
        Assert.Contains("2503a/b", PixBrCode.Dynamic("a/b", null, Merchant), StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_key_fits()
    {
        var key = new string('a', 65) + "@example.com";
        Assert.Equal(PixKey.MaxLength, key.Length);
        Assert.True(EmvQrReader.TryRead(PixBrCode.Static(key, "x", 1, Merchant), out var payload, out _));
        Assert.Equal(key, payload.Find("26", "01"));
    }

    [Theory]
    [InlineData("no key", "x", 100L)]
    [InlineData(Key, "with blank", 100L)]
    [InlineData(Key, "", 100L)]
    [InlineData(Key, "12345678901234567890123456", 100L)]
    [InlineData(Key, "ação", 100L)]
    [InlineData(Key, "x", 0L)]
    [InlineData(Key, "x", -1L)]
    [InlineData(Key, "x", 1_000_000_000_000L)]
    public void Refuses_what_no_app_would_take(string key, string txid, long amountMinor) =>
        Assert.Throws<ArgumentException>(() => PixBrCode.Static(key, txid, amountMinor, Merchant));

    [Theory]
    [InlineData("")]
    [InlineData("https://pix.example.com/x")]
    [InlineData("pix.example.com")]
    [InlineData("/x")]
    [InlineData("pix.example.com/a b")]
    [InlineData("pix.example.com/ação")]
    public void Refuses_a_location_that_is_none(string location)
    {
        Assert.Throws<ArgumentException>(() => PixBrCode.Dynamic(location, null, Merchant));
        Assert.Throws<ArgumentException>(() => PixBrCode.Dynamic("pix.example.com/" + new string('x', 62), null, Merchant));
    }

    [Theory]
    [InlineData("São Paulo", "Sao Paulo")]
    [InlineData("  Loja\u00a0 do\tZé  ", "Loja do Ze")]
    [InlineData("Điện máy", "Dien may")]
    [InlineData("Café 北京 Bar", "Cafe Bar")]
    [InlineData("!Loja~\u007f!", "!Loja~ !")]
    [InlineData("Łódź & Ørsted ß", "Lodz & Orsted ss")]
    [InlineData("Æsir œuvre Þór Ðað", "AEsir oeuvre THor Dad")]
    [InlineData("ĸalaallisut Ŋwɛ ŋ", "qalaallisut Nwe n")]
    [InlineData("Iğdır İSTANBUL ŞIŞ", "Igdir ISTANBUL SIS")]
    [InlineData("NGUYỄN THỊ ƯỚC Ở ĐẮK LẮK", "NGUYEN THI UOC O DAK LAK")]
    [InlineData("Ƙofar Ɗanja ɓaure", "Kofar Danja baure")]
    [InlineData("Zaz\u0323\u0302o\u0308", "Zazo")]
    [InlineData("O’Brien – “Shop”", "O'Brien - \"Shop\"")]
    [InlineData("Ｓｈｏｐ＆Ｃｏ", "Shop&Co")]
    [InlineData("Sh\u200Bop", "Shop")]
    [InlineData("Exactly twenty-four 12ßßß", "Exactly twenty-four 12sss")]
    [InlineData("Exactly twenty-five long and more", "Exactly twenty-five long")]
    public void Names_are_shown_in_ascii(string name, string shown) => Assert.Equal(shown, new EmvMerchant(name, "x").Name);

    /// <summary>Wherever ICU takes a character apart into one of ASCII and its marks, so does the table; no character makes more than two.</summary>
    [Fact]
    public void The_table_of_letters_is_unicodes_own()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var letter = (char)code;
            var shown = EmvMerchant.ToAscii("x" + letter + "x", 25);
            Assert.True(shown.Length is >= 2 and <= 4 && shown.All(c => c is >= ' ' and <= '~'), $"{code:X4}: {shown}");
            var apart = char.IsSurrogate(letter) || code >= 0xFFFE ? "" : letter.ToString().Normalize(NormalizationForm.FormD);
            if (apart.Length > 0 && apart[0] is > ' ' and <= '~' && apart.Skip(1).All(c => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark))
            {
                Assert.True(shown == $"x{apart[0]}x", $"{code:X4}: {shown}");
            }
        }
    }

    /// <summary>Whatever a name is cut to, length and checksum fit.</summary>
    [Fact]
    public void A_code_is_whole_whatever_the_merchant_is_called() => Gen.Select(Gen.String[Gen.Char[' ', 'ỿ'], 0, 60], Gen.String[Gen.Char[' ', 'ỿ'], 0, 40]).Sample((name, city) =>
    {
        var code = PixBrCode.Static(Key, "x", 100, new EmvMerchant(EmvMerchant.NameOf(name), EmvMerchant.NameOf(city)));
        Assert.True(EmvQrReader.TryRead(code, out _, out var problem), problem);
    });

    [Fact]
    public void A_merchant_has_a_name_a_city_and_codes_of_the_right_form()
    {
        Assert.Equal("", EmvMerchant.ToAscii("北京", 25));
        Assert.Equal("half letter", EmvMerchant.ToAscii("half " + '\ud800' + " letter", 25));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("北京", "x"));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", " "));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", "x", "54"));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", "x", "54x1"));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", "x", "0000", ""));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", "x", "0000", "12345678901"));
        Assert.Throws<ArgumentException>(() => new EmvMerchant("x", "x", "0000", "70040-010"));
    }
}
