using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Channels;

/// <summary>A pay-in and a payout of every country from end to end, through two installations.</summary>
[Collection("chained")]
public sealed class ChainedCountryTests(ChainedGround ground)
{
    [Fact]
    public async Task A_pay_in_of_every_country_is_paid_at_both_ends()
    {
        ground.Mend();
        await Task.WhenAll(CountryCatalog.BuiltIn.Countries.Select(async country =>
        {
            var way = country.PayInWays[0];
            var amount = AmountText.WholeOrFixed(Math.Max(way.MinMinor, 300 * country.Currency.UnitMinor), country.Currency);
            var created = await ground.CreateAsync(country.IsoCode, OperationKind.CreatePayIn, amount, (FieldRole.Channel, way.ChannelCode), (FieldRole.Way, way.WayCode));
            Assert.True(created.Code == "0000", $"{country}: {created.Text}");
            Assert.True(created["paymentInfo"] is { Length: > 0 } || created["paymentUrl"] is { Length: > 0 }, $"{country}: {created.Text}");
            await ground.PayAsync(created, amount);

            var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
            var upstream = await ground.Upstream.OrderAsync(await ground.UpstreamNumberAsync(created));
            Assert.Equal((OrderState.Paid, order.AmountMinor, order.AmountMinor), (upstream.State, upstream.PaidMinor, order.PaidMinor));
        }));
    }

    [Fact]
    public async Task A_payout_of_every_country_is_paid_at_both_ends()
    {
        ground.Mend();
        await Task.WhenAll(CountryCatalog.BuiltIn.Countries.Select(async country =>
        {
            var amount = AmountText.WholeOrFixed(country.Currency.MinorDigits == 0 ? 50_000 : 300_00, country.Currency);
            var created = await ground.CreateAsync(country.IsoCode, OperationKind.CreatePayout, amount);
            Assert.True(created.Code == "0000", $"{country}: {created.Text}");

            var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
            var upstream = await ground.Upstream.OrderAsync(await ground.UpstreamNumberAsync(created));
            Assert.Equal((OrderState.Paid, order.AmountMinor, order.AmountMinor), (upstream.State, upstream.PaidMinor, order.PaidMinor));
        }));
    }
}
