using Paypro.Server.Screens;

namespace Paypro.UnitTests.Screens;

/// <summary>Times as people type them.</summary>
public sealed class TypedNumbersTests
{
    /// <summary>What no zone could move, and what nothing can have happened at, is no time; no text makes it throw.</summary>
    [Theory]
    [InlineData("0001-01-01T00:00")]
    [InlineData("9999-12-31T23:59")]
    [InlineData("1999-12-31T23:59")]
    [InlineData("2200-01-01T00:00")]
    [InlineData("")]
    public void ATimeOutOfTheCenturiesIsNone(string typed) =>
        Assert.All((string[])["UTC", "Asia/Jakarta", "America/Mexico_City"], zone => Assert.Null(TypedNumbers.Time(typed, TimeZoneInfo.FindSystemTimeZoneById(zone))));

    /// <summary>The first and the last one.</summary>
    [Fact]
    public void ATimeIsReadInItsZone()
    {
        Assert.Equal(946_659_600_000, TypedNumbers.Time("2000-01-01T00:00", TimeZoneInfo.FindSystemTimeZoneById("Asia/Jakarta")));
        Assert.Equal(7_258_118_340_000, TypedNumbers.Time("2199-12-31T23:59", TimeZoneInfo.Utc));
    }
}
