using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>Every way with a code of our own making, in every country.</summary>
public class QrWayTests
{
    private static readonly (Country Country, PayInWay Way, QrInstruction Qr)[] Ways =
    [
        .. from country in CountryCatalog.BuiltIn.Countries
           from way in country.PayInWays
           where way.Instruction is QrInstruction
           select (country, way, (QrInstruction)way.Instruction),
    ];

    [Fact]
    public void A_code_can_be_made_for_every_amount_that_the_way_takes_and_every_merchants_name()
    {
        Assert.NotEmpty(Ways);
        Assert.All(Ways, each => Assert.All(new[] { each.Way.MinMinor, each.Way.MaxMinor }, amountMinor =>
            Assert.All(new[] { "Warung Café", "商店", "", "\ud83d", new string('W', 200), "a&b=c#d" }, name =>
            {
                var reference = new string('A', each.Qr.ReferenceLength);
                var code = each.Qr.Encode(new QrOrder(reference, amountMinor, name, new Dictionary<string, string>()));
                Assert.Contains(reference, code, StringComparison.Ordinal);
                Assert.DoesNotContain(code, char.IsControl);
            })));
    }

    /// <summary>Apps look for the at sign; what else a name holds must not end the parameter.</summary>
    [Fact]
    public void A_upi_link_leaves_the_at_sign_of_its_address_bare()
    {
        var qr = Assert.IsType<QrInstruction>(India.Country.FindWay(India.Upi)!.Instruction);
        var code = qr.Encode(new QrOrder("REF", 300_00, "Søn & Co = 100%", new Dictionary<string, string> { [India.AddressSetting] = "my.shop-1@okhdfcbank" }));
        Assert.Equal("upi://pay?pa=my.shop-1@okhdfcbank&pn=S%C3%B8n%20%26%20Co%20%3D%20100%25&tr=REF&am=300.00&cu=INR", code);
    }

    [Fact]
    public void Two_orders_have_two_codes() => Assert.All(Ways, each => Assert.NotEqual(Encode(each.Qr, 'A'), Encode(each.Qr, 'B')));

    private static string Encode(QrInstruction qr, char letter) =>
        qr.Encode(new QrOrder(new string(letter, qr.ReferenceLength), 100_00, "Shop", new Dictionary<string, string>()));
}
