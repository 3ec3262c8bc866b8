using System.Security.Cryptography;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Takes refunds: finds the receipt and the way back, and stores refund, attempt and reservation in one write. The clock sends it, at once.
/// </summary>
internal sealed class RefundCreation(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, OrderQueries queries, RefundReads reads, People people, Senders senders, OrderClockSignal clock, PersonMarks marks,
    Installation installation, Pots pots, PayproOptions options, TimeProvider time, ILogger<RefundCreation> log)
{
    public const string NoWayBack = "tradeNo: the money of this pay-in cannot be given back the way it came; make a payout instead";
    private const string NotNow = "tradeNo: refunds of this pay-in are not available at present";

    /// <summary>More are not read of one pay-in, and what is not read cannot be counted.</summary>
    public static readonly string TooMany = $"tradeNo: this pay-in has {RefundReads.Most} refunds already, and more are not possible; make a payout instead";

    /// <summary>So often is a pay-in read again that others change meanwhile.</summary>
    private const int Rounds = 8;

    /// <param name="merchant">Whose money it is.</param>
    /// <param name="fields">Checked.</param>
    /// <param name="refusal">Why a new refund is refused; a known one is answered all the same.</param>
    /// <param name="sign">What is remembered of the request's signature.</param>
    /// <param name="by">Who asks, as histories name him.</param>
    public async Task<CreateResult> CreateAsync(Merchant merchant, RequestFields fields, string? refusal, CreationSignRow? sign, string by = "api")
    {
        for (var round = 0; round < Rounds; round++)
        {
            var result = await TryAsync(merchant, fields, refusal, sign, by);
            if (result is not CreateResult.Changed)
            {
                return result;
            }
        }

        throw new WriterBusyException();
    }

    /// <summary>What could be given back now of a pay-in; null when there is no such pay-in.</summary>
    public async Task<RefundOutlook?> LookAsync(Merchant merchant, OrderKey payIn, CancellationToken cancellation)
    {
        if (await reads.FindAsync(payIn, cancellation) is not { } picture)
        {
            return null;
        }

        var (snapshot, nowMs) = (snapshots.Current, time.NowMs());
        var mostMinor = picture.Left().Select(l => l.LeftMinor).DefaultIfEmpty(0).Max();
        var view = new RoutingView { NowMs = nowMs, Float = await pots.ViewAsync(snapshot, merchant) };
        var back = Choose(snapshot, merchant, picture, Math.Max(mostMinor, 1), view, out var refusal);
        var terms = back is null ? null : snapshot.Terms.At(merchant, Direction.PayIn, back.Of.Attempt?.Way ?? picture.PayIn.Way, nowMs);
        refusal = !merchant.PayoutsOpen ? "merchantNo: this merchant sends no money at present"
            : picture.Refunds.Count >= RefundReads.Most ? TooMany
            : terms is not null ? null
            : refusal ?? "tradeNo: refunds of this pay-in have no valid price at present";
        var (fee, tax) = terms?.OnRefund(mostMinor) ?? (0, 0);
        return new RefundOutlook(mostMinor, picture.NotAvailable.Sum(s => s.AmountMinor), fee + tax, refusal);
    }

    private async Task<CreateResult> TryAsync(Merchant merchant, RequestFields fields, string? refusal, CreationSignRow? sign, string by)
    {
        if (refusal is not null)
        {
            return await RefuseAsync(merchant, fields, refusal, sign);
        }

        var payInKey = new TradeKey(merchant.Bucket, merchant.No, Direction.PayIn, fields.TradeNo);
        if (await queries.FindAsync(payInKey) is not { } found || await reads.FindAsync(found.Key, CancellationToken.None) is not { } picture)
        {
            return await RefuseAsync(merchant, fields, "tradeNo: no such order", sign);
        }

        if (picture.Refunds.Count >= RefundReads.Most)
        {
            return await RefuseAsync(merchant, fields, TooMany, sign);
        }

        var snapshot = snapshots.Current;
        var nowMs = time.NowMs();
        var view = new RoutingView { NowMs = nowMs, Float = await pots.ViewAsync(snapshot, merchant) };
        var back = Choose(snapshot, merchant, picture, fields.AmountMinor, view, out refusal);
        if (back is null || snapshot.Terms.At(merchant, Direction.PayIn, back.Of.Attempt?.Way ?? picture.PayIn.Way, nowMs) is not { } terms)
        {
            return await RefuseAsync(merchant, fields, refusal ?? "tradeNo: refunds of this pay-in have no valid price at present", sign);
        }

        var refund = newOrder.Row(merchant, fields, Direction.Refund, terms, nowMs) with
        {
            SubMerchant = picture.PayIn.SubMerchant,
            Way = back.Way,
            BankCode = back.Target?.BankCode ?? "",
            Remark = fields[FieldRole.Reason] ?? "",
            RefundOf = picture.PayIn.Id,
            ReceiptKey = back.Of.Receipt.DedupeKey,
            ReceiptAccountId = back.Of.Receipt.ChannelAccountId,
            ReceiptTermsId = PayInBooking.TermsOf(picture.PayIn, back.Of.Attempt),
        };
        var attempt = new AttemptRow
        {
            Bucket = refund.Bucket,
            OrderId = refund.Id,
            AttemptNo = 1,
            ChannelAccountId = back.Offer.Account.Id,
            Direction = back.Target is null ? Direction.Refund : Direction.Payout,
            Way = back.Way,
            Reference = back.Target is null
                ? ((IRefunds)back.Offer.Session).MakeRefundReference(back.Of.Draft(refund, ""), newOrder.ReferenceBytes())
                : ((IPayouts)back.Offer.Session).MakePayoutReference(PayoutCreation.Draft(refund, back.Sender!.Person, ""), newOrder.ReferenceBytes()),
            State = back.Parked is null ? AttemptState.Ready : AttemptState.Parked,
            CostTerms = back.Cost.ToString(),
            CreatedAtMs = nowMs,
            TermsId = refund.TermsId,
        };
        var recipient = back.Target is null ? null : back.Sender!.Person with { Account = back.Target.Account };
        var person = recipient is null ? null : people.Seal(refund.Key, recipient, nowMs);
        var result = await writer.WriteAsync(new CreateRefund(refund, attempt, person, await AttemptRefs.OfAsync(snapshot, refund, attempt), picture.PayIn, picture.NotAvailable)
        {
            FoundBy = recipient is null ? [] : marks.FoundBy(refund.Country, recipient),
            Sign = sign,
            By = by,
            MayRepeatRefused = installation.IsSandbox,
            Parked = back.Parked ?? "",
            ParkForMs = options.Float.ParkedForMs,
            Limits = back.Target is null ? [] : snapshot.LimitsFor(merchant, Direction.Payout, back.Target.AccountType, nowMs),
        });
        if (result is CreateResult.Created)
        {
            clock.Wake();
        }

        return result;
    }

    /// <summary>Only the signature is stored; a number that we know already is answered all the same.</summary>
    private async Task<CreateResult> RefuseAsync(Merchant merchant, RequestFields fields, string refusal, CreationSignRow? sign)
    {
        var use = sign is null ? SignUse.First : await writer.WriteAsync(new RememberSign(sign));
        if (use == SignUse.Elsewhere)
        {
            return new CreateResult.Refused(CreateResult.UsedElsewhere);
        }

        var known = await queries.FindAsync(new TradeKey(merchant.Bucket, merchant.No, Direction.Refund, fields.RefundNo));
        return known is null
            ? new CreateResult.Refused(use == SignUse.Again && !installation.IsSandbox ? CreateResult.RefusedBefore : refusal)
            : CreateResult.AgainstKnown(known, known with { ContentHash = newOrder.ContentHash(fields) });
    }

    /// <summary>The newest receipt with enough left that has a way back: the rail's own, else a payout to the account that the rail names as its sender.</summary>
    private WayBack? Choose(Snapshot snapshot, Merchant merchant, RefundPicture picture, long amountMinor, RoutingView view, out string? refusal)
    {
        var left = picture.Left();
        refusal = null;
        foreach (var (receipt, leftMinor) in left)
        {
            if (leftMinor >= amountMinor && Way(snapshot, merchant, picture, receipt, amountMinor, view, ref refusal) is { } back)
            {
                return back;
            }
        }

        var mostMinor = left.Select(l => l.LeftMinor).DefaultIfEmpty(0).Max();
        refusal = mostMinor <= 0 ? "amount: nothing of this pay-in can be refunded"
            : mostMinor < amountMinor ? $"amount: must be at most {AmountText.WholeOrFixed(mostMinor, merchant.Currency)}"
            : refusal ?? NoWayBack;
        return null;
    }

    private WayBack? Way(Snapshot snapshot, Merchant merchant, RefundPicture picture, StatementRow receipt, long amountMinor, RoutingView view, ref string? refusal)
    {
        var of = RefundReads.Of(receipt, picture.Attempts);
        if (snapshot.Accounts.TryGetValue(receipt.ChannelAccountId, out var offer) && offer.Session is IRefunds)
        {
            if (offer.IsRecovering)
            {
                // What its rail has sent back since the copy was made is not known yet.
                refusal ??= NotNow;
                return null;
            }

            var way = of.Attempt?.Way ?? picture.PayIn.Way;
            return new WayBack(of, offer, way, default, null, null) { Parked = offer.HoldsBack(Direction.Refund, way, view.NowMs) ?? view.Float.Lacks(offer, Direction.Refund, way, amountMinor) };
        }

        if (SenderOf(receipt) is not { } sender
            || PayoutTarget.Find(merchant.Country, sender.Person.Account ?? "", sender.Bank, snapshot.Banks[merchant.Country.IsoCode]) is not { } target)
        {
            return null;
        }

        var plan = Router.Plan(snapshot, merchant, Direction.Payout, target.AccountType, amountMinor, view, out var noRoute);
        var route = plan?.Routes[0];
        refusal ??= noRoute is null ? null : noRoute.Role == FieldRole.Amount ? $"amount: {noRoute.Says}" : NoWayBack;
        return route is null
            ? null
            : new WayBack(of, route.Offer, target.AccountType, new CostTerms(route.Way.CostBasisPoints, route.Way.CostFixedMinor), target, sender) { Parked = plan!.Parked };
    }

    private Sender? SenderOf(StatementRow receipt)
    {
        try
        {
            return senders.Open(receipt);
        }
        catch (CryptographicException error)
        {
            log.LogError(error, "The sender of a receipt of order {OrderId} cannot be read", receipt.OrderId);
            return null;
        }
    }

    /// <summary>How a receipt goes back.</summary>
    /// <param name="Of">The receipt.</param>
    /// <param name="Offer">The channel account that sends it.</param>
    /// <param name="Way">The pay-in's way; for a payout the account kind.</param>
    /// <param name="Cost">What the rail charges.</param>
    /// <param name="Target">For a payout: where it goes; null for the rail's own refund.</param>
    /// <param name="Sender">For a payout: who gets it.</param>
    private sealed record WayBack(RefundedReceipt Of, AccountOffer Offer, string Way, CostTerms Cost, PayoutTarget? Target, Sender? Sender)
    {
        /// <summary>Why it has to wait for money of ours; null when it need not.</summary>
        public string? Parked { get; init; }
    }
}
