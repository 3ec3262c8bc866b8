using Paypro.Channels;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Screens;

/// <summary>What merchants read of a payment: words for everything that can happen, persons masked, days as the clock of the zone goes.</summary>
public sealed class PaymentWordsTests
{
    [Fact]
    public void EverythingThatCanHappenHasWordsInEveryLanguage()
    {
        var words = Enum.GetValues<EventType>().Select(PaymentWords.Of).Concat(Enum.GetValues<AttemptState>().Select(PaymentWords.Of)).Concat(Enum.GetValues<TransferType>().Select(PaymentWords.Of))
            .Concat(HomeReads.Accounts.Select(PaymentWords.Of)).Concat(PaymentColumns.PayIns.Concat(PaymentColumns.Payouts).Select(c => c.Title)).Concat(PaymentQuery.States.Select(s => s.Text))
            .Concat(PaymentQuery.Exceptions.Select(e => e.Text)).Distinct();
        var known = ScreenTexts.Files.SelectMany(f => ScreenTexts.FileOf(f).Keys).ToHashSet(StringComparer.Ordinal);
        Assert.All(words, word => Assert.Contains(word, known));
    }

    /// <summary>A state that no list names would be shown as nothing.</summary>
    [Fact]
    public void EveryStateHasAName() => Assert.Equal(Enum.GetValues<OrderState>(), PaymentQuery.States.Select(s => s.State));

    /// <summary>What the operator decided between rails, and who did, is not a merchant's to read.</summary>
    [Fact]
    public void WhatNamesRailsAndPeopleOfTheOperatorIsKeptBack()
    {
        foreach (var type in (EventType[])[EventType.SendDeclined, EventType.Parked, EventType.Created, EventType.Decided, EventType.Contradiction, EventType.Routed, EventType.SendUnknown, EventType.Failed])
        {
            var happened = new EventRow { Type = type, Cause = "operator:7 a.person@example.com", Detail = "account 101 is tried: account 102 declined" };
            Assert.Equal("", PaymentWords.DetailOf(happened));
            Assert.Equal("The operator", PaymentWords.CauseOf(happened));
        }
    }

    [Fact]
    public void APersonIsMaskedWhateverTheFieldsHold()
    {
        var person = new Person { Name = "Al", Email = "@x", Mobile = "1234567", Account = "ana@example.com", Identity = "12345678", CustomerId = "c" };
        Assert.Equal(["…", "…", "…", "an…@…", "…5678", "…"], Masked.Of(person, isRevealed: false).Select(m => m.Text));
        Assert.Equal(["Al", "@x", "1234567", "ana@example.com", "12345678", "c"], Masked.Of(person, isRevealed: true).Select(m => m.Text));
        Assert.Empty(Masked.Of(Person.None, isRevealed: false));
    }

    /// <summary>Each day begins where the one before ends, in every zone and year of the countries.</summary>
    [Theory]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Mexico_City")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/Havana")]
    public void DaysFollowOneAnother(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        for (var day = new DateOnly(2016, 1, 1); day.Year < 2030; day = day.AddDays(1))
        {
            var (begins, ends) = (Days.BeginMs(day, zone), Days.BeginMs(day.AddDays(1), zone));
            Assert.InRange(ends - begins, 23 * 3_600_000, 25 * 3_600_000);
            Assert.Equal(day, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(begins), zone).DateTime));
            Assert.NotEqual(day, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(begins - 1), zone).DateTime));
        }
    }

    [Theory]
    [InlineData("2026-11-29", true)]
    [InlineData("2026-02-30", false)]
    [InlineData("9999-12-31", false)]
    [InlineData("0001-01-01", false)]
    [InlineData("29.11.2026", false)]
    [InlineData("", false)]
    public void ADayIsReadOnlyAsItIsWritten(string text, bool isDay) => Assert.Equal(isDay, Days.Read(text) is not null);
}
