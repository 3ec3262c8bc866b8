using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>The simulated bank's durable memory: one table, changed only where the version is the expected one.</summary>
internal sealed class SandboxRail(IContexts contexts, IBatchEngine engine, SandboxRailSignal signal) : ISandboxRail
{
    private const int RowsPerPortion = 500;

    public async Task<SandboxOrder?> FindAsync(long accountId, Direction direction, string reference, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var row = await context.SandboxOrders.AsNoTracking()
            .SingleOrDefaultAsync(o => o.AccountId == accountId && o.Direction == direction && o.Reference == reference, cancellation);
        return row is null ? null : ToOrder(row);
    }

    public async Task<bool> SaveAsync(SandboxOrder order, long expectedVersion, CancellationToken cancellation)
    {
        var saved = await WriteAsync(order, expectedVersion);
        if (saved && order.DueAtMs > 0)
        {
            signal.Wake();
        }

        return saved;
    }

    public async Task<IReadOnlyList<SandboxOrder>> DueAsync(long nowMs, int limit, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = await context.SandboxOrders.AsNoTracking().Where(o => o.DueAtMs > 0 && o.DueAtMs <= nowMs)
            .OrderBy(o => o.DueAtMs).Take(limit).ToListAsync(cancellation);
        return rows.ConvertAll(ToOrder);
    }

    public async Task<IReadOnlyList<SandboxOrder>> MovedAsync(long accountId, SandboxPlace after, long untilMs, int limit, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = await context.SandboxOrders.AsNoTracking()
            .Where(o => o.AccountId == accountId && o.MovedAtMs > 0 && o.MovedAtMs >= after.MovedAtMs && o.MovedAtMs <= untilMs)
            .Where(o => o.MovedAtMs > after.MovedAtMs || o.Reference.CompareTo(after.Reference) > 0 || (o.Reference == after.Reference && o.Direction > after.Direction))
            .OrderBy(o => o.MovedAtMs).ThenBy(o => o.Reference).ThenBy(o => o.Direction).Take(limit).ToListAsync(cancellation);
        return rows.ConvertAll(ToOrder);
    }

    public async Task<long> BalanceAsync(long accountId, Direction direction, string paidReference, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.SandboxOrders
            .Where(o => o.AccountId == accountId && o.Direction == direction && (paidReference == "" || o.PaidReference == paidReference))
            .SumAsync(o => o.BalanceMinor, cancellation);
    }

    /// <summary>Adds what another memory of the bank held, in portions.</summary>
    public async Task AddAsync(IEnumerable<SandboxOrder> orders)
    {
        foreach (var portion in orders.Chunk(RowsPerPortion))
        {
            await engine.InTurnAsync(async () =>
            {
                await using var context = contexts.Create();
                context.SandboxOrders.AddRange(portion.Select(ToRow));
                return await context.SaveChangesAsync(CancellationToken.None);
            });
        }
    }

    private Task<bool> WriteAsync(SandboxOrder order, long expectedVersion) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var row = ToRow(order);
        if (expectedVersion == 0)
        {
            context.SandboxOrders.Add(row);
            try
            {
                await context.SaveChangesAsync(CancellationToken.None);
                return true;
            }
            catch (DbUpdateException)
            {
                // Somebody inserted it meanwhile; any other fault shows itself when the row is read again.
                return await context.SandboxOrders.AsNoTracking()
                    .AnyAsync(o => o.AccountId == row.AccountId && o.Direction == row.Direction && o.Reference == row.Reference, CancellationToken.None)
                    ? false
                    : throw new InvalidOperationException("The sandbox's bank could not remember an order.");
            }
        }

        return await context.SandboxOrders
            .Where(o => o.AccountId == row.AccountId && o.Direction == row.Direction && o.Reference == row.Reference && o.Version == expectedVersion)
            .ExecuteUpdateAsync(
                s => s.SetProperty(o => o.Version, row.Version)
                    .SetProperty(o => o.State, row.State)
                    .SetProperty(o => o.AmountMinor, row.AmountMinor)
                    .SetProperty(o => o.Currency, row.Currency)
                    .SetProperty(o => o.Script, row.Script)
                    .SetProperty(o => o.Sends, row.Sends)
                    .SetProperty(o => o.InstructionKind, row.InstructionKind)
                    .SetProperty(o => o.InstructionValue, row.InstructionValue)
                    .SetProperty(o => o.AliasOf, row.AliasOf)
                    .SetProperty(o => o.PaidReference, row.PaidReference)
                    .SetProperty(o => o.MovedAtMs, row.MovedAtMs)
                    .SetProperty(o => o.BalanceMinor, row.BalanceMinor)
                    .SetProperty(o => o.LastStepNo, row.LastStepNo)
                    .SetProperty(o => o.DueAtMs, row.DueAtMs)
                    .SetProperty(o => o.MovementsJson, row.MovementsJson)
                    .SetProperty(o => o.AgendaJson, row.AgendaJson),
                CancellationToken.None) == 1;
    });

    private static SandboxOrder ToOrder(SandboxOrderRow row) => new()
    {
        AccountId = row.AccountId,
        Direction = row.Direction,
        Reference = row.Reference,
        Version = row.Version,
        State = row.State,
        AmountMinor = row.AmountMinor,
        Currency = row.Currency,
        Script = row.Script,
        Sends = row.Sends,
        InstructionKind = row.InstructionKind,
        InstructionValue = row.InstructionValue,
        AliasOf = row.AliasOf,
        PaidReference = row.PaidReference,
        MovedAtMs = row.MovedAtMs,
        CreatedAtMs = row.CreatedAtMs,
        LastStepNo = row.LastStepNo,
        MovementsJson = row.MovementsJson,
        AgendaJson = row.AgendaJson,
    };

    private static SandboxOrderRow ToRow(SandboxOrder order) => new()
    {
        AccountId = order.AccountId,
        Direction = order.Direction,
        Reference = order.Reference,
        Version = order.Version,
        State = order.State,
        AmountMinor = order.AmountMinor,
        Currency = order.Currency,
        Script = order.Script,
        Sends = order.Sends,
        InstructionKind = order.InstructionKind,
        InstructionValue = order.InstructionValue,
        AliasOf = order.AliasOf,
        PaidReference = order.PaidReference,
        MovedAtMs = order.MovedAtMs,
        BalanceMinor = order.BalanceMinor,
        CreatedAtMs = order.CreatedAtMs,
        LastStepNo = order.LastStepNo,
        DueAtMs = order.DueAtMs,
        MovementsJson = order.MovementsJson,
        AgendaJson = order.AgendaJson,
    };
}
