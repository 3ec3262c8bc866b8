using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// Asks the rails what our pots hold, each account by itself and by one node at a time. No answer, or one that cannot be right, changes nothing; that a
/// balance is too old is said by <see cref="FloatCases"/>. An account is asked for the first time when this process has run for as long as two readings are apart.
/// </summary>
internal sealed class ReadBalances(
    IContexts contexts, SnapshotStore snapshots, RailPace pace, RailCalls calls, Pots pots, PotReadings readings, ParkedSignal parked, PayproOptions options, TimeProvider time,
    ILogger<ReadBalances> log)
{
    /// <summary>How often the loop looks which accounts are to be read.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How soon a person may ask again, milliseconds.</summary>
    private const long AgainAfterMs = 5_000;

    private readonly long _beganAtMs = time.NowMs();
    private readonly ConcurrentDictionary<long, bool> _reading = new();
    private readonly UnderWay _underWay = new();

    private long EveryMs => options.Float.ReadEveryMinutes * 60_000L;

    /// <summary>One turn. It waits for no rail.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var dueAtMs = time.NowMs() - EveryMs;
        var telling = snapshots.Current.Accounts.Values.Where(o => o.Session is IBalances && !o.IsResting(time.NowMs()) && (o.Pots.Count > 0 || _beganAtMs <= dueAtMs)).ToList();
        if (telling.Count == 0)
        {
            return false;
        }

        Dictionary<long, long> tried;
        await using (var context = contexts.Create())
        {
            tried = await context.ChannelBalanceReads.AsNoTracking().ToDictionaryAsync(r => r.ChannelAccountId, r => r.TriedAtMs, cancellation);
        }

        foreach (var offer in telling.Where(o => tried.GetValueOrDefault(o.Account.Id) <= dueAtMs))
        {
            if (_reading.TryAdd(offer.Account.Id, true))
            {
                _underWay.Enter();
                _ = ReadAsync(offer, dueAtMs, cancellation);
            }
        }

        return false;
    }

    /// <summary>Asks one account's rail because a person wants to know.</summary>
    /// <returns>Whether it told a balance. Not when it was asked within the last seconds, or its pace is used up.</returns>
    public async Task<bool> ReadNowAsync(AccountOffer offer, CancellationToken cancellation)
    {
        if (offer.Session is not IBalances || !_reading.TryAdd(offer.Account.Id, true))
        {
            return false;
        }

        _underWay.Enter();
        return await ReadAsync(offer, time.NowMs() - AgainAfterMs, cancellation);
    }

    /// <summary>Waits until no account is being read; for tests and for stopping.</summary>
    public Task WhenIdleAsync() => _underWay.WhenNoneAsync();

    /// <summary>Takes the answer that came by a callback. One that cannot be right, or that is not the newest question's, changes nothing.</summary>
    public async Task ToldAsync(AccountOffer offer, string mark, IReadOnlyList<PotBalance> told)
    {
        if (RailCalls.Named(told) is { Count: > 0 } named && await readings.BegunAsync(offer.Account.Id, mark) is { } begun)
        {
            await ToldAsync(offer.Account.Id, begun, named);
        }
    }

    private async Task ToldAsync(long accountId, BegunReading begun, IReadOnlyDictionary<string, PotBalance> told)
    {
        if (await readings.TellAsync(accountId, begun, told))
        {
            parked.Wake();
        }

        var unknown = told.Keys.Except(begun.Pots.Select(p => p.Pot)).ToList();
        if (unknown.Count > 0)
        {
            // From now on sends are counted; the next reading is the first that says how much is left.
            await pots.MakeAsync(accountId, unknown);
        }
    }

    private async Task<bool> ReadAsync(AccountOffer offer, long dueAtMs, CancellationToken cancellation)
    {
        var accountId = offer.Account.Id;
        try
        {
            if (await pace.TakeAsync(offer, PacedCalls.Query) > 0 || await readings.BeginAsync(accountId, dueAtMs) is not { } begun)
            {
                return false;
            }

            if (((IBalances)offer.Session).ToldByCallback)
            {
                if (!await calls.AskBalancesAsync(offer, begun.Mark, cancellation))
                {
                    log.LogWarning("Channel account {AccountId} took no question about its balance", accountId);
                }

                return false;
            }

            var told = await calls.BalancesAsync(offer, cancellation);
            if (told.Count == 0)
            {
                log.LogWarning("Channel account {AccountId} told no balance", accountId);
                return false;
            }

            await ToldAsync(accountId, begun, told);
            return true;
        }
#pragma warning disable CA1031 // One account's fault is no other's; it is read again in its turn.
        catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(error, "The balances of channel account {AccountId} could not be read", accountId);
            return false;
        }
        catch (OperationCanceledException)
        {
            // The stop.
            return false;
        }
        finally
        {
            _reading.TryRemove(accountId, out _);
            _underWay.Leave();
        }
    }
}
