using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Paypro.Channels;

namespace Paypro.Simulation;

/// <summary>
/// A channel to the <see cref="VirtualRail"/>, as a node has it. Cash at stores is asked for at the rail, transfers come to numbers of ours.
/// </summary>
/// <param name="name">The channel's name.</param>
/// <param name="rail">The other side.</param>
/// <param name="clock">When answers come.</param>
/// <param name="repeatIsHarmless">Whether this rail takes a second send for the first one again.</param>
/// <param name="variant">Null, or what is broken on purpose.</param>
/// <param name="lists">Whether this rail tells all that moved.</param>
internal sealed class VirtualChannel(string name, VirtualRail rail, VirtualClock clock, bool repeatIsHarmless, Variant? variant, bool lists) : IChannel
{
    /// <summary>The patient rail lets itself be asked so often.</summary>
    public static readonly Pace Questions = new(600, TimeSpan.FromHours(1), 8);

    private readonly ChannelTraits _traits = (variant ?? Variant.None).Traits(new ChannelTraits
    {
        Finality = VirtualRail.Finality,
        RepeatIsHarmless = repeatIsHarmless,
        CallTimeout = TimeSpan.FromSeconds(10),
        QueryPace = repeatIsHarmless ? Questions : Pace.Free,
        FundsAreCheckedLater = true,
    });

    public string Name => name;

    public IReadOnlyList<WayOffer> Ways { get; } =
    [
        new WayOffer("MX", Direction.PayIn, "va"),
        new WayOffer("MX", Direction.PayIn, "store"),
        new WayOffer("MX", Direction.Payout, "*"),
    ];

    public IReadOnlyList<SecretName> Secrets => [];

    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => _traits;

    public IChannelSession Open(ChannelAccount account, ChannelServices services) =>
        lists ? new ListingSession(account, rail, clock, repeatIsHarmless, variant)
        : repeatIsHarmless ? new VirtualSession(account, rail, clock, repeatIsHarmless, variant)
        : new TellingSession(account, rail, clock, repeatIsHarmless, variant);
}

/// <summary>An account whose rail tells what our pot holds; late, or not at all.</summary>
internal class TellingSession(ChannelAccount account, VirtualRail rail, VirtualClock clock, bool repeatIsHarmless, Variant? variant)
    : VirtualSession(account, rail, clock, repeatIsHarmless, variant), IBalances
{
    public Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation)
    {
        // As it is now, whenever the answer comes.
        Rail.Drains.Told(Account.Id);
        IReadOnlyList<PotBalance> pots = Rail.PotMinor(Account.Id) is { } minor ? [new(PotBalance.Payout, minor + (Variant is { BalancesLag: true } ? Rail.UnderWayMinor(Account.Id) : 0))] : [];
        return Rail.Happens(Rail.Weather.QueryFails) ? Never<IReadOnlyList<PotBalance>>([], cancellation) : Answer(pots, [], cancellation);
    }
}

/// <summary>An account whose rail tells all that moved, some movements at a time, and gives money back by a call of its own.</summary>
internal sealed class ListingSession(ChannelAccount account, VirtualRail rail, VirtualClock clock, bool repeatIsHarmless, Variant? variant)
    : TellingSession(account, rail, clock, repeatIsHarmless, variant), IListings, IRefunds
{
    private const int PageSize = 7;

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => "SR" + Convert.ToHexString(random[..12]);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) =>
        Send(new RailEntry(Account.Id, Direction.Refund, draft.Reference, draft.Number, draft.AmountMinor, draft.PaidReference), cancellation);

    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation)
    {
        var from = cursor.Length == 0 ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        var all = Rail.MovementsOf(Account.Id);
        var page = all.Skip(from).Take(PageSize).Select(Of).ToList();
        var next = (from + page.Count).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = new ListPage(Variant is { ListsNothing: true } ? [] : page, next, from + page.Count < all.Count);
        return Rail.Happens(Rail.Weather.QueryFails) ? Never<ListPage?>(null, cancellation) : Answer<ListPage?>(answer, null, cancellation);
    }
}

/// <summary>An account at the <see cref="VirtualRail"/>.</summary>
internal class VirtualSession(ChannelAccount account, VirtualRail rail, VirtualClock clock, bool repeatIsHarmless, Variant? variant)
    : IChannelSession, IPayIns, IPayouts, IQueries, ICallbacks
{
    public const string SignatureHeader = "rail-signature";

    /// <summary>Why a payout is declined that our money at the rail does not suffice for.</summary>
    public const string NoMoney = "no money of ours is here";

    protected VirtualRail Rail => rail;

    protected Variant? Variant => variant;

    public ChannelAccount Account => account;

    public InstructionMode ModeFor(string way) => way == "store" ? InstructionMode.Remote : InstructionMode.Local;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => "SI" + Convert.ToHexString(random[..12]);

    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => "SO" + Convert.ToHexString(random[..12]);

    public NumberSpace? NumberSpaceFor(string way) =>
        way == "va" ? new NumberSpace("number", account.Id.ToString("0000", System.Globalization.CultureInfo.InvariantCulture), 9, static number => number) : null;

    public PaymentInstruction IssueLocally(PayInDraft draft) => new() { Kind = InstructionKindOfNumbers, Value = draft.Reference };

    public void Dispose() => GC.SuppressFinalize(this);

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation)
    {
        var entry = rail.Ask(account.Id, draft);
        InstructionOutcome unknown = variant is { SilenceIsDecline: true }
            ? new InstructionOutcome.Declined("no answer", Scope: DeclineScope.Channel)
            : new InstructionOutcome.Unknown("no answer in time");
        if (rail.Happens(rail.Weather.ChannelDeclines))
        {
            entry.Refused = true;
            return rail.Happens(rail.Weather.AnswerLost)
                ? Never(unknown, cancellation)
                : Answer(new InstructionOutcome.Declined("out of order", Scope: DeclineScope.Channel), unknown, cancellation);
        }

        if (rail.Happens(rail.Weather.Declines))
        {
            entry.Refused = true;
            return Answer<InstructionOutcome>(new InstructionOutcome.Declined("declined"), unknown, cancellation);
        }

        if (rail.Happens(rail.Weather.RequestLost))
        {
            return Never<InstructionOutcome>(unknown, cancellation);
        }

        entry.Arrived = true;
        return rail.Happens(rail.Weather.AnswerLost)
            ? Never<InstructionOutcome>(unknown, cancellation)
            : Answer<InstructionOutcome>(new InstructionOutcome.Accepted(Instruction(draft.Reference)), unknown, cancellation);
    }

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) =>
        Send(new RailEntry(account.Id, Direction.Payout, draft.Reference, draft.Number, draft.AmountMinor), cancellation);

    protected Task<SendOutcome> Send(RailEntry sent, CancellationToken cancellation)
    {
        var entry = rail.CheckSend(sent, repeatIsHarmless);
        SendOutcome unknown = variant is { SilenceIsDecline: true }
            ? new SendOutcome.Declined("no answer", Scope: DeclineScope.Channel)
            : new SendOutcome.Unknown("no answer in time");
        if (entry.Refused || entry.Arrived)
        {
            // A repeat is answered with what became of the first.
            return Answer<SendOutcome>(
                entry.LacksFunds ? new SendOutcome.Declined(NoMoney, Scope: DeclineScope.Funds) : entry.Refused ? new SendOutcome.Declined("declined before") : new SendOutcome.Accepted(), unknown, cancellation);
        }

        var ownTrouble = rail.Happens(rail.Weather.ChannelDeclines);
        if (ownTrouble || rail.Happens(rail.Weather.Declines))
        {
            entry.Refused = true;
            return rail.Happens(rail.Weather.AnswerLost)
                ? Never<SendOutcome>(unknown, cancellation)
                : Answer<SendOutcome>(new SendOutcome.Declined("declined", Scope: ownTrouble ? DeclineScope.Channel : DeclineScope.Order), unknown, cancellation);
        }

        if (rail.Happens(rail.Weather.RequestLost))
        {
            return Never<SendOutcome>(unknown, cancellation);
        }

        if (rail.Happens(rail.Weather.RequestLate))
        {
            clock.After(TimeSpan.FromSeconds(10) + (VirtualRail.Finality - TimeSpan.FromSeconds(20)) * rail.Fraction(), () => rail.Arrive(entry));
            return Never<SendOutcome>(unknown, cancellation);
        }

        var isFunded = rail.Arrive(entry);
        SendOutcome said = !isFunded ? new SendOutcome.Declined(NoMoney, Scope: variant is { FundsAreTheOrders: true } ? DeclineScope.Order : DeclineScope.Funds)
            : entry.Refused ? new SendOutcome.Declined("nothing is left of it")
            : new SendOutcome.Accepted();
        return rail.Happens(rail.Weather.AnswerLost) ? Never(unknown, cancellation) : Answer(said, unknown, cancellation);
    }

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        if (repeatIsHarmless)
        {
            rail.CheckPace(account.Id, VirtualChannel.Questions);
        }

        IReadOnlyList<Observation> unreachable = [Say(ObservationKind.Unreachable, target.Direction, target.Reference)];
        return rail.Happens(rail.Weather.QueryFails)
            ? Never(unreachable, cancellation)
            : Answer(Story(target.Direction, target.Reference, rail.Find(target.Reference)), unreachable, cancellation);
    }

    public CallbackReading ReadCallback(CallbackRequest request)
    {
        var authentic = request.Headers.TryGetValue(SignatureHeader, out var signature) && signature == Sign(account.Id, request.Body.Span);
        return authentic || variant is { TrustsForgeries: true }
            ? new CallbackReading.Statements(JsonSerializer.Deserialize<Observation[]>(request.Body.Span)!, ChannelAnswer.Ok("OK"))
            : new CallbackReading.Refused(401, "forged");
    }

    /// <summary>What a callback says, and its signature.</summary>
    public static (byte[] Body, string Signature) Write(long accountId, params Observation[] said)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(said);
        return (body, Sign(accountId, body));
    }

    public static Observation Of(Movement movement) => Say(movement.WentBack ? ObservationKind.Returned : ObservationKind.Paid, movement.Direction, movement.Reference) with
    {
        AmountMinor = movement.AmountMinor, Currency = "MXN", OccurredAtMs = movement.AtMs, RailReference = movement.DedupeKey, DedupeKey = movement.DedupeKey,
        Reason = movement.WentBack ? "the bank sent it back" : "",

        // Whoever pays at a store has no account.
        Sender = movement is { Direction: Direction.PayIn, WentBack: false } && !movement.Reference.StartsWith("SI", StringComparison.Ordinal) ? new Person { Account = "646180110400000007", Name = "ana" } : null,
    };

    /// <summary>What the rail says of one that it refused.</summary>
    public static Observation Failed(RailEntry entry, Variant? variant) => Say(ObservationKind.Failed, entry.Direction, entry.Reference) with
    {
        Reason = entry.LacksFunds ? NoMoney : "declined", LacksFunds = entry.LacksFunds && variant is not { CancelledIsTheOrders: true },
    };

    public static Observation Say(ObservationKind kind, Direction direction, string reference) => new() { Kind = kind, Direction = direction, Reference = reference };

    private const string InstructionKindOfNumbers = Paypro.Protocol.Countries.InstructionKinds.Clabe;

    private static PaymentInstruction Instruction(string reference) => new() { Kind = InstructionKindOfNumbers, Value = reference };

    private IReadOnlyList<Observation> Story(Direction direction, string reference, RailEntry? entry)
    {
        if (entry is null)
        {
            // A number of ours that nobody has paid; or a send that never came.
            return [Say(direction == Direction.PayIn && !reference.StartsWith("SI", StringComparison.Ordinal) ? ObservationKind.Pending : ObservationKind.NotFound, direction, reference)];
        }

        return entry.Refused ? [Failed(entry, variant)]
            : !entry.Arrived ? [Say(ObservationKind.NotFound, direction, reference)]
            : entry.Movements.Count > 0 ? [.. entry.Movements.Select(Of)]
            : [Say(ObservationKind.Pending, direction, reference) with { Instruction = direction == Direction.PayIn ? Instruction(reference) : null }];
    }

    private static string Sign(long accountId, ReadOnlySpan<byte> body) =>
        Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes($"the rail of account {accountId}"), body));

    protected Task<T> Never<T>(T unknown, CancellationToken cancellation) => Later(null, unknown, unknown, cancellation);

    protected Task<T> Answer<T>(T answer, T unknown, CancellationToken cancellation) => Later(rail.Span(4), answer, unknown, cancellation);

    private Task<T> Later<T>(TimeSpan? after, T answer, T unknown, CancellationToken cancellation) => Answers.Later(clock, after, answer, unknown, cancellation);
}

/// <summary>Answers of the world outside.</summary>
internal static class Answers
{
    /// <summary>An answer that comes later, or what is said when the caller has given up.</summary>
    /// <param name="clock">Completed from its turn, outside every node, so that a library's continuation never needs a thread of its own.</param>
    /// <param name="after">Null: never.</param>
    /// <param name="answer">When it comes.</param>
    /// <param name="unknown">When the token is cancelled first.</param>
    /// <param name="cancellation">The caller's patience.</param>
    public static Task<T> Later<T>(VirtualClock clock, TimeSpan? after, T answer, T unknown, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<T>();
        cancellation.Register(() => done.TrySetResult(unknown));
        if (after is { } time)
        {
            clock.After(time, () => done.TrySetResult(answer));
        }

        return done.Task;
    }
}
