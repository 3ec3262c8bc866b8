using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>Who makes a payout.</summary>
/// <param name="Cause">As its history names him: <c>api</c>, <c>user:12</c>.</param>
/// <param name="UserId">The person; 0 for a program.</param>
/// <param name="IsApproved">Whether two people of the merchant have approved it already, as part of a file.</param>
internal sealed record PayoutMaker(string Cause, long UserId, bool IsApproved = false)
{
    /// <summary>The merchant's program.</summary>
    public static readonly PayoutMaker Program = new("api", 0);
}

/// <summary>Takes payouts: stores order, attempt and reservation in one write. The clock sends it, at once.</summary>
internal sealed class PayoutCreation(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, OrderQueries queries, People people, OrderClockSignal clock, Installation installation,
    Pots pots, SendGuard guard, PersonMarks marks, PayproOptions options, TimeProvider time)
{
    /// <param name="merchant">Whose money it is.</param>
    /// <param name="fields">Checked.</param>
    /// <param name="refusal">Why a new order is refused; a known one is answered all the same.</param>
    /// <param name="sign">What is remembered of the request's signature.</param>
    /// <param name="maker">Who makes it; null for the merchant's program.</param>
    public async Task<CreateResult> CreateAsync(Merchant merchant, RequestFields fields, string? refusal, CreationSignRow? sign = null, PayoutMaker? maker = null)
    {
        maker ??= PayoutMaker.Program;
        var snapshot = snapshots.Current;
        var nowMs = time.NowMs();
        var kind = fields.AccountType ?? "";
        var view = new RoutingView { NowMs = nowMs, Draw = newOrder.Draw(), Float = await pots.ViewAsync(snapshot, merchant) };
        var plan = Router.Plan(snapshot, merchant, Direction.Payout, kind, fields.AmountMinor, view, out var noRoute);
        var person = NewOrder.PersonOf(fields);
        var isForNow = refusal is null && noRoute?.ForNow == true;
        refusal ??= (noRoute is null ? null : fields.Operation.Says(noRoute.Role, noRoute.Says)) ?? SendGuard.Refusal(snapshot, marks, merchant, fields, person);
        if (plan is null || refusal is not null)
        {
            // Only the signature is stored; a number that we know already is answered all the same.
            var use = sign is null ? SignUse.First : await writer.WriteAsync(new RememberSign(sign));
            if (use == SignUse.Elsewhere)
            {
                return new CreateResult.Refused(CreateResult.UsedElsewhere);
            }

            var known = await queries.FindAsync(new TradeKey(merchant.Bucket, merchant.No, Direction.Payout, fields.TradeNo));
            return known is null
                ? new CreateResult.Refused(use == SignUse.Again && !installation.IsSandbox ? CreateResult.RefusedBefore : refusal!, isForNow)
                : CreateResult.AgainstKnown(known, known with { ContentHash = newOrder.ContentHash(fields) });
        }

        var terms = snapshot.Terms.At(merchant, Direction.Payout, kind, nowMs)!;
        var order = newOrder.Row(merchant, fields, Direction.Payout, terms, nowMs) with { Way = kind, BankCode = fields.BankCode ?? "" };
        var recipient = newOrder.RecipientOf(merchant, fields);
        var attempt = PayoutCascade.Attempt(order, plan.Routes[0], Draft(order, person, ""), plan.After(0), newOrder.ReferenceBytes(), nowMs) with
        {
            State = guard.Screens ? AttemptState.Screening : plan.Parked is null ? AttemptState.Ready : AttemptState.Parked,
        };
        var result = await writer.WriteAsync(new CreatePayout(
            order, attempt, people.Seal(order.Key, person, nowMs)! with { Recipient = recipient }, await AttemptRefs.OfAsync(snapshot, order, attempt), refusal: null)
        {
            FoundBy = marks.FoundBy(order.Country, person),
            Plan = plan.Reason,
            Sign = sign,
            MayRepeatRefused = installation.IsSandbox,
            Limits = snapshot.LimitsFor(merchant, Direction.Payout, kind, nowMs),
            Rules = PersonRules.Of(snapshot, marks, merchant, Direction.Payout, fields, person, nowMs),
            KeptForMs = guard.HeldForMs,
            Parked = plan.Parked ?? "",
            ParkForMs = options.Float.ParkedForMs,
            Holds = snapshot.HoldRulesFor(merchant, maker.UserId, maker.IsApproved, recipient, nowMs),
            HoldForMs = options.HoldForMs,
            Cause = maker.Cause,
        });
        if (result is CreateResult.Created)
        {
            clock.Wake();
        }

        return result;
    }

    /// <summary>Fee and tax of a payout by the terms that hold now, minor units; 0 where there are none.</summary>
    public static long PriceOf(Snapshot snapshot, Merchant merchant, string kind, long amountMinor, long nowMs)
    {
        var (fee, tax) = snapshot.Terms.At(merchant, Direction.Payout, kind, nowMs) is { } terms ? terms.On(amountMinor) : (0, 0);
        return fee + tax;
    }

    public static PayoutDraft Draft(OrderRow order, Person person, string reference) => new()
    {
        Number = order.Number,
        Reference = reference,
        AmountMinor = order.AmountMinor,
        Currency = order.Currency,
        AccountType = order.Way,
        BankCode = order.BankCode,
        Person = person,
    };
}
