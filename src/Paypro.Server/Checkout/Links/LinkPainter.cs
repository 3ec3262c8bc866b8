using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.Checkout.Links;

/// <summary>Turns a payment link into what its page shows. Pure.</summary>
internal static class LinkPainter
{
    /// <param name="picture">The link.</param>
    /// <param name="path">The page's own.</param>
    /// <param name="texts">The payer's language.</param>
    /// <param name="language">The tag in the address; null without one.</param>
    /// <param name="use">Of this page.</param>
    /// <param name="form">What was sent and is to be mended; null for a page that is shown the first time.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="isSandbox">Whether the page says that it is a test.</param>
    public static PageView Paint(LinkPicture picture, string path, PageTexts texts, string? language, string use, IFormCollection? form, LinkOutcome outcome, bool isSandbox)
    {
        var (link, country, merchant) = (picture.Link, picture.Country, picture.Merchant);
        var asks = picture is { Step: LinkStep.Makes, CanBePaid: true };
        var name = merchant?.Name is { Length: > 0 } own ? PagePainter.Isolate(texts, own) : texts.PayTo;
        return new PageView
        {
            Texts = texts,
            Offered = Languages.Of(country.IsoCode),
            LanguageWish = Languages.Wished(country.IsoCode, language)?.Language,
            IsSandbox = isSandbox,
            Says = Says(picture, texts, name),
            Path = path,
            Merchant = merchant?.Name ?? "",
            BrandStyle = merchant is { Brand.Colour.Length: > 0 } ? BrandStyle.Of(merchant.Brand.Colour) : null,
            Logo = merchant is { Brand.LogoFile.Length: > 0 } ? PageAssets.Folder + merchant.Brand.LogoFile : null,
            Support = merchant?.Brand.Support,
            SupportAddress = Brand.SupportAddress(merchant?.Brand.Support ?? ""),
            Notice = outcome.Refused ? texts.NoWay : null,
            PaymentLink = !asks ? new LinkView() : new LinkView
            {
                Title = link.Title,
                Amount = link.AmountMinor > 0 ? Money(link.AmountMinor) : null,
                AmountHint = string.Join(" · ", new[]
                {
                    link.LeastMinor > 0 ? PageTexts.Fill(texts.Link.AtLeast, ("least", Money(link.LeastMinor))) : "",
                    link.MostMinor > 0 ? PageTexts.Fill(texts.Link.AtMost, ("most", Money(link.MostMinor))) : "",
                }.Where(t => t.Length > 0)),
                AmountTyped = Typed(form, "amount"),
                AmountWrong = outcome.Wrong.Contains(FieldRole.Amount),
                Ways = picture.Ways.Count < 2 ? [] : [.. picture.Ways.Select(w => new WayChoice(w.Code, PagePainter.NameOf(texts, country, w), "", WayMarks.Svg(country.IsoCode, w.Code, w.Instruction.Kind)))],
                WayTyped = Typed(form, "way"),
                Fields = [.. LinkFields.AskedOf(country).Select(f => new LinkField(f, LabelOf(texts, f.Role), Typed(form, f.Name), outcome.Wrong.Contains(f.Role)))],
                Use = use,
            },
        };

        string Money(long minor) => PagePainter.Isolate(texts, Languages.Regions[country.IsoCode].Write(minor, country.Currency, texts.Language));
    }

    private static StateText Says(LinkPicture picture, PageTexts texts, string name)
    {
        var says = picture.Step switch
        {
            LinkStep.Paid => texts.Link.Paid,
            LinkStep.Closed => texts.Link.Closed,
            _ => texts.Link.Stopped,
        };
        return new StateText(says.Title, PageTexts.Fill(says.Text, ("name", name)));
    }

    private static string LabelOf(PageTexts texts, FieldRole role) => role switch
    {
        FieldRole.Mobile => texts.Ask.Mobile,
        FieldRole.Email => texts.Ask.Email,
        FieldRole.Identity => texts.Ask.Identity,
        FieldRole.Name => texts.Ask.Name,
        FieldRole.FirstName => texts.Link.FirstName,
        FieldRole.LastName => texts.Link.LastName,
        FieldRole.BirthDate => texts.Link.BirthDate,
        _ => texts.Ask.Account,
    };

    private static string Typed(IFormCollection? form, string name) => form?[name].ToString() is { } typed ? typed[..Math.Min(typed.Length, LongestTyped)] : "";

    private const int LongestTyped = 300;
}
