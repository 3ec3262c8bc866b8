using System.Globalization;
using CsCheck;
using Paypro.Protocol.Qr;

namespace Paypro.UnitTests.Protocol.Qr;

public class EmvQrTests
{
    /// <summary>The example of EMVCo's own specification (Merchant-Presented Mode, annex A), Chinese alternate names included.</summary>
    private const string EmvCoExample =
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING" +
        "64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

    /// <summary>Characters of one to four UTF-8 bytes.</summary>
    private static readonly string[] Letters = ["é", "ã", "đ", "运", "京", "😀", .. Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => ((char)letter).ToString())];

    private static readonly Gen<string> Values = Gen.Int[0, Letters.Length - 1].Select(at => Letters[at]).List[1, 12].Select(string.Concat);

    /// <summary>Root ids without a form of their own, and a currency and a country, which every code has.</summary>
    private static readonly Gen<EmvObject[]> Objects =
        Gen.Select(Ids(["02", "05", "09", "25", "65", "70", "79"]), Ids(["26", "51", "62", "64", "80", "99"]), Values.Array[13], Values.Array[13]).Select((plain, templates, first, second) =>
            (EmvObject[])[
                .. plain.Select((id, at) => new EmvObject(id, first[at])),
                new EmvObject("53", "986"),
                new EmvObject("58", "BR"),
                .. templates.Select((id, at) => EmvObject.Template(id, new("00", first[7 + (at % 6)]), null, new("05", second[at]))),
            ]);

    [Fact]
    public void Writes_the_published_example()
    {
        var code = EmvQr.Encode(
            new("01", "12"),
            EmvObject.Template("29", new("00", "D15600000000"), new("05", "A93FO3230Q")),
            EmvObject.Template("31", new("00", "D15600000001"), new("03", "12345678")),
            new("52", "4111"),
            new("58", "CN"),
            new("59", "BEST TRANSPORT"),
            new("60", "BEIJING"),
            EmvObject.Template("64", new("00", "ZH"), new("01", "最佳运输"), new("02", "北京")),
            new("54", "23.72"),
            new("53", "156"),
            new("55", "01"),
            EmvObject.Template("62", new("03", "1234"), new("06", "***"), new("07", "A6008667"), new("09", "ME")),
            EmvObject.Template("91", new("00", "A011223344998877"), new("07", "12345678")));

        Assert.Equal(EmvCoExample, code);
    }

    [Fact]
    public void Reads_the_published_example()
    {
        Assert.True(EmvQrReader.TryRead(EmvCoExample, out var payload, out _));
        Assert.Equal("BEST TRANSPORT", payload.Find("59"));
        Assert.Equal("最佳运输", payload.Find("64", "01"));
        Assert.Equal("A93FO3230Q", payload.Find("29", "05"));
        Assert.Null(payload.Find("29", "06"));
        Assert.Null(payload.Find("59", "00"));
        Assert.Null(payload.Find("28"));
        Assert.Null(payload.Find());
    }

    [Fact]
    public void What_is_written_is_read_again() => Objects.Sample(objects =>
    {
        var code = EmvQr.Encode(objects);
        Assert.True(EmvQrReader.TryRead(code, out var payload, out var problem), problem);
        Assert.Equal([new EmvObject("00", "01"), .. objects], payload.Objects.SkipLast(1));
    });

    [Fact]
    public void One_changed_character_is_refused() => Gen.Select(Objects, Gen.Int[0, 511], Gen.Char[' ', '~']).Sample((objects, at, letter) =>
    {
        // From ASCII to ASCII: of such a change the checksum finds every one, not only nearly every one.
        var code = EmvQr.Encode(objects);
        var places = Enumerable.Range(0, code.Length).Where(place => char.IsAscii(code[place]) && code[place] != letter).ToArray();
        var changed = code.ToCharArray();
        changed[places[at % places.Length]] = letter;
        Assert.False(EmvQrReader.TryRead(new string(changed), out _, out var problem));
        Assert.NotEmpty(problem);
    });

    [Fact]
    public void Every_single_change_of_the_published_example_is_refused()
    {
        for (var at = 0; at < EmvCoExample.Length; at++)
        {
            foreach (var letter in "09AZaz.* é京")
            {
                var changed = EmvCoExample.ToCharArray();
                changed[at] = letter;
                Assert.Equal(letter == EmvCoExample[at], EmvQrReader.TryRead(new string(changed), out _, out _));
            }

            Assert.False(EmvQrReader.TryRead(EmvCoExample.Remove(at, 1), out _, out _));
        }
    }

    [Fact]
    public void No_text_makes_the_reader_throw() => Gen.OneOf(Gen.String, Gen.String[Gen.Char['0', '6'], 0, 600], Gen.String.Select(text => EmvCoExample + text)).Sample(text =>
    {
        var isRead = EmvQrReader.TryRead(text, out var payload, out var problem);
        Assert.Equal(isRead, payload is not null);
        Assert.Equal(isRead, problem is null);
    });

    [Theory]
    [InlineData(null, "There is no text.")]
    [InlineData("", "There is no text.")]
    [InlineData("0002", "The value of id 00 has not the length that is said.")]
    [InlineData("00020", "The value of id 00 has not the length that is said.")]
    [InlineData("000201630", "At 6 there must be two digits of id and two of length.")]
    [InlineData("0000", "The value of id 00 has not the length that is said.")]
    [InlineData("00020100020163041234", "Id 00 comes twice.")]
    [InlineData("00020263041234", "A code begins with payload format 01.")]
    [InlineData("0102125303986", "A code begins with payload format 01.")]
    [InlineData("0002015303986", "A code ends with its checksum.")]
    [InlineData("00020163041234", "The checksum is wrong.")]
    [InlineData("00020153039865802BR6304\n123", "A code is plain text of at most 512 bytes.")]
    public void Says_what_is_wrong(string? text, string problem)
    {
        Assert.False(EmvQrReader.TryRead(text, out var payload, out var said));
        Assert.Null(payload);
        Assert.Equal(problem, said);
    }

    [Fact]
    public void Half_a_character_is_no_text()
    {
        Assert.False(EmvQrReader.TryRead("000201" + '\ud800' + "5802BR63041234", out _, out var problem));
        Assert.Equal("A code is plain text of at most 512 bytes.", problem);
    }

    [Theory]
    [InlineData("01", "13", "Id 01 must be 11 or 12.")]
    [InlineData("52", "41", "Id 52 must be four digits.")]
    [InlineData("54", "1,00", "Id 54 must be a plain decimal number of at most 13 characters.")]
    [InlineData("54", ".50", "Id 54 must be a plain decimal number of at most 13 characters.")]
    [InlineData("54", "12345678901.00", "Id 54 must be a plain decimal number of at most 13 characters.")]
    [InlineData("59", "A name of more than 25 chars", "Id 59 must be at most 25 characters.")]
    [InlineData("60", "Sao Bernardo do Campo", "Id 60 must be at most 15 characters.")]
    [InlineData("26", "no template", "In id 26: At 0 there must be two digits of id and two of length.")]
    [InlineData("62", "0504abc", "In id 62: The value of id 05 has not the length that is said.")]
    [InlineData("51", "no template", "In id 51: At 0 there must be two digits of id and two of length.")]
    [InlineData("80", "no template", "In id 80: At 0 there must be two digits of id and two of length.")]
    [InlineData("54", ".", "Id 54 must be a plain decimal number of at most 13 characters.")]
    [InlineData("54", "1.0x", "Id 54 must be a plain decimal number of at most 13 characters.")]
    public void Refuses_a_rightly_signed_code_of_wrong_form(string id, string value, string problem)
    {
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new(id, value), new("53", "986"), new("58", "BR")), out _, out var said));
        Assert.Equal(problem, said);
    }

    [Fact]
    public void Wants_a_currency_and_a_country()
    {
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new EmvObject("58", "BR")), out _, out _));
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new EmvObject("53", "986")), out _, out _));
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new("53", "986"), new("58", "br")), out _, out _));
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new("53", "98x"), new("58", "BR")), out _, out _));
        foreach (var (country, isOne) in ((string, bool)[])[("BR", true), ("AZ", true), ("ZA", true), ("Br", false), ("bR", false), ("B1", false), ("1B", false), ("B[", false), ("@B", false)])
        {
            Assert.Equal(isOne, EmvQrReader.TryRead(EmvQr.Encode(new("53", "986"), new("58", country)), out _, out _));
        }

        // The form of an id is told before what is wrong within a template.
        Assert.False(EmvQrReader.TryRead(EmvQr.Encode(new("53", "986"), new("58", "BR"), new("26", "no template"), new("52", "41")), out _, out var problem));
        Assert.Equal("Id 52 must be four digits.", problem);
    }

    [Fact]
    public void Refuses_to_write_what_could_not_be_read()
    {
        Assert.Equal(99, new EmvObject("99", string.Concat(Enumerable.Repeat("京", 99))).Length);
        Assert.Throws<ArgumentException>(() => new EmvObject("99", new string('x', 100)));
        Assert.Throws<ArgumentException>(() => new EmvObject("99", ""));
        Assert.Throws<ArgumentException>(() => new EmvObject("99", "a\tb"));
        Assert.Throws<ArgumentException>(() => new EmvObject("99", "\ud800"));
        Assert.Throws<ArgumentException>(() => new EmvObject("9", "x"));
        Assert.Throws<ArgumentException>(() => new EmvObject("x9", "x"));
        Assert.Throws<ArgumentException>(() => new EmvObject("9x", "x"));
        Assert.Throws<ArgumentException>(() => new EmvObject("9٣", "x"));
        Assert.Throws<ArgumentException>(() => EmvObject.Template("62"));
        Assert.Throws<ArgumentException>(() => EmvObject.Template("62", new("01", "a"), new("01", "b")));
        Assert.Throws<ArgumentException>(() => EmvObject.Template("62", new("01", new string('x', 50)), new("02", new string('x', 42))));
        Assert.Throws<ArgumentException>(() => EmvQr.Encode(new EmvObject("63", "1234")));
        Assert.Throws<ArgumentException>(() => EmvQr.Encode(new EmvObject("00", "01")));
        Assert.Throws<ArgumentException>(() => EmvQr.Encode(new("01", "11"), new("01", "12")));
    }

    [Fact]
    public void A_code_has_at_most_512_bytes()
    {
        // Payload format and checksum are 14 bytes, currency and country 13, four full values 412, the head of the last one 4.
        var full = Enumerable.Range(65, 4).Select(id => new EmvObject(id.ToString(CultureInfo.InvariantCulture), new string('x', 99)));
        EmvObject[] objects = [new("53", "986"), new("58", "BR"), .. full];
        var longest = EmvQr.Encode([.. objects, new EmvObject("70", new string('x', 69))]);
        Assert.Equal(EmvQr.MaxBytes, longest.Length);
        Assert.True(EmvQrReader.TryRead(longest, out _, out _));
        Assert.Throws<ArgumentException>(() => EmvQr.Encode([.. objects, new EmvObject("70", new string('x', 70))]));
        Assert.Throws<ArgumentException>(() => EmvQr.Encode([.. objects, new EmvObject("70", new string('é', 35))]));
    }

    private static Gen<string[]> Ids(string[] from) =>
        Gen.Int[0, (1 << from.Length) - 1].Select(bits => from.Where((_, at) => (bits & (1 << at)) != 0).ToArray());
}
