using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>A reading that was begun: the answer to it counts only if no other was begun since.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Pots">The pots as they were before the rail was asked.</param>
/// <param name="BeganAtMs">Before the rail was asked. Unix milliseconds UTC.</param>
internal sealed record BegunReading(long Version, IReadOnlyList<ChannelPotRow> Pots, long BeganAtMs)
{
    /// <summary>What names it where the answer comes by a callback.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Version}-{BeganAtMs}");
}

/// <summary>What a person says of a pot.</summary>
/// <param name="AccountId">The channel account.</param>
/// <param name="Pot">Which of its pots.</param>
/// <param name="BalanceMinor">All that is there, minor units.</param>
/// <param name="BlockedMinor">What of it cannot be sent, minor units.</param>
/// <param name="AtMs">When it was so. Unix milliseconds UTC.</param>
/// <param name="By">Who says it, and who approved it.</param>
/// <param name="ByTwo">Whether another person approved it.</param>
internal sealed record SaidBalance(long AccountId, string Pot, long BalanceMinor, long BlockedMinor, long AtMs, string By, bool ByTwo);

/// <summary>
/// Stores balances and says which counted sends they know of. A send falls away when a balance is told that was asked for after the send had been seen to
/// be at the rail; one whose fate is open stays counted, however often the balance is told. So "sent since" is never too low. What is certainly nothing falls
/// away when the sends are looked at next. <see cref="ChannelPotRow.SentMinor"/> is always the sum of the sends that are counted.
/// </summary>
internal sealed partial class PotReadings(IContexts contexts, IBatchEngine engine, TimeProvider time)
{
    /// <summary>How much clocks and a person's reading of one may be apart, milliseconds.</summary>
    public const long ClocksMs = 60_000;

    /// <summary>How long ago a balance may be that a person tells, milliseconds. Where none is known, settled sends are kept for as long.</summary>
    public const long SaidWithinMs = 3_600_000;

    /// <summary>How old a pot has to be before a balance counts, milliseconds: by then every node counts its sends, and every call that began before has ended.</summary>
    public const long NewForMs = 180_000;

    /// <summary>Sends looked at in one go.</summary>
    private const int Portion = 2_000;

    /// <summary>Locks a pot and reads it; null when it is not there.</summary>
    public static async Task<ChannelPotRow?> LockAsync(PayproContext context, long accountId, string pot)
    {
        await context.Database.ExecuteSqlAsync($"UPDATE channel_pots SET sent_minor = sent_minor WHERE channel_account_id = {accountId} AND pot = {pot}");
        return await context.ChannelPots.AsNoTracking().SingleOrDefaultAsync(p => p.ChannelAccountId == accountId && p.Pot == pot);
    }

    /// <summary>Takes the right to read an account's balances, and notes which sends are at the rail before it is asked.</summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="dueAtMs">Not when another node began later than this. Unix milliseconds UTC.</param>
    /// <returns>Null when it is not due, or another one was begun before this one had noted what is at the rail.</returns>
    public async Task<BegunReading?> BeginAsync(long accountId, long dueAtMs)
    {
        var nowMs = time.NowMs();
        var version = await engine.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            await using var transaction = await context.Database.BeginTransactionAsync();
            var taken = await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_balance_reads (channel_account_id, tried_at_ms, version) VALUES ({accountId}, {nowMs}, 1)
                ON CONFLICT (channel_account_id) DO UPDATE SET tried_at_ms = {nowMs}, version = channel_balance_reads.version + 1
                WHERE channel_balance_reads.tried_at_ms <= {dueAtMs}
                """);
            var version = taken == 0 ? 0 : await context.ChannelBalanceReads.Where(r => r.ChannelAccountId == accountId).Select(r => r.Version).SingleAsync();
            await transaction.CommitAsync();
            return version;
        });
        if (version == 0)
        {
            return null;
        }

        await SettleAsync(accountId);
        var pots = await NoteSettledAsync(accountId, version);
        return pots is null ? null : new BegunReading(version, pots, nowMs);
    }

    /// <summary>Notes that this reading may know of what is settled; null when it is not the newest any more: then another one has asked, perhaps before this.</summary>
    private Task<List<ChannelPotRow>?> NoteSettledAsync(long accountId, long version) => engine.InTurnAsync<List<ChannelPotRow>?>(async () =>
    {
        await using var context = contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        if (await context.Database.ExecuteSqlAsync($"UPDATE channel_balance_reads SET version = version WHERE channel_account_id = {accountId} AND version = {version}") == 0)
        {
            return null;
        }

        // Pots are locked after the reading and in the order of their names, as by everybody.
        var names = await context.ChannelPots.Where(p => p.ChannelAccountId == accountId).Select(p => p.Pot).ToListAsync();
        var pots = new List<ChannelPotRow>();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (await LockAsync(context, accountId, name) is { } pot)
            {
                pots.Add(pot);
            }
        }

        await context.ChannelPotSends.Where(s => s.ChannelAccountId == accountId && s.SettledAtMs > 0 && s.SettledIn == 0)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.SettledIn, version));
        await transaction.CommitAsync();
        return pots;
    });

    /// <summary>A reading whose answer comes by a callback, perhaps to another node; null where the mark is none.</summary>
    public async Task<BegunReading?> BegunAsync(long accountId, string mark)
    {
        var parts = mark.Split('-');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var beganAtMs))
        {
            return null;
        }

        await using var context = contexts.Create();
        var pots = await context.ChannelPots.AsNoTracking().Where(p => p.ChannelAccountId == accountId).ToListAsync();
        foreach (var pot in pots.Where(p => p.StoppedAtMs > beganAtMs))
        {
            // It was stopped after the question, which says nothing of that.
            pot.StoppedAtMs = -1;
        }

        return new BegunReading(version, pots, beganAtMs);
    }

    /// <summary>Stores what the rail answered; false when another reading was begun meanwhile, or a person told a balance.</summary>
    public Task<bool> TellAsync(long accountId, BegunReading begun, IReadOnlyDictionary<string, PotBalance> told) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        if (await context.ChannelBalanceReads.Where(r => r.ChannelAccountId == accountId && r.Version == begun.Version)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.Version, r => r.Version + 1)) == 0)
        {
            return false;
        }

        foreach (var seen in begun.Pots.Where(p => told.ContainsKey(p.Pot)).OrderBy(p => p.Pot, StringComparer.Ordinal))
        {
            if (await LockAsync(context, accountId, seen.Pot) is not { } row || begun.BeganAtMs < row.CreatedAtMs + NewForMs)
            {
                continue;
            }

            await context.ChannelPotSends
                .Where(s => s.ChannelAccountId == accountId && s.Pot == seen.Pot && s.SettledIn > 0 && s.SettledIn <= begun.Version).ExecuteDeleteAsync();
            var balance = told[seen.Pot];
            (row.BalanceMinor, row.BlockedMinor) = (checked(balance.AvailableMinor + balance.BlockedMinor), balance.BlockedMinor);
            (row.ToldAtMs, row.Source, row.ToldBy) = (begun.BeganAtMs, BalanceSource.Rail, "");
            await SaveAsync(context, row, seen.StoppedAtMs);
        }

        await transaction.CommitAsync();
        return true;
    });

    /// <summary>Stores what a person said. Sends that the rail may have had by then stay counted. What lets more be sent than before needs two people.</summary>
    /// <param name="said">What.</param>
    /// <param name="action">What is kept of it for good, stored with it.</param>
    /// <returns>Null when it is stored; else why not, in one sentence.</returns>
    public async Task<string?> SayAsync(SaidBalance said, CaseActionRow action)
    {
        await SettleAsync(said.AccountId);
        return await engine.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            await using var transaction = await context.Database.BeginTransactionAsync();
            if (await SayAsync(context, said, action) is { } refusal)
            {
                return refusal;
            }

            await transaction.CommitAsync();
            return null;
        });
    }

    /// <summary>The same in a transaction of whoever asks. It must not be committed when this says why not.</summary>
    public async Task<string?> SayAsync(PayproContext context, SaidBalance said, CaseActionRow action)
    {
        await context.ChannelBalanceReads.Where(r => r.ChannelAccountId == said.AccountId).ExecuteUpdateAsync(s => s.SetProperty(r => r.Version, r => r.Version + 1));
        if (await LockAsync(context, said.AccountId, said.Pot) is not { } row)
        {
            return "pot: this account has no such pot";
        }

        if (said.AtMs < row.CreatedAtMs + NewForMs)
        {
            return $"at: this pot is new; tell a balance of {NewForMs / 60_000} minutes after it was made, or later";
        }

        if (said.AtMs < row.ToldAtMs)
        {
            return "at: a newer balance of this pot is known";
        }

        var (wasStopped, before) = (row.StoppedAtMs > 0, row.SpendableMinor());
        await context.ChannelPotSends
            .Where(s => s.ChannelAccountId == said.AccountId && s.Pot == said.Pot && s.SettledAtMs > 0 && s.SettledAtMs <= said.AtMs - ClocksMs).ExecuteDeleteAsync();
        (row.BalanceMinor, row.BlockedMinor, row.ToldAtMs, row.Source, row.ToldBy) = (said.BalanceMinor, said.BlockedMinor, said.AtMs, BalanceSource.Person, said.By);
        await SaveAsync(context, row, row.StoppedAtMs <= said.AtMs ? row.StoppedAtMs : null);

        // Without a known balance nothing was held back; a stopped pot goes on with any.
        if (!said.ByTwo && (wasStopped || row.SpendableMinor() > before))
        {
            return "approver: must be another person, since more can be sent than before";
        }

        // Not by the batch writer: it is stored with the balance or not at all. It is only ever appended.
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO case_actions (bucket, id, case_id, order_id, action, actor, approver, evidence, text, at_ms)
            VALUES ({action.Bucket}, {action.Id}, {action.CaseId}, {action.OrderId}, {action.Action}, {action.Actor}, {action.Approver}, {action.Evidence}, {action.Text}, {action.AtMs})
            """);
        return null;
    }

    /// <summary>Writes a locked row, with the sum of what is counted.</summary>
    private async Task SaveAsync(PayproContext context, ChannelPotRow row, long? stoppedSeenMs)
    {
        var nowMs = time.NowMs();
        row.SentMinor = await context.ChannelPotSends.Where(s => s.ChannelAccountId == row.ChannelAccountId && s.Pot == row.Pot).SumAsync(s => s.AmountMinor);
        if (row.StoppedAtMs > 0 && row.GoesOn(stoppedSeenMs, row.Source, nowMs))
        {
            row.StoppedAtMs = 0;
        }

        await context.ChannelPots.Where(p => p.ChannelAccountId == row.ChannelAccountId && p.Pot == row.Pot).ExecuteUpdateAsync(s => s
            .SetProperty(p => p.BalanceMinor, row.BalanceMinor).SetProperty(p => p.BlockedMinor, row.BlockedMinor).SetProperty(p => p.ToldAtMs, row.ToldAtMs)
            .SetProperty(p => p.Source, row.Source).SetProperty(p => p.ToldBy, row.ToldBy).SetProperty(p => p.SentMinor, row.SentMinor)
            .SetProperty(p => p.StoppedAtMs, row.StoppedAtMs).SetProperty(p => p.PaceFromMs, row.PaceFromMs).SetProperty(p => p.PaceMinor, row.PaceMinor)
            .SetProperty(p => p.PaceBeforeMinor, row.PaceBeforeMinor));
    }
}
