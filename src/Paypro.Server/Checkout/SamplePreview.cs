using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>The payment page of an order that does not exist, for a merchant who chooses how his own looks.</summary>
internal sealed class SamplePreview(SnapshotStore snapshots, Installation installation, TimeProvider time)
{
    private const long SampleMinor = 125_000;

    /// <summary>The languages that the country's payers may read, with their names.</summary>
    public static IReadOnlyList<(string Tag, string Name)> LanguagesOf(Country country) => [.. Languages.Of(country.IsoCode).Select(t => (t.Language, t.Name))];

    /// <param name="merchantNo">Whose.</param>
    /// <param name="brand">The look.</param>
    /// <param name="language">The payer's; another than the country's is the country's first.</param>
    /// <returns>A page that our own screens may show in a frame; null while the merchant cannot be used.</returns>
    public IResult? Paint(long merchantNo, Brand brand, string language)
    {
        if (snapshots.Current.Merchant(merchantNo) is not { } stored)
        {
            return null;
        }

        var (merchant, country, nowMs) = (stored with { Brand = brand }, stored.Country, time.NowMs());
        var order = new OrderRow
        {
            Bucket = merchant.Bucket, MerchantNo = merchantNo, Country = country.IsoCode, Currency = country.Currency.Code, Direction = Direction.PayIn, State = OrderState.Pending,
            TradeNo = "ORDER-1001", Number = "sample0000000000", AmountMinor = SampleMinor, CreatedAtMs = nowMs, ExpiresAtMs = nowMs + 1_800_000, HasPage = true,
        };
        var offered = Languages.Of(country.IsoCode);
        var texts = offered.FirstOrDefault(t => t.Language == language) ?? offered[0];
        var view = new PagePainter(country, merchant, Router.Choices(snapshots.Current, merchant, "", SampleMinor, nowMs), null, installation.IsSandbox, nowMs)
            .Paint(new OrderPicture(order, []), "", new PageWish(texts) { Language = texts.Language });
        return new PageAnswer(view with { Simulator = [] }, StatusCodes.Status200OK) { MayBeFramed = true };
    }
}
