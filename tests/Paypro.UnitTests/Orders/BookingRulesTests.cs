using CsCheck;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Orders;

/// <summary>When money becomes available.</summary>
public sealed class BookingRulesTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("UTC-6", TimeSpan.FromHours(-6), "UTC-6", "UTC-6");
    private static readonly BookingRules Rules = new(true, Zone, new HashSet<int> { 20260306, 20261225 });

    /// <summary>What falls due on a day that was made a holiday is settled on the next business day; every other day is left alone.</summary>
    [Fact]
    public void ItIsSettledOnTheFirstBusinessDayFromItsDueDate() => Gen.Select(Gen.Int[0, 720], Gen.Int[0, 720].List[0, 40], Gen.Int[0, 127]).Sample((at, holidays, weekend) =>
    {
        var from = new DateOnly(2026, 1, 1);
        var rules = new BookingRules(true, Zone, holidays.Select(d => from.AddDays(d).ToNumber()).ToHashSet()) { Weekend = Weekends.Of(weekend) };
        var due = from.AddDays(at);
        var settled = Clock.FromNumber(rules.SettlesOn(due.ToNumber()));
        Assert.True(settled >= due && rules.IsBusinessDay(settled));
        for (var day = due; day < settled; day = day.AddDays(1))
        {
            Assert.False(rules.IsBusinessDay(day));
        }
    });

    [Fact]
    public void AWeekendIsStoredAsItIs()
    {
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Saturday], Weekends.Of(Weekends.Of(Paypro.Protocol.Countries.CountryCatalog.BuiltIn.FindCountry("EG")!.Weekend)));
        Assert.Equal(["BD", "EG"], Paypro.Protocol.Countries.CountryCatalog.BuiltIn.Countries.Where(c => c.Weekend.Contains(DayOfWeek.Friday)).Select(c => c.IsoCode).Order());

        // A week without a business day would never settle anything.
        Assert.Empty(Weekends.Of(0b1111111));
        Assert.Equal(20260606, (Rules with { Weekend = [DayOfWeek.Sunday] }).DueDate(Days(1, true), new DateTimeOffset(2026, 6, 5, 18, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void ExactlySoManyBusinessDaysLieBetween() => Gen.Select(Gen.Long[1_767_225_600_000, 1_830_297_600_000], Gen.Int[1, 30]).Sample((at, days) =>
    {
        var due = Clock.FromNumber(Rules.DueDate(Days(days, true), at));
        var counted = 0;
        for (var day = Clock.LocalDate(at, Zone).AddDays(1); day <= due; day = day.AddDays(1))
        {
            counted += day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Rules.Holidays.Contains(day.ToNumber()) ? 0 : 1;
        }

        Assert.Equal(days, counted);
        Assert.False(due.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || Rules.Holidays.Contains(due.ToNumber()));
        Assert.Equal(Clock.LocalDate(at, Zone).AddDays(days).ToNumber(), Rules.DueDate(Days(days, false), at));
    });

    [Fact]
    public void WhatARailCostsComesBackFromItsText() => Gen.Select(Gen.Int[0, 10_000], Gen.Long[0, 1_000_000]).Sample((basisPoints, fixedMinor) =>
    {
        var cost = new CostTerms(basisPoints, fixedMinor);
        Assert.Equal(cost, CostTerms.Parse(cost.ToString()));
    });

    private static Terms Days(int days, bool business) => Terms.Free with { SettlementDays = days, BusinessDays = business };
}
