using System.Text;
using Paypro.Channels.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>Signatures, amounts and times, as the specification's vectors have them.</summary>
public sealed class DLocalVectorTests
{
    [Theory]
    [InlineData("1955gdod", "2022-11-24T15:42:57.130Z", "", "secretKey123", "98211fe059efc3606b831a1c30a3c6d7448e598b515a15456ae9ebc157314aa2")]
    [InlineData("1955gdod", "2022-11-24T15:42:57.130Z", """{"amount":100}""", "secretKey123", "15f93350870a2597661d4ff90e99a472a72f0850030b74f1604351596f0d5198")]
    [InlineData("login1", "2026-11-28T10:00:00.000Z", """{"amount":1234.50,"currency":"MXN","country":"MX","payment_method_id":"SE","payment_method_flow":"DIRECT","payer":{"name":"Persona de Prueba","email":"test@example.com","document":"XEXX010101HNEXXXA4"},"order_id":"SIABCDEFGHIJKLMNOPQRSTUVWX23","notification_url":"https://gateway.example.com/c/7"}""", "secret-of-the-test", "217efa020454c7fc93dcc08cf4032a42d3e89c3b2686f749e4fefa2e8d9c7468")]
    [InlineData("login1", "2026-11-28T10:00:00.000Z", """{"name":"José Núñez"}""", "secret-of-the-test", "a7b7bc3791d202da7006ff9fa22ce19a1f23f939e1fe4c98b95c51786867b8b2")]
    public void A_signature_is_the_vectors(string login, string date, string body, string key, string signature)
    {
        var made = DLocalSignature.Make(Encoding.UTF8.GetBytes(key), login, date, Encoding.UTF8.GetBytes(body));
        Assert.Equal(signature, made);
        Assert.Equal(signature, DLocalSignature.HexOf(DLocalSignature.Prefix + made));
        Assert.Equal(signature, DLocalSignature.HexOf(signature.ToUpperInvariant()));
        Assert.Null(DLocalSignature.HexOf(signature[1..]));
    }

    [Theory]
    [InlineData("100", "MXN", 100_00)]
    [InlineData("100.0", "MXN", 100_00)]
    [InlineData("100.00", "MXN", 100_00)]
    [InlineData("1e2", "MXN", 100_00)]
    [InlineData("1E+2", "MXN", 100_00)]
    [InlineData("10000e-2", "MXN", 100_00)]
    [InlineData("1234.5", "MXN", 1234_50)]
    [InlineData("0.1", "MXN", 10)]
    [InlineData("0.30000000000000000", "MXN", 30)]
    [InlineData("0", "MXN", 0)]
    [InlineData("9999999999999.99", "MXN", 999_999_999_999_999)]
    [InlineData("150000", "VND", 150_000)]
    [InlineData("150000.00", "VND", 150_000)]
    [InlineData("12.34", "USD", 12_34)]
    public void An_amount_is_read_exactly(string text, string currency, long minor)
    {
        Assert.True(DLocalAmount.TryRead(text, currency, out var read), text);
        Assert.Equal(minor, read);
    }

    [Theory]
    [InlineData("100.005", "MXN")]
    [InlineData("0.30000000000000004", "MXN")]
    [InlineData("150000.5", "VND")]
    [InlineData("-100", "MXN")]
    [InlineData("1e-3", "MXN")]
    [InlineData("1e99", "MXN")]
    [InlineData("1e100", "MXN")]
    [InlineData("10000000000000", "MXN")]
    [InlineData("100000000000000000000000000000000000000000", "MXN")]
    [InlineData("", "MXN")]
    [InlineData(".5", "MXN")]
    [InlineData("5.", "MXN")]
    [InlineData("1,5", "MXN")]
    [InlineData("1e", "MXN")]
    [InlineData("NaN", "MXN")]
    public void What_is_no_amount_is_not_rounded(string text, string currency) => Assert.False(DLocalAmount.TryRead(text, currency, out _), text);

    [Fact]
    public void An_amount_is_written_with_the_currencys_decimals()
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        Assert.Equal("1234.50", DLocalAmount.Write(1234_50, "MXN").ToString(culture));
        Assert.Equal("0.01", DLocalAmount.Write(1, "MXN").ToString(culture));
        Assert.Equal("9999999999999.99", DLocalAmount.Write(DLocalAmount.MaxMinor, "MXN").ToString(culture));
        Assert.Equal("150000", DLocalAmount.Write(150_000, "VND").ToString(culture));
        Assert.Throws<ArgumentOutOfRangeException>(() => DLocalAmount.Write(0, "MXN"));
    }

    [Theory]
    [InlineData("2018-12-26T20:37:20.000+0000", 1_545_856_640_000)]
    [InlineData("2018-12-26T20:37:20.000Z", 1_545_856_640_000)]
    [InlineData("2018-12-26T14:37:20.000-0600", 1_545_856_640_000)]
    [InlineData("2023-11-16T00:00:07.00Z", 1_700_092_807_000)]
    [InlineData("yesterday", 0)]
    [InlineData("", 0)]
    public void Both_forms_of_a_time_are_read(string text, long ms) => Assert.Equal(ms, DLocalMovements.TimeOf(text));
}
