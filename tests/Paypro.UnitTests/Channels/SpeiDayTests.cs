using Paypro.Channels.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>SPEI's operating days, and texts and amounts as the rail writes them.</summary>
public sealed class SpeiDayTests
{
    [Theory]
    [InlineData("2026-11-26T23:59:59Z", "20261126")]
    [InlineData("2026-11-27T00:00:00Z", "20261127")]
    [InlineData("2026-11-27T23:59:59Z", "20261127")]
    [InlineData("2026-11-28T00:00:00Z", "20261130")]
    [InlineData("2026-11-29T12:00:00Z", "20261130")]
    [InlineData("2026-12-11T12:00:00Z", "20261211")]
    [InlineData("2026-12-12T00:30:00Z", "20261214")]
    [InlineData("2026-12-25T12:00:00Z", "20261228")]
    [InlineData("2027-01-01T12:00:00Z", "20270104")]
    [InlineData("2027-02-01T12:00:00Z", "20270202")]
    [InlineData("2027-03-15T12:00:00Z", "20270316")]
    [InlineData("2027-03-25T12:00:00Z", "20270329")]
    [InlineData("2030-10-01T12:00:00Z", "20301002")]
    [InlineData("2029-10-01T12:00:00Z", "20291001")]
    [InlineData("2026-11-16T12:00:00Z", "20261117")]
    public void A_time_is_of_the_operating_day_of_Mexico_City(string time, string day) =>
        Assert.Equal(day, SpeiDays.Write(new SpeiDays([]).Of(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds())));

    [Fact]
    public void Days_go_forth_and_back_over_weekends_and_further_holidays()
    {
        var days = new SpeiDays([new DateOnly(2026, 11, 30)]);
        var friday = new DateOnly(2026, 11, 27);
        Assert.Equal(new DateOnly(2026, 12, 1), days.After(friday));
        Assert.Equal(friday, days.Before(new DateOnly(2026, 12, 1)));
        Assert.Equal(new DateOnly(2026, 12, 1), days.Of(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
        Assert.Null(SpeiDays.Read("20261301"));
        Assert.Null(SpeiDays.Read("2026-11-27"));
    }

    [Theory]
    [InlineData("10.2", 10_20)]
    [InlineData("10.20", 10_20)]
    [InlineData("300", 300_00)]
    [InlineData("0", 0)]
    [InlineData("999999999999.99", 999_999_999_999_99)]
    public void An_amount_is_digits_with_up_to_two_decimals(string text, long minor)
    {
        Assert.True(SpeiAmount.TryRead(text, out var read));
        Assert.Equal(minor, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.005")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,000.00")]
    [InlineData(" 1")]
    [InlineData("1000000000000")]
    public void Nothing_else_is_money(string? text) => Assert.False(SpeiAmount.TryRead(text, out _));

    [Theory]
    [InlineData("José Núñez-Ávila, S.A. de C.V.", "Jose Nunez Avila S A de C V")]
    [InlineData("  Ana   María  ", "Ana Maria")]
    [InlineData("李雷", "")]
    [InlineData("Muñoz|||Peña", "Munoz Pena")]
    [InlineData("Nombre largo que no cabe en los treinta y nueve", "Nombre largo que no cabe en los treinta")]
    public void A_name_is_plain_and_short(string name, string plain) => Assert.Equal(plain, SpeiTexts.Plain(name));

    [Theory]
    [InlineData("1704800378237", 1_704_800_378_237)]
    [InlineData("'1704800378237'", 1_704_800_378_237)]
    [InlineData("0", 0)]
    [InlineData("4524", 0)]
    [InlineData("yesterday", 0)]
    public void A_time_is_milliseconds_or_none(string text, long ms) => Assert.Equal(ms, SpeiDays.TimeOf(text));

    [Theory]
    [InlineData("40012", "012")]
    [InlineData("012", "012")]
    [InlineData("2001", "001")]
    [InlineData("12", null)]
    [InlineData("400123", null)]
    public void A_bank_is_its_last_three_digits(string text, string? bank) => Assert.Equal(bank, SpeiTexts.Bank(text));

    [Fact]
    public void A_keys_number_is_always_the_same_and_within_seven_digits()
    {
        var numbers = Enumerable.Range(0, 5_000).Select(at => SpeiReference.NumberOf($"SO{at}")).ToList();
        Assert.All(numbers, number => Assert.InRange(number, 1, 9_999_999));
        Assert.True(numbers.Distinct().Count() > 4_900);
        Assert.Equal(SpeiReference.NumberOf("SOX"), SpeiReference.NumberOf("SOX"));
    }
}
