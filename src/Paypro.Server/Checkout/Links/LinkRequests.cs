using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout.Links;

/// <summary>
/// Finds the payment link behind an address and makes its orders. An order is made as a merchant's program makes one, under a number that follows from the
/// link and the use: that number is unique, so nothing else has to be stored, locked or cleaned up after a crash.
/// </summary>
internal sealed class LinkRequests(
    LinkReads links, LinkAddress addresses, SnapshotStore snapshots, CountryCatalog countries, PayInCreation creation, UnpaidPayIns unpaid, NewOrder newOrder, OrderQueries queries, IdSource ids,
    Installation installation, TimeProvider time)
{
    /// <summary>
    /// Unpaid ones among the newest orders of one link that are looked at: whoever has the address makes no more of them, so that the merchant's own limit is
    /// left to its program.
    /// </summary>
    public const int MostUnpaid = 100, Looked = 200;

    /// <summary>How long a page that was shown can be sent.</summary>
    private static readonly TimeSpan PageGoodFor = TimeSpan.FromHours(24);

    /// <summary>The use of a page that is shown now.</summary>
    public string NewUse() => LinkTradeNo.UseText(ids.Next());

    /// <summary>Null, whatever the reason: who does not hold the whole address learns nothing.</summary>
    public async Task<LinkPicture?> FindAsync(string segment, CancellationToken cancellation)
    {
        if (addresses.Read(segment) is not { } number || await links.FindAsync(number, cancellation) is not { } link || countries.FindCountry(link.Country) is not { } country)
        {
            return null;
        }

        IReadOnlyList<OrderRow> orders = link.Reusable ? [] : await links.OrdersAsync(link, null, LinkStep.MostTries, cancellation);
        var (merchant, nowMs) = (snapshots.Current.Merchant(link.MerchantNo), time.NowMs());
        var chosen = link.Ways.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var open = merchant is not { PayInsOpen: true } ? []
            : country.PayInWays.Where(w => chosen.Length == 0 || chosen.Contains(w.Code)).Where(w => IsOpen(merchant, w, link, nowMs)).ToList();
        return new LinkPicture(link, country, merchant, LinkStep.Of(link, orders, nowMs), chosen.Length == 0 ? [] : open, open.Count > 0);
    }

    /// <summary>Makes the order of a payer's form, or finds the one that the same form has made.</summary>
    /// <param name="picture">The link as it was read a moment ago.</param>
    /// <param name="form">The payer's.</param>
    /// <param name="address">From where, as text.</param>
    public async Task<LinkOutcome> PayAsync(LinkPicture picture, IFormCollection form, string address)
    {
        if (picture.Step is LinkStep.GoesOn goesOn)
        {
            return LinkOutcome.GoTo(goesOn.Order);
        }

        var (link, country, nowMs) = (picture.Link, picture.Country, time.NowMs());
        if (picture.Step is LinkStep.Paid || (!link.Reusable && picture.Step is LinkStep.Closed) || Use(picture.Step, form, nowMs) is not { } use)
        {
            return LinkOutcome.Again;
        }

        if (picture.Merchant is not { } merchant || !snapshots.Current.Banks.TryGetValue(country.IsoCode, out var banks))
        {
            return LinkOutcome.No;
        }

        if (AmountOf(link, country, form) is not { } amount)
        {
            return LinkOutcome.Mend(new HashSet<FieldRole> { FieldRole.Amount });
        }

        var way = picture.Ways.Count == 1 ? picture.Ways[0] : picture.Ways.FirstOrDefault(w => w.Code == form["way"]);
        if (way is null && link.Ways.Length > 0)
        {
            return LinkOutcome.No;
        }

        var payment = new LinkPayment(LinkTradeNo.Of(link.Number, use), amount, way, address, nowMs);
        var context = new RequestContext(installation.IsSandbox, banks);
        var reading = LinkFields.Read(link, country, context, form, payment);
        if (reading.Fields is { } first && link.Reusable)
        {
            reading = LinkFields.Read(link, country, context, form, payment with { TradeNo = LinkTradeNo.Of(link.Number, use, ContentOf(first)) });
        }

        return reading.Fields is not { } fields ? (reading.Refusal is null ? LinkOutcome.Mend(reading.Wrong) : LinkOutcome.No) : await MakeAsync(picture, merchant, fields);
    }

    private async Task<LinkOutcome> MakeAsync(LinkPicture picture, Merchant merchant, RequestFields fields)
    {
        var key = new TradeKey(merchant.Bucket, merchant.No, Direction.PayIn, fields.TradeNo);
        if (await queries.FindAsync(key) is { } there)
        {
            return LinkOutcome.GoTo(there);
        }

        if (picture.Step is LinkStep.Closed)
        {
            return LinkOutcome.Again;
        }

        if (unpaid.Refusal(merchant) is not null || await HasTooManyAsync(picture.Link))
        {
            return LinkOutcome.No;
        }

        CreateResult result;
        try
        {
            // A browser that goes away must not break off what the rail is being asked.
            result = (await creation.CreateAsync(merchant, fields, hosted: true, refusal: null, CancellationToken.None)).Result;
        }
        catch (WriteInDoubtException)
        {
            // The reply to COMMIT was lost; if the order can be read, it was stored.
            if (await queries.FindAsync(key) is { } stored)
            {
                return LinkOutcome.GoTo(stored);
            }

            throw;
        }

        switch (result)
        {
            case CreateResult.Created { Order: var order }:
                unpaid.Made(merchant);
                return LinkOutcome.GoTo(order);
            case CreateResult.Known { Order: var known }:
                return LinkOutcome.GoTo(known);
            case CreateResult.Refused { Sentence: var sentence }:
                // Somebody else was first with another amount or way, on this node or another.
                return await queries.FindAsync(key) is { } other ? LinkOutcome.GoTo(other)
                    : picture.Link.AmountMinor == 0 && sentence.StartsWith("amount:", StringComparison.Ordinal) ? LinkOutcome.Mend(new HashSet<FieldRole> { FieldRole.Amount })
                    : LinkOutcome.No;
            default:
                throw new InvalidOperationException("A creation is created, known or refused.");
        }
    }

    private bool IsOpen(Merchant merchant, PayInWay way, PaymentLinkRow link, long nowMs)
    {
        // Of an open amount nobody knows yet which one it will be: a way that takes the least or the most that may be typed is offered.
        var open = snapshots.Current;
        return new[] { link.AmountMinor, link.LeastMinor, link.MostMinor, Math.Max(way.MinMinor, merchant.Currency.UnitMinor) }
            .Where((minor, i) => minor > 0 && (link.AmountMinor == 0 || i == 0))
            .Any(minor => Router.Choices(open, merchant, "", minor, nowMs).Any(r => r.Way.Way == way.Code));
    }

    private static long? Use(LinkStep step, IFormCollection form, long nowMs)
    {
        if (step is LinkStep.Makes { Use: { } once })
        {
            return once;
        }

        var madeMs = LinkTradeNo.ReadUse(form["use"].ToString()) is { } use ? IdSource.TimeOf(use) : 0;
        return madeMs > nowMs - (long)PageGoodFor.TotalMilliseconds && madeMs < nowMs + 60_000 ? LinkTradeNo.ReadUse(form["use"].ToString()) : null;
    }

    private static long? AmountOf(PaymentLinkRow link, Country country, IFormCollection form) =>
        link.AmountMinor > 0 ? link.AmountMinor
        : LinkAmount.Read(form["amount"].ToString(), country) is { } typed && typed >= link.LeastMinor && (link.MostMinor == 0 || typed <= link.MostMinor) ? typed
        : null;

    /// <summary>Keyed, as the mark of an order's content is, and with the payer in it.</summary>
    private uint ContentOf(RequestFields fields)
    {
        var person = Encoding.UTF8.GetBytes($"{fields.Name}\n{fields.Mobile}\n{fields.Email}\n{fields[FieldRole.BirthDate]}");
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. newOrder.ContentHash(fields), .. person]));
    }

    private async Task<bool> HasTooManyAsync(PaymentLinkRow link) =>
        link.Reusable && (await links.OrdersAsync(link, null, Looked, CancellationToken.None)).Count(o => o is { State: OrderState.Pending, PaidMinor: 0 }) >= MostUnpaid;
}
