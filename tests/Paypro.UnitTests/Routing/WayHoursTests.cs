using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Routing;

/// <summary>When a way takes payouts: its cut-off, the country's days, and the days on which clocks change.</summary>
public sealed class WayHoursTests
{
    [Theory]
    // A working day in Mexico, UTC-6: before, at and after 16:30.
    [InlineData("MX", "16:30", false, "2026-03-05T22:29", "2026-03-05T22:29")]
    [InlineData("MX", "16:30", false, "2026-03-05T22:30", "2026-03-06T06:00")]
    // Friday evening: the next day, or the next business day.
    [InlineData("MX", "16:30", false, "2026-03-07T01:00", "2026-03-07T06:00")]
    [InlineData("MX", "16:30", true, "2026-03-07T01:00", "2026-03-09T06:00")]
    // Without a cut-off all of a business day; 2026-03-16 is a holiday here.
    [InlineData("MX", "", true, "2026-03-14T05:59", "2026-03-14T05:59")]
    [InlineData("MX", "", true, "2026-03-14T06:00", "2026-03-17T06:00")]
    // Egypt rests on Friday and Saturday.
    [InlineData("EG", "14:00", true, "2026-03-05T12:00", "2026-03-07T22:00")]
    // Cairo, 2026-04-24: clocks go from 00:00 to 01:00, so the day begins at 22:00 UTC; 14:00 is an hour earlier than the day before.
    [InlineData("EG", "14:00", false, "2026-04-23T12:00", "2026-04-23T22:00")]
    [InlineData("EG", "14:00", false, "2026-04-24T10:59", "2026-04-24T10:59")]
    [InlineData("EG", "14:00", false, "2026-04-24T11:00", "2026-04-24T21:00")]
    [InlineData("EG", "00:30", false, "2026-04-23T22:00", "2026-04-24T21:00")]
    // Cairo, 2026-10-29: 23:00 to 23:59 come twice; the first 23:30 ends the day.
    [InlineData("EG", "23:30", false, "2026-10-29T20:29", "2026-10-29T20:29")]
    [InlineData("EG", "23:30", false, "2026-10-29T20:30", "2026-10-29T22:00")]
    [InlineData("EG", "23:30", false, "2026-10-29T21:10", "2026-10-29T22:00")]
    // Mexico while it changed its clocks: 2022-04-03 lacks 02:00 to 02:59, 2022-10-30 has 01:00 to 01:59 twice.
    [InlineData("MX", "02:30", false, "2022-04-03T07:59", "2022-04-03T07:59")]
    [InlineData("MX", "02:30", false, "2022-04-03T08:00", "2022-04-04T05:00")]
    [InlineData("MX", "01:30", false, "2022-10-30T06:29", "2022-10-30T06:29")]
    [InlineData("MX", "01:30", false, "2022-10-30T06:30", "2022-10-31T06:00")]
    [InlineData("MX", "01:30", false, "2022-10-30T07:10", "2022-10-31T06:00")]
    public void ItOpensOnItsNextDay(string country, string cutOff, bool businessDays, string asked, string opens) =>
        Assert.Equal(Ms(opens), Way(cutOff, businessDays).OpensAtMs(Calendar(country), Ms(asked)));

    [Fact]
    public void AWayWithoutADayNeverOpens()
    {
        var never = Calendar("MX") with { Holidays = Enumerable.Range(0, 500).Select(d => new DateOnly(2026, 3, 1).AddDays(d)).Select(d => (d.Year * 10_000) + (d.Month * 100) + d.Day).ToHashSet() };
        Assert.Null(Way("", true).OpensAtMs(never, Ms("2026-03-05T12:00")));
        var offer = RoutingScene.Offer(101) with { Ways = [Way("", true)], Calendar = never };
        Assert.Equal("its rail has no day for it", offer.HoldsBack(Direction.Payout, "CLABE", Ms("2026-03-05T12:00")));
        Assert.Equal(Ms("2026-03-06T12:00"), offer.ParkedUntilMs(Direction.Payout, "CLABE", Ms("2026-03-05T12:00"), 86_400_000));
    }

    /// <summary>What waits for its way has its whole time from when that opens, and is never ended in the hour after an opening.</summary>
    [Theory]
    [InlineData("2026-03-05T12:00", "2026-03-06T12:00")]
    [InlineData("2026-03-07T01:00", "2026-03-10T07:00")]
    [InlineData("2026-03-06T15:00", "2026-03-09T07:00")]
    public void ItsTimeIsCountedFromWhenItOpens(string parked, string ends) =>
        Assert.Equal(Ms(ends), (RoutingScene.Offer(101) with { Ways = [Way("16:30", true)], Calendar = Calendar("MX") }).ParkedUntilMs(Direction.Payout, "CLABE", Ms(parked), 86_400_000));

    [Fact]
    public void APayoutAfterItGoesElsewhereOrWaitsWithItsDay()
    {
        var late = RoutingScene.Offer(101) with { Ways = [Way("16:30", true)], Calendar = Calendar("MX") };
        var (before, after) = (Ms("2026-03-06T22:00"), Ms("2026-03-06T22:30"));
        Assert.Null(Plan([late], before)!.Parked);
        Assert.Equal("its rail takes it again on 2026-03-09", Plan([late], after)!.Parked);
        var two = Plan([late, RoutingScene.Offer(205, priority: 1)], after)!;
        Assert.Equal(("205,101", null), (RoutePlan.Join(two.Routes.Select(r => r.AccountId)), two.Parked));
        Assert.Null(Router.Find(RoutingScene.Picture([late]), RoutingScene.Shop, Direction.Payout, "CLABE", 100, 101, after));
        Assert.Null(late.HoldsBack(Direction.Refund, "CLABE", after));

        // A holiday that is added later counts for what waits already.
        Assert.Equal("its rail takes it again on 2026-03-10", (late with { Calendar = Calendar("MX") with { Holidays = new HashSet<int> { 20260309 } } }).HoldsBack(Direction.Payout, "CLABE", after));
    }

    [Theory]
    [InlineData("", true, null)]
    [InlineData("00:01", true, 1)]
    [InlineData("23:59", true, 1439)]
    [InlineData("00:00", false, 0)]
    [InlineData("24:00", false, null)]
    [InlineData("5pm", false, null)]
    public void ACutOffIsATimeOfDay(string text, bool isRight, int? minute)
    {
        Assert.Equal((isRight, minute), (WayHours.TryRead(text, out var read), read));
        Assert.Equal(isRight ? text : "-", isRight ? WayHours.Text(read) : "-");
    }

    private static RoutePlan? Plan(AccountOffer[] offers, long nowMs) =>
        Router.Plan(RoutingScene.Picture(offers), RoutingScene.Shop, Direction.Payout, "CLABE", 100, new RoutingView { NowMs = nowMs }, out _);

    private static ChannelWayRow Way(string cutOff, bool businessDays) =>
        new() { ChannelAccountId = 101, Direction = Direction.Payout, Way = "*", CutOffMinute = WayHours.TryRead(cutOff, out var minute) ? minute : null, BusinessDaysOnly = businessDays };

    private static BookingRules Calendar(string code) => CountryCatalog.BuiltIn.FindCountry(code) is { } country
        ? new BookingRules(false, country.TimeZone, new HashSet<int> { 20260316 }) { Weekend = country.Weekend } : throw new ArgumentException(code);

    private static long Ms(string utc) => DateTimeOffset.ParseExact(utc, "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
}
