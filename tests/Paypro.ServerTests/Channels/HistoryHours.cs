using Microsoft.EntityFrameworkCore;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Another one's clock, which is a little off.</summary>
internal sealed class OffTime(TimeProvider time) : TimeProvider
{
    /// <summary>How far it is ahead.</summary>
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + By;
}

/// <summary>
/// The two hundred hours of a rail's history: minutes and hours pass, a day long no callback reaches us, for some hours our money at the rail is used up, and the rail's clock is two minutes off.
/// </summary>
internal sealed class HistoryHours
{
    private const double Length = 200;

    private readonly Random _random;
    private readonly SandboxHost[] _hosts;
    private readonly double _losesFrom, _lacksFrom;
    private double _hours;

    public HistoryHours(Random random, OffTime rail, FaultyLine callbacks, params SandboxHost?[] hosts)
    {
        (_random, _hosts) = (random, [.. hosts.OfType<SandboxHost>()]);
        (_losesFrom, _lacksFrom) = (random.Next(20, 160), random.Next(20, 170));
        rail.By = TimeSpan.FromMinutes(random.Next(2) == 0 ? -2 : 2);
        callbacks.Plan = (_, _) => LosesCallbacks ? LineFault.LosesCall : LineFault.None;
    }

    public bool IsOver => _hours >= Length;

    /// <summary>No callback reaches us.</summary>
    public bool LosesCallbacks => _hours >= _losesFrom && _hours < _losesFrom + 24 && !IsOver;

    /// <summary>Our money at the rail is used up.</summary>
    public bool LacksMoney => _hours >= _lacksFrom && _hours < _lacksFrom + 8 && !IsOver;

    /// <summary>Mostly some minutes, now and then hours: some thirty-five minutes at a time. Orders that are due get a moment.</summary>
    public async Task PassAsync()
    {
        var span = _random.Next(4) > 0 ? TimeSpan.FromSeconds(_random.Next(1, 1200)) : TimeSpan.FromMinutes(_random.Next(20, 200));

        // No call takes hours: what is on its way arrives before the clock moves, else "not found" would be final while a payout is still on the wire.
        Assert.True(await SandboxHost.ComesToBeAsync(async () => !await IsAnySendingAsync()), _hosts[0].Log.Text);
        _hours += span.TotalHours;
        Array.ForEach(_hosts, host => host.Time.Pass(span));
        await FloatAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, CancellationToken.None);
    }

    private Task<bool> IsAnySendingAsync() => _hosts[0].ReadAsync(context =>
        context.Attempts.AnyAsync(a => a.Direction != Paypro.Channels.Direction.PayIn && (a.State == AttemptState.Ready || a.State == AttemptState.Sending)));

    /// <summary>Balances are read, and what waits for money is looked at.</summary>
    public async Task FloatAsync()
    {
        foreach (var host in _hosts)
        {
            await host.Get<ReadBalances>().RunOnceAsync(CancellationToken.None);
            await host.Get<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        }
    }

    /// <summary>All that the rail may know an order by, and how many orders were made to wait for money.</summary>
    public async Task<IReadOnlyList<string>> ReferencesAsync(ApiAnswer created)
    {
        var attempts = (await _hosts[0].Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!.Attempts;
        Waited += attempts.Any(static attempt => attempt.ParkedAtMs > 0) ? 1 : 0;
        return [.. attempts.Select(static attempt => attempt.Reference)];
    }

    /// <summary>Everything that is stored about an order, for a message.</summary>
    public async Task<string> DescribeAsync(OrderRow order)
    {
        var attempts = (await _hosts[0].Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Attempts;
        var (statements, cases) = await _hosts[0].ReadAsync(async context => (
            await context.Statements.Where(s => s.Bucket == order.Bucket && s.OrderId == order.Id).ToListAsync(),
            await context.Cases.Where(c => c.Subject == order.Number).ToListAsync()));
        var listed = await _hosts[0].ReadAsync(context => context.Statements.Where(s => s.Source == StatementSource.Listing).OrderBy(s => s.ReceivedAtMs).Select(s => $"listed {s.DedupeKey} of {s.OccurredAtMs} at {s.ReceivedAtMs}: {s.Outcome}").ToListAsync());
        var cursors = await _hosts[0].ReadAsync(context => context.ChannelCursors.Select(c => $"cursor {c.Cursor} since {c.SinceMs}, read {c.ReadAtMs}, lease {c.LeaseUntilMs}, version {c.Version}").ToListAsync());
        return string.Join('\n', [.. cursors, .. listed, $"now {_hosts[0].Time.GetUtcNow().ToUnixTimeMilliseconds()}", $"{order}", .. attempts.Select(each => $"{each}"), .. statements.Select(each => $"{each}"), .. cases.Select(each => $"{each}")]);
    }

    /// <summary>Orders seen so far that waited for money.</summary>
    public int Waited { get; private set; }

    /// <summary>Whether orders are under way still.</summary>
    public async Task<bool> IsAnyOpenAsync(IEnumerable<ApiAnswer> orders)
    {
        foreach (var created in orders)
        {
            if ((await _hosts[0].OrderAsync(created["platFormTradeNo"]!)).State == OrderState.Pending)
            {
                return true;
            }
        }

        return false;
    }
}
