using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Links;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Checkout;

/// <summary>What a payment link does, and what its payer may type.</summary>
public sealed class LinkTests
{
    private const string Number = "0a23456789abcdef";

    private static readonly PaymentLinkRow Once = new() { Number = Number, Title = "t" };

    [Theory]
    [InlineData("1500", 150_000)]
    [InlineData("1500.5", 150_050)]
    [InlineData("1500,50", 150_050)]
    [InlineData("1,500", 150_000)]
    [InlineData("1.500", 150_000)]
    [InlineData("1,500.50", 150_050)]
    [InlineData("1.500,50", 150_050)]
    [InlineData("12,34,567", 123_456_700)]
    [InlineData(" 1 500 ", 150_000)]
    [InlineData("١٥٠٠", 150_000)]
    [InlineData("0", null)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("1e3", null)]
    [InlineData("1,50,0", null)]
    [InlineData("1.5.5", null)]
    [InlineData(".", null)]
    [InlineData(",50", null)]
    [InlineData("15$", null)]
    public void ReadsAnAmountAsPayersTypeIt(string typed, int? minor) => Assert.Equal(minor, (int?)LinkAmount.Read(typed, CountryCatalog.BuiltIn.FindCountry("BR")!));

    [Theory]
    [InlineData("VN", "50.000", 50_000)]
    [InlineData("VN", "50000.5", null)]
    [InlineData("KR", "1,000", 1_000)]
    public void ACurrencyWithoutDecimalsHasNone(string country, string typed, int? units)
    {
        var found = CountryCatalog.BuiltIn.FindCountry(country)!;
        Assert.Equal(units * found.Currency.UnitMinor, LinkAmount.Read(typed, found));
    }

    [Fact]
    public void TheOrdersNumberSaysItsLink()
    {
        foreach (var use in (long[])[1, 0xabc, long.MaxValue])
        {
            Assert.Equal((Number, use), LinkTradeNo.Read(LinkTradeNo.Of(Number, use, 7)));
        }

        var (first, last) = LinkTradeNo.RangeOf(Number);
        Assert.True(string.CompareOrdinal(first, LinkTradeNo.Of(Number, 1)) < 0 && string.CompareOrdinal(LinkTradeNo.Of(Number, 1, uint.MaxValue), LinkTradeNo.Of(Number, 2)) < 0);
        Assert.True(string.CompareOrdinal(LinkTradeNo.Of(Number, 1L << 61, 1), last) < 0);
        foreach (var other in (string[])["", "L", $"L{Number}", LinkTradeNo.Of(Number, 0), LinkTradeNo.Of(Number, 1) + "0", LinkTradeNo.Of(Number, 1)[..^1], LinkTradeNo.Of(Number, 1).ToUpperInvariant(), LinkTradeNo.Of(Number, 1).Replace('-', '_')])
        {
            Assert.Null(LinkTradeNo.Read(other));
        }
    }

    /// <summary>A link to be paid once: one order at a time, and none after money has come.</summary>
    [Fact]
    public void OnceIsOneOrderAfterTheOther()
    {
        Assert.Equal(new LinkStep.Makes(1), LinkStep.Of(Once, [], 100));
        Assert.IsType<LinkStep.GoesOn>(LinkStep.Of(Once, [Order(1, OrderState.Pending)], 100));
        Assert.Equal(new LinkStep.Makes(2), LinkStep.Of(Once, [Order(1, OrderState.Expired)], 100));
        Assert.Equal(new LinkStep.Makes(3), LinkStep.Of(Once, [Order(2, OrderState.Failed), Order(1, OrderState.Expired)], 100));
        Assert.IsType<LinkStep.Paid>(LinkStep.Of(Once, [Order(1, OrderState.Paid, 5)], 100));

        // Late money of an earlier order: nobody is led to the later one.
        Assert.IsType<LinkStep.Paid>(LinkStep.Of(Once, [Order(2, OrderState.Pending), Order(1, OrderState.Paid, 5)], 100));

        // It was given back: it was paid all the same.
        Assert.IsType<LinkStep.Paid>(LinkStep.Of(Once, [Order(1, OrderState.Returned, 5) with { ReturnedMinor = 5 }], 100));

        // The rest of a part can be paid while its time lasts; money that fits nothing waits for a person.
        Assert.IsType<LinkStep.GoesOn>(LinkStep.Of(Once, [Order(1, OrderState.PartlyPaid, 5)], 100));
        Assert.IsType<LinkStep.Paid>(LinkStep.Of(Once, [Order(1, OrderState.PartlyPaid, 5)], 2_000));
        Assert.IsType<LinkStep.GoesOn>(LinkStep.Of(Once, [Order(1, OrderState.Expired) with { SuspenseMinor = 3 }], 2_000));
    }

    [Fact]
    public void AClosedOneMakesNoOrderAndLeavesThoseThatItMade()
    {
        var closed = new PaymentLinkRow { Number = Number, ClosedAtMs = 50 };
        Assert.IsType<LinkStep.Closed>(LinkStep.Of(closed, [], 100));
        Assert.IsType<LinkStep.GoesOn>(LinkStep.Of(closed, [Order(1, OrderState.Pending)], 100));
        Assert.IsType<LinkStep.Closed>(LinkStep.Of(closed, [Order(1, OrderState.Expired)], 100));
        var ends = new PaymentLinkRow { Number = Number, EndsAtMs = 100, Reusable = true };
        Assert.Equal(new LinkStep.Makes(null), LinkStep.Of(ends, [], 99));
        Assert.IsType<LinkStep.Closed>(LinkStep.Of(ends, [], 100));
        Assert.IsType<LinkStep.Closed>(LinkStep.Of(Once, [.. Enumerable.Range(1, LinkStep.MostTries).Reverse().Select(i => Order(i, OrderState.Expired))], 100));
    }

    private static OrderRow Order(long use, OrderState state, long paid = 0) => new()
    {
        Number = Number, TradeNo = LinkTradeNo.Of(Number, use), Country = "MX", Currency = "MXN", AmountMinor = 10, State = state, PaidMinor = paid, ExpiresAtMs = 1_000, ContentHash = [],
    };
}
