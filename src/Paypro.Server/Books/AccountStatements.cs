using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>One entry of an account, with why.</summary>
/// <param name="BalanceMinor">Of the account after it, in all its buckets together.</param>
/// <param name="OrderNumber">Of the order that it belongs to; empty for none.</param>
internal sealed record StatementLine(EntryRow Entry, TransferRow Transfer, string OrderNumber, long BalanceMinor);

/// <summary>A page of an account's statement, the newest first.</summary>
/// <param name="OpeningMinor">Before the first entry of the whole time that is asked for.</param>
/// <param name="ClosingMinor">After its last one.</param>
/// <param name="Lines">Of this page.</param>
/// <param name="Next">Where the next page begins; empty when there is none.</param>
/// <param name="LookedToMs">Where a look that found little had read as much as one look may: the time to which it came; 0 otherwise.</param>
internal sealed record AccountStatement(AccountRow Named, long OpeningMinor, long ClosingMinor, IReadOnlyList<StatementLine> Lines, string Next, long LookedToMs)
{
    public Currency Currency => Currency.Get(Named.Currency);
}

/// <summary>
/// Statements of accounts. The ends of the time asked for are places in the account's entries, so opening balance and entries always give the closing balance.
/// A platform's or a channel's account has a part in each bucket: its entries are told in the order in which they were booked.
/// </summary>
internal sealed class AccountStatements(IContexts contexts)
{
    /// <summary>Entries that one look may read.</summary>
    public const int MostRead = 20_000;

    private const int Portion = 500;

    /// <summary>A page.</summary>
    /// <param name="accountId">The account's number.</param>
    /// <param name="fromMs">From this time on, Unix milliseconds UTC.</param>
    /// <param name="toMs">Before this time.</param>
    /// <param name="types">Only such transfers; empty for all.</param>
    /// <param name="page">What an earlier page gave as <see cref="AccountStatement.Next"/>; empty for the newest.</param>
    /// <param name="most">Lines of a page.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="dueDate">Only what falls due on this day, <c>yyyyMMdd</c>; 0 for all.</param>
    /// <returns>Null when no account has this number.</returns>
    public async Task<AccountStatement?> ReadAsync(long accountId, long fromMs, long toMs, IReadOnlyCollection<TransferType> types, string page, int most, CancellationToken cancellation, int dueDate = 0)
    {
        if (BookReads.Find(accountId) is not { } named)
        {
            return null;
        }

        await using var context = contexts.Create();
        var walk = await BeginAsync(context, accountId, fromMs, toMs, page, cancellation);
        var (lines, read) = (new List<StatementLine>(), 0);
        while (lines.Count < most && read < MostRead && !walk.IsOver)
        {
            foreach (var line in await walk.NextAsync(context, types.Count == 0 && dueDate == 0 ? Math.Min(Portion, most - lines.Count) : Portion, cancellation))
            {
                read++;
                walk.Pass(line);
                if ((types.Count == 0 || types.Contains(line.Transfer.Type)) && (dueDate == 0 || line.Entry.DueDate == dueDate))
                {
                    lines.Add(line);
                    if (lines.Count == most)
                    {
                        break;
                    }
                }
            }
        }

        return new AccountStatement(named, walk.OpeningMinor, walk.ClosingMinor, lines, walk.IsOver ? "" : walk.Place, lines.Count < most && !walk.IsOver ? walk.ReachedMs : 0);
    }

    /// <summary>All lines in portions, the newest first, for a file. Each portion is a read of its own; what is booked meanwhile does not come in.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StatementLine>> AllAsync(
        long accountId, long fromMs, long toMs, IReadOnlyCollection<TransferType> types, int portion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StatementWalk walk;
        await using (var context = contexts.Create())
        {
            walk = await BeginAsync(context, accountId, fromMs, toMs, "", cancellation);
        }

        while (!walk.IsOver)
        {
            await using var context = contexts.Create();
            var lines = await walk.NextAsync(context, portion, cancellation);
            foreach (var line in lines)
            {
                walk.Pass(line);
            }

            yield return [.. lines.Where(l => types.Count == 0 || types.Contains(l.Transfer.Type))];
        }
    }

    /// <summary>How many entries an account has in a time.</summary>
    public async Task<long> CountAsync(long accountId, long fromMs, long toMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return (await BeginAsync(context, accountId, fromMs, toMs, "", cancellation)).Count;
    }

    private static async Task<StatementWalk> BeginAsync(PayproContext context, long accountId, long fromMs, long toMs, string page, CancellationToken cancellation)
    {
        var opening = (await context.BalancesAsync(fromMs, accountId, cancellation)).ToDictionary(b => b.Bucket);
        var closing = await context.BalancesAsync(toMs, accountId, cancellation);
        var walk = new StatementWalk(accountId, closing.Sum(b => b.BalanceMinor), opening.Values.Sum(b => b.BalanceMinor), closing.ToDictionary(b => b.Bucket, b => (opening.GetValueOrDefault(b.Bucket)?.Sequence ?? 0, b.Sequence)));
        await walk.GoToAsync(context, page, cancellation);
        return walk;
    }
}

/// <summary>Goes through an account's entries from the newest on, all buckets in the order of booking.</summary>
internal sealed class StatementWalk(long accountId, long closingMinor, long openingMinor, Dictionary<short, (long Low, long High)> spans)
{
    private readonly Dictionary<short, long> _reached = [];
    private long _balanceMinor = closingMinor;

    public long OpeningMinor => openingMinor;

    public long ClosingMinor { get; } = closingMinor;

    /// <summary>Entries that it has still to go through.</summary>
    public long Count => spans.Values.Sum(s => Math.Max(0, s.High - s.Low));

    public bool IsOver => spans.Values.All(s => s.High <= s.Low);

    /// <summary>When the last entry that was passed had been booked, Unix milliseconds UTC.</summary>
    public long ReachedMs { get; private set; }

    /// <summary>How far it has come, for an address: bucket and entry, of each bucket where there is more.</summary>
    public string Place => string.Join('.', spans.Where(s => s.Value.High > s.Value.Low).OrderBy(s => s.Key).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}-{s.Value.High}")));

    /// <summary>Goes on where <see cref="Place"/> was. A place that is none is taken as far as it can be read.</summary>
    public async Task GoToAsync(PayproContext context, string place, CancellationToken cancellation)
    {
        if (place.Length == 0)
        {
            return;
        }

        var highs = new Dictionary<short, long>();
        foreach (var part in place.Split('.').Take(Buckets.Count))
        {
            var halves = part.Split('-');
            if (halves.Length == 2 && short.TryParse(halves[0], NumberStyles.None, CultureInfo.InvariantCulture, out var bucket) && long.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out var high))
            {
                highs[bucket] = high;
            }
        }

        _balanceMinor = 0;
        foreach (var (bucket, (low, high)) in spans.ToList())
        {
            var at = Math.Clamp(highs.GetValueOrDefault(bucket, low), low, high);
            spans[bucket] = (low, at);
            _balanceMinor += at == 0 ? 0 : await context.Entries.Where(e => e.Bucket == bucket && e.AccountId == accountId && e.Sequence == at).Select(e => e.BalanceAfterMinor).SingleAsync(cancellation);
        }
    }

    /// <summary>The next entries; each counts as passed only after <see cref="Pass"/>.</summary>
    public async Task<IReadOnlyList<StatementLine>> NextAsync(PayproContext context, int most, CancellationToken cancellation)
    {
        var found = new List<(long AtMs, EntryRow Entry)>();
        foreach (var (bucket, (low, high)) in spans.Where(s => s.Value.High > s.Value.Low))
        {
            // An entry whose node's clock was ahead is told where it stands in its bucket.
            var atMs = _reached.GetValueOrDefault(bucket, long.MaxValue);
            foreach (var entry in await context.Entries.Where(e => e.Bucket == bucket && e.AccountId == accountId && e.Sequence > low && e.Sequence <= high).OrderByDescending(e => e.Sequence).Take(most).ToListAsync(cancellation))
            {
                atMs = Math.Min(atMs, entry.BookedAtMs);
                found.Add((atMs, entry));
            }
        }

        var entries = found.OrderByDescending(f => f.AtMs).ThenBy(f => f.Entry.Bucket).ThenByDescending(f => f.Entry.Sequence).Take(most).Select(f => f.Entry).ToList();
        var transfers = new Dictionary<TransferKey, TransferRow>();
        var numbers = new Dictionary<(short, long), string>();
        foreach (var group in entries.GroupBy(e => e.Bucket))
        {
            var nos = group.Select(e => e.TransferNo).Distinct().ToList();
            foreach (var transfer in await context.Transfers.Where(t => t.Bucket == group.Key && nos.Contains(t.TransferNo)).ToListAsync(cancellation))
            {
                transfers[transfer.Key] = transfer;
            }

            var ids = transfers.Values.Where(t => t.Bucket == group.Key && t.OrderId != 0).Select(t => t.OrderId).Distinct().ToList();
            foreach (var order in await context.Orders.Where(o => o.Bucket == group.Key && ids.Contains(o.Id)).Select(o => new { o.Id, o.Number }).ToListAsync(cancellation))
            {
                numbers[(group.Key, order.Id)] = order.Number;
            }
        }

        var balance = _balanceMinor;
        var lines = new List<StatementLine>(entries.Count);
        foreach (var entry in entries)
        {
            var transfer = transfers[new TransferKey(entry.Bucket, entry.TransferNo)];
            lines.Add(new StatementLine(entry, transfer, numbers.GetValueOrDefault((entry.Bucket, transfer.OrderId), ""), balance));
            balance -= entry.AmountMinor;
        }

        return lines;
    }

    /// <summary>Goes below a line.</summary>
    public void Pass(StatementLine line)
    {
        var entry = line.Entry;
        spans[entry.Bucket] = (spans[entry.Bucket].Low, entry.Sequence - 1);
        _reached[entry.Bucket] = Math.Min(_reached.GetValueOrDefault(entry.Bucket, long.MaxValue), entry.BookedAtMs);
        ReachedMs = entry.BookedAtMs;
        _balanceMinor -= entry.AmountMinor;
    }
}
