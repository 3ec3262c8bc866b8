using CsCheck;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.UnitTests.Protocol.Countries;

public class AccountTests
{
    private static readonly Gen<string> SeventeenDigits = Gen.String[Gen.Char['0', '9'], 17, 17];

    [Theory]
    [InlineData("032180000118359719")]
    [InlineData("002010077777777771")]
    public void Knows_published_clabes(string clabe) => Assert.True(Clabe.IsValid(clabe));

    [Theory]
    [InlineData("")]
    [InlineData("032180000118359710")]
    [InlineData("03218000011835971")]
    [InlineData("0321800001183597199")]
    [InlineData("03218000011835971x")]
    [InlineData("6841800930023213210")]
    public void Refuses_what_is_no_clabe(string text) => Assert.False(Clabe.IsValid(text));

    [Fact]
    public void Completes_only_seventeen_digits()
    {
        Assert.Equal("032180000118359719", Clabe.Complete("03218000011835971"));
        Assert.Throws<ArgumentException>(() => Clabe.Complete("0321800001183597"));
        Assert.Throws<ArgumentException>(() => Clabe.Complete("0321800001183597x"));
    }

    [Fact]
    public void Any_single_wrong_digit_of_a_clabe_is_found() =>
        Gen.Select(SeventeenDigits, Gen.Int[0, 17], Gen.Int[1, 9]).Sample((digits, at, by) =>
        {
            var clabe = Clabe.Complete(digits);
            Assert.True(Clabe.IsValid(clabe));
            Assert.False(Clabe.IsValid(Turn(clabe, at, by)));
        });

    [Fact]
    public void Any_single_wrong_digit_of_a_store_reference_is_found() =>
        Gen.Select(Gen.String[Gen.Char['0', '9'], 2, 29], Gen.Int[0, 1000], Gen.Int[1, 9]).Sample((digits, at, by) =>
        {
            var reference = StoreReference.Complete(digits);
            Assert.True(StoreReference.IsValid(reference));
            Assert.False(StoreReference.IsValid(Turn(reference, at % reference.Length, by)));
        });

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("79927398713", true)]
    [InlineData("79927398710", false)]
    [InlineData("18", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData("411111111111111x", false)]
    public void Knows_luhn(string number, bool isValid) => Assert.Equal(isValid, Luhn.IsValid(number));

    [Fact]
    public void A_store_reference_is_bounded() => Assert.False(StoreReference.IsValid(StoreReference.Complete(new string('1', 30))));

    [Fact]
    public void Mexicos_list_is_whole_and_its_prefixes_differ()
    {
        var banks = Mexico.Country.Banks.Banks;
        Assert.Equal(98, banks.Count);
        Assert.Equal(banks.Count, banks.Select(Clabe.PrefixOf).Distinct().Count());
        Assert.All(banks, bank => Assert.Equal(bank.Code, Mexico.Country.Banks.FindByAccountPrefix(Clabe.PrefixOf(bank)!)?.Code));
        Assert.All(banks, bank => Assert.Equal(bank.Code, Mexico.Country.Banks.Find(bank.NationalCode)?.Code));
        Assert.Equal(45, banks.Sum(bank => bank.Aliases.Count));
        Assert.Equal("Banco Nacional del Ejército, Fuerza Aérea y Armada", Mexico.Country.Banks.Find("BANJERCITO")!.Name);
        Assert.Null(Clabe.PrefixOf(new Bank("X", "X", "", "bank")));
        Assert.Equal("012", Clabe.PrefixOf(new Bank("X", "X", "012", "bank")));
    }

    [Fact]
    public void An_operators_table_replaces_the_seed()
    {
        Bank[] table = [new("MINE", "Mine", "90999", "bank") { Aliases = ["BANXICO", "OTHER"] }, new("OTHER", "Other", "", "other")];
        var banks = new BankDirectory(table, Mexico.Country.Banks.AccountPrefix);
        Assert.Equal("MINE", banks.FindByAccountPrefix("999")!.Code);
        Assert.Equal("MINE", banks.Find("BANXICO")!.Code);
        Assert.Equal("OTHER", banks.Find("OTHER")!.Code);
        Assert.Null(banks.Find("BANAMEX"));
        Assert.Null(banks.Find(""));
        Assert.False(banks.IsEmpty);
        Assert.True(BankDirectory.None.IsEmpty);
    }

    private static string Turn(string number, int at, int by)
    {
        var digits = number.ToCharArray();
        digits[at] = (char)('0' + ((digits[at] - '0' + by) % 10));
        return new string(digits);
    }
}
