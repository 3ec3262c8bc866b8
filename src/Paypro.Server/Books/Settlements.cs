using System.Globalization;
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
internal sealed record SettlementDay(int DueDate, Currency Currency, int Merchants, long AmountMinor, long MovedMinor, int Runs)
{
    public SettlementPlace Place => new(DueDate, Currency.NumericCode);
}

/// <summary>What a merchant has due on a day.</summary>
internal sealed record DueLine(long MerchantNo, AccountKind Kind, int DueDate, Currency Currency, long AmountMinor, long MovedMinor, int Runs);

/// <summary>The line after which a page of settlements begins: pages go by day, the latest first, and in a day by what its lines are told apart by.</summary>
/// <param name="Day"><c>yyyyMMdd</c>.</param>
/// <param name="Line">Of that day: the number of its account or currency; <see cref="long.MaxValue"/> for all of the day.</param>
internal readonly record struct SettlementPlace(int Day, long Line)
{
    /// <summary>Before the first page.</summary>
    public static readonly SettlementPlace First = new(int.MaxValue, long.MaxValue);

    /// <summary>What <see cref="ToString"/> wrote, or a day, such as 20261129, for what is before it.</summary>
    /// <returns>Null when it is neither.</returns>
    public static SettlementPlace? Read(string text)
    {
        var parts = text.Split('-');
        return parts.Length <= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var day) && Number(parts.Length == 2 ? parts[1] : null) is { } line ? new SettlementPlace(day, line) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day}-{Line}");

    private static long? Number(string? text) => text is null ? long.MaxValue : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : null;
}

/// <summary>Reads what becomes available when: of unsettled money, and of reserves.</summary>
internal sealed class Settlements(IContexts contexts)
{
    /// <summary>Days with something due, the latest first.</summary>
    /// <param name="after">The last line of the page before: a day has one for each currency.</param>
    /// <param name="most">Lines.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<SettlementDay>> DaysAsync(SettlementPlace after, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();

        // The last three digits of an account's number are its currency, those before its kind, and its owner's number.
        var rows = await context.Set<SettlementDueRow>().AsNoTracking().Where(d => d.DueDate <= after.Day && (d.DueDate < after.Day || d.AccountId % 1000 > after.Line) && d.DueDate < EntryRow.UntilReleased).GroupBy(d => new { d.DueDate, Currency = d.AccountId % 1000 })
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

    /// <summary>A merchant's own, the latest day first, each with its place.</summary>
    /// <param name="bucket">The merchant's.</param>
    /// <param name="merchantNo">Whose.</param>
    /// <param name="currency">The merchant's.</param>
    /// <param name="after">The last line of the page before: a day has one of unsettled money and one of the reserve.</param>
    /// <param name="most">Lines.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<(SettlementPlace Place, DueLine Line)>> OfMerchantAsync(short bucket, long merchantNo, Currency currency, SettlementPlace after, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var ids = new[] { AccountKind.Unsettled, AccountKind.Held }.Select(kind => AccountId.Merchant(bucket, merchantNo, kind, currency).Id).ToList();
        var rows = await context.Set<SettlementDueRow>().AsNoTracking().Where(d => d.Bucket == bucket && ids.Contains(d.AccountId) && d.DueDate <= after.Day && (d.DueDate < after.Day || d.AccountId > after.Line) && d.DueDate < EntryRow.UntilReleased)
            .OrderByDescending(d => d.DueDate).ThenBy(d => d.AccountId).Take(most).ToListAsync(cancellation);
        return [.. rows.Select(r => (new SettlementPlace(r.DueDate, r.AccountId), LineOf(r)))];
    }

    private static DueLine LineOf(SettlementDueRow row)
    {
        var account = AccountId.Open(new AccountKey(row.Bucket, row.AccountId));
        return new DueLine(account.OwnerId, account.Kind, row.DueDate, Currency.Get(account.Currency), row.AmountMinor, row.SettledMinor, row.RunCount);
    }
}
