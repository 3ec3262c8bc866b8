using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens.Lists;

/// <summary>One try to write a file. It stores nothing once another has begun, or the file was removed.</summary>
internal sealed class ListFileRun(IContexts contexts, BatchWriter writer, AuditedStore store, Mails mails, TimeProvider time, ListFileRow file)
{
    private int _parts;
    private long _bytes;

    public ListFileRow File => file;

    /// <summary>Written until now.</summary>
    public int Rows { get; set; }

    private long LeaseUntilMs => time.NowMs() + (long)ListFileWork.LeaseFor.TotalMilliseconds;

    /// <summary>Stores the next part.</summary>
    public async Task AddAsync(byte[] content)
    {
        _bytes += content.Length;
        if (_bytes > ListFiles.MostBytes)
        {
            throw new TooLargeException();
        }

        var (no, bytes, rows, untilMs) = (_parts++, _bytes, Rows, LeaseUntilMs);
        Must(await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await new DeadlockRetries(context).ExecuteAsync(async () =>
            {
                context.ChangeTracker.Clear();
                await using var transaction = await context.Database.BeginTransactionAsync();
                if (await ChangeAsync(context, s => s.SetProperty(f => f.LeaseUntilMs, untilMs).SetProperty(f => f.Rows, rows).SetProperty(f => f.Bytes, bytes)) == 0)
                {
                    return false;
                }

                context.ListFileParts.Add(new ListFilePartRow { FileId = file.Id, Run = file.Run, No = no, Content = content });
                await context.SaveChangesAsync();
                await transaction.CommitAsync();
                return true;
            });
        }));
    }

    /// <summary>Renews the lease.</summary>
    public async Task KeepAsync()
    {
        var (rows, untilMs) = (Rows, LeaseUntilMs);
        Must(await ChangeAsync(s => s.SetProperty(f => f.LeaseUntilMs, untilMs).SetProperty(f => f.Rows, rows)));
    }

    /// <summary>Gives the lease back.</summary>
    public Task LetGoAsync() => ChangeAsync(s => s.SetProperty(f => f.LeaseUntilMs, 0L));

    /// <summary>Ends it. Whoever asked for the file is mailed when it is ready.</summary>
    public Task EndAsync(ListFileState state, string note) => store.SaveAsync(async (context, trail) =>
    {
        var (nowMs, rows) = (time.NowMs(), Rows);
        var untilMs = nowMs + (long)ListFiles.KeptFor.TotalMilliseconds;
        if (await ChangeAsync(context, s => s.SetProperty(f => f.State, state).SetProperty(f => f.Note, note).SetProperty(f => f.Rows, rows).SetProperty(f => f.EndedAtMs, nowMs)
            .SetProperty(f => f.KeptUntilMs, untilMs).SetProperty(f => f.LeaseUntilMs, 0L)) == 0)
        {
            return false;
        }

        trail.Add(Actor.Program, state == ListFileState.Ready ? "list.ready" : "list.failed", SignIn.Subject(file.UserId), after: new { file = file.Id, list = file.Address, rows });
        if (state == ListFileState.Ready && await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == file.UserId && u.State == UserState.Active) is { } user)
        {
            var root = user.Realm == Realm.Operator ? Portal.Operator.Root : Portal.Dashboard.Root;
            mails.Add(context, user, MailKind.ListReady, file.Name, rows.ToString(CultureInfo.InvariantCulture), Mails.TimeOf(untilMs), mails.LinkTo($"{root}/exports"));
        }

        return true;
    });

    private async Task<bool> ChangeAsync(Action<UpdateSettersBuilder<ListFileRow>> change) => await writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await ChangeAsync(context, change) > 0;
    });

    /// <summary>Changes the file's row while it is this run's.</summary>
    private Task<int> ChangeAsync(PayproContext context, Action<UpdateSettersBuilder<ListFileRow>> change) =>
        context.ListFiles.Where(f => f.Id == file.Id && f.Run == file.Run && f.State == ListFileState.Waiting).ExecuteUpdateAsync(change, CancellationToken.None);

    private static void Must(bool isMine)
    {
        if (!isMine)
        {
            throw new TakenAwayException();
        }
    }

    /// <summary>The file was removed, or another run has begun.</summary>
    internal sealed class TakenAwayException : Exception;

    /// <summary>It has more bytes than a file may have.</summary>
    internal sealed class TooLargeException : Exception;
}
