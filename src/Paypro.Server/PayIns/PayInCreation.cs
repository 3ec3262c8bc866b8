using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.PayIns;

/// <summary>A new pay-in as its caller sees it: the stored order and, where there is one, the attempt with its instruction.</summary>
internal sealed record PayInReply(CreateResult Result, AttemptRow? Attempt);

/// <summary>
/// Takes pay-ins: chooses the channel account, makes a local instruction before the one write, or stores first and asks the rail
/// afterwards. A crash anywhere leaves an order that the clock finishes.
/// </summary>
internal sealed class PayInCreation(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, NumberPool numbers, OrderQueries queries, People people, PageAddress pages,
    RailCalls calls, CallLeases leases, Installation installation, TimeProvider time,
    ILogger<PayInCreation> log)
{
    /// <summary>How long an order on a hosted page lives before its payer chose a way.</summary>
    public static readonly TimeSpan UnchosenTimeToLive = TimeSpan.FromHours(24);

    /// <param name="merchant">Whose order it is.</param>
    /// <param name="fields">Checked.</param>
    /// <param name="hosted">True for the hosted page, where the way may be left to the payer.</param>
    /// <param name="refusal">Why a new order is refused (clock skew …); a known one is answered all the same.</param>
    /// <param name="cancellation">Stops waiting for a rail, never a write.</param>
    /// <param name="sign">What is remembered of the request's signature.</param>
    public async Task<PayInReply> CreateAsync(
        Merchant merchant, RequestFields fields, bool hosted, string? refusal, CancellationToken cancellation, CreationSignRow? sign = null)
    {
        var snapshot = snapshots.Current;
        var nowMs = time.NowMs();
        var way = fields.Way?.Code ?? "";
        Route? route = null;
        if (!hosted || way.Length > 0)
        {
            route = Router.Choose(snapshot, merchant, Direction.PayIn, way, fields.AmountMinor, out var noRoute);
            refusal ??= noRoute is null ? null : fields.Operation.Says(noRoute.Role, noRoute.Says);
        }
        else if (Router.Choices(snapshot, merchant, fields.ChannelCode ?? "", fields.AmountMinor).Count == 0)
        {
            refusal ??= "amount: no way of paying takes this amount at present";
        }

        var terms = snapshot.TermsFor(merchant, Direction.PayIn, way);
        refusal ??= terms is null ? fields.Operation.Says(FieldRole.Way, "is not available at present") : null;
        var order = newOrder.Row(merchant, fields, Direction.PayIn, terms ?? Terms.Free, nowMs) with
        {
            Way = way,
            WayGiven = way.Length > 0,
            ChannelCode = fields.ChannelCode ?? "",
            Hosted = hosted,
            PageToken = hosted || fields.Way is { Redirects: true } ? newOrder.PageToken() : "",
            ExpiresAtMs = nowMs + (long)(route is null ? UnchosenTimeToLive : TimeToLive(route)).TotalMilliseconds,
        };
        var person = NewOrder.PersonOf(fields);
        AttemptRow? attempt = null;
        if (route is not null && refusal is null)
        {
            try
            {
                attempt = await MakeAttemptAsync(snapshot, merchant, order, route, person, nowMs);
            }
            catch (NoNumberException error)
            {
                // A known order is answered all the same, so this is a reason against a new one and not the end.
                log.LogError(error, "Channel account {AccountId} has no number left for {Way}", route.Offer.Account.Id, way);
                refusal = fields.Operation.Says(FieldRole.Way, "no number is free for this way at present");
            }
        }

        // The lease is counted from before it was asked for.
        var asked = time.GetTimestamp();
        var result = await writer.WriteAsync(new CreatePayIn(order, attempt, people.Seal(order.Key, person, nowMs), refusal)
        {
            LeaseMs = route is null ? 0 : leases.MsOf(route.Offer.TraitsOf(Direction.PayIn, way)),
            Sign = sign,
            Limits = snapshot.LimitsFor(merchant, Direction.PayIn, way, nowMs),
            Payers = installation.IsSandbox ? [] : newOrder.PayerLimitsOf(merchant, fields, snapshot.Rules[order.Country], nowMs),
        });
        if (attempt is not null && result is not CreateResult.Created && (result as CreateResult.Known)?.Order.Id != order.Id)
        {
            GiveBack(route!, attempt);
        }

        switch (result)
        {
            case CreateResult.Created created when attempt is { State: AttemptState.Sending }:
                return await AskRailAsync(route!.Offer, Draft(merchant, created.Order, attempt.Way, person), AttemptRefs.Of(snapshot, created.Order, attempt), created.Order, asked);
            case CreateResult.Created:
                return new(result, attempt);
            case CreateResult.Known known:
                return await AwaitKnownAsync(known, cancellation);
            default:
                return new(result, null);
        }
    }

    /// <summary>What a way still has to know of an order's payer; null when nothing is missing.</summary>
    public async Task<Field?> MissingAsync(Merchant merchant, OrderRow order, string way, CancellationToken cancellation) =>
        merchant.Country.FindWay(way)?.Asks is { } asked && PayerField.Of(await PersonAsync(order, cancellation), asked.Role) is null ? asked : null;

    /// <summary>The payer's choice on the hosted page.</summary>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="order">As it was read a moment ago.</param>
    /// <param name="way">The way's code.</param>
    /// <param name="told">What the payer typed where the way asks for something; null when nothing was.</param>
    /// <param name="cancellation">Stops waiting for a rail, never a write.</param>
    public async Task<ChooseWayResult> ChooseAsync(Merchant merchant, OrderRow order, string way, string? told, CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        var nowMs = time.NowMs();
        if (Router.Choose(snapshot, merchant, Direction.PayIn, way, order.AmountMinor, out var refusal) is not { } route)
        {
            return new(order, null, refusal!.Says);
        }

        // An order without a way lives for a day; the way chosen may take longer, and what the payer was told is never shortened.
        order = order with
        {
            ExpiresAtMs = Math.Max(order.ExpiresAtMs, order.CreatedAtMs + (long)TimeToLive(route).TotalMilliseconds),
            Terms = snapshot.TermsFor(merchant, Direction.PayIn, way)!.ToString(),
        };
        var person = await PersonAsync(order, cancellation);
        PersonRow? toldRow = null;
        if (merchant.Country.FindWay(way)?.Asks is { } field)
        {
            if (told is not null)
            {
                if (PayerField.Read(field, told, merchant.Country, new RequestContext(installation.IsSandbox, snapshot.Banks[order.Country])) is not { } value)
                {
                    return new(order, null, "This does not look right.") { Asks = field };
                }

                person = PayerField.With(person, field.Role, value);
                toldRow = people.Seal(order.Key, person, nowMs);
            }
            else if (PayerField.Of(person, field.Role) is null)
            {
                return new(order, null, "The way asks for more.") { Asks = field };
            }
        }

        var draft = await MakeAttemptAsync(snapshot, merchant, order, route, person, nowMs);
        var asked = time.GetTimestamp();
        var chosen = await writer.WriteAsync(new ChooseWay(
            order.Key, way, no => draft with { AttemptNo = no }, order.ExpiresAtMs, order.Terms, toldRow, nowMs)
        {
            LeaseMs = leases.MsOf(route.Offer.TraitsOf(Direction.PayIn, way)),
            Limits = snapshot.LimitsFor(merchant, Direction.PayIn, way, nowMs),
        });
        if (chosen.Attempt?.Reference != draft.Reference)
        {
            GiveBack(route, draft);
        }

        if (chosen.Attempt is not { State: AttemptState.Sending } attempt || attempt.Reference != draft.Reference)
        {
            return chosen;
        }

        var answered = await AskRailAsync(route.Offer, Draft(merchant, chosen.Order!, way, person), AttemptRefs.Of(snapshot, chosen.Order!, attempt), chosen.Order!, asked);
        return chosen with { Attempt = answered.Attempt };
    }

    private async Task<Person> PersonAsync(OrderRow order, CancellationToken cancellation) =>
        await queries.PersonAsync(order.Key, cancellation) is { } row ? people.Open(row) : Person.None;

    public static TimeSpan TimeToLive(Route route) => TimeSpan.FromMinutes(route.Way.TimeToLiveMinutes);

    private async Task<AttemptRow> MakeAttemptAsync(Snapshot snapshot, Merchant merchant, OrderRow order, Route route, Person person, long nowMs)
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
            Terms = order.Terms,
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

    /// <summary>A duplicate or a refusal needs no number of its own.</summary>
    private void GiveBack(Route route, AttemptRow attempt)
    {
        if (attempt.State == AttemptState.Accepted && route.Offer.PayIns.NumberSpaceFor(route.Way.Way) is { } space)
        {
            numbers.GiveBack(attempt.ChannelAccountId, space, attempt.Bucket, attempt.Reference);
        }
    }

    /// <summary>
    /// The order is durable; now the rail may hear of it. Its silence is an unknown, which the clock resolves. Whoever is slower than its
    /// lease asks no more: another node may have found by then that the rail knows nothing.
    /// </summary>
    private async Task<PayInReply> AskRailAsync(AccountOffer offer, PayInDraft draft, AttemptRef facts, OrderRow order, long asked)
    {
        var traits = offer.TraitsOf(Direction.PayIn, draft.Way);
        var outcome = time.GetElapsedTime(asked) + traits.CallTimeout > leases.Of(traits)
            ? new InstructionOutcome.Declined("The bank could not be asked in time")
            : await calls.RequestInstructionAsync(offer, draft with { Reference = facts.Reference });
        OrderRow after;
        try
        {
            after = await writer.WriteAsync(new RecordInstruction(facts, outcome, time.NowMs()));
        }
        catch (Exception error) when (error is WriteFailedException or WriterBusyException or WriteInDoubtException)
        {
            // The order itself is durable, so this is no failure: the clock asks the rail again.
            log.LogWarning(error, "What the rail said about order {Number} was not stored; it is asked again", order.Number);
            after = order;
        }

        // By its number: another device may have chosen another way meanwhile, and that attempt is not this caller's.
        var attempts = await queries.AttemptsAsync(order.Key, CancellationToken.None);
        return new(new CreateResult.Created(after), attempts.Single(a => a.AttemptNo == facts.AttemptNo));
    }

    /// <summary>A duplicate that comes while the first one still waits for the rail waits with it, up to the rail's time-out.</summary>
    private async Task<PayInReply> AwaitKnownAsync(CreateResult.Known known, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var picture = await queries.FindAsync(known.Order.Key, cancellation);
            var attempt = picture?.Current;
            var timeout = attempt is not null && snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                ? offer.TraitsOf(Direction.PayIn, attempt.Way).CallTimeout
                : TimeSpan.Zero;
            if (picture is null || attempt is not { State: AttemptState.Sending } || time.GetElapsedTime(started) >= timeout)
            {
                return new(picture is null ? known : new CreateResult.Known(picture.Order), attempt);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    private PayInDraft Draft(Merchant merchant, OrderRow order, string way, Person person) => new()
    {
        Number = order.Number,
        Way = way,
        AmountMinor = order.AmountMinor,
        Currency = order.Currency,
        ExpiresAtMs = order.ExpiresAtMs,
        Person = person,
        MerchantName = merchant.Name,
        ReturnUrl = order.PageToken.Length > 0 ? pages.Of(order) : null,
    };
}
