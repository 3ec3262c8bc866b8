using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.RuleWork;

/// <summary>Who is to be on the block list.</summary>
/// <param name="MerchantNo">For one merchant; 0 for all of the country.</param>
/// <param name="Country">Two letters.</param>
/// <param name="Kind">As what the values name a person.</param>
/// <param name="Values">Accounts, phones or tax numbers, in any writing; only their hashes are kept.</param>
/// <param name="Reason">Why.</param>
internal sealed record BlockWish(long MerchantNo, string Country, MarkKind Kind, IReadOnlyList<string> Values, string Reason);

/// <param name="Added">New entries.</param>
/// <param name="Known">Those that were there before.</param>
internal sealed record BlockedView(int Added, int Known);

/// <param name="Country">Two letters.</param>
/// <param name="Kind">As what the value names a person.</param>
/// <param name="Value">In any writing.</param>
internal sealed record BlockQuestion(string Country, MarkKind Kind, string Value);

/// <summary>An entry, without what it was made of: nobody keeps that.</summary>
/// <param name="MerchantNo">For one merchant; 0 for all of the country.</param>
/// <param name="ByMerchant">Entered by the merchant's own people.</param>
internal sealed record BlockEntryView(long Entry, long MerchantNo, string Country, MarkKind Kind, string Reason, string MadeBy, long MadeAtMs, bool ByMerchant)
{
    public static BlockEntryView Of(BlockEntryRow row) => new(row.Id, row.MerchantNo, row.Country, row.Kind, row.Reason, row.MadeBy, row.MadeAtMs, row.IsOwn);
}

/// <summary>Puts people on the block list, which takes away and is done at once, and finds entries. Taking one off is proposed (<see cref="BlockListRemoval"/>).</summary>
internal sealed class BlockListChanges(AuditedStore store, IContexts contexts, BlockEntries entries)
{
    /// <summary>Adds all values or none.</summary>
    public async Task<Change<BlockedView>> AddAsync(Actor by, BlockWish wish, Answer<BlockedView> answer)
    {
        if ((entries.Read(wish.Country, wish.Kind, wish.Values, out var hashes) ?? BlockEntries.ProblemOf(wish.Reason)) is { } problem)
        {
            return Change<BlockedView>.No(problem);
        }

        return await store.ConfigureAsync(async (context, trail) =>
        {
            if (wish.MerchantNo != 0 && !await context.Merchants.AnyAsync(m => m.MerchantNo == wish.MerchantNo && m.Country == wish.Country))
            {
                return Change<BlockedView>.No("merchantNo: there is no such merchant in this country");
            }

            var (added, known, full) = await entries.AddAsync(context, new BlockEntryRow { MerchantNo = wish.MerchantNo, Country = wish.Country, Kind = wish.Kind, Reason = wish.Reason, MadeBy = by.Text }, hashes);
            if (full is not null)
            {
                return Change<BlockedView>.No(full);
            }

            var view = new BlockedView(added, known);
            trail.Add(by, "blocklist.add", SubjectOf(wish.MerchantNo, wish.Country), after: new { wish.MerchantNo, wish.Country, kind = wish.Kind, view.Added, view.Known }, reason: wish.Reason);
            answer.Keep(context, view);
            return Change<BlockedView>.Of(view);
        });
    }

    /// <summary>The entries that a value stands on, for any merchant; a sentence when it cannot be read.</summary>
    public async Task<(IReadOnlyList<BlockEntryView> Entries, string? Problem)> FindAsync(BlockQuestion question)
    {
        if (entries.Read(question.Country, question.Kind, [question.Value], out var hashes) is { } problem)
        {
            return ([], problem.Replace("values:", "value:", StringComparison.Ordinal));
        }

        await using var context = contexts.Create();
        var rows = await context.BlockEntries.AsNoTracking().Where(b => hashes.Contains(b.Hash)).OrderBy(b => b.Id).Take(BlockEntries.MostValues).ToListAsync();
        return ([.. rows.Select(BlockEntryView.Of)], null);
    }

    /// <summary>What somebody who approves a removal looks at.</summary>
    public async Task<string> DescribedAsync(long entry)
    {
        await using var context = contexts.Create();
        return await context.BlockEntries.AsNoTracking().SingleOrDefaultAsync(b => b.Id == entry) is { } row ? JsonSerializer.Serialize(BlockEntryView.Of(row), OperatorJson.Options) : "{}";
    }

    public static string SubjectOf(long merchantNo, string country) => merchantNo == 0 ? $"blocklist:{country}" : MerchantChanges.SubjectOf(merchantNo);
}

/// <summary>Takes an entry off the block list.</summary>
internal sealed class BlockListRemoval : IProposalKind
{
    public const string Name = "blocklist.remove";

    public string Kind => Name;

    public string Permission => Permissions.BlockListEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long entry) => string.Create(CultureInfo.InvariantCulture, $"blocklist-entry:{entry}");

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = IdOf(subject);
        return await context.BlockEntries.AnyAsync(b => b.Id == id) ? "listed" : null;
    }

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => Task.FromResult<string?>(null);

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var id = IdOf(proposal.Subject);
        var row = await context.BlockEntries.SingleAsync(b => b.Id == id);
        context.BlockEntries.Remove(row);
        trail.Add(by, Name, BlockListChanges.SubjectOf(row.MerchantNo, row.Country), before: BlockEntryView.Of(row), reason: proposal.Reason);
        return null;
    }

    private static long IdOf(string subject) => long.Parse(subject["blocklist-entry:".Length..], CultureInfo.InvariantCulture);
}
