using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>
/// Works files off, a portion of rows at a time. What is refused although nothing is wrong with it, since every channel account that takes it is closed, waits as a payout
/// without float does, and is refused for good after as long. A row becomes a payout under its own number, and then it is noted: a process that ends in between makes the same payout
/// again, is given the one that is there, and notes it. One node at a time works on a file, but two would do no harm.
/// </summary>
internal sealed class PayoutFileWork(
    SnapshotStore snapshots, PayoutCreation creation, PayoutFileReader reader, PayoutFiles files, AuditedStore store, BatchWriter writer, IContexts contexts, PayproOptions options, TimeProvider time, ILogger<PayoutFileWork> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2), LeaseFor = TimeSpan.FromMinutes(2), KeptFor = TimeSpan.FromDays(400), OpenKeptFor = TimeSpan.FromDays(30);

    /// <summary>After what time rows are tried again that could not be made; other files go first meanwhile.</summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(15);

    /// <summary>Rows of one portion, and of those at once.</summary>
    private const int Portion = 100, AtOnce = 25;

    /// <summary>One file, as far as it goes now; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        await LapseAsync(cancellation);
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        var file = await context.PayoutBatches.AsNoTracking().Where(b => b.State == PayoutFileState.Running && b.LeaseUntilMs <= nowMs).OrderBy(b => b.Id).FirstOrDefaultAsync(cancellation);
        if (file is null || await LeaseAsync(context, file, file.LeaseUntilMs) is not { } leaseMs)
        {
            return false;
        }

        var (isHeldUp, after) = (false, int.MinValue);
        while (!cancellation.IsCancellationRequested)
        {
            // Rows that have to wait keep none behind them waiting.
            var from = after;
            var lines = await context.PayoutLines.AsNoTracking().Where(l => l.BatchId == file.Id && l.State == PayoutLineState.Ready && l.Line > from).OrderBy(l => l.Line).Take(Portion).ToListAsync(cancellation);
            var snapshot = snapshots.Current;
            isHeldUp |= snapshot.Merchant(file.MerchantNo) is not { } merchant || !await MakeAsync(snapshot, merchant, file, lines);
            if (lines.Count < Portion)
            {
                break;
            }

            after = lines[^1].Line;
            if (await LeaseAsync(context, file, leaseMs) is not { } longer)
            {
                // Another node has it.
                return true;
            }

            leaseMs = longer;
        }

        var isDone = !await context.PayoutLines.AnyAsync(l => l.BatchId == file.Id && l.State == PayoutLineState.Ready, CancellationToken.None);
        var (state, endedAtMs, againAtMs) = isDone ? (PayoutFileState.Done, time.NowMs(), 0L) : (PayoutFileState.Running, 0L, isHeldUp ? time.NowMs() + (long)AgainAfter.TotalMilliseconds : 0L);
        await writer.InTurnAsync(() => context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Running && b.LeaseUntilMs == leaseMs).ExecuteUpdateAsync(
            s => s.SetProperty(b => b.State, state).SetProperty(b => b.EndedAtMs, endedAtMs).SetProperty(b => b.LeaseUntilMs, againAtMs), CancellationToken.None));
        return true;
    }

    /// <summary>Takes the file, or keeps it; null where somebody else has it.</summary>
    private async Task<long?> LeaseAsync(PayproContext context, PayoutBatchRow file, long seenMs)
    {
        var untilMs = time.NowMs() + (long)LeaseFor.TotalMilliseconds;
        return await writer.InTurnAsync(() => context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Running && b.LeaseUntilMs == seenMs)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.LeaseUntilMs, untilMs), CancellationToken.None)) == 0 ? null : untilMs;
    }

    /// <summary>Files that nobody approved in time have ended, and old ones are forgotten with their recipients.</summary>
    private async Task LapseAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        var (firstKept, firstOpen) = (IdSource.FirstAt(nowMs - (long)KeptFor.TotalMilliseconds), IdSource.FirstAt(nowMs - (long)OpenKeptFor.TotalMilliseconds));
        if (await Forgettable().OrderBy(b => b.Id).Select(b => (long?)b.Id).FirstOrDefaultAsync(cancellation) is { } old)
        {
            await writer.InTurnAsync(async () =>
            {
                await using var transaction = await context.Database.BeginTransactionAsync(CancellationToken.None);

                // The file first: one that is handed in at this moment keeps its rows.
                if (await Forgettable().Where(b => b.Id == old).ExecuteDeleteAsync(CancellationToken.None) > 0)
                {
                    await context.PayoutLines.Where(l => l.BatchId == old).ExecuteDeleteAsync(CancellationToken.None);
                }

                await transaction.CommitAsync(CancellationToken.None);
                return true;
            });
        }

        foreach (var file in await context.PayoutBatches.AsNoTracking().Where(b => b.State == PayoutFileState.Waits && b.EndsAtMs <= nowMs).OrderBy(b => b.Id).Take(Portion).ToListAsync(cancellation))
        {
            await store.SaveAsync(async (saved, trail) =>
            {
                if (await saved.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Waits).ExecuteUpdateAsync(s => s.SetProperty(b => b.State, PayoutFileState.Ended).SetProperty(b => b.EndedAtMs, nowMs), CancellationToken.None) > 0)
                {
                    trail.Add(Actor.Program, "payout-file.lapse", $"merchant:{file.MerchantNo}", after: new { file = file.Id, file.Name }, chain: file.Bucket);
                }

                return true;
            });
        }

        IQueryable<PayoutBatchRow> Forgettable() => context.PayoutBatches.Where(b => b.Id < firstKept || (b.Id < firstOpen && b.State == PayoutFileState.Checked));
    }

    /// <summary>False when some rows have to be tried again later.</summary>
    private async Task<bool> MakeAsync(Snapshot snapshot, Merchant merchant, PayoutBatchRow file, List<PayoutLineRow> lines)
    {
        var all = true;
        foreach (var part in lines.Chunk(AtOnce))
        {
            var made = await Task.WhenAll(part.Select(line => MakeAsync(snapshot, merchant, file, line)));
            all &= Array.TrueForAll(made, m => m.State != PayoutLineState.Ready);
            await writer.InTurnAsync(async () =>
            {
                await using var context = contexts.Create();
                foreach (var (id, state, number, fault) in made.Where((m, at) => m.State != PayoutLineState.Ready || m.Fault != part[at].Fault))
                {
                    await context.PayoutLines.Where(l => l.Id == id && l.State == PayoutLineState.Ready)
                        .ExecuteUpdateAsync(s => s.SetProperty(l => l.State, state).SetProperty(l => l.Number, number).SetProperty(l => l.Fault, fault), CancellationToken.None);
                }

                return true;
            });
        }

        return all;
    }

    private async Task<(long Id, PayoutLineState State, string Number, string Fault)> MakeAsync(Snapshot snapshot, Merchant merchant, PayoutBatchRow file, PayoutLineRow line)
    {
        try
        {
            var fields = reader.Read(snapshot, merchant, PayoutScreen.FieldsOf(merchant.Country), files.Open(line), file.Point[0], out var fault);
            if (fields is null)
            {
                return await RefusedAsync(merchant, file, line, fault ?? "");
            }

            var maker = new PayoutMaker(HeldPayouts.CauseOf(file.MadeByUserId), file.MadeByUserId, file.ByTwo);
            return await creation.CreateAsync(merchant, fields, refusal: null, maker: maker) switch
            {
                CreateResult.Created created => (line.Id, PayoutLineState.Made, created.Order.Number, ""),
                CreateResult.Known known => (line.Id, PayoutLineState.Made, known.Order.Number, ""),
                CreateResult.Refused { ForNow: true } refused when time.NowMs() < file.DecidedAtMs + options.Float.ParkedForMs => (line.Id, PayoutLineState.Ready, "", OutsideText.Line(refused.Sentence, 300)),
                CreateResult.Refused refused => (line.Id, PayoutLineState.Refused, "", OutsideText.Line(refused.Sentence, 300)),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            log.LogError(error, "Row {Line} of payout file {File} cannot be read", line.Line, file.Id);
            return await RefusedAsync(merchant, file, line, "row: cannot be read any more; upload it again");
        }
        catch (Exception error) when (error is WriteInDoubtException or WriteFailedException or WriterBusyException)
        {
            // It is tried again under the same number, and is there then if it was stored.
            log.LogWarning(error, "Row {Line} of payout file {File} is made later", line.Line, file.Id);
            return (line.Id, PayoutLineState.Ready, "", line.Fault);
        }
    }

    /// <summary>
    /// What cannot be read is refused, unless it could be read before: a process that ended between making a payout and noting it has left one under the row's number.
    /// </summary>
    private async Task<(long Id, PayoutLineState State, string Number, string Fault)> RefusedAsync(Merchant merchant, PayoutBatchRow file, PayoutLineRow line, string fault)
    {
        await using var context = contexts.Create();
        var firstId = IdSource.FirstAt(file.DecidedAtMs - 60_000);
        var made = await context.Orders.Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.No && o.Direction == Direction.Payout && o.TradeNo == line.TradeNo && o.AmountMinor == line.AmountMinor && o.Id >= firstId)
            .Select(o => o.Number).SingleOrDefaultAsync();
        return made is null ? (line.Id, PayoutLineState.Refused, "", OutsideText.Line(fault, 300)) : (line.Id, PayoutLineState.Made, made, "");
    }
}
