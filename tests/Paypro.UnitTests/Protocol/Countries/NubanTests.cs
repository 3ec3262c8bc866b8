using CsCheck;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.UnitTests.Protocol.Countries;

public class NubanTests
{
    [Theory]
    [InlineData("011", "0000014579")] // the example of the central bank's standard
    public void Known_numbers_are_right(string bankCode, string number) => Assert.True(Nuban.IsValid(number, bankCode));

    [Fact]
    public void A_completed_number_is_right_and_no_other_last_digit_is() => Gen.Int[0, 999_999_999].Sample(serial =>
    {
        var number = Nuban.CompleteFor("035")($"{serial:D9}");
        return Nuban.IsValid(number, "035") && Enumerable.Range(0, 10).Count(last => Nuban.IsValid($"{number[..^1]}{last}", "035")) == 1;
    });

    [Theory]
    [InlineData("")]
    [InlineData("000001457")]
    [InlineData("00000145790")]
    [InlineData("000001457x")]
    public void Other_texts_are_no_numbers(string text) => Assert.False(Nuban.IsValid(text, "011"));
}
