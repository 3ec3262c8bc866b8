using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>What a merchant has, minor units; <paramref name="Receivable"/> is never above zero.</summary>
internal readonly record struct Holdings(long Available, long Frozen, long Unsettled, long Receivable, long Held = 0, long Withheld = 0);

/// <summary>An order that a test placed, with what the commands about it need.</summary>
internal sealed record Placed(OrderRow Order, AttemptRef Attempt);

/// <summary>A merchant of one test and the things that happen to its orders, each exactly one command.</summary>
internal sealed partial class Shop(PaymentsGround ground, Merchant merchant)
{
    /// <summary>The sandbox's channel account for Mexico.</summary>
    private const long Channel = 101;

    /// <summary>How long a call to the rail may be under way.</summary>
    public const long LeaseMs = 40_000;
    public const long FinalityMs = LeaseMs + 60_000;
    private static int orders;
    private readonly ConcurrentDictionary<(string Way, TermsRow Fee), Task<long>> versions = [];

    public Merchant Merchant => merchant;

    /// <summary>A pay-in whose payer has its instruction.</summary>
    /// <param name="amountMinor">Asked for.</param>
    /// <param name="acceptsPartial">Whether the country knows partial payment.</param>
    /// <param name="timeToLive">Until it expires; an hour by default.</param>
    public async Task<Placed> PayInAsync(long amountMinor, bool acceptsPartial = true, TimeSpan? timeToLive = null)
    {
        var order = Row(Direction.PayIn, amountMinor) with { Way = "va", ExpiresAtMs = ground.NowMs + (long)(timeToLive ?? TimeSpan.FromHours(1)).TotalMilliseconds };
        var attempt = Attempt(order, AttemptState.Accepted);
        var created = Assert.IsType<CreateResult.Created>(await ground.Writer.WriteAsync(new CreatePayIn(order, attempt, null, null)
        {
            Limits = ground.The<SnapshotStore>().Current.LimitsFor(merchant, Direction.PayIn, "va", ground.NowMs),
        }));
        var facts = await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, order, attempt);
        return new Placed(created.Order, facts with { Rules = facts.Rules with { AcceptsPartial = acceptsPartial } });
    }

    /// <summary>A pay-in on a hosted page, whose payer has not chosen yet.</summary>
    public async Task<CreateResult.Created> HostedAsync(long amountMinor)
    {
        var order = Row(Direction.PayIn, amountMinor) with
        {
            Way = "", Hosted = true, HasPage = true, ExpiresAtMs = ground.NowMs + (long)PayInCreation.UnchosenTimeToLive.TotalMilliseconds,
        };
        return Assert.IsType<CreateResult.Created>(await ground.Writer.WriteAsync(new CreatePayIn(order, null, null, null)));
    }

    /// <summary>Why a new pay-in is refused.</summary>
    public async Task<string> RefusalOfPayInAsync(long amountMinor)
    {
        var order = Row(Direction.PayIn, amountMinor) with { Way = "va", ExpiresAtMs = ground.NowMs + 1000 };
        return Assert.IsType<CreateResult.Refused>(await ground.Writer.WriteAsync(new CreatePayIn(order, null, null, null))).Sentence;
    }

    /// <summary>The payer chooses another way on the page, which costs the merchant another fee; null when that is not to be had.</summary>
    public async Task<Placed?> ChooseAsync(Placed placed, string way, TermsRow fee)
    {
        var terms = await versions.GetOrAdd((way, fee), _ => ground.AddTermsAsync(merchant.No, Direction.PayIn, fee with { Way = way }));
        var chosen = await ground.Writer.WriteAsync(new ChooseWay(
            placed.Order.Key,
            way,
            no => Attempt(placed.Order, AttemptState.Accepted) with { AttemptNo = no, Way = way, TermsId = terms, Reference = $"{placed.Order.Number}-{no}" },
            placed.Order.ExpiresAtMs,
            terms,
            told: null,
            ground.NowMs));
        return chosen.Attempt is null ? null : await FoundAsync(placed, chosen.Attempt.AttemptNo);
    }

    /// <summary>An order and one of its attempts as they are now, which is how a rail's statement finds them.</summary>
    public async Task<Placed> FoundAsync(Placed placed, short attemptNo = 1)
    {
        var picture = (await ground.The<OrderQueries>().FindAsync(placed.Order.Key, CancellationToken.None))!;
        var facts = await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, picture.Order, picture.Attempts[attemptNo - 1]);
        return new Placed(picture.Order, facts with { Rules = placed.Attempt.Rules });
    }

    /// <summary>A payout with its reservation; null when it was refused.</summary>
    /// <param name="amountMinor">To pay out.</param>
    /// <param name="channelAccountId">The channel account that has it.</param>
    public async Task<Placed?> PayoutAsync(long amountMinor, long channelAccountId = Channel)
    {
        var order = Row(Direction.Payout, amountMinor) with { Way = "CLABE", BankCode = "90646" };
        var attempt = Attempt(order, AttemptState.Ready) with { ChannelAccountId = channelAccountId };
        var facts = await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, order, attempt);
        var person = ground.The<People>().Seal(order.Key, new Person { Name = "Recipient" }, ground.NowMs)!;
        var limits = ground.The<SnapshotStore>().Current.LimitsFor(merchant, Direction.Payout, "CLABE", ground.NowMs);
        return await ground.Writer.WriteAsync(new CreatePayout(order, attempt, person, facts, null) { Limits = limits }) is CreateResult.Created created
            ? new Placed(created.Order, await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, created.Order, attempt))
            : null;
    }

    /// <summary>A refund with its reservation, of the newest receipt with enough left; null when it was refused.</summary>
    public async Task<Placed?> RefundAsync(Placed payIn, long amountMinor)
    {
        var picture = (await ground.The<RefundReads>().FindAsync(payIn.Order.Key, CancellationToken.None))!;
        if (picture.Left().FirstOrDefault(l => l.LeftMinor >= amountMinor).Receipt is not { } receipt)
        {
            return null;
        }

        var order = Row(Direction.Refund, amountMinor) with
        {
            Way = "va", TermsId = Terms(Direction.PayIn), ReceiptTermsId = PayInBooking.TermsOf(picture.PayIn, RefundReads.Of(receipt, picture.Attempts).Attempt), RefundOf = payIn.Order.Id, ReceiptKey = receipt.DedupeKey, ReceiptAccountId = receipt.ChannelAccountId,
        };
        var attempt = Attempt(order, AttemptState.Ready);
        var facts = await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, order, attempt);
        return await ground.Writer.WriteAsync(new CreateRefund(order, attempt, null, facts, picture.PayIn, picture.NotAvailable)) is CreateResult.Created created
            ? new Placed(created.Order, await AttemptRefs.OfAsync(ground.The<SnapshotStore>().Current, created.Order, attempt) with { Rules = payIn.Attempt.Rules })
            : null;
    }

    /// <summary>Takes a payout to send it, as the clock does.</summary>
    public Task<DueResult> TakeDueAsync(Placed payout) => ground.Writer.WriteAsync(
        new TakeDuePayout(payout.Order.Key, payout.Order.TimerDueMs, payout.Attempt.Reference, repeatIsHarmless: false, LeaseMs, ground.NowMs));

    public Task<ApplyResult> SentAsync(Placed payout, SendOutcome outcome) => ground.Writer.WriteAsync(new RecordSend(payout.Attempt, outcome, ground.NowMs));

    /// <summary>A payout that the rail has accepted.</summary>
    public async Task<Placed> SentPayoutAsync(long amountMinor)
    {
        var payout = await PayoutAsync(amountMinor) ?? throw new InvalidOperationException("The payout was refused.");
        Assert.Equal(DueAction.Send, (await TakeDueAsync(payout)).Action);
        Assert.Equal(ApplyResult.Applied, await SentAsync(payout, new SendOutcome.Accepted()));
        return payout;
    }

    public Task<ApplyResult> PaidAsync(Placed placed, long amountMinor, string key) => SaidAsync(placed, ObservationKind.Paid, amountMinor, key);

    public Task<ApplyResult> ReturnedAsync(Placed placed, long amountMinor, string key) => SaidAsync(placed, ObservationKind.Returned, amountMinor, key);

    /// <summary>The rail says something about an order.</summary>
    public Task<ApplyResult> SaidAsync(Placed placed, ObservationKind kind, long amountMinor = 0, string key = "", bool allKnown = false, long? occurredAtMs = null, long? saidAtMs = null)
    {
        var said = new Observation
        {
            Kind = kind,
            Direction = placed.Attempt.Direction,
            Reference = placed.Attempt.Reference,
            AmountMinor = amountMinor,
            Currency = "MXN",
            OccurredAtMs = occurredAtMs ?? ground.NowMs,
            RailReference = key,
            DedupeKey = key.Length == 0 ? "" : $"{placed.Order.Number}:{key}",
            Reason = kind is ObservationKind.Failed or ObservationKind.Returned ? "the bank's reason" : "",
        };
        return placed.Attempt.Direction != Direction.PayIn
            ? ground.Writer.WriteAsync(new ApplyPayoutStatement(placed.Attempt, Told(said, saidAtMs), allKnown, FinalityMs, ground.NowMs))
            : kind == ObservationKind.Returned ? ReturnAsync(placed, Told(said))
            : ground.Writer.WriteAsync(new ApplyPayInStatement(placed.Attempt, Told(said), ground.NowMs));
    }

    /// <summary>As <c>RailStatements</c> does: read what is not available yet, and again when the order has changed since.</summary>
    private async Task<ApplyResult> ReturnAsync(Placed placed, Statement told)
    {
        while (true)
        {
            var (seen, shares, disputes) = (await ground.The<RefundReads>().SharesAsync(placed.Order.Key, CancellationToken.None))!.Value;
            var result = await ground.Writer.WriteAsync(new ApplyPayInStatement(placed.Attempt, told, ground.NowMs) { SharesAt = seen, Disputes = disputes, Shares = shares });
            if (result != ApplyResult.Changed)
            {
                return result;
            }
        }
    }

    private Statement Told(Observation said, long? atMs = null) => new(said, StatementSource.Callback, ground.The<IdSource>().Next(), atMs ?? ground.NowMs);

    /// <summary>Money comes to the channel account for a number that nobody has, and a person says that it was meant for an order.</summary>
    public async Task<AssignResult> PaidByAssigningAsync(Placed placed, long amountMinor, string key)
    {
        var strange = new Observation
        {
            Kind = ObservationKind.Paid,
            Direction = Direction.PayIn,
            Reference = "nobody",
            AmountMinor = amountMinor,
            Currency = "MXN",
            OccurredAtMs = ground.NowMs,
            RailReference = key,
            DedupeKey = $"{placed.Order.Number}:{key}",
        };
        var account = placed.Attempt.ChannelAccountId;
        await ground.Writer.WriteAsync(new BookSuspense((merchant.Bucket, account), Told(strange), null, default, 20260305, ground.NowMs));
        return await ground.The<AssignSuspense>().AssignAsync(account, strange.DedupeKey, placed.Order.Number, "operator:1", CancellationToken.None);
    }

    /// <summary>It was meant for another one.</summary>
    public async Task<UndoResult> TakeBackAsync(Placed placed, string key)
    {
        var dedupe = $"{placed.Order.Number}:{key}";

        // The one that booked it: the same key with another amount is kept too, as a contradiction.
        var receipt = await ground.ReadAsync(c =>
            c.Statements.SingleOrDefaultAsync(s => s.Bucket == merchant.Bucket && s.DedupeKey == dedupe && s.Kind == ObservationKind.Paid && s.Reference == "nobody" && s.BookedAtMs != 0));
        var action = new CaseActionRow { Id = ground.The<IdSource>().Next(), Action = "suspense.take-back", Actor = "operator:1", Approver = "operator:2", AtMs = ground.NowMs };
        return receipt is null ? UndoResult.NotAssigned : await ground.The<UndoAssignment>().UndoAsync(receipt.Key, placed.Order.Number, "operator:1", action, CancellationToken.None);
    }

    public Task<Expiry> ExpireAsync(Placed placed) => ground.Writer.WriteAsync(new ExpirePayIn(placed.Order.Key, "clock", ground.NowMs));

    public Task<OrderRow> OrderAsync(Placed placed) =>
        ground.ReadAsync(c => c.Orders.SingleAsync(o => o.Bucket == placed.Order.Bucket && o.Id == placed.Order.Id));

    /// <summary>What it has now, by the stored balances.</summary>
    public Task<Holdings> HoldingsAsync() => ground.ReadAsync(async context =>
    {
        var rows = await context.Accounts
            .Where(a => a.OwnerType == OwnerType.Merchant && a.OwnerId == merchant.No).ToDictionaryAsync(a => a.Kind, a => a.BalanceMinor);
        return new Holdings(
            rows.GetValueOrDefault(AccountKind.Available),
            rows.GetValueOrDefault(AccountKind.Frozen),
            rows.GetValueOrDefault(AccountKind.Unsettled),
            rows.GetValueOrDefault(AccountKind.Receivable),
            rows.GetValueOrDefault(AccountKind.Held),
            await context.Withholdings.Where(w => w.Bucket == merchant.Bucket && w.MerchantNo == merchant.No).SumAsync(w => w.WithheldMinor));
    });

    /// <summary>How many transfers an order has caused.</summary>
    public Task<int> TransfersOfAsync(Placed placed) =>
        ground.ReadAsync(c => c.Transfers.CountAsync(t => t.Bucket == placed.Order.Bucket && t.OrderId == placed.Order.Id));

    private long Terms(Direction direction) => ground.The<SnapshotStore>().Current.Terms.At(merchant, direction, "va", ground.NowMs)!.Id;

    private OrderRow Row(Direction direction, long amountMinor) => new()
    {
        Bucket = merchant.Bucket,
        Id = ground.The<IdSource>().Next(),
        MerchantNo = merchant.No,
        Direction = direction,
        TradeNo = Interlocked.Increment(ref orders).ToString(CultureInfo.InvariantCulture),
        Number = OrderNumber.Make(merchant.Bucket, ground.The<IRandomness>()),
        Country = "MX",
        Currency = Currency.Mxn.Code,
        AmountMinor = amountMinor,
        State = OrderState.Pending,
        TermsId = Terms(direction),
        ContentHash = [1],
        CreatedAtMs = ground.NowMs,
    };

    private AttemptRow Attempt(OrderRow order, AttemptState state) => new()
    {
        Bucket = order.Bucket,
        OrderId = order.Id,
        AttemptNo = 1,
        ChannelAccountId = Channel,
        Direction = order.Direction,
        Way = order.Way,
        Reference = order.Number,
        State = state,
        CostTerms = new CostTerms(10, 3).ToString(),
        CreatedAtMs = ground.NowMs,
        TermsId = order.TermsId,
    };
}
