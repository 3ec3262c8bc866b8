using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>What came of something that was done about several cases.</summary>
/// <param name="Done">Of how many.</param>
/// <param name="Problem">Of the first that it was not done for, in a sentence; null when there was none.</param>
internal sealed record CasesDone(int Done, string? Problem);

/// <summary>What people do about cases. What moves money goes through proposals; the rest is done at once by one person.</summary>
internal sealed class CaseChanges(IContexts contexts, AuditedStore store, Proposals proposals, Decisions decisions, DecisionRules rules, MasterKeys keys, IdSource ids, TimeProvider time)
{
    public const int MostFiles = 10, LongestReason = 300;
    private const int MostAsked = 20, AskedAtOnce = 8;

    /// <summary>Takes cases, or leaves them. Who takes one that is somebody else's takes it over.</summary>
    public Task<CasesDone> OwnAsync(Actor by, IReadOnlyCollection<long> caseIds, bool takes, Action<PayproContext, CasesDone>? also = null) => store.SaveAsync(async (context, trail) =>
    {
        // Two who take the same at once take turns here.
        await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.ConfigVersion, i => i.ConfigVersion));
        var name = await context.Users.Where(u => u.Id == by.UserId).Select(u => u.Name).SingleOrDefaultAsync() ?? by.Text;
        var done = 0;
        foreach (var id in caseIds)
        {
            if (await CaseQueue.FindAsync(context, id) is not { State: CaseState.Open } one)
            {
                continue;
            }

            var owner = await context.CaseOwners.AsNoTracking().SingleOrDefaultAsync(o => o.CaseBucket == one.Bucket && o.CaseId == one.Id);
            var holds = owner?.OpenedAtMs == one.OpenedAtMs;
            if (takes ? holds && owner!.UserId == by.UserId : !holds)
            {
                continue;
            }

            await context.CaseOwners.Where(o => o.CaseBucket == one.Bucket && o.CaseId == one.Id).ExecuteDeleteAsync();
            if (takes)
            {
                context.CaseOwners.Add(new CaseOwnerRow { CaseBucket = one.Bucket, CaseId = one.Id, OpenedAtMs = one.OpenedAtMs, UserId = by.UserId, Name = name, TakenAtMs = time.NowMs() });
            }

            trail.Add(by, takes ? "case.take" : "case.leave", CaseSubjects.Of(one), holds ? new { owner = owner!.Name } : null, takes ? new { owner = name } : null);
            done++;
        }

        var result = new CasesDone(done, caseIds.Count == 1 && done == 0 && await CaseQueue.FindAsync(context, caseIds.First()) is null ? "case: there is no such case" : null);
        also?.Invoke(context, result);
        return result;
    });

    /// <summary>Resolves cases without money.</summary>
    public async Task<CasesDone> ResolveAsync(Actor by, IReadOnlyCollection<long> caseIds, string reason)
    {
        if (reason.Length is 0 or > LongestReason)
        {
            return new CasesDone(0, "reason: must say in 1 to 300 characters what was found");
        }

        return await EachAsync(by, caseIds, "case.resolve", reason, one => decisions.ResolveAsync(one.Key, Of(by, "", reason)));
    }

    /// <summary>Asks the rails about the orders of cases: of many the first twenty, since a silent rail takes its time-out for each.</summary>
    public async Task<CasesDone> AskAsync(Actor by, IReadOnlyCollection<long> caseIds, CancellationToken cancellation)
    {
        var results = new System.Collections.Concurrent.ConcurrentBag<CasesDone>();
        await Parallel.ForEachAsync(caseIds.Take(MostAsked), new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellation }, async (id, stop) =>
            results.Add(await EachAsync(by, [id], "order.ask", "", async one => await NumberAsync(one) is { Length: > 0 } number
                ? await decisions.AskAsync(number, stop) is { Refusal: null, Done: false } ? Decided.No("The rail has not answered. Try again later; the program goes on asking by itself.") : Decided.Yes
                : Decided.No("case: is about no order"))));
        return new CasesDone(results.Sum(r => r.Done), results.Select(r => r.Problem).FirstOrDefault(p => p is not null));
    }

    /// <summary>Ends the time of a pay-in whose rail does not answer.</summary>
    public Task<CasesDone> ExpireAsync(Actor by, long caseId, string evidence, string reason, CancellationToken cancellation) =>
        EachAsync(by, [caseId], "payin.expire", reason, async one => await NumberAsync(one) is { Length: > 0 } number
            ? await decisions.ExpireAsync(number, Of(by, evidence, reason), cancellation)
            : Decided.No("case: is about no order"));

    /// <summary>Proposes a decision about money, or carries it out alone where reference and amount both fit.</summary>
    /// <param name="by">Who.</param>
    /// <param name="grant">How far he may go.</param>
    /// <param name="wish">What.</param>
    /// <param name="reason">Why.</param>
    /// <param name="also">What is stored in the same transaction.</param>
    public async Task<ProposalResult> DecideAsync(Actor by, Grant grant, DecisionWish wish, string reason, Action<PayproContext, ProposalResult>? also = null)
    {
        if (wish.Cases.Count is 0 or > CaseQueue.MostOfGroup)
        {
            return ProposalResult.No("cases: choose from 1 to 500");
        }

        if (reason.Length is 0 or > LongestReason)
        {
            return ProposalResult.No("reason: must say in 1 to 300 characters why");
        }

        wish = await CountedAsync(wish);
        await using (var context = contexts.Create())
        {
            if (await DecisionRules.FitsBothAsync(context, wish))
            {
                return await AloneAsync(by, wish, reason, also);
            }
        }

        return await proposals.ProposeAsync(by, grant, wish.Permission, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), reason, also);
    }

    /// <summary>Adds a file of evidence to a case or a group.</summary>
    /// <returns>A sentence that says what to mend; null when it is added.</returns>
    public Task<string?> AddFileAsync(Actor by, string subject, string fileName, byte[] content) => store.SaveAsync(async (context, trail) =>
    {
        if (content.Length is 0 or > Papers.MostBytes || Papers.TypeOf(content) is not { } type)
        {
            return "file: must be a PDF, PNG or JPEG file of at most 5 MB";
        }

        if (await context.EvidenceFiles.CountAsync(f => f.Subject == subject) >= MostFiles)
        {
            return "file: there are ten files already";
        }

        var row = new EvidenceFileRow { Id = ids.Next(), Subject = subject, Name = Papers.NameOf(fileName, type), Type = type, Size = content.Length, AddedBy = by.Text, AddedAtMs = time.NowMs() };
        (row.MasterKeyId, row.Sealed) = keys.Seal(content, EvidenceFileRow.BoundTo(row.Id));
        context.EvidenceFiles.Add(row);
        trail.Add(by, "evidence.add", subject, after: new { file = row.Id, row.Name, row.Size });
        return null;
    });

    /// <summary>A file with its content, for whoever may look at persons; null when there is none, or it does not open.</summary>
    public Task<(string Name, string Type, byte[] Content)?> ReadFileAsync(Actor by, long caseId, long fileId) => store.SaveAsync<(string, string, byte[])?>(async (context, trail) =>
    {
        if (await CaseQueue.FindAsync(context, caseId) is not { } one)
        {
            return null;
        }

        var subjects = CaseSubjects.OfFiles(one);
        if (await context.EvidenceFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == fileId && subjects.Contains(f.Subject)) is not { } row)
        {
            return null;
        }

        try
        {
            var content = keys.Open(row.MasterKeyId, row.Sealed, EvidenceFileRow.BoundTo(row.Id));
            trail.Add(by, "evidence.read", row.Subject, after: new { file = row.Id });
            return (row.Name, row.Type, content);
        }
        catch (CryptographicException)
        {
            return null;
        }
    });

    private Task<ProposalResult> AloneAsync(Actor by, DecisionWish wish, string reason, Action<PayproContext, ProposalResult>? also) => store.SaveAsync(async (context, trail) =>
    {
        if (await rules.ProblemAsync(context, wish, wish.Cases[0]) is { } problem)
        {
            return ProposalResult.No(problem);
        }

        var one = (await CaseQueue.FindAsync(context, wish.Cases[0]))!;
        if (await context.Decisions.AnyAsync(d => d.CaseBucket == one.Bucket && d.CaseId == one.Id && d.State == DecisionState.Waits))
        {
            return ProposalResult.No("case: a decision about it is being carried out");
        }

        context.Decisions.Add(wish.RowOf((await DecisionRules.SeenAsync(context, [one]))[one.Key], ids.Next(), 0, DecisionProposal.NameOf(by.Text), "", reason, time.NowMs()));
        trail.Add(by, "case.decide", wish.Subject, after: wish, reason: reason);
        var made = new ProposalResult(0, ProposalState.CarriedOut, null);
        also?.Invoke(context, made);
        return made;
    });

    /// <summary>With how many there are and their sum: what the second person approves.</summary>
    private async Task<DecisionWish> CountedAsync(DecisionWish wish)
    {
        await using var context = contexts.Create();
        var distinct = wish.Evidences is null ? wish.Cases.Distinct().ToList() : [.. wish.Cases];
        var cases = await context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && distinct.Contains(c.Id)).ToListAsync();
        var seen = distinct.Count > 1 ? (await DecisionRules.SeenAsync(context, cases)).Values.GroupBy(s => s.Key.Id).ToDictionary(g => g.Key, g => g.MinBy(s => s.Key.Bucket)!) : null;
        var sums = cases.Where(a => a.Currency.Length > 0).GroupBy(a => a.Currency).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => CaseWords.Amount(g.Sum(a => a.AmountMinor), g.Key));
        return wish with
        {
            Cases = distinct, Count = distinct.Count, Sum = string.Join(", ", sums), Number = wish.Number.Trim(), Evidence = OutsideText.Line(wish.Evidence.Trim(), DecisionWish.MostEvidence + 1),
            OpenedAtMs = seen is null ? null : [.. distinct.Select(id => seen.GetValueOrDefault(id)?.OpenedAtMs ?? 0)], Attempts = seen is null ? null : [.. distinct.Select(id => seen.GetValueOrDefault(id)?.Attempts ?? 0)],
        };
    }

    private async Task<CasesDone> EachAsync(Actor by, IReadOnlyCollection<long> caseIds, string action, string reason, Func<CaseRow, Task<Decided>> decide)
    {
        var (done, first) = (0, (string?)null);
        foreach (var id in caseIds)
        {
            CaseRow? one;
            await using (var context = contexts.Create())
            {
                one = await CaseQueue.FindAsync(context, id);
            }

            if (one is null)
            {
                first ??= "case: there is no such case";
                continue;
            }

            // The intent first: what goes through the writer stands in no transaction with the log.
            await store.SaveAsync((_, trail) =>
            {
                trail.Add(by, action, CaseSubjects.Of(one), reason: reason);
                return Task.FromResult(true);
            });
            var decided = await decide(one);
            first ??= decided.Refusal;
            done += decided.Refusal is null ? 1 : 0;
        }

        return new CasesDone(done, first);
    }

    private async Task<string> NumberAsync(CaseRow one)
    {
        await using var context = contexts.Create();
        return one.OrderId == 0 ? "" : await context.Orders.Where(o => o.Bucket == one.Bucket && o.Id == one.OrderId).Select(o => o.Number).SingleOrDefaultAsync() ?? "";
    }

    private static DecidedBy Of(Actor by, string evidence, string reason) => new(DecisionProposal.NameOf(by.Text), "", evidence, reason);
}
