using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>A place where our money is: a channel account, an account at a bank, or on its way between the two.</summary>
/// <param name="Named">The ledger's account; its number is what a statement is asked by.</param>
/// <param name="Name">As the operator's people call it.</param>
/// <param name="BookedMinor">What the books say is there.</param>
/// <param name="ToldMinor">What the rail, or a person, has said last; null where nobody has.</param>
/// <param name="ToldAtMs">When that was so, Unix milliseconds UTC; 0 = never.</param>
/// <param name="DifferenceMinor">What was told less what was booked at that very time; null where nobody has told.</param>
internal sealed record CoverPlace(AccountRow Named, string Name, long BookedMinor, long? ToldMinor, long ToldAtMs, long? DifferenceMinor);

/// <summary>In one currency: what is owed against what there is.</summary>
/// <param name="Owed">To merchants and in suspense, by kind.</param>
/// <param name="Places">Where the money is.</param>
internal sealed record CoverLine(Currency Currency, IReadOnlyList<(AccountKind Kind, long Minor)> Owed, IReadOnlyList<CoverPlace> Places)
{
    public long OwedMinor => Owed.Sum(o => o.Minor);

    public long BookedMinor => Places.Sum(p => p.BookedMinor);

    /// <summary>By the books; below zero is a shortfall.</summary>
    public long SurplusMinor => BookedMinor - OwedMinor;

    /// <summary>The same with what rails and banks say where they say something: each is compared with the books of the time at which it was told.</summary>
    public long ToldSurplusMinor => SurplusMinor + Places.Sum(p => p.DifferenceMinor ?? 0);
}

/// <summary>Whether what is owed is there.</summary>
internal sealed class Cover(BookReads books, IContexts contexts, Installation installation)
{
    /// <summary>What is not ours, in the order in which it is shown.</summary>
    public static readonly IReadOnlyList<AccountKind> Owed = [AccountKind.Available, AccountKind.Frozen, AccountKind.Unsettled, AccountKind.Held, AccountKind.Suspense];

    private static readonly IReadOnlyList<AccountKind> Places = [AccountKind.Clearing, AccountKind.Bank, AccountKind.InTransit];

    public async Task<IReadOnlyList<CoverLine>> ReadAsync(CancellationToken cancellation)
    {
        var accounts = await books.AccountsAsync(long.MaxValue, cancellation);
        await using var context = contexts.Create();
        var channels = await context.ChannelAccounts.AsNoTracking().ToDictionaryAsync(c => c.Id, cancellation);
        var pots = (await context.ChannelPots.AsNoTracking().ToListAsync(cancellation)).ToLookup(p => p.ChannelAccountId);
        var banks = await context.BankAccounts.AsNoTracking().ToDictionaryAsync(b => b.Id, cancellation);
        var lines = new List<CoverLine>();
        foreach (var currency in accounts.GroupBy(a => a.Named.Currency).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var places = new List<CoverPlace>();

            // A sandbox makes its merchants' first money from nothing; it counts as there.
            foreach (var account in currency.Where(a => Places.Contains(a.Named.Kind) || (installation.IsSandbox && a.Named.Kind == AccountKind.Equity)))
            {
                var (name, told, toldAtMs) = account.Named switch
                {
                    { Kind: AccountKind.Clearing } c => Told(channels.GetValueOrDefault(c.OwnerId), pots[c.OwnerId], c),
                    { Kind: AccountKind.Bank } b when banks.TryGetValue(b.OwnerId, out var bank) => (bank.Name, bank.ToldAtMs > 0 ? bank.ToldMinor : null, bank.ToldAtMs),
                    var other => (banks.GetValueOrDefault(other.OwnerId)?.Name ?? "", (long?)null, 0L),
                };
                var thenMinor = told is null ? 0 : (await context.BalancesAsync(toldAtMs + 1, account.Named.Id, cancellation)).Sum(b => b.BalanceMinor);
                places.Add(new CoverPlace(account.Named, name, -account.BalanceMinor, told, told is null ? 0 : toldAtMs, told + thenMinor));
            }

            lines.Add(new CoverLine(
                Currency.Get(currency.Key),
                [.. Owed.Select(kind => (kind, currency.Where(a => a.Named.Kind == kind && a.Named.OwnerType == (kind == AccountKind.Suspense ? OwnerType.Platform : OwnerType.Merchant)).Sum(a => a.BalanceMinor)))],
                places));
        }

        return lines;
    }

    /// <summary>All pots of a channel account together, when each of them has told a balance.</summary>
    private static (string Name, long? Told, long ToldAtMs) Told(ChannelAccountRow? channel, IEnumerable<ChannelPotRow> pots, AccountRow clearing)
    {
        var all = pots.ToList();
        return channel is null ? ("", null, 0)
            : channel.Currency != clearing.Currency || all.Count == 0 || all.Any(p => p.ToldAtMs == 0) ? (channel.Name, null, 0)
            : (channel.Name, all.Sum(p => p.BalanceMinor), all.Min(p => p.ToldAtMs));
    }
}
