using CsCheck;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.UnitTests.Protocol.Countries;

public class AsianAccountTests
{
    [Theory]
    [InlineData("SBIN0005943", true)]
    [InlineData("HDFC0CAGSBK", true)]
    [InlineData("IDFB0043121", true)]
    [InlineData("SBIN1005943", false)]
    [InlineData("sbin0005943", false)]
    [InlineData("SB1N0005943", false)]
    [InlineData("SBIN000594", false)]
    [InlineData("SBIN00059433", false)]
    [InlineData("SBIN0 05943", false)]
    [InlineData("", false)]
    public void Knows_ifsc(string text, bool isValid) => Assert.Equal(isValid, Ifsc.IsValid(text));

    [Theory]
    [InlineData("1730123456789", true)]
    [InlineData("17301-2345678-9", false)]
    [InlineData("173012345678", false)]
    [InlineData("17301234567890", false)]
    [InlineData("0730123456789", false)]
    [InlineData("173012345678x", false)]
    [InlineData("", false)]
    public void Knows_cnic(string text, bool isValid) => Assert.Equal(isValid, Cnic.IsValid(text));

    [Fact]
    public void Every_order_has_its_own_virtual_account() =>
        Gen.Select(Gen.String[Gen.Char['0', '9'], 1, 8], Gen.Long[0, 999_999_999], Gen.Long[0, 999_999_999], Gen.Int[18, 28]).Sample((prefix, one, other, length) =>
        {
            var number = VirtualAccountNumber.Create(prefix, one, length);
            Assert.Equal(length, number.Length);
            Assert.StartsWith(prefix, number, StringComparison.Ordinal);
            Assert.True(VirtualAccountNumber.IsValid(number));
            Assert.Equal(one == other, number == VirtualAccountNumber.Create(prefix, other, length));
        });

    [Fact]
    public void Any_single_wrong_digit_of_a_virtual_account_is_found() =>
        Gen.Select(Gen.Long[0, 9_999_999_999], Gen.Int[0, 15], Gen.Int[1, 9]).Sample((index, at, by) =>
        {
            var number = VirtualAccountNumber.Create("88081", index);
            var turned = number.ToCharArray();
            turned[at] = (char)('0' + ((turned[at] - '0' + by) % 10));
            Assert.False(VirtualAccountNumber.IsValid(turned));
        });

    [Fact]
    public void A_virtual_account_keeps_within_its_digits()
    {
        Assert.Equal("8808100000000013", VirtualAccountNumber.Create("88081", 1));
        Assert.Equal(16, VirtualAccountNumber.Create("88081", 9_999_999_999).Length);
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("88081", 10_000_000_000));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("88081", -1));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("", 1));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("880812345", 1));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("88a", 1));
        Assert.Equal("8808100005", VirtualAccountNumber.Create("88081", 0, VirtualAccountNumber.MinLength));
        Assert.True(VirtualAccountNumber.IsValid("8808100005"));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("88081", 1, 9));
        Assert.Throws<ArgumentException>(() => VirtualAccountNumber.Create("88081", 1, 29));
        Assert.False(VirtualAccountNumber.IsValid("880810000000001x"));
        Assert.False(VirtualAccountNumber.IsValid("18"));
    }
}
