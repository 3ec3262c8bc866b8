using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.PayIns;

/// <summary>An attempt that was made, where, and the order that goes with it.</summary>
internal sealed record MadeAttempt(OrderRow Order, Route Route, AttemptRow Attempt);

/// <summary>
/// Makes the attempts of a pay-in along its plan: a local instruction at once, a remote one stored first and asked for afterwards. The next
/// account is tried only when one has declined for a trouble of its own.
/// </summary>
internal sealed class PayInAttempts(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, NumberPool numbers, OrderQueries queries, PageAddress pages, RailCalls calls, CallLeases leases,
    RailAnswers answers, TimeProvider time, ILogger<PayInAttempts> log)
{
    /// <summary>All tries of one order together take no longer than one call may. With less left than this part of a call's time-out, no other one is begun.</summary>
    public const int LeastForATry = 4;

    public static TimeSpan TimeToLive(Route route) => TimeSpan.FromMinutes(route.Way.TimeToLiveMinutes);

    /// <summary>The first attempt, at the first account of the plan that has a number for it.</summary>
    /// <returns>Null when a number is needed and none has one.</returns>
    public async Task<MadeAttempt?> FirstAsync(Snapshot snapshot, Merchant merchant, OrderRow order, RoutePlan plan, Person person, long nowMs)
    {
        for (var i = 0; i < plan.Routes.Count; i++)
        {
            var route = plan.Routes[i];
            var lasting = Lasting(order, route);
            try
            {
                return new MadeAttempt(lasting, route, await MakeAsync(snapshot, merchant, lasting, route, plan.After(i), person, nowMs));
            }
            catch (NoNumberException error)
            {
                log.LogError(error, "Channel account {AccountId} has no number left for {Way}", route.AccountId, route.Way.Way);
            }
        }

        return null;
    }

    /// <summary>A duplicate or a refusal needs no number of its own, nor does an attempt that was not opened.</summary>
    public void GiveBack(MadeAttempt made)
    {
        if (made.Attempt.State == AttemptState.Accepted && made.Route.Offer.PayIns.NumberSpaceFor(made.Route.Way.Way) is { } space)
        {
            numbers.GiveBack(made.Attempt.ChannelAccountId, space, made.Attempt.Bucket, made.Attempt.Reference);
        }
    }

    /// <summary>
    /// The order is durable; now the rail may hear of it, and after it, should it decline for a trouble of its own, the next of the plan. Silence is
    /// an unknown, which the clock resolves.
    /// </summary>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="first">Stored, and <see cref="AttemptState.Sending"/>.</param>
    /// <param name="person">Its payer.</param>
    /// <param name="asked">From when its lease is counted: before it was asked for.</param>
    public async Task<PayInReply> AskAsync(Merchant merchant, MadeAttempt first, Person person, long asked)
    {
        using var awaited = answers.Await(first.Order.Key);
        var snapshot = snapshots.Current;
        var (order, now) = (first.Order, first);
        var began = time.GetTimestamp();
        var allowed = first.Route.Offer.TraitsOf(Direction.PayIn, first.Attempt.Way).CallTimeout;
        TimeSpan? left = null;
        while (true)
        {
            var outcome = await AskOnceAsync(merchant, now, person, asked, left);
            var next = Cascade.Opens(outcome) ? await NextAsync(snapshot, merchant, now, person, allowed - time.GetElapsedTime(began)) : null;
            asked = time.GetTimestamp();
            var recorded = await RecordAsync(snapshot, now, outcome, next);
            order = recorded?.Order ?? order;
            if (recorded?.Next is not { } opened)
            {
                break;
            }

            now = next! with { Order = order, Attempt = opened };
            if (opened.State != AttemptState.Sending)
            {
                break;
            }

            left = allowed - time.GetElapsedTime(began);
        }

        // By its number: another device may have chosen another way meanwhile, and that attempt is not this caller's.
        var attempts = await queries.AttemptsAsync(order.Key, CancellationToken.None);
        return new(new CreateResult.Created(order), attempts.Single(a => a.AttemptNo == now.Attempt.AttemptNo));
    }

    /// <summary>Whoever is slower than its lease asks no more: another node may have found by then that the rail knows nothing.</summary>
    private async Task<InstructionOutcome> AskOnceAsync(Merchant merchant, MadeAttempt now, Person person, long asked, TimeSpan? left)
    {
        var (offer, way) = (now.Route.Offer, now.Attempt.Way);
        var traits = offer.TraitsOf(Direction.PayIn, way);
        return left <= TimeSpan.Zero || time.GetElapsedTime(asked) + traits.CallTimeout > leases.Of(traits)
            ? new InstructionOutcome.Declined("The bank could not be asked in time")
            : await calls.RequestInstructionAsync(offer, Draft(merchant, now.Order, way, person) with { Reference = now.Attempt.Reference }, left);
    }

    /// <summary>The attempt that a decline may open; null when the plan has no account left that takes the order now, or no time is left.</summary>
    private async Task<MadeAttempt?> NextAsync(Snapshot snapshot, Merchant merchant, MadeAttempt declined, Person person, TimeSpan left)
    {
        foreach (var (accountId, after) in RoutePlan.Read(declined.Attempt.Plan))
        {
            if (Router.Find(snapshot, merchant, Direction.PayIn, declined.Attempt.Way, declined.Order.AmountMinor, accountId, time.NowMs()) is not { } route)
            {
                continue;
            }

            try
            {
                var order = Lasting(declined.Order, route);
                var made = await MakeAsync(snapshot, merchant, order, route, after, person, time.NowMs());
                if (made.State != AttemptState.Sending || left >= route.Offer.TraitsOf(Direction.PayIn, made.Way).CallTimeout / LeastForATry)
                {
                    return new MadeAttempt(order, route, made with { TermsId = declined.Attempt.TermsId });
                }

                log.LogWarning("Channel account {AccountId} is not tried for order {Number}: no time is left", accountId, declined.Order.Number);
            }
#pragma warning disable CA1031 // Whatever keeps an account from being tried, the decline has to be recorded all the same.
            catch (Exception error)
#pragma warning restore CA1031
            {
                log.LogError(error, "Channel account {AccountId} cannot be tried for order {Number}", accountId, declined.Order.Number);
            }
        }

        return null;
    }

    /// <summary>Null when the answer could not be stored.</summary>
    private async Task<RecordedInstruction?> RecordAsync(Snapshot snapshot, MadeAttempt now, InstructionOutcome outcome, MadeAttempt? next)
    {
        var leaseMs = next is null ? 0 : leases.MsOf(next.Route.Offer.TraitsOf(Direction.PayIn, next.Attempt.Way));
        RecordedInstruction? recorded = null;
        try
        {
            recorded = await writer.WriteAsync(new RecordInstruction(await AttemptRefs.OfAsync(snapshot, now.Order, now.Attempt), outcome, time.NowMs())
            {
                Next = next is null ? null : new NextInstruction(next.Attempt, next.Order.ExpiresAtMs, leaseMs),
            });
        }
        catch (WriteInDoubtException error)
        {
            // Perhaps it is stored with the next attempt: then nobody asks for that one, and the clock finds out that its rail knows nothing.
            log.LogWarning(error, "Whether what the rail said about order {Number} was stored is not known", now.Order.Number);
            return null;
        }
        catch (Exception error) when (error is WriteFailedException or WriterBusyException)
        {
            // The order itself is durable, so this is no failure: the clock asks the rail again.
            log.LogWarning(error, "What the rail said about order {Number} was not stored; it is asked again", now.Order.Number);
        }

        if (next is not null && recorded?.Next is null)
        {
            GiveBack(next);
        }

        return recorded;
    }

    private async Task<AttemptRow> MakeAsync(Snapshot snapshot, Merchant merchant, OrderRow order, Route route, string after, Person person, long nowMs)
    {
        var (offer, way) = (route.Offer, route.Way);
        var draft = Draft(merchant, order, way.Way, person);
        var attempt = new AttemptRow
        {
            Bucket = order.Bucket,
            OrderId = order.Id,
            AttemptNo = 1,
            ChannelAccountId = offer.Account.Id,
            Direction = Direction.PayIn,
            Way = way.Way,
            CostTerms = new CostTerms(way.CostBasisPoints, way.CostFixedMinor).ToString(),
            CreatedAtMs = nowMs,
            SentAtMs = nowMs,
            TermsId = order.TermsId,
            Plan = after,
        };
        if (offer.PayIns.ModeFor(way.Way) == InstructionMode.Remote)
        {
            return attempt with
            {
                State = AttemptState.Sending,
                Reference = offer.PayIns.MakePayInReference(draft, newOrder.ReferenceBytes()),
            };
        }

        var reference = offer.PayIns.NumberSpaceFor(way.Way) is { } space
            ? await numbers.TakeAsync(offer.Account.Id, space, order.Bucket, OpenTime.Of(snapshot, order, nowMs))
            : offer.PayIns.MakePayInReference(draft, newOrder.ReferenceBytes());
        var instruction = offer.PayIns.IssueLocally(draft with { Reference = reference });
        return attempt with
        {
            State = AttemptState.Accepted,
            Reference = reference,
            InstructionKind = instruction.Kind,
            InstructionValue = instruction.Value,
            InstructionBank = instruction.Bank ?? "",
            InstructionBeneficiary = instruction.BeneficiaryName ?? "",
        };
    }

    /// <summary>The order, living at least as long as a way of it may be paid: what the payer was told is never shortened.</summary>
    private static OrderRow Lasting(OrderRow order, Route route) =>
        order with { ExpiresAtMs = Math.Max(order.ExpiresAtMs, order.CreatedAtMs + (long)TimeToLive(route).TotalMilliseconds) };

    private PayInDraft Draft(Merchant merchant, OrderRow order, string way, Person person) => new()
    {
        Number = order.Number,
        Way = way,
        AmountMinor = order.AmountMinor,
        Currency = order.Currency,
        ExpiresAtMs = order.ExpiresAtMs,
        Person = person,
        MerchantName = merchant.Name,
        ReturnUrl = order.HasPage ? pages.Of(order) : null,
    };
}
