using CsCheck;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.UnitTests.Protocol.Countries;

public class BrazilAccountTests
{
    private static readonly Gen<string> CpfBodies = Gen.String[Gen.Char['0', '9'], 9, 9].Where(digits => digits.Distinct().Count() > 1);

    private static readonly Gen<string> CnpjBodies =
        Gen.String[Gen.OneOf(Gen.Char['0', '9'], Gen.Char['A', 'Z']), 12, 12].Where(body => body != "000000000000");

    [Theory]
    [InlineData("12345678909", true)]
    [InlineData("11144477735", true)]
    [InlineData("12345678900", false)]
    [InlineData("11111111111", false)]
    [InlineData("00000000000", false)]
    [InlineData("2348937596", false)]
    [InlineData("1114447773x", false)]
    [InlineData("", false)]
    public void Knows_cpf(string text, bool isValid) => Assert.Equal(isValid, Cpf.IsValid(text));

    /// <summary>The one with letters is the example of Receita Federal's own explanation.</summary>
    [Theory]
    [InlineData("12ABC34501DE35", true)]
    [InlineData("11222333000181", true)]
    [InlineData("12ABC34501DE36", false)]
    [InlineData("12abc34501de35", false)]
    [InlineData("11222333000191", false)]
    [InlineData("00000000000000", false)]
    [InlineData("112223330001AA", false)]
    [InlineData("1122233300018", false)]
    [InlineData("", false)]
    public void Knows_cnpj(string text, bool isValid) => Assert.Equal(isValid, Cnpj.IsValid(text));

    [Fact]
    public void Wrong_digits_are_found()
    {
        Assert.All(EveryTurn("11144477735"), turned => Assert.False(Cpf.IsValid(turned)));
        Assert.All(EveryTurn("11222333000181"), turned => Assert.False(Cnpj.IsValid(turned)));
    }

    /// <summary>The weakness of the official sums: 1234... has the rest 1 and 2234... the rest 0, and both give the digit 0.</summary>
    [Fact]
    public void Two_cpfs_that_differ_in_one_digit_can_both_be_right() =>
        Assert.Equal(["22345678909"], EveryTurn("12345678909").Where(turned => Cpf.IsValid(turned)));

    /// <summary>A sum's rest of 0 or 1 gives the digit 0, 2 gives 9 and 10 gives 1: here of the sum of the first check digit, then of the second.</summary>
    [Theory]
    [InlineData("11222333000505")]
    [InlineData("11222333001404")]
    [InlineData("11222333000696")]
    [InlineData("11222333001315")]
    [InlineData("11222333001900")]
    [InlineData("11222333001820")]
    [InlineData("11222333000939")]
    [InlineData("11222333000181")]
    public void Knows_cnpj_of_every_edge_of_the_sum(string cnpj) => Assert.Equal(cnpj, Cnpj.Complete(cnpj[..12]));

    [Fact]
    public void Any_wrong_check_digit_is_found() => Gen.Select(CpfBodies, CnpjBodies, Gen.Int[1, 2], Gen.Int[1, 9]).Sample((cpfBody, cnpjBody, back, by) =>
    {
        var (cpf, cnpj) = (Cpf.Complete(cpfBody), Cnpj.Complete(cnpjBody));
        Assert.True(Cpf.IsValid(cpf));
        Assert.True(Cnpj.IsValid(cnpj));
        Assert.False(Cpf.IsValid(Turn(cpf, cpf.Length - back, by)));
        Assert.False(Cnpj.IsValid(Turn(cnpj, cnpj.Length - back, by)));
    });

    [Fact]
    public void Completes_only_bodies()
    {
        Assert.Equal("12345678909", Cpf.Complete("123456789"));
        Assert.Equal("12ABC34501DE35", Cnpj.Complete("12ABC34501DE"));
        Assert.Throws<ArgumentException>(() => Cpf.Complete("12345678"));
        Assert.Throws<ArgumentException>(() => Cpf.Complete("12345678x"));
        Assert.Throws<ArgumentException>(() => Cnpj.Complete("12ABC34501D"));
        Assert.Throws<ArgumentException>(() => Cnpj.Complete("12abc34501de"));
    }

    [Theory]
    [InlineData(PixKeyType.Cpf, "123.456.789-09", "12345678909")]
    [InlineData(PixKeyType.Cnpj, "12.abc.345/01de-35", "12ABC34501DE35")]
    [InlineData(PixKeyType.Phone, "(61) 91234-5678", "+5561912345678")]
    [InlineData(PixKeyType.Phone, "5561912345678", "+5561912345678")]
    [InlineData(PixKeyType.Phone, "+5561912345678", "+5561912345678")]
    [InlineData(PixKeyType.Phone, "+14155550100", "+14155550100")]
    [InlineData(PixKeyType.Email, " Fulano_Da.Silva@Example.com", "fulano_da.silva@example.com")]
    [InlineData(PixKeyType.Evp, "123E4567-e12b-12d1-a456-426655440000", "123e4567-e12b-12d1-a456-426655440000")]
    public void Brings_keys_into_the_form_of_the_directory(PixKeyType type, string text, string key)
    {
        Assert.Equal(key, PixKey.Normalise(type, text));
        Assert.True(PixKey.IsValid(type, key));
        Assert.Equal(type, PixKey.TypeOf(key));
    }

    [Theory]
    [InlineData(PixKeyType.Cpf, "10094038293")]
    [InlineData(PixKeyType.Cnpj, "12345678909")]
    [InlineData(PixKeyType.Phone, "123456789")]
    [InlineData(PixKeyType.Phone, "61312345678")]
    [InlineData(PixKeyType.Phone, "+5501912345678")]
    [InlineData(PixKeyType.Phone, "6191234567x")]
    [InlineData(PixKeyType.Email, "fulano@")]
    [InlineData(PixKeyType.Email, "fulano@example")]
    [InlineData(PixKeyType.Email, "fu lano@example.com")]
    [InlineData(PixKeyType.Email, "fulano@-example.com")]
    [InlineData(PixKeyType.Evp, "123e4567e12b12d1a456426655440000")]
    [InlineData(PixKeyType.Evp, "")]
    public void Refuses_what_is_no_key(PixKeyType type, string text) => Assert.Null(PixKey.Normalise(type, text));

    [Fact]
    public void An_email_key_has_at_most_77_characters()
    {
        Assert.NotNull(PixKey.Normalise(PixKeyType.Email, new string('a', 65) + "@example.com"));
        Assert.Null(PixKey.Normalise(PixKeyType.Email, new string('a', 66) + "@example.com"));
    }

    [Fact]
    public void No_text_is_a_key_of_two_kinds_or_makes_it_throw() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char['0', '9'], 8, 14], CpfBodies.Select(Cpf.Complete), CnpjBodies.Select(Cnpj.Complete)).Sample(text =>
            Assert.True(Enum.GetValues<PixKeyType>().Count(type => PixKey.IsValid(type, text)) <= 1));

    [Theory]
    [InlineData("CPF", PixKeyType.Cpf)]
    [InlineData("CNPJ", PixKeyType.Cnpj)]
    [InlineData("PHONE", PixKeyType.Phone)]
    [InlineData("EMAIL", PixKeyType.Email)]
    [InlineData("EVP", PixKeyType.Evp)]
    [InlineData("cpf", null)]
    [InlineData("", null)]
    public void Knows_the_names_of_kinds(string name, PixKeyType? type) => Assert.Equal(type, PixKey.TypeNamed(name));

    [Fact]
    public void Knows_txids()
    {
        Assert.True(PixTxId.IsValidForStatic(PixTxId.None));
        Assert.True(PixTxId.IsValidForStatic("aZ09"));
        Assert.True(PixTxId.IsValidForStatic(new string('a', 25)));
        Assert.False(PixTxId.IsValidForStatic(new string('a', 26)));
        Assert.False(PixTxId.IsValidForStatic("a-b"));
        Assert.False(PixTxId.IsValidForStatic(""));
        Assert.False(PixTxId.IsValidForCharge(PixTxId.None));
        Assert.False(PixTxId.IsValidForCharge(new string('a', 25)));
        Assert.True(PixTxId.IsValidForCharge(new string('a', 26)));
        Assert.True(PixTxId.IsValidForCharge(new string('Z', 35)));
        Assert.False(PixTxId.IsValidForCharge(new string('a', 36)));
        Assert.False(PixTxId.IsValidForCharge(new string('é', 30)));
    }

    private static IEnumerable<string> EveryTurn(string digits) =>
        from at in Enumerable.Range(0, digits.Length)
        from step in Enumerable.Range(1, 9)
        select Turn(digits, at, step);

    private static string Turn(string digits, int at, int by) =>
        string.Concat(digits.AsSpan(0, at), ((char)('0' + ((digits[at] - '0' + by) % 10))).ToString(), digits.AsSpan(at + 1));
}
