using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>What was found.</summary>
/// <param name="Order">An order; null for money that belongs to none.</param>
/// <param name="Statement">The rail's word that fits; null where the order itself does.</param>
/// <param name="Case">The open case of that statement; 0 for none.</param>
/// <param name="By">What fits, in English.</param>
internal sealed record Finding(OrderRow? Order, StatementRow? Statement, long Case, string By);

/// <summary>
/// Finds what somebody quotes who has paid or waits for money: our number, the merchant's, the rail's reference or code, a number that was paid to, or an amount
/// and a time. Case, spaces and dashes do not count. Each look goes by a key or reads a bounded number of rows.
/// </summary>
internal sealed class Findings(IContexts contexts, CountryCatalog countries, PersonMarks marks)
{
    public const int MostFound = 50, LongestText = 200, LongestPerson = 100;

    /// <summary>Orders of a bucket that are looked at for an amount.</summary>
    private const int MostLooked = 1_000;

    /// <summary>Buckets that one statement reads.</summary>
    private const int BucketsAtOnce = 16;

    /// <summary>Merchants whose own numbers are looked at.</summary>
    private const int MostMerchants = 5_000;

    private const long AroundMs = 15 * 60_000;

    private static readonly StatementOutcome[] Unbooked = [StatementOutcome.Suspense, StatementOutcome.Waiting, StatementOutcome.Contradiction, StatementOutcome.Refused];

    private static readonly string[] TimeForms = ["H:mm", "HH:mm", "yyyy-MM-dd H:mm", "yyyy-MM-dd HH:mm"];

    /// <param name="typed">As it was typed.</param>
    /// <param name="zone">Of a time in it.</param>
    /// <param name="nowMs">Now: a time without a day is the last one that was.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<Finding>> FindAsync(string typed, TimeZoneInfo zone, long nowMs, CancellationToken cancellation)
    {
        var text = typed.Trim();
        if (text.Length is 0 or > LongestText || !OutsideText.IsClean(text))
        {
            return [];
        }

        await using var context = contexts.Create();
        if (AmountAndTime(text, zone, nowMs) is var (amount, atMs))
        {
            return await ByAmountAsync(context, amount, atMs, cancellation);
        }

        var found = new List<Finding>();
        var compact = string.Concat(text.Where(char.IsAsciiLetterOrDigit));
        if (OrderNumber.BucketOf(compact.ToLowerInvariant()) is { } bucket && compact.ToLowerInvariant() is var number
            && await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number, cancellation) is { } named)
        {
            found.Add(new Finding(named, null, 0, "our number"));
        }

        string[] forms = [.. new[] { text, compact, compact.ToUpperInvariant(), compact.ToLowerInvariant() }.Where(f => f.Length > 0).Distinct()];
        found.AddRange(await ByStatementAsync(context, StatementRow.FindKeyOf(text), forms, cancellation));
        found.AddRange(await ByAttemptAsync(context, forms, cancellation));
        found.AddRange(await ByMerchantAsync(context, forms, cancellation));
        return [.. found.DistinctBy(f => (f.Order?.Key, f.Order is null ? f.Statement?.Key : null)).Take(MostFound)];
    }

    /// <summary>
    /// Finds a person's orders and money by his exact phone number or account, of whatever country; the newest first. Only keyed hashes are compared: a part of a
    /// number finds nothing.
    /// </summary>
    /// <returns>What was found, and the hashes that were looked for, which name nobody.</returns>
    public async Task<(IReadOnlyList<Finding> Found, IReadOnlyList<string> Marks)> FindPersonAsync(string typed, CancellationToken cancellation)
    {
        var text = typed.Trim();
        var looked = text.Length is 0 or > LongestPerson || !OutsideText.IsClean(text) ? [] : marks.ToFind(countries.Countries, text);
        if (looked.Count == 0)
        {
            return ([], looked);
        }

        await using var context = contexts.Create();
        var known = await context.KnownPersons.Where(k => Buckets.All.Contains(k.Bucket) && looked.Contains(k.Mark))
            .OrderByDescending(k => k.OrderId).ThenByDescending(k => k.StatementId).Take(MostFound).ToListAsync(cancellation);
        var money = await context.KnownPersons.Where(k => Buckets.All.Contains(k.Bucket) && looked.Contains(k.Mark) && k.OrderId == 0)
            .OrderByDescending(k => k.StatementId).Take(MostFound).ToListAsync(cancellation);
        var found = new List<Finding>();
        foreach (var key in known.Where(k => k.OrderId != 0).Select(k => new OrderKey(k.Bucket, k.OrderId)).Distinct())
        {
            if (await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == key.Id, cancellation) is { } order)
            {
                found.Add(new Finding(order, null, 0, order.Direction == Direction.PayIn ? "the payer" : "the recipient"));
            }
        }

        var statements = new List<StatementRow>();
        foreach (var key in money.Select(k => new StatementKey(k.Bucket, k.StatementId)).Distinct())
        {
            statements.AddRange(await context.Statements.Where(s => s.Bucket == key.Bucket && s.Id == key.Id).ToListAsync(cancellation));
        }

        found.AddRange(await FindingsAsync(context, statements, "whoever paid", cancellation));
        return ([.. found.DistinctBy(f => (f.Order?.Key, f.Order is null ? f.Statement?.Key : null)).OrderByDescending(f => f.Order?.Id ?? f.Statement!.Id).Take(MostFound)], looked);
    }

    /// <summary>Such as <c>250.00 14:30</c> or <c>250 2026-11-29 14:30</c>; null for anything else.</summary>
    public static (decimal Amount, long AtMs)? AmountAndTime(string text, TimeZoneInfo zone, long nowMs)
    {
        var parts = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !decimal.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount is <= 0 or > 1_000_000_000_000m
            || !DateTime.TryParseExact(parts[1], TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var time) || time.Year is not (1 or (>= 2000 and < 2200)))
        {
            return null;
        }

        if (time.Year > 1)
        {
            return (amount, AtMs(time));
        }

        var today = Clock.LocalDate(nowMs, zone);
        var at = AtMs(today.ToDateTime(TimeOnly.FromDateTime(time)));
        return (amount, at <= nowMs ? at : AtMs(today.AddDays(-1).ToDateTime(TimeOnly.FromDateTime(time))));

        long AtMs(DateTime local) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    private static async Task<IReadOnlyList<Finding>> ByStatementAsync(PayproContext context, string key, string[] forms, CancellationToken cancellation)
    {
        var statements = key.Length == 0 ? [] : await context.Statements.Where(s => s.FindKey == key && s.FindKey != "" && Buckets.All.Contains(s.Bucket)).OrderBy(s => s.Bucket).ThenBy(s => s.Id).Take(MostFound).ToListAsync(cancellation);
        statements.AddRange(await context.Statements.Where(s => forms.Contains(s.Reference) && Unbooked.Contains(s.Outcome) && s.Outcome != StatementOutcome.Booked && Buckets.All.Contains(s.Bucket))
            .OrderBy(s => s.Bucket).ThenBy(s => s.Id).Take(MostFound).ToListAsync(cancellation));
        return await FindingsAsync(context, statements, "the rail's reference", cancellation);
    }

    private static async Task<IReadOnlyList<Finding>> ByAttemptAsync(PayproContext context, string[] forms, CancellationToken cancellation)
    {
        var accounts = await context.ChannelAccounts.Select(a => a.Id).ToListAsync(cancellation);
        var attempts = await context.Attempts.Where(a => accounts.Contains(a.ChannelAccountId) && forms.Contains(a.Reference) && Buckets.All.Contains(a.Bucket))
            .OrderByDescending(a => a.OrderId).Take(MostFound).ToListAsync(cancellation);
        attempts.AddRange(await context.Attempts.Where(a => accounts.Contains(a.ChannelAccountId) && forms.Contains(a.RailId) && a.RailId != "" && Buckets.All.Contains(a.Bucket))
            .OrderByDescending(a => a.OrderId).Take(MostFound).ToListAsync(cancellation));
        var found = new List<Finding>();
        foreach (var key in attempts.Select(a => a.OrderKey).Distinct().Take(MostFound))
        {
            if (await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == key.Id, cancellation) is { } order)
            {
                found.Add(new Finding(order, null, 0, "the number paid to, or the rail's name"));
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<Finding>> ByMerchantAsync(PayproContext context, string[] forms, CancellationToken cancellation)
    {
        var found = new List<Finding>();
        var merchants = await context.Merchants.OrderByDescending(m => m.MerchantNo).Select(m => new { m.Bucket, m.MerchantNo }).Take(MostMerchants).ToListAsync(cancellation);
        var numbers = merchants.ToLookup(m => m.Bucket, m => m.MerchantNo).ToDictionary(of => of.Key, of => of.ToList());
        Direction[] directions = [Direction.PayIn, Direction.Payout, Direction.Refund, Direction.Withdrawal];
        foreach (var some in numbers.Chunk(BucketsAtOnce).TakeWhile(_ => found.Count < MostFound))
        {
            var orders = await some.Select(of => context.Orders.Where(o => o.Bucket == of.Key && of.Value.Contains(o.MerchantNo) && directions.Contains(o.Direction) && forms.Contains(o.TradeNo)).Take(MostFound)).Together().ToListAsync(cancellation);
            found.AddRange(orders.Select(o => new Finding(o, null, 0, "the merchant's number")));
        }

        return found;
    }

    /// <summary>Orders that were made, and movements that were booked, within a quarter of an hour of the time.</summary>
    private static async Task<IReadOnlyList<Finding>> ByAmountAsync(PayproContext context, decimal amount, long atMs, CancellationToken cancellation)
    {
        var minors = Currency.All.GroupBy(c => c.UnitMinor).Select(g => amount * g.Key).Where(m => m == Math.Truncate(m) && m <= AmountReader.MaxMinor).Select(m => (long)m).Distinct().ToList();
        var (from, end) = (IdSource.FirstAt(atMs - AroundMs), IdSource.FirstAt(atMs + AroundMs));
        var found = new List<Finding>();
        foreach (var some in Buckets.All.Chunk(BucketsAtOnce))
        {
            var statements = await some.Select(bucket => context.Statements.Where(s => s.Bucket == bucket && s.Id >= from && s.Id < end).OrderByDescending(s => s.Id).Take(MostLooked).Where(s => minors.Contains(s.AmountMinor)).Take(MostFound))
                .Together().ToListAsync(cancellation);
            found.AddRange(await FindingsAsync(context, [.. statements.Where(s => Fits(s.Currency, s.AmountMinor))], "amount and time", cancellation));
            var orders = await some.Select(bucket => context.Orders.Where(o => o.Bucket == bucket && o.Id >= from && o.Id < end).OrderByDescending(o => o.Id).Take(MostLooked).Where(o => minors.Contains(o.AmountMinor)).Take(MostFound))
                .Together().ToListAsync(cancellation);
            found.AddRange(orders.Where(o => Fits(o.Currency, o.AmountMinor)).Select(o => new Finding(o, null, 0, "amount and time")));
        }

        return [.. found.DistinctBy(f => (f.Order?.Key, f.Order is null ? f.Statement?.Key : null)).OrderByDescending(f => f.Order?.Id ?? f.Statement!.Id).Take(MostFound)];

        bool Fits(string currency, long minor) => Currency.All.FirstOrDefault(c => c.Code == currency) is { } known && amount * known.UnitMinor == minor;
    }

    private static async Task<IReadOnlyList<Finding>> FindingsAsync(PayproContext context, IReadOnlyList<StatementRow> statements, string by, CancellationToken cancellation)
    {
        var found = new List<Finding>();
        foreach (var said in statements.DistinctBy(s => s.Key).Take(MostFound))
        {
            var order = said.OrderId == 0 ? null : await context.Orders.SingleOrDefaultAsync(o => o.Bucket == said.OrderBucket && o.Id == said.OrderId, cancellation);
            var open = order is not null ? 0 : await context.Cases.Where(c => c.Bucket == said.Bucket && c.State == CaseState.Open && c.StatementId == said.Id).OrderBy(c => c.Id).Select(c => c.Id).FirstOrDefaultAsync(cancellation);
            found.Add(new Finding(order, said, open, by));
        }

        return found;
    }
}
