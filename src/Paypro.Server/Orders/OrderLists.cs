using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>A merchant whose orders are listed.</summary>
internal sealed record ListedMerchant(short Bucket, long No, Currency Currency);

/// <summary>Which orders a list shows.</summary>
internal sealed record OrderFilter
{
    public required Direction Direction { get; init; }

    /// <summary>First moment of creation, Unix milliseconds UTC.</summary>
    public required long FromMs { get; init; }

    /// <summary>End of it, not included.</summary>
    public required long ToMs { get; init; }
    public OrderState? State { get; init; }

    /// <summary>One of these; <see cref="OrderExceptions.None"/> = all orders.</summary>
    public OrderExceptions Exceptions { get; init; }

    /// <summary>Way code, of payouts the kind of account; empty = all.</summary>
    public string Way { get; init; } = "";

    /// <summary>Payouts: the bank's code; empty = all.</summary>
    public string Bank { get; init; } = "";
    public string SubMerchant { get; init; } = "";

    /// <summary>Least and greatest amount in whole units of each merchant's currency; null = without limit.</summary>
    public decimal? Least { get; init; }
    public decimal? Most { get; init; }

    /// <summary>Only those whose newest result its merchant has not taken.</summary>
    public bool Undelivered { get; init; }

    /// <summary>Only these keys, where something was searched for; then nothing else is asked.</summary>
    public IReadOnlyList<OrderKey>? Found { get; init; }

    /// <summary>Whether most orders may be left out, so that a page may need many rows.</summary>
    public bool LeavesOut =>
        State is not null || Exceptions != OrderExceptions.None || Way.Length > 0 || Bank.Length > 0 || SubMerchant.Length > 0 || Least is not null || Most is not null || Undelivered;
}

/// <summary>A part of a list, the newest first.</summary>
/// <param name="Rows">The orders.</param>
/// <param name="Next">The id before which the list goes on; 0 = it does not.</param>
/// <param name="IsCutShort">Looked at as many rows as one look may; the list goes on before <paramref name="Next"/> all the same.</param>
internal sealed record OrderPage(IReadOnlyList<OrderRow> Rows, long Next, bool IsCutShort);

/// <summary>
/// Lists of merchants' orders by the key: no page costs more than another one, orders that come meanwhile move nothing, and a filter that hardly
/// matches looks at a bounded number of rows.
/// </summary>
internal sealed class OrderLists(IContexts contexts, IOrderReads orders)
{
    /// <summary>Rows that one look reads at most, of all merchants together.</summary>
    public const int MostLooked = 20_000;

    /// <summary>Rows of each merchant that a look reads even where there are many.</summary>
    private const int LeastLooked = 500;

    /// <summary>Merchants that one statement reads.</summary>
    private const int MerchantsAtOnce = 16;

    /// <summary>Ids are made by one clock and times of creation read from it a moment later or earlier; what an id's time may differ by.</summary>
    private const long IdSlackMs = 60_000;

    /// <summary>One part of the list over several merchants. Ids are read first, of many merchants in one statement; then the rows that are shown.</summary>
    /// <param name="merchants">Whose.</param>
    /// <param name="filter">Which.</param>
    /// <param name="before">Orders with a smaller id; 0 = from the newest.</param>
    /// <param name="size">Orders at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OrderPage> ReadAsync(IReadOnlyList<ListedMerchant> merchants, OrderFilter filter, long before, int size, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (filter.Found is { } keys)
        {
            return new OrderPage(await FoundAsync(merchants, filter.Direction, keys, cancellation), 0, false);
        }

        var looked = Math.Max(LeastLooked, MostLooked / Math.Max(1, merchants.Count));
        var places = new List<OrderPlace>();
        var floor = 0L;
        foreach (var some in merchants.Chunk(MerchantsAtOnce))
        {
            var floors = filter.LeavesOut ? await FloorsAsync(context, some, filter, before, looked, cancellation) : new Dictionary<long, long>();
            var found = await some.Select(m => OrderPlace.Of(Newest(Fitting(context, m, Within(InTime(context, m, filter, before, floors.GetValueOrDefault(m.No)), filter), filter), size + 1)))
                .Together().ToListAsync(cancellation);
            places.AddRange(found);

            // Who has given as many as were asked for was not looked through to its floor.
            var counts = found.CountBy(p => p.MerchantNo).ToDictionary();
            floor = floors.Where(f => counts.GetValueOrDefault(f.Key) <= size).Select(f => f.Value).Append(floor).Max();
        }

        // Below the floor a merchant's orders are not known yet: what others have there comes with the next part.
        var known = places.Where(o => o.Id >= floor).OrderByDescending(o => o.Id).ToList();
        return known.Count > size ? new OrderPage(await orders.AtAsync(known[..size], cancellation), known[size - 1].Id, false)
            : new OrderPage(await orders.AtAsync(known, cancellation), floor, floor > 0);
    }

    /// <summary>How many orders a list over several merchants has to look through, by the index alone.</summary>
    /// <param name="merchants">Whose.</param>
    /// <param name="filter">Which; only its time counts.</param>
    /// <param name="most">Where counting ends: an answer above it means more than it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> CountAsync(IReadOnlyList<ListedMerchant> merchants, OrderFilter filter, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var count = 0;
        foreach (var merchant in merchants.TakeWhile(_ => count <= most))
        {
            count += await InTime(context, merchant, filter, 0, 0).Select(o => o.Id).Take(most + 1 - count).CountAsync(cancellation);
        }

        return count;
    }

    /// <summary>Of the merchants that have as many orders as one look reads of each: the id of the last one, by the index alone.</summary>
    private static async Task<IReadOnlyDictionary<long, long>> FloorsAsync(
        PayproContext context, IEnumerable<ListedMerchant> merchants, OrderFilter filter, long before, int looked, CancellationToken cancellation) =>
        await merchants.Select(m => OrderPlace.Of(InTime(context, m, filter, before, 0).Skip(looked - 1).Take(1))).Together().ToDictionaryAsync(p => p.MerchantNo, p => p.Id, cancellation);

    /// <summary>A merchant's orders of the time of a list, the newest first.</summary>
    private static IQueryable<OrderRow> InTime(PayproContext context, ListedMerchant merchant, OrderFilter filter, long before, long floor)
    {
        var first = Math.Max(IdSource.FirstAt(filter.FromMs - IdSlackMs), floor);
        var end = IdSource.FirstAt(filter.ToMs + IdSlackMs);
        end = before > 0 ? Math.Min(end, before) : end;
        return context.Orders
            .Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.No && o.Direction == filter.Direction && o.Id >= first && o.Id < end)
            .OrderByDescending(o => o.Id);
    }

    private static IQueryable<OrderRow> Newest(IQueryable<OrderRow> orders, int count) => orders.OrderByDescending(o => o.Id).Take(count);

    private static IQueryable<OrderRow> Within(IQueryable<OrderRow> orders, OrderFilter filter) => orders.Where(o => o.CreatedAtMs >= filter.FromMs && o.CreatedAtMs < filter.ToMs);

    private static IQueryable<OrderRow> Fitting(PayproContext context, ListedMerchant merchant, IQueryable<OrderRow> orders, OrderFilter filter)
    {
        if (filter.State is { } state)
        {
            orders = orders.Where(o => o.State == state);
        }

        if (filter.Exceptions is not OrderExceptions.None and var exceptions)
        {
            orders = orders.Where(o => (o.Exceptions & exceptions) != 0);
        }

        if (filter.Way.Length > 0)
        {
            orders = orders.Where(o => o.Way == filter.Way);
        }

        if (filter.Bank.Length > 0)
        {
            orders = orders.Where(o => o.BankCode == filter.Bank);
        }

        if (filter.SubMerchant.Length > 0)
        {
            orders = orders.Where(o => o.SubMerchant == filter.SubMerchant);
        }

        if (filter.Least is { } least)
        {
            var minor = Minor(Math.Ceiling(least * merchant.Currency.UnitMinor));
            orders = orders.Where(o => o.AmountMinor >= minor);
        }

        if (filter.Most is { } most)
        {
            var minor = Minor(Math.Floor(most * merchant.Currency.UnitMinor));
            orders = orders.Where(o => o.AmountMinor <= minor);
        }

        return !filter.Undelivered ? orders : orders.Where(o => o.ResultVersion > 0 && o.NotifyUrl != ""
            && !context.NotificationAttempts.Any(a => a.Bucket == merchant.Bucket && a.OrderId == o.Id && a.Version == o.ResultVersion && a.Taken));
    }

    private static long Minor(decimal minor) => (long)Math.Clamp(minor, 0, AmountReader.MaxMinor);

    private async Task<IReadOnlyList<OrderRow>> FoundAsync(IReadOnlyList<ListedMerchant> merchants, Direction direction, IReadOnlyList<OrderKey> keys, CancellationToken cancellation)
    {
        var own = merchants.Select(m => m.No).ToHashSet();
        var found = await orders.ByKeyAsync([.. keys.Distinct()], cancellation);
        return [.. found.Where(o => own.Contains(o.MerchantNo) && o.Direction == direction).OrderByDescending(o => o.Id)];
    }
}
