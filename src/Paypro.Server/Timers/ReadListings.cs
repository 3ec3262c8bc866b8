using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// Reads what moved on the accounts whose rail tells it, page by page, and applies each line as if it were a callback's. So money whose callback was
/// lost is found, whichever order it is for and however late, by one question instead of one for each order. The cursor is stored when all of the page
/// is; one node reads an account at a time, by the lease in its row.
/// </summary>
internal sealed class ReadListings(
    IContexts contexts, IBatchEngine engine, SnapshotStore snapshots, RailPace pace, RailCalls calls, RailStatements statements, RaiseCases cases, TimeProvider time,
    ILogger<ReadListings> log)
{
    /// <summary>How often the loop looks which accounts are to be read.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How often an account is read, unless its pace is slow.</summary>
    private const long ReadEveryMs = 60_000;

    /// <summary>A listing gets at most this part of the account's questions.</summary>
    private const int PacePart = 10;

    /// <summary>Pages read in one turn of an account.</summary>
    private const int MostPages = 50;

    /// <summary>How far before its first listing an account's money is looked for, milliseconds.</summary>
    private const long FirstSinceMs = 3_600_000;

    /// <summary>After how many failed turns in a row a person has to know.</summary>
    private const int FailuresUntilCase = 10;

    private readonly ConcurrentDictionary<long, bool> _reading = new();
    private readonly ConcurrentDictionary<long, int> _failures = new();
    private readonly ConcurrentDictionary<long, long> _readTo = new();
    private readonly UnderWay _underWay = new();

    /// <summary>One turn. Each account is read by itself: one that is slow keeps no other waiting, and the turn waits for none.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var listed = snapshots.Current.Accounts.Values.Where(static offer => offer.Session is IListings).ToList();
        if (listed.Count == 0)
        {
            return false;
        }

        var rows = await RowsAsync(cancellation);
        foreach (var offer in listed)
        {
            var row = rows.GetValueOrDefault(offer.Account.Id);
            _readTo[offer.Account.Id] = row?.ReadAtMs ?? 0;
            var nowMs = time.NowMs();
            if ((row is null || (row.LeaseUntilMs <= nowMs && nowMs - row.ReadAtMs >= EveryMs(offer))) && _reading.TryAdd(offer.Account.Id, true))
            {
                _underWay.Enter();
                _ = ReadAsync(offer, row, cancellation);
            }
        }

        return false;
    }

    /// <summary>Waits until no account is being read; for tests and for stopping.</summary>
    public Task WhenIdleAsync() => _underWay.WhenNoneAsync();

    /// <summary>Until when all that moved on an account is applied, as far as this node knows: Unix milliseconds UTC; 0 = not known.</summary>
    public long ReadToMs(long accountId) => _readTo.GetValueOrDefault(accountId);

    /// <summary>How often an account's listing is read, milliseconds; 0 where its rail has none.</summary>
    public static long EveryMs(AccountOffer? offer) =>
        offer?.Session is not IListings ? 0 : RailPace.Of(offer, PacedCalls.Query) is { Calls: > 0 } pace ? Math.Max(ReadEveryMs, RailPace.Spread(pace).EachMs * PacePart) : ReadEveryMs;

    private async Task ReadAsync(AccountOffer offer, ChannelCursorRow? row, CancellationToken cancellation)
    {
        var accountId = offer.Account.Id;
        try
        {
            var leaseMs = (long)(offer.Ways.Select(w => offer.TraitsOf(w.Direction, w.Way).CallTimeout).DefaultIfEmpty(TimeSpan.FromMinutes(1)).Max() * 2).TotalMilliseconds + 60_000;
            if (await LeaseAsync(accountId, row, leaseMs) is not { } leased)
            {
                return;
            }

            // Where the page began to be read: what moves from now on is the next turn's.
            var beganAtMs = time.NowMs();
            for (var no = 0; no < MostPages && await pace.TakeAsync(offer, PacedCalls.Query) == 0; no++)
            {
                if (await calls.ListAsync(offer, leased.Cursor, leased.SinceMs, cancellation) is not { } page)
                {
                    return;
                }

                await statements.ApplyListedAsync(offer, page.Observations, cancellation);
                var isAtEnd = !page.HasMore;
                var next = Copy(leased, page.Cursor, isAtEnd ? beganAtMs : leased.ReadAtMs, isAtEnd ? 0 : time.NowMs() + leaseMs);
                if (!await SaveAsync(next, leased.Version))
                {
                    return;
                }

                leased = next;
                _failures.TryRemove(accountId, out _);
                if (isAtEnd)
                {
                    _readTo[accountId] = beganAtMs;
                    return;
                }
            }

            // The rest is read when the pace allows it.
            await SaveAsync(Copy(leased, leased.Cursor, leased.ReadAtMs, 0), leased.Version);
        }
#pragma warning disable CA1031 // One account's fault is no other's; the page is read again, since its cursor was not stored.
        catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(error, "The listing of channel account {AccountId} could not be applied", accountId);
            await FailedAsync(accountId);
        }
        catch (OperationCanceledException)
        {
            // The stop. The page is read again.
        }
        finally
        {
            _reading.TryRemove(accountId, out _);
            _underWay.Leave();
        }
    }

    private async Task FailedAsync(long accountId)
    {
        if (_failures.AddOrUpdate(accountId, 1, static (_, count) => count + 1) == FailuresUntilCase)
        {
            var subject = accountId.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await cases.RaiseAsync("listing", subject, $"The listing of channel account {subject} cannot be applied: its next page is read again and again. The log says why.", CaseSeverity.Today);
        }
    }

    private async Task<Dictionary<long, ChannelCursorRow>> RowsAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.ChannelCursors.AsNoTracking().ToDictionaryAsync(c => c.ChannelAccountId, cancellation);
    }

    /// <summary>Takes the right to read; null when another node was quicker.</summary>
    private async Task<ChannelCursorRow?> LeaseAsync(long accountId, ChannelCursorRow? row, long leaseMs)
    {
        var nowMs = time.NowMs();
        if (row is not null)
        {
            var leased = Copy(row, row.Cursor, row.ReadAtMs, nowMs + leaseMs);
            return await SaveAsync(leased, row.Version) ? leased : null;
        }

        var first = new ChannelCursorRow { ChannelAccountId = accountId, SinceMs = nowMs - FirstSinceMs, LeaseUntilMs = nowMs + leaseMs, Version = 1 };
        var isFirst = await engine.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_cursors (channel_account_id, cursor, since_ms, read_at_ms, lease_until_ms, version)
                VALUES ({accountId}, {first.Cursor}, {first.SinceMs}, 0, {first.LeaseUntilMs}, 1) ON CONFLICT DO NOTHING
                """) == 1;
        });
        return isFirst ? first : null;
    }

    private static ChannelCursorRow Copy(ChannelCursorRow row, string cursor, long readAtMs, long leaseUntilMs) => new()
    {
        ChannelAccountId = row.ChannelAccountId,
        Cursor = cursor,
        SinceMs = row.SinceMs,
        ReadAtMs = readAtMs,
        LeaseUntilMs = leaseUntilMs,
        Version = row.Version + 1,
    };

    private Task<bool> SaveAsync(ChannelCursorRow row, long expectedVersion) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.ChannelCursors
            .Where(c => c.ChannelAccountId == row.ChannelAccountId && c.Version == expectedVersion)
            .ExecuteUpdateAsync(s => s
                .SetProperty(c => c.Cursor, row.Cursor)
                .SetProperty(c => c.ReadAtMs, row.ReadAtMs)
                .SetProperty(c => c.LeaseUntilMs, row.LeaseUntilMs)
                .SetProperty(c => c.Version, row.Version)) == 1;
    });
}
