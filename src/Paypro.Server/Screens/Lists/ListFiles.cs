using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens.Lists;

/// <summary>A file of a long list that somebody asks for.</summary>
/// <param name="Kind">Of its source.</param>
/// <param name="Address">Path and query of the list.</param>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Subject">As the audit log names whose list it is.</param>
/// <param name="Chain">Of the audit log.</param>
/// <param name="Merchants">Those in it; empty for all.</param>
internal sealed record ListFileWish(string Kind, string Address, string Name, string Subject, short Chain, IReadOnlyList<long> Merchants);

/// <summary>What the page shows that offers such a file.</summary>
/// <param name="Address">Where its form is sent: the address of the file.</param>
/// <param name="Back">The list.</param>
internal sealed record LongListModel(string Address, string Back);

/// <summary>
/// Files of lists that are too long to be waited for (<see cref="MostAtOnce"/>): asked for here, written by <see cref="ListFileWork"/>, kept in the database, so that every node
/// can write and give them, and fetched by whoever asked, signed in.
/// </summary>
internal sealed class ListFiles(IContexts contexts, AuditedStore store, IdSource ids, TimeProvider time)
{
    /// <summary>Rows of a list that a file which is waited for may have to read; beyond them it is written in the background.</summary>
    public const int MostAtOnce = 50_000;

    /// <summary>Files that one user has at a time.</summary>
    public const int MostOfUser = 5;

    /// <summary>Bytes of one file as it is stored, and of all together: each that waits counts as if it were as large as it may be.</summary>
    public const long MostBytes = 256L << 20, MostBytesOfAll = 4L << 30;

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private const int LongestAddress = 2_000;

    /// <summary>Answers a request for a file of a long list: a page that offers it, and, sent from there, the file's row.</summary>
    public async Task<IResult> AnswerAsync(Visit visit, ListFileWish wish, string back)
    {
        var request = visit.Http.Request;
        var model = new LongListModel(request.Path + request.QueryString, back);
        if (!HttpMethods.IsPost(request.Method))
        {
            return visit.Show<LongListPage>("This list is long", model);
        }

        return await AskAsync(visit, wish, request.Query["format"] == "xlsx") is { } problem ? visit.Show<LongListPage>("This list is long", model, problem) : Visit.GoTo($"{visit.Root}/exports?done=file");
    }

    /// <returns>What stands against it; null when it is written now.</returns>
    public Task<string?> AskAsync(Visit visit, ListFileWish wish, bool isWorkbook) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var (nowMs, userId) = (time.NowMs(), visit.Who.User.Id);
        if (wish.Address.Length > LongestAddress)
        {
            return "The address of this list is too long for a file. Take filters away.";
        }

        if (await context.ListFiles.CountAsync(f => f.UserId == userId) >= MostOfUser)
        {
            return "You have five files. Remove one first.";
        }

        var stored = await context.ListFiles.Where(f => f.State == ListFileState.Ready).SumAsync(f => f.Bytes) + MostBytes * (1 + await context.ListFiles.CountAsync(f => f.State == ListFileState.Waiting));
        if (stored > MostBytesOfAll)
        {
            return "There is no room for another file now. Try again later.";
        }

        var row = new ListFileRow
        {
            Id = ids.Next(), UserId = userId, Kind = wish.Kind, Address = wish.Address, Merchants = string.Join(',', wish.Merchants), Name = $"{wish.Name}.{(isWorkbook ? "xlsx" : "csv")}",
            Language = visit.Texts.Language, Zone = visit.Zone.Id, State = ListFileState.Waiting, AskedAtMs = nowMs,
        };
        context.ListFiles.Add(row);
        trail.Add(visit.By, "list.export", wish.Subject, after: new { list = wish.Address, merchants = wish.Merchants, file = row.Id }, chain: wish.Chain);
        return null;
    });

    public async Task<IResult> ShowAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var userId = visit.Who.User.Id;
        var files = await context.ListFiles.AsNoTracking().Where(f => f.UserId == userId).OrderByDescending(f => f.Id).Take(MostOfUser).ToListAsync(visit.Http.RequestAborted);
        return visit.Show<ListFilesPage>("Files of lists", files);
    }

    /// <summary>Gives a file to whoever asked for it and may still see all that is in it.</summary>
    public async Task<IResult> FetchAsync(Visit visit)
    {
        var file = await FindAsync(visit, visit.Http.Request.RouteValues["no"]?.ToString());
        // The sources answer through here, so they are looked up when they are needed.
        var sources = visit.Http.RequestServices.GetServices<IListSource>();
        if (file is not { State: ListFileState.Ready } || file.KeptUntilMs <= time.NowMs() || sources.FirstOrDefault(s => s.Kind == file.Kind) is not { } source || !await source.MayHaveAsync(visit.Who, file))
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such file"), "It may have been removed, or is older than seven days. Ask for it again from the list.", StatusCodes.Status404NotFound);
        }

        await store.SaveAsync((_, trail) =>
        {
            trail.Add(visit.By, "list.fetch", SignIn.Subject(visit.Who.User.Id), after: new { file = file.Id, list = file.Address });
            return Task.FromResult(true);
        });
        return new ListFileAnswer(contexts, file);
    }

    /// <summary>Takes a file away; one that is being written is given up.</summary>
    public async Task<IResult> RemoveAsync(Visit visit)
    {
        if (await FindAsync(visit, visit.Field("file")) is { } file)
        {
            await store.SaveAsync(async (context, trail) =>
            {
                if (await context.ListFiles.Where(f => f.Id == file.Id).ExecuteDeleteAsync() > 0)
                {
                    trail.Add(visit.By, "list.remove", SignIn.Subject(visit.Who.User.Id), before: new { file = file.Id, list = file.Address });
                }

                return true;
            });
        }

        return Visit.GoTo($"{visit.Root}/exports?done=removed");
    }

    private async Task<ListFileRow?> FindAsync(Visit visit, string? text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        await using var context = contexts.Create();
        var userId = visit.Who.User.Id;
        return await context.ListFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id && f.UserId == userId, visit.Http.RequestAborted);
    }
}
