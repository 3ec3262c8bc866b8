using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens.Lists;

/// <summary>
/// Writes the files of long lists, one at a time on each node. Whoever writes one has it leased, and every part that it stores renews the lease. A process that ends in between
/// leaves a lease that runs out; another then begins again with parts of its own, and the file is ready once, with the parts of one run alone.
/// </summary>
internal sealed class ListFileWork(IContexts contexts, BatchWriter writer, AuditedStore store, Mails mails, IEnumerable<IListSource> sources, TimeProvider time, ILogger<ListFileWork> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2), LeaseFor = TimeSpan.FromMinutes(2);

    /// <summary>How often writing one is begun.</summary>
    public const int MostRuns = 5;

    /// <summary>Parts that are deleted in one turn.</summary>
    private const int PartsAtOnce = 20;

    private const long OrphanMs = 3_600_000;

    /// <summary>A file is not urgent: after each part of the list it rests this many times as long as that took to read and write, so that payments are hardly slower.</summary>
    private const int Rests = 9;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    /// <summary>Writes one file; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var forgotten = await ForgetAsync(cancellation);
        if (await TakeAsync(cancellation) is not { } file)
        {
            return forgotten;
        }

        var run = new ListFileRun(contexts, writer, store, mails, time, file);
        try
        {
            await WriteAsync(run, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This process stops in order: another node need not wait for the lease to run out.
            await run.LetGoAsync();
            throw;
        }

        return true;
    }

    private async Task<ListFileRow?> TakeAsync(CancellationToken cancellation)
    {
        var (nowMs, untilMs) = (time.NowMs(), time.NowMs() + (long)LeaseFor.TotalMilliseconds);
        await using var context = contexts.Create();
        if (await context.ListFiles.AsNoTracking().Where(f => f.State == ListFileState.Waiting && f.LeaseUntilMs <= nowMs).OrderBy(f => f.Id).FirstOrDefaultAsync(cancellation) is not { } file)
        {
            return null;
        }

        var run = file.Run + 1;
        var isMine = await writer.InTurnAsync(() => context.ListFiles.Where(f => f.Id == file.Id && f.State == ListFileState.Waiting && f.Run == file.Run && f.LeaseUntilMs <= nowMs).ExecuteUpdateAsync(
            s => s.SetProperty(f => f.LeaseUntilMs, untilMs).SetProperty(f => f.Run, run).SetProperty(f => f.ReadFromMs, nowMs).SetProperty(f => f.Rows, 0).SetProperty(f => f.Bytes, 0L), CancellationToken.None)) > 0;
        file.Run = run;
        return isMine ? file : null;
    }

    private async Task WriteAsync(ListFileRun run, CancellationToken cancellation)
    {
        var file = run.File;
        while (await DeletePartsAsync(p => p.FileId == file.Id && p.Run < file.Run))
        {
        }

        if (file.Run > MostRuns || sources.FirstOrDefault(s => s.Kind == file.Kind) is not { } source || !TimeZoneInfo.TryFindSystemTimeZoneById(file.Zone, out var zone))
        {
            await run.EndAsync(ListFileState.Failed, "It could not be written. Ask for it again.");
            return;
        }

        var texts = ScreenTexts.All.FirstOrDefault(t => t.Language == file.Language) ?? ScreenTexts.English;
        await using ListFile form = file.Name.EndsWith(".xlsx", StringComparison.Ordinal) ? new XlsxFile(texts, zone) : new CsvFile(texts, zone);
        await using var into = new PartStream(run.AddAsync);
        try
        {
            await WriteAsync(run, source, form, into, cancellation);
            await form.EndAsync(cancellation);
            await into.EndAsync();
        }
        catch (ListFileRun.TooLargeException)
        {
            await run.EndAsync(ListFileState.Failed, "It became too large. Take fewer days or columns, or CSV instead of Excel.");
            return;
        }
        catch (ListFileRun.TakenAwayException)
        {
            log.LogInformation("File {File} of a list was removed, or another node writes it now", file.Id);
            return;
        }

        await run.EndAsync(ListFileState.Ready, "");
    }

    private async Task WriteAsync(ListFileRun run, IListSource source, ListFile form, PartStream into, CancellationToken cancellation)
    {
        var (begun, at) = (false, time.GetTimestamp());
        await foreach (var part in source.ReadAsync(run.File, cancellation))
        {
            if (!begun)
            {
                await form.BeginAsync(part, into, cancellation);
                begun = true;
                continue;
            }

            var room = ListFile.MostRows - run.Rows;
            await form.AddAsync(part.Rows.Count <= room ? part : part with { Rows = [.. part.Rows.Take(room)] }, cancellation);
            run.Rows += Math.Min(room, part.Rows.Count);
            if (run.Rows >= ListFile.MostRows)
            {
                return;
            }

            // The lease is renewed here too: a filter that hardly matches reads for long and stores nothing.
            await run.KeepAsync();
            var rest = Rests * time.GetElapsedTime(at);
            await Task.Delay(rest < LongestRest ? rest : LongestRest, time, cancellation);
            at = time.GetTimestamp();
        }
    }

    /// <summary>Files that are old, and parts that belong to no file any more; true when there may be more.</summary>
    private async Task<bool> ForgetAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        if (await context.ListFiles.AnyAsync(f => f.KeptUntilMs > 0 && f.KeptUntilMs <= nowMs, cancellation))
        {
            await writer.InTurnAsync(() => context.ListFiles.Where(f => f.KeptUntilMs > 0 && f.KeptUntilMs <= nowMs).ExecuteDeleteAsync(CancellationToken.None));
        }

        // A part is stored only while its file is there, so what is older than an hour and has no file gets none any more.
        var firstYoung = IdSource.FirstAt(nowMs - OrphanMs);
        var kept = await context.ListFiles.Where(f => f.Id < firstYoung).Select(f => f.Id).ToListAsync(cancellation);
        return await DeletePartsAsync(p => p.FileId < firstYoung && !kept.Contains(p.FileId));
    }

    private async Task<bool> DeletePartsAsync(System.Linq.Expressions.Expression<Func<ListFilePartRow, bool>> which)
    {
        await using var context = contexts.Create();
        var parts = await context.ListFileParts.Where(which).OrderBy(p => p.FileId).ThenBy(p => p.Run).ThenBy(p => p.No).Take(PartsAtOnce).Select(p => new { p.FileId, p.Run, p.No }).ToListAsync();
        if (parts.Count == 0)
        {
            return false;
        }

        await writer.InTurnAsync(async () =>
        {
            foreach (var part in parts)
            {
                await context.ListFileParts.Where(p => p.FileId == part.FileId && p.Run == part.Run && p.No == part.No).ExecuteDeleteAsync();
            }

            return true;
        });
        return true;
    }
}
