using Paypro.Channels.Sandbox;
using Paypro.Server.Access;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.PayIns;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;

namespace Paypro.Server.Demo;

/// <summary>The turns of the loops, which do not run by themselves while the clock is moved: each comes when the clock has brought something for it.</summary>
internal sealed class DemoTurns(
    SnapshotStore snapshots, OrderClock orders, SandboxRailLoop bank, Deliveries deliveries, SettlementRun settlement, Proposals proposals, Sessions sessions, WaitingStatements waiting,
    FinishCrossings crossings, ParkedOrders parked, Housekeeping housekeeping, LedgerCheck ledger, AuditCheck audit)
{
    /// <summary>Well within the time for which a picture of the configuration is good.</summary>
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(2);

    /// <summary>A turn that finds something each time would never let the clock go on.</summary>
    private const int MostRounds = 1000;

    private long _refreshedAt;

    /// <summary>Reads the configuration again where it may have grown old.</summary>
    /// <param name="hasChanged">Whether something was changed.</param>
    public async Task RefreshAsync(bool hasChanged = false)
    {
        if (hasChanged || TimeProvider.System.GetElapsedTime(_refreshedAt) > RefreshAfter)
        {
            await snapshots.RefreshOnceAsync(CancellationToken.None);
            _refreshedAt = TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>What orders wait for: sends and questions.</summary>
    public Task OrdersAsync() => UntilDoneAsync(async () =>
    {
        var more = await orders.RunOnceAsync(CancellationToken.None);
        await orders.WhenIdleAsync();
        return more;
    });

    /// <summary>The bank's callbacks.</summary>
    public Task BankAsync() => UntilDoneAsync(async () => (await bank.RunOnceAsync(CancellationToken.None)).Delivered >= SandboxRailLoop.OrdersPerTurn);

    /// <summary>The notifications that are due.</summary>
    public Task TellAsync() => UntilDoneAsync(async () =>
    {
        var more = await deliveries.RunOnceAsync(CancellationToken.None);
        await deliveries.WhenIdleAsync();
        return more;
    });

    /// <summary>What comes a few times a day.</summary>
    public async Task HoursAsync()
    {
        await RefreshAsync();
        await settlement.RunOnceAsync(CancellationToken.None);
        await parked.RunOnceAsync(CancellationToken.None);
        await proposals.RunOnceAsync(CancellationToken.None);
    }

    /// <summary>What comes once a day.</summary>
    public async Task DayAsync()
    {
        await RefreshAsync();
        await waiting.RunOnceAsync(CancellationToken.None);
        await crossings.RunOnceAsync(CancellationToken.None);
        await sessions.ForgetEndedAsync();
    }

    /// <summary>Clears away, and adds the books and the audit log up to their ends.</summary>
    public async Task CheckAsync()
    {
        await UntilDoneAsync(() => housekeeping.RunOnceAsync(CancellationToken.None));
        await UntilDoneAsync(() => ledger.RunOnceAsync(CancellationToken.None));
        await UntilDoneAsync(() => audit.RunOnceAsync(CancellationToken.None));
    }

    private static async Task UntilDoneAsync(Func<Task<bool>> turn)
    {
        for (var rounds = 0; await turn(); rounds++)
        {
            if (rounds == MostRounds)
            {
                throw new InvalidOperationException("A loop of the demo finds more to do without end.");
            }
        }
    }
}
