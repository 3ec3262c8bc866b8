using System.Globalization;
using CsCheck;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Fuzz;

/// <summary>The codes and numbers that a payer's app or fingers may garble: what is made can be read, and a garbled one is not taken for another.</summary>
public sealed class CodeFuzzTests
{
    private static readonly Gen<string> Digits = Gen.String[Gen.Char['0', '9'], 1, 40];
    private static readonly Gen<string> Letters = Gen.String[Gen.OneOf(Gen.Char['A', 'Z'], Gen.Char['0', '9']), 1, 25];
    private static readonly Gen<long> Amounts = Gen.OneOf(Gen.Long[1, 1_000_000], Gen.Long[1, 99_999_999_999]);
    private static readonly Gen<EmvMerchant> Merchants = Gen.Select(Gen.String[Gen.Char['!', 'ſ'], 0, 40], Gen.String[Gen.Char['a', 'z'], 1, 30])
        .Select((name, city) => new EmvMerchant("M" + name, city, "5411", "12345"));

    private static readonly Gen<string> Codes = Gen.Select(Letters, Amounts, Merchants, Gen.Int[0, 3]).Select((reference, amount, merchant, kind) => kind switch
    {
        0 => PixBrCode.Static("123e4567-e89b-12d3-a456-426614174000", reference, amount, merchant),
        1 => PixBrCode.Dynamic("pix.example/qr/v2/" + reference, amount, merchant),
        2 => VietQr.ToAccount("970422", reference.Length > 19 ? reference[..19] : reference, amount, null, reference),
        _ => QrPh.ToAccount("GXCHPHM2XXX", "09171234567", reference, amount, merchant),
    });

    [Fact]
    public void A_code_is_read_as_it_was_made() => Codes.Sample(code =>
    {
        Assert.True(EmvQrReader.TryRead(code, out var payload, out var problem), problem);
        Assert.Equal("01", payload.Find("00"));
        Assert.True(decimal.Parse(payload.Find("54")!, CultureInfo.InvariantCulture) > 0);
    });

    /// <summary>A checksum of 16 bits finds every single character of seven bits that is read wrong.</summary>
    [Fact]
    public void A_character_read_wrong_is_found() => Gen.Select(Codes, Gen.Int[0, 511], Gen.Char[' ', '~']).Sample((code, at, letter) =>
    {
        at %= code.Length;
        var wrong = code[..at] + letter + code[(at + 1)..];
        Assert.Equal(letter == code[at], EmvQrReader.TryRead(wrong, out _, out _));
    });

    [Fact]
    public void Whatever_is_pasted_is_answered() => Gen.OneOf(Gen.String, Gen.Select(Codes, Gen.Int[0, 511], Gen.String[0, 9]).Select((code, at, more) => code.Insert(at % code.Length, more)))
        .Sample(text =>
        {
            if (!EmvQrReader.TryRead(text, out _, out var problem))
            {
                Assert.False(string.IsNullOrEmpty(problem));
            }
        });

    [Fact]
    public void Numbers_with_check_digits_find_any_wrong_digit() => Gen.Select(Gen.String[Gen.Char['0', '9'], 17, 17], Gen.Int[0, 17], Gen.Int[1, 9]).Sample((digits, at, by) =>
    {
        var made = new (string Number, Func<string, bool> IsValid)[]
        {
            (Clabe.Complete(digits), text => Clabe.IsValid(text)),
            (VirtualAccountNumber.Complete(digits[..15]), text => VirtualAccountNumber.IsValid(text)),
            (StoreReference.Complete(digits[..13]), text => StoreReference.IsValid(text)),
        };
        foreach (var (number, isValid) in made)
        {
            Assert.True(isValid(number), number);
            Assert.False(isValid(Turned(number, at % number.Length, by)), number);
        }
    });

    /// <summary>Their rules know no digit ten, so that a few wrong numbers look right; what is made must be right all the same.</summary>
    [Fact]
    public void Brazil_s_numbers_are_valid_as_completed() => Gen.String[Gen.Char['0', '9'], 12, 12].Sample(digits =>
    {
        Assert.Equal(digits[..9].Distinct().Count() > 1, Cpf.IsValid(Cpf.Complete(digits[..9])));
        Assert.True(Cnpj.IsValid(Cnpj.Complete(digits)) || digits.Distinct().Count() == 1, digits);
    });

    [Fact]
    public void No_text_makes_a_check_throw() => Gen.OneOf(Gen.String, Digits, Letters, Gen.String[Gen.Char['٠', '٩'], 0, 20]).Sample(text =>
    {
        foreach (var isValid in (Func<string, bool>[])[t => Clabe.IsValid(t), t => Cpf.IsValid(t), t => Cnpj.IsValid(t), t => Cnic.IsValid(t), t => Ifsc.IsValid(t), t => Iban.IsValid(t, 24), t => Luhn.IsValid(t), t => VirtualAccountNumber.IsValid(t), t => StoreReference.IsValid(t), t => Nuban.IsValid(t, "058"), t => PixTxId.IsValidForStatic(t)])
        {
            Assert.True(!isValid(text) || text.All(char.IsAscii), text);
        }

        if (PixKey.TypeOf(text) is { } type)
        {
            Assert.True(PixKey.IsValid(type, text), text);
        }
    });

    private static string Turned(string number, int at, int by) => string.Concat(number.AsSpan(0, at), ((char)('0' + ((number[at] - '0' + by) % 10))).ToString(), number.AsSpan(at + 1));
}
