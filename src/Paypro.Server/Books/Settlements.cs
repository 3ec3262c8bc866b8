using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>What falls due on a day, in one currency, and what of it the runs have moved.</summary>
/// <param name="DueDate">Local, <c>yyyyMMdd</c>.</param>
/// <param name="Merchants">How many have something due.</param>
/// <param name="AmountMinor">All that falls due.</param>
/// <param name="MovedMinor">What was moved to available.</param>
/// <param name="Runs">So often something was moved.</param>
internal sealed record SettlementDay(int DueDate, Currency Currency, int Merchants, long AmountMinor, long MovedMinor, int Runs);

/// <summary>What a merchant has due on a day.</summary>
internal sealed record DueLine(long MerchantNo, AccountKind Kind, int DueDate, Currency Currency, long AmountMinor, long MovedMinor, int Runs);

/// <summary>Reads what becomes available when: of unsettled money, and of reserves.</summary>
internal sealed class Settlements(IContexts contexts)
{
    /// <summary>Days with something due, the latest first.</summary>
    /// <param name="before">Only days before this one, <c>yyyyMMdd</c>.</param>
    /// <param name="most">Lines; a day has one for each currency.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<SettlementDay>> DaysAsync(int before, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();

        // The last three digits of an account's number are its currency, those before its kind, and its owner's number.
        var rows = await context.Set<SettlementDueRow>().AsNoTracking().Where(d => d.DueDate < before && d.DueDate < EntryRow.UntilReleased).GroupBy(d => new { d.DueDate, Currency = d.AccountId % 1000 })
            .Select(g => new { g.Key.DueDate, g.Key.Currency, Accounts = g.Count(), AmountMinor = g.Sum(d => d.AmountMinor), MovedMinor = g.Sum(d => d.SettledMinor), Runs = g.Sum(d => d.RunCount) })
            .OrderByDescending(d => d.DueDate).ThenBy(d => d.Currency).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(r => new SettlementDay(r.DueDate, Currency.All.Single(c => c.NumericCode == r.Currency), r.Accounts, r.AmountMinor, r.MovedMinor, r.Runs))];
    }

    /// <summary>What each merchant has due on one day, by account number.</summary>
    public async Task<IReadOnlyList<(long AccountId, DueLine Line)>> OfDayAsync(int day, long afterAccountId, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = await context.Set<SettlementDueRow>().AsNoTracking().Where(d => d.DueDate == day && d.AccountId > afterAccountId).OrderBy(d => d.AccountId).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(r => (r.AccountId, LineOf(r)))];
    }

    /// <summary>A merchant's own, the latest day first.</summary>
    public async Task<IReadOnlyList<DueLine>> OfMerchantAsync(short bucket, long merchantNo, Currency currency, int before, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var ids = new[] { AccountKind.Unsettled, AccountKind.Held }.Select(kind => AccountId.Merchant(bucket, merchantNo, kind, currency).Id).ToList();
        var rows = await context.Set<SettlementDueRow>().AsNoTracking().Where(d => d.Bucket == bucket && ids.Contains(d.AccountId) && d.DueDate < before && d.DueDate < EntryRow.UntilReleased)
            .OrderByDescending(d => d.DueDate).ThenBy(d => d.AccountId).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(LineOf)];
    }

    private static DueLine LineOf(SettlementDueRow row)
    {
        var account = AccountId.Open(new AccountKey(row.Bucket, row.AccountId));
        return new DueLine(account.OwnerId, account.Kind, row.DueDate, Currency.Get(account.Currency), row.AmountMinor, row.SettledMinor, row.RunCount);
    }
}
