using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>A leg of a transfer about an order.</summary>
internal sealed record OrderEntry(long TransferNo, TransferType Type, OwnerType Owner, long OwnerId, AccountKind Account, long AmountMinor, long BookedAtMs, int ValueDate);

/// <summary>Money that named no order and was assigned to one.</summary>
/// <param name="Case">Of the money; there it can be taken back.</param>
/// <param name="DedupeKey">The rail's key of it.</param>
/// <param name="RailReference">The rail's reference of it.</param>
/// <param name="AmountMinor">What was assigned.</param>
internal sealed record AssignedMoney(long Case, string DedupeKey, string RailReference, long AmountMinor);

/// <summary>Everything about one order: what its merchant sees, and what its rails and our books have beside it.</summary>
internal sealed record OrderDossier
{
    public required OrderRow Order { get; init; }
    public required IReadOnlyList<AttemptRow> Attempts { get; init; }
    public required IReadOnlyList<EventRow> Events { get; init; }
    public required IReadOnlyList<StatementRow> Statements { get; init; }
    public required IReadOnlyList<OrderEntry> Entries { get; init; }
    public required IReadOnlyList<AssignedMoney> Assigned { get; init; }
    public required IReadOnlyList<CaseRow> Cases { get; init; }
    public required IReadOnlyList<CaseActionRow> Actions { get; init; }

    /// <summary>Of a pay-in: its refunds. Of a refund: its pay-in.</summary>
    public required IReadOnlyList<OrderRow> Related { get; init; }
    public required IReadOnlyList<NotificationAttemptRow> Tries { get; init; }

    /// <summary>Of a pay-in: its disputes, whatever became of them.</summary>
    public required IReadOnlyList<DisputeRow> Disputes { get; init; }

    /// <summary><see cref="Person.None"/> where nothing is known or nothing is kept any more.</summary>
    public required Person Person { get; init; }

    /// <summary>As <see cref="ExpectedDay.Of"/> says.</summary>
    public string ExpectedOn { get; init; } = "";
}

/// <summary>Reads orders of all merchants by their keys: bucket by bucket, the newest first, with a bounded look where a filter leaves most of them out.</summary>
internal sealed class AllOrderReads(IContexts contexts, OrderLists lists, IOrderReads orders, CountryCatalog countries, People people, SnapshotStore snapshots, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Rows of one bucket that one look reads at most.</summary>
    private const int MostLooked = OrderLists.MostLooked / Buckets.Count;

    /// <summary>Rows of one bucket that are read first.</summary>
    private const int ShortLook = MostLooked / 8;

    /// <summary>Buckets that one statement reads.</summary>
    private const int BucketsAtOnce = 16;

    /// <summary>Lines of one kind that a screen shows at most.</summary>
    private const int Most = 200;

    /// <summary>Receipts whose case a screen looks for at most.</summary>
    private const int MostAssigned = 20;

    /// <summary>Ids are made a moment before the time of creation is read.</summary>
    private const long IdSlackMs = 60_000;

    /// <param name="filter">Which.</param>
    /// <param name="merchant">Only of this one; null for all.</param>
    /// <param name="account">Only with an attempt at this channel account; null for all.</param>
    /// <param name="before">Orders with a smaller id; 0 = from the newest.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="size">Orders at most.</param>
    public async Task<OrderPage> ListAsync(OrderFilter filter, ListedMerchant? merchant, long? account, long before, CancellationToken cancellation, int size = PageSize)
    {
        if (merchant is not null && account is null)
        {
            return await lists.ReadAsync([merchant], filter, before, size, cancellation);
        }

        // Most pages are full after a short look; only a filter that hardly matches needs the long one.
        var page = await LookAsync(ShortLook);
        return page.IsCutShort ? await LookAsync(MostLooked) : page;

        Task<OrderPage> LookAsync(int looked) => ReadAsync(filter, merchant, account, before, size, looked, cancellation);
    }

    /// <param name="looked">Rows of each bucket that are read at most.</param>
    private async Task<OrderPage> ReadAsync(OrderFilter filter, ListedMerchant? merchant, long? account, long before, int size, int looked, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (places, floor) = (new List<OrderPlace>(), 0L);
        var first = IdSource.FirstAt(filter.FromMs - IdSlackMs);
        var end = IdSource.FirstAt(filter.ToMs + IdSlackMs) is var of && before > 0 ? Math.Min(of, before) : of;
        foreach (var some in (merchant is null ? Buckets.All : [merchant.Bucket]).Chunk(BucketsAtOnce))
        {
            // By the key alone, which no row is read for.
            var floors = await some.Select(b => InTime(b, first).Skip(looked - 1).Take(1).Select(o => new OrderPlace { Bucket = o.Bucket, Id = o.Id })).Together()
                .ToDictionaryAsync(p => p.Bucket, p => p.Id, cancellation);
            var found = await some.Select(b => OrderPlace.Of(Fitting(context, InTime(b, Math.Max(first, floors.GetValueOrDefault(b))), filter, merchant, account).Take(size + 1))).Together().ToListAsync(cancellation);
            places.AddRange(found);

            // Who has given as many as were asked for was not looked through to its floor.
            var counts = found.CountBy(p => p.Bucket).ToDictionary();
            floor = floors.Where(f => counts.GetValueOrDefault(f.Key) <= size).Select(f => f.Value).Append(floor).Max();
        }

        // Below the floor a bucket's orders are not known yet: they come with the next part.
        var known = places.Where(o => o.Id >= floor).OrderByDescending(o => o.Id).ToList();
        return known.Count > size ? new OrderPage(await orders.AtAsync(known[..size], cancellation), known[size - 1].Id, false) : new OrderPage(await orders.AtAsync(known, cancellation), floor, floor > 0);

        IQueryable<OrderRow> InTime(short bucket, long from) => context.Orders.Where(o => o.Bucket == bucket && o.Id >= from && o.Id < end).OrderByDescending(o => o.Id);
    }

    /// <summary>How many orders a list has to look through, by the key alone; above <paramref name="most"/>: more than that.</summary>
    public async Task<int> CountAsync(OrderFilter filter, ListedMerchant? merchant, int most, CancellationToken cancellation)
    {
        if (merchant is not null)
        {
            return await lists.CountAsync([merchant], filter, most, cancellation);
        }

        await using var context = contexts.Create();
        var (first, end, count) = (IdSource.FirstAt(filter.FromMs - IdSlackMs), IdSource.FirstAt(filter.ToMs + IdSlackMs), 0);
        foreach (var bucket in Buckets.All.TakeWhile(_ => count <= most))
        {
            count += await context.Orders.Where(o => o.Bucket == bucket && o.Id >= first && o.Id < end).Select(o => o.Id).Take(most + 1 - count).CountAsync(cancellation);
        }

        return count;
    }

    /// <summary>A merchant by its number; null when there is none.</summary>
    public async Task<ListedMerchant?> MerchantAsync(long no, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no, cancellation) is { } row && countries.FindCountry(row.Country) is { } country
            ? new ListedMerchant(row.Bucket, row.MerchantNo, country.Currency) : null;
    }

    /// <summary>The row of an order by its public number; null when there is none.</summary>
    public async Task<OrderRow?> FindAsync(string number, CancellationToken cancellation)
    {
        if (OrderNumber.BucketOf(number) is not { } bucket)
        {
            return null;
        }

        await using var context = contexts.Create();
        return await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number, cancellation);
    }

    public async Task<OrderDossier> ReadAsync(OrderRow order, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (bucket, id) = (order.Bucket, order.Id);
        var person = await context.Persons.SingleOrDefaultAsync(p => p.Bucket == bucket && p.OrderId == id, cancellation);
        var attempts = await context.Attempts.Where(a => a.Bucket == bucket && a.OrderId == id).OrderBy(a => a.AttemptNo).Take(Most).ToListAsync(cancellation);
        return new OrderDossier
        {
            Order = order,
            Attempts = attempts,
            ExpectedOn = ExpectedDay.Of(snapshots.Current, order, attempts, time.NowMs()),
            Events = await context.Events.Where(e => e.Bucket == bucket && e.OrderId == id).OrderBy(e => e.Sequence).Take(Most).ToListAsync(cancellation),
            Assigned = await AssignedAsync(context, order, cancellation),
            Disputes = await context.Disputes.Where(d => d.Bucket == bucket && d.OrderId == id).OrderBy(d => d.Id).Take(Most).ToListAsync(cancellation),
            Statements = await context.Statements.Where(s => s.Bucket == bucket && s.OrderId == id && s.OrderId != 0).OrderBy(s => s.ReceivedAtMs).Take(Most).ToListAsync(cancellation),
            Entries = await EntriesAsync(context, bucket, id, cancellation),
            Cases = await context.Cases.Where(c => c.Bucket == bucket && c.OrderId == id && c.OrderId != 0).OrderBy(c => c.OpenedAtMs).Take(Most).ToListAsync(cancellation),
            Actions = await context.CaseActions.Where(a => a.Bucket == bucket && a.OrderId == id && a.OrderId != 0).OrderBy(a => a.Id).Take(Most).ToListAsync(cancellation),
            Related = await context.Orders.Where(o => o.Bucket == bucket && ((o.RefundOf == id && o.RefundOf != 0) || (o.Id == order.RefundOf))).OrderBy(o => o.Id).Take(Most).ToListAsync(cancellation),
            Tries = await context.NotificationAttempts.Where(a => a.Bucket == bucket && a.OrderId == id).OrderByDescending(a => a.AtMs).Take(Most).ToListAsync(cancellation),
            Person = PersonOf(person),
        };
    }

    private static IQueryable<OrderRow> Fitting(PayproContext context, IQueryable<OrderRow> orders, OrderFilter filter, ListedMerchant? merchant, long? account)
    {
        orders = orders.Where(o => o.Direction == filter.Direction && o.CreatedAtMs >= filter.FromMs && o.CreatedAtMs < filter.ToMs);
        if (merchant is not null)
        {
            orders = orders.Where(o => o.MerchantNo == merchant.No);
        }

        if (account is { } at)
        {
            orders = orders.Where(o => context.Attempts.Any(a => a.Bucket == o.Bucket && a.OrderId == o.Id && a.ChannelAccountId == at));
        }

        if (filter.State is { } state)
        {
            orders = orders.Where(o => o.State == state);
        }

        return filter.Exceptions is not OrderExceptions.None and var exceptions ? orders.Where(o => (o.Exceptions & exceptions) != 0) : orders;
    }

    /// <summary>Its case stands where the money came, which may be another bucket.</summary>
    private static async Task<IReadOnlyList<AssignedMoney>> AssignedAsync(PayproContext context, OrderRow order, CancellationToken cancellation)
    {
        var receipts = await context.Statements
            .Where(s => s.Bucket == order.Bucket && s.OrderId == order.Id && s.OrderId != 0 && s.Outcome == StatementOutcome.Suspense && s.Kind == ObservationKind.Paid && s.Note != StatementRow.Underpaid)
            .OrderBy(s => s.BookedAtMs).Take(MostAssigned).ToListAsync(cancellation);
        var found = new List<AssignedMoney>();
        foreach (var receipt in receipts)
        {
            if (await context.BookedByAsync(receipt.Movement.Everywhere(MovementKind.Receipt), cancellation) is { } origin)
            {
                found.Add(new AssignedMoney(CaseKey.Of(origin.Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", origin)).Id, origin.DedupeKey, origin.RailReference, origin.AmountMinor - origin.ReturnedMinor));
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<OrderEntry>> EntriesAsync(PayproContext context, short bucket, long id, CancellationToken cancellation)
    {
        var transfers = await context.Transfers.Where(t => t.Bucket == bucket && t.OrderId == id && t.OrderId != 0).OrderBy(t => t.TransferNo).Take(Most).ToDictionaryAsync(t => t.TransferNo, t => t.Type, cancellation);
        var numbers = transfers.Keys.ToList();
        var entries = await context.Entries.Where(e => e.Bucket == bucket && numbers.Contains(e.TransferNo)).OrderBy(e => e.TransferNo).ThenBy(e => e.Leg).ToListAsync(cancellation);
        return
        [
            .. from entry in entries
               let account = AccountId.Open(new AccountKey(bucket, entry.AccountId))
               select new OrderEntry(entry.TransferNo, transfers[entry.TransferNo], account.OwnerType, account.OwnerId, account.Kind, entry.AmountMinor, entry.BookedAtMs, entry.ValueDate),
        ];
    }

    private Person PersonOf(PersonRow? row)
    {
        try
        {
            return row is null ? Person.None : people.Open(row);
        }
        catch (CryptographicException)
        {
            // A row whose key is lost shows nobody; the order itself is shown all the same.
            return Person.None;
        }
    }
}
