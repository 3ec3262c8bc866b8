using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// Opens a case when most numbers of a space are in use or at rest, since getting another prefix from a bank takes weeks, and resolves it when enough are free
/// again. Each bucket has numbers of its own: the one with the fewest counts.
/// </summary>
internal sealed class NumberCases(IContexts contexts, SnapshotStore snapshots, RaiseCases cases, TimeProvider time)
{
    public const string Kind = "numbers-low";

    /// <summary>From this share on, in per cent.</summary>
    public const int FromPercent = 70;

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>What was last said of each space: whether numbers are short.</summary>
    private readonly Dictionary<string, bool> _said = new(StringComparer.Ordinal);

    /// <summary>One turn. What is well at this process's first look is resolved too: it may have been raised before a restart.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        foreach (var (accountId, space) in Spaces(snapshots.Current))
        {
            await LookAsync(accountId, space, cancellation);
        }

        return false;
    }

    /// <summary>Looks at one space of an account.</summary>
    public async Task LookAsync(long accountId, NumberSpace space, CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        var fullest = await context.NumberBlocks.Where(b => b.ChannelAccountId == accountId && b.Kind == space.Kind && b.RestsUntilMs > nowMs)
            .GroupBy(b => b.Bucket).Select(g => new { Bucket = g.Key, Count = g.LongCount() }).OrderByDescending(g => g.Count).FirstOrDefaultAsync(cancellation);
        var percent = (fullest?.Count ?? 0) * 100 / NumberPool.BlocksOf(space);
        await SayAsync(
            $"{accountId.ToString(CultureInfo.InvariantCulture)}/{space.Kind}",
            percent < FromPercent ? "" : $"Channel account {accountId}: {percent} per cent of the numbers '{space.Kind}' of bucket {fullest!.Bucket} are in use or at rest. When all are, its ways give no new order a number; get another prefix.");
    }

    private static IEnumerable<(long AccountId, NumberSpace Space)> Spaces(Snapshot snapshot) => snapshot.Accounts.Values.SelectMany(offer => offer.Ways
        .Where(w => w.Direction == Direction.PayIn).Select(w => offer.PayIns.NumberSpaceFor(w.Way)).OfType<NumberSpace>().DistinctBy(space => space.Kind)
        .Select(space => (offer.Account.Id, space)));

    private async Task SayAsync(string subject, string text)
    {
        var isShort = text.Length > 0;
        if (_said.TryGetValue(subject, out var wasShort) && wasShort == isShort)
        {
            return;
        }

        if (isShort)
        {
            await cases.RaiseAsync(Kind, subject, text, CaseSeverity.Today);
        }
        else
        {
            await cases.EndAsync(Kind, subject, "Enough numbers are free again.");
        }

        _said[subject] = isShort;
    }
}
