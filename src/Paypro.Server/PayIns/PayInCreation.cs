using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>A new pay-in as its caller sees it: the stored order and, where there is one, the attempt with its instruction.</summary>
internal sealed record PayInReply(CreateResult Result, AttemptRow? Attempt);

/// <summary>
/// Takes pay-ins: chooses the channel accounts, makes a local instruction before the one write, or stores first and asks the rail
/// afterwards. A crash anywhere leaves an order that the clock finishes.
/// </summary>
internal sealed class PayInCreation(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, PayInAttempts attempts, OrderQueries queries, People people, ChannelHealth health, CallLeases leases,
    RailAnswers answers, Installation installation, HeldPayIns held, PersonMarks marks, TimeProvider time)
{
    /// <summary>How long an order on a hosted page lives before its payer chose a way.</summary>
    public static readonly TimeSpan UnchosenTimeToLive = TimeSpan.FromHours(24);

    /// <summary>Between two reads of an order that another node asks its rail about.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

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
        RoutePlan? plan = null;
        if (!hosted || way.Length > 0)
        {
            plan = Router.Plan(snapshot, merchant, Direction.PayIn, way, fields.AmountMinor, View(nowMs), out var noRoute);
            refusal ??= noRoute is null ? null : fields.Operation.Says(noRoute.Role, noRoute.Says);
        }
        else if (Router.Choices(snapshot, merchant, fields.ChannelCode ?? "", fields.AmountMinor, nowMs).Count == 0)
        {
            refusal ??= "amount: no way of paying takes this amount at present";
        }

        var terms = snapshot.Terms.At(merchant, Direction.PayIn, way, nowMs);
        refusal ??= terms is null ? fields.Operation.Says(FieldRole.Way, "is not available at present") : null;
        var person = NewOrder.PersonOf(fields);
        refusal ??= held.Refusal(snapshot, merchant, fields, person);
        var order = newOrder.Row(merchant, fields, Direction.PayIn, terms ?? Terms.Free, nowMs) with
        {
            Way = way,
            WayGiven = way.Length > 0,
            ChannelCode = fields.ChannelCode ?? "",
            Hosted = hosted,
            HasPage = hosted || fields.Way is { Redirects: true },
            ExpiresAtMs = nowMs + (long)(plan is null ? UnchosenTimeToLive : PayInAttempts.TimeToLive(plan.Routes[0])).TotalMilliseconds,
        };
        MadeAttempt? made = null;
        if (plan is not null && refusal is null)
        {
            // A known order is answered all the same, so this is a reason against a new one and not the end.
            made = await attempts.FirstAsync(snapshot, merchant, order, plan, person, nowMs);
            order = made?.Order ?? order;
            refusal = made is null ? fields.Operation.Says(FieldRole.Way, "no number is free for this way at present") : null;
        }

        // The lease is counted from before it was asked for.
        var asked = time.GetTimestamp();
        var result = await writer.WriteAsync(new CreatePayIn(order, made?.Attempt, people.Seal(order.Key, person, nowMs), refusal)
        {
            FoundBy = marks.FoundBy(order.Country, person),
            LeaseMs = made is null ? 0 : leases.MsOf(made.Route.Offer.TraitsOf(Direction.PayIn, way)),
            Plan = plan?.Reason ?? "",
            Sign = sign,
            Limits = snapshot.LimitsFor(merchant, Direction.PayIn, way, nowMs),
            Rules = PersonRules.Of(snapshot, marks, merchant, Direction.PayIn, fields, person, nowMs),
            Payers = installation.IsSandbox ? [] : newOrder.PayerLimitsOf(merchant, fields, snapshot.Rules[order.Country], nowMs),
        });
        if (made is not null && result is not CreateResult.Created && (result as CreateResult.Known)?.Order.Id != order.Id)
        {
            attempts.GiveBack(made);
        }

        switch (result)
        {
            case CreateResult.Created created when made is { Attempt.State: AttemptState.Sending }:
                return await attempts.AskAsync(merchant, made with { Order = created.Order }, person, asked);
            case CreateResult.Created:
                return new(result, made?.Attempt);
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
    /// <param name="again">Whether the payer wants another prompt where one was sent that has ended.</param>
    public async Task<ChooseWayResult> ChooseAsync(Merchant merchant, OrderRow order, string way, string? told, CancellationToken cancellation, bool again = false)
    {
        var snapshot = snapshots.Current;
        var nowMs = time.NowMs();
        if (Router.Plan(snapshot, merchant, Direction.PayIn, way, order.AmountMinor, View(nowMs), out var refusal) is not { } plan)
        {
            return new(order, null, refusal!.Says);
        }

        // An order without a way lives for a day; the way chosen may take longer, and what the payer was told is never shortened.
        order = order with
        {
            ExpiresAtMs = Math.Max(order.ExpiresAtMs, order.CreatedAtMs + (long)PayInAttempts.TimeToLive(plan.Routes[0]).TotalMilliseconds),
            TermsId = snapshot.Terms.At(merchant, Direction.PayIn, way, nowMs)!.Id,
        };
        var person = await PersonAsync(order, cancellation);
        PersonRow? toldRow = null;
        var rules = PersonRules.None;
        if (merchant.Country.FindWay(way)?.Asks is { } field)
        {
            if (told is not null)
            {
                if (PayerField.Read(field, told, merchant.Country, new RequestContext(installation.IsSandbox, snapshot.Banks[order.Country])) is not { } value)
                {
                    return new(order, null, "This does not look right.") { Asks = field };
                }

                var known = person;
                person = PayerField.With(person, field.Role, value);
                if (held.Hits(snapshot, merchant.No, order.Country, person) is not null)
                {
                    return new(order, null, "This does not look right.") { Asks = field };
                }

                toldRow = people.Seal(order.Key, person, nowMs);
                rules = PersonRules.OfTyped(snapshot, marks, merchant, order, known, person, nowMs);
            }
            else if (PayerField.Of(person, field.Role) is null)
            {
                return new(order, null, "The way asks for more.") { Asks = field };
            }
        }

        var made = await attempts.FirstAsync(snapshot, merchant, order, plan, person, nowMs) ?? throw new NoNumberException(way);
        var asked = time.GetTimestamp();
        var chosen = await writer.WriteAsync(new ChooseWay(
            order.Key, way, no => made.Attempt with { AttemptNo = no }, made.Order.ExpiresAtMs, order.TermsId, toldRow, nowMs)
        {
            FoundBy = toldRow is null ? [] : marks.FoundBy(order.Country, person),
            LeaseMs = leases.MsOf(made.Route.Offer.TraitsOf(Direction.PayIn, way)),
            Plan = plan.Reason,
            Limits = snapshot.LimitsFor(merchant, Direction.PayIn, way, nowMs),
            Rules = rules,
            PromptsGoneFromMs = again && merchant.Country.FindWay(way)?.Instruction is PromptInstruction prompt ? nowMs - (long)prompt.Lasts.TotalMilliseconds : 0,
        });
        if (chosen.Attempt?.Reference != made.Attempt.Reference)
        {
            attempts.GiveBack(made);
        }

        if (chosen.IsTooOften)
        {
            return new(chosen.Order, null, "This does not look right.") { Asks = merchant.Country.FindWay(way)?.Asks };
        }

        if (chosen.Attempt is not { State: AttemptState.Sending } attempt || attempt.Reference != made.Attempt.Reference)
        {
            return chosen;
        }

        var answered = await attempts.AskAsync(merchant, made with { Order = chosen.Order!, Attempt = attempt }, person, asked);
        return chosen with { Attempt = answered.Attempt };
    }

    private RoutingView View(long nowMs) => new() { NowMs = nowMs, Demoted = health.LastForPayIns(), Draw = newOrder.Draw() };

    private async Task<Person> PersonAsync(OrderRow order, CancellationToken cancellation) =>
        await queries.PersonAsync(order.Key, cancellation) is { } row ? people.Open(row) : Person.None;

    /// <summary>
    /// A duplicate that comes while the first one still waits for the rail waits with it, up to the rail's time-out. Where another node asks the rail, the order is
    /// read again, ever less often.
    /// </summary>
    private async Task<PayInReply> AwaitKnownAsync(CreateResult.Known known, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = answers.Of(known.Order.Key);
            var picture = await queries.FindAsync(known.Order.Key, cancellation);
            var attempt = picture?.Current;
            var timeout = attempt is not null && snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                ? offer.TraitsOf(Direction.PayIn, attempt.Way).CallTimeout
                : TimeSpan.Zero;
            var left = timeout - time.GetElapsedTime(started);

            // A timer counts whole milliseconds: with less than one left it would end at once, and nothing would have changed.
            if (picture is null || attempt is not { State: AttemptState.Sending } || left < TimeSpan.FromMilliseconds(1))
            {
                return new(picture is null ? known : new CreateResult.Known(picture.Order), attempt);
            }

            if (answer is null)
            {
                await Task.Delay(pause < left ? pause : left, time, cancellation);
                continue;
            }

            await answer.WaitAsync(left, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellation.ThrowIfCancellationRequested();

            // Whoever asked the rail has its own answer to give first.
            await Task.Yield();
        }
    }
}
