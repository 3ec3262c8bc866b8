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
