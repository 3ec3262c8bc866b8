using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Refunds;

/// <summary>What came of somebody's wish to give money back.</summary>
/// <param name="Id">The order to make the refund; 0 when there is none.</param>
/// <param name="NeedsTwo">Whether it is above what he may do alone.</param>
internal readonly record struct RefundAsked(long Id, bool NeedsTwo);

/// <summary>
/// Refunds that people decide. The decision is a row, stored with its line in the audit log and under the sent form; the refund is made from it by the core of
/// the merchant's call, under a number that follows from the row. Whoever finds a row that is not made makes it: the number lets it be made once.
/// </summary>
internal sealed class RefundOrders(
    AuditedStore store, IContexts contexts, BatchWriter writer, SnapshotStore snapshots, CountryCatalog countries, RefundCreation creation, IdSource ids, TimeProvider time, ILogger<RefundOrders> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int Portion = 50;
    private const long TwoDaysMs = 2 * 86_400_000L;

    /// <summary>Stores the decision of one person, unless it takes two.</summary>
    public Task<RefundAsked> AskAsync(Actor by, OrderRow payIn, RefundWish wish) => store.SaveAsync(async (context, trail) =>
    {
        // The merchant's row is the lock: what one person does alone on a day is counted in turn. Nothing of it changes.
        await context.Merchants.Where(m => m.MerchantNo == payIn.MerchantNo).ExecuteUpdateAsync(s => s.SetProperty(m => m.Name, m => m.Name));
        var limit = await RefundLimits.ReadAsync(context, payIn.MerchantNo);
        if (wish.AmountMinor > limit.PaymentMinor || wish.AmountMinor > limit.PersonDayMinor - await AloneAsync(context, payIn, by.UserId))
        {
            return new RefundAsked(0, NeedsTwo: true);
        }

        return new RefundAsked(Add(context, trail, by, payIn, wish, by.UserId, by.Text, approvedBy: "").Id, NeedsTwo: false);
    });

    /// <summary>Adds the row in the transaction of whoever decided.</summary>
    public RefundOrderRow Add(PayproContext context, AuditTrail trail, Actor by, OrderRow payIn, RefundWish wish, long madeByUserId, string madeBy, string approvedBy)
    {
        var (id, nowMs) = (ids.Next(), time.NowMs());
        var row = new RefundOrderRow
        {
            Id = id, MerchantNo = payIn.MerchantNo, Bucket = payIn.Bucket, TradeNo = payIn.TradeNo, PayInNumber = payIn.Number, RefundNo = string.Create(CultureInfo.InvariantCulture, $"D{id}"),
            AmountMinor = wish.AmountMinor, Reason = wish.Reason, MadeByUserId = madeByUserId, MadeBy = madeBy, ApprovedBy = approvedBy, MadeAtMs = nowMs, Day = DayOf(payIn, nowMs), State = RefundOrderState.Wanted,
        };
        context.RefundOrders.Add(row);
        trail.Add(by, "payin.refund", $"order:{payIn.Number}", after: new { row.RefundNo, row.AmountMinor }, reason: wish.Reason, chain: payIn.Bucket);
        return row;
    }

    /// <summary>Makes the refund of one row, if nobody has yet.</summary>
    /// <returns>The row as it is then; null when there is none.</returns>
    public async Task<RefundOrderRow?> MakeAsync(long id)
    {
        if (await FindAsync(id) is not { } row || row.State != RefundOrderState.Wanted)
        {
            return await FindAsync(id);
        }

        try
        {
            var (state, number, outcome) = await CreateAsync(row);
            await writer.InTurnAsync(async () =>
            {
                await using var context = contexts.Create();
                return await context.RefundOrders.Where(r => r.Id == id && r.State == RefundOrderState.Wanted)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.State, state).SetProperty(r => r.Number, number).SetProperty(r => r.Outcome, outcome));
            });
        }
        catch (Exception fault) when (fault is WriteInDoubtException or WriterBusyException or WriteFailedException or StaleSnapshotException)
        {
            // It stays wanted, and the next turn finds what became of it.
            log.LogWarning(fault, "Refund {RefundNo} could not be made at once", row.RefundNo);
        }

        return await FindAsync(id);
    }

    /// <summary>One turn: what a node that died has left.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<long> wanted;
        await using (var context = contexts.Create())
        {
            wanted = await context.RefundOrders.Where(r => r.State == RefundOrderState.Wanted).OrderBy(r => r.Id).Select(r => r.Id).Take(Portion).ToListAsync(cancellation);
        }

        foreach (var id in wanted)
        {
            try
            {
                await MakeAsync(id);
            }
#pragma warning disable CA1031 // One that cannot be made must not keep the others back: it is logged, and tried again with the next turn.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                log.LogError(fault, "Refund order {Id} could not be made", id);
            }
        }

        return wanted.Count == Portion;
    }

    private async Task<RefundOrderRow?> FindAsync(long id)
    {
        await using var context = contexts.Create();
        return await context.RefundOrders.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id);
    }

    private async Task<(RefundOrderState State, string Number, string Outcome)> CreateAsync(RefundOrderRow row)
    {
        if (snapshots.Current.Merchant(row.MerchantNo) is not { } merchant)
        {
            return (RefundOrderState.Refused, "", "merchantNo: this merchant sends no money at present");
        }

        if (FieldsOf(merchant, row, out var error) is not { } fields)
        {
            return (RefundOrderState.Refused, "", error!);
        }

        return await creation.CreateAsync(merchant, fields, refusal: null, sign: null, by: string.Create(CultureInfo.InvariantCulture, $"user:{row.MadeByUserId}")) switch
        {
            CreateResult.Created created => (RefundOrderState.Made, created.Order.Number, ""),
            CreateResult.Known known => (RefundOrderState.Made, known.Order.Number, ""),
            CreateResult.Refused refused => (RefundOrderState.Refused, "", refused.Sentence),
            _ => throw new InvalidOperationException($"{row.RefundNo}: the core answered neither created, known nor refused."),
        };
    }

    /// <summary>As the merchant's program would ask for it.</summary>
    private RequestFields? FieldsOf(Merchant merchant, RefundOrderRow row, out string? error)
    {
        var (country, operation) = (merchant.Country, merchant.Country.FindOperation(OperationKind.CreateRefund)!);
        var amount = country.AmountDecimals ? AmountText.WholeOrFixed(row.AmountMinor, country.Currency) : (row.AmountMinor / country.Currency.UnitMinor).ToString(CultureInfo.InvariantCulture);
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in operation.Fields)
        {
            var text = field.Role switch
            {
                FieldRole.Operation => operation.SignedName,
                FieldRole.Timestamp => time.NowMs().ToString(CultureInfo.InvariantCulture),
                FieldRole.TradeNo => row.TradeNo,
                FieldRole.RefundNo => row.RefundNo,
                FieldRole.Amount => amount,
                FieldRole.Reason => row.Reason,
                _ => null,
            };
            if (text is not null)
            {
                members[field.Name] = text;
            }
        }

        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        return RequestReader.Read(country, operation, body, new RequestContext(false, snapshots.Current.Banks[country.IsoCode]), out error);
    }

    private async Task<long> AloneAsync(PayproContext context, OrderRow payIn, long userId)
    {
        var (no, day, since) = (payIn.MerchantNo, DayOf(payIn, time.NowMs()), IdSource.FirstAt(time.NowMs() - TwoDaysMs));
        return await context.RefundOrders
            .Where(r => r.MerchantNo == no && r.Id >= since && r.MadeByUserId == userId && r.Day == day && r.ApprovedBy == "" && r.State != RefundOrderState.Refused).SumAsync(r => r.AmountMinor);
    }

    private int DayOf(OrderRow payIn, long nowMs) => Clock.LocalDate(nowMs, countries.FindCountry(payIn.Country)!.TimeZone).ToNumber();
}
