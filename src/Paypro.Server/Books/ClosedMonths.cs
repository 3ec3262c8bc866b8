using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>One line of a frozen trial balance: all accounts of a kind of owner, a kind and a currency.</summary>
/// <param name="Accounts">How many there are.</param>
/// <param name="OpeningMinor">At the month's beginning; plus is in favour of the owner.</param>
/// <param name="ClosingMinor">At its end.</param>
/// <param name="WithoutCode">Accounts for which the operator has no code of its own.</param>
internal sealed record MonthLine(OwnerType Owner, AccountKind Kind, int Accounts, long OpeningMinor, long ClosingMinor, int WithoutCode);

/// <summary>A closed month's trial balance in one currency.</summary>
internal sealed record MonthTrial(Currency Currency, IReadOnlyList<MonthLine> Lines)
{
    public long SumMinor => Lines.Sum(l => l.ClosingMinor);
}

/// <summary>One line of a journal: an account's opening balance, or a day of it.</summary>
/// <param name="Date"><c>yyyyMMdd</c>; 0 for the opening.</param>
/// <param name="Code">The operator's own; empty for none.</param>
/// <param name="Named">The account.</param>
/// <param name="DebitMinor">Taken.</param>
/// <param name="CreditMinor">Given.</param>
internal sealed record JournalLine(int Date, string Code, AccountRow Named, long DebitMinor, long CreditMinor);

/// <summary>Reads closed months.</summary>
internal sealed class ClosedMonths(IContexts contexts)
{
    /// <summary>Lines of a journal, at most.</summary>
    public const int MostLines = 1_000_000;

    private const int Most = 240;

    /// <summary>The latest first.</summary>
    public async Task<IReadOnlyList<ClosedMonthRow>> ListAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.ClosedMonths.AsNoTracking().OrderByDescending(m => m.Month).Take(Most).ToListAsync(cancellation);
    }

    /// <summary>As it was frozen; null while the month is not closed.</summary>
    public async Task<IReadOnlyList<MonthTrial>?> TrialAsync(int month, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (!await context.ClosedMonths.AnyAsync(m => m.Month == month, cancellation))
        {
            return null;
        }

        var codes = new CodeBook(await context.AccountCodes.AsNoTracking().ToListAsync(cancellation));
        var rows = await context.MonthBalances.AsNoTracking().Where(b => b.Month == month).ToListAsync(cancellation);
        return
        [
            .. from row in rows
               let named = Named(row.AccountId)
               group (Named: named, Row: row) by named.Currency into currency
               orderby currency.Key
               select new MonthTrial(
                   Currency.Get(currency.Key),
                   [
                       .. currency.GroupBy(a => (a.Named.OwnerType, a.Named.Kind)).OrderBy(g => g.Key).Select(g => new MonthLine(
                           g.Key.OwnerType, g.Key.Kind, g.Count(), g.Sum(a => a.Row.OpeningMinor), g.Sum(a => a.Row.ClosingMinor), g.Count(a => codes.Of(a.Named).Length == 0))),
                   ]),
        ];
    }

    /// <summary>
    /// A closed month's journal in one currency: of each account its opening, then each day on which it moved. The credits less the debits of an account come to what was
    /// frozen; of a day they come to zero.
    /// </summary>
    /// <returns>Null while the month is not closed; the problem when it cannot be given.</returns>
    public async Task<(IReadOnlyList<JournalLine> Lines, string? Problem)?> JournalAsync(int month, string currency, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (Month.Read(month) is not { } of || !await context.ClosedMonths.AnyAsync(m => m.Month == month, cancellation))
        {
            return null;
        }

        if (Currency.All.SingleOrDefault(c => c.Code == currency) is not { } money)
        {
            return ([], "currency: is none that accounts are kept in");
        }

        var codes = new CodeBook(await context.AccountCodes.AsNoTracking().ToListAsync(cancellation));
        var number = money.NumericCode;
        var openings = await context.MonthBalances.AsNoTracking().Where(b => b.Month == month && b.AccountId % 1000 == number && b.OpeningMinor != 0).OrderBy(b => b.AccountId).Select(b => new { b.AccountId, b.OpeningMinor }).ToListAsync(cancellation);
        var days = (await context.DaySumsAsync(of.SinceMs, of.LastDate, cancellation)).Where(d => d.ValueDate >= of.FirstDate && d.AccountId % 1000 == number).OrderBy(d => d.ValueDate).ThenBy(d => d.AccountId).ToList();
        return openings.Count + days.Count > MostLines ? ([], "currency: the journal has more than a million lines")
            : ([
                .. openings.Select(o => Line(0, o.AccountId, Math.Max(0, -o.OpeningMinor), Math.Max(0, o.OpeningMinor))),
                .. days.Select(d => Line(d.ValueDate, d.AccountId, d.DebitMinor, d.CreditMinor)),
            ], null);

        JournalLine Line(int date, long account, long debit, long credit)
        {
            var named = Named(account);
            return new JournalLine(date, codes.Of(named), named, debit, credit);
        }
    }

    /// <summary>Statements of fees by number.</summary>
    /// <param name="month"><c>yyyyMM</c>; 0 for all.</param>
    /// <param name="merchant">Only of this one; null for all.</param>
    /// <param name="after">The last number of the page before.</param>
    /// <param name="most">Of a page.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<FeeStatementRow>> FeesAsync(int month, long? merchant, long after, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = context.FeeStatements.AsNoTracking().Where(s => s.Number > after && (month == 0 || s.Month == month));
        return await (merchant is null ? rows : rows.Where(s => s.MerchantNo == merchant)).OrderBy(s => s.Number).Take(most).ToListAsync(cancellation);
    }

    /// <summary>An amount in the currency's digits with a point, for files.</summary>
    public static string Text(long minor, Currency currency) => AmountText.Fixed(minor, currency, currency.MinorDigits);

    /// <summary>A journal as programs read it; without its head.</summary>
    public static IReadOnlyList<string> Cells(JournalLine line, Currency currency) =>
    [
        line.Date == 0 ? "opening" : Platform.Clock.Text(line.Date), line.Code, line.Named.Id.ToString(CultureInfo.InvariantCulture), BookWords.KeyOf(line.Named.OwnerType), BookWords.OwnerOf(line.Named), BookWords.KeyOf(line.Named.Kind), currency.Code,
        Text(line.DebitMinor, currency), Text(line.CreditMinor, currency),
    ];

    private static AccountRow Named(long account) => AccountId.Open(new AccountKey(0, account));
}
