using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// Closes a month: its trial balance is frozen, every merchant that was charged in it gets a numbered statement of fees, and no transfer by hand gets a value date of it any
/// more. Months are closed one after the other, and none is opened again.
/// </summary>
internal sealed class MonthClose(TimeProvider time) : IProposalKind
{
    public const string Name = "month.close";

    public string Kind => Name;

    public string Permission => Permissions.MonthClose;

    /// <summary>No node keeps a picture of it; but a transfer by hand that is decided at the same moment must see it, and those lock the installation too.</summary>
    public bool IsConfiguration => true;

    public static string SubjectOf(int month) => string.Create(CultureInfo.InvariantCulture, $"month:{month}");

    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        MonthOf(subject) is not { } month ? null : await context.ClosedMonths.AnyAsync(m => m.Month == month.Number) ? "closed" : "open";

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        if (MonthOf(proposal.Subject) is not { } month)
        {
            return "month: must be a month like 202611";
        }

        var last = await context.ClosedMonths.MaxAsync(m => (int?)m.Month);
        var lastDate = month.LastDate;
        return time.NowMs() < month.ClosesFromMs ? $"month: it can be closed from day {Month.DaysAfter + 1} of the next one, UTC"
            : last is { } closed && closed >= month.Number ? "month: it is closed already, or one after it"
            : last is { } before && new Month(before).Next != month ? $"month: {new Month(before).Next} has to be closed first"
            : await context.LedgerOrders.AnyAsync(o => o.State == LedgerOrderState.Decided && o.ValueDate <= lastDate) ? "month: a transfer by hand of it is decided and not booked yet; try again in a moment"
            : null;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        if (await ProblemAsync(context, proposal) is { } problem)
        {
            return problem;
        }

        var month = MonthOf(proposal.Subject)!.Value;
        var balances = await BalancesAsync(context, month);
        if (balances.GroupBy(b => b.AccountId % 1000).Any(g => g.Sum(b => b.ClosingMinor) != 0))
        {
            return "month: its trial balance does not sum to zero; look at the chain first";
        }

        var before = await context.ClosedMonths.MaxAsync(m => (int?)m.Month);
        var frozen = before is { } closed ? await context.MonthBalances.AsNoTracking().Where(b => b.Month == closed).ToDictionaryAsync(b => b.AccountId, b => b.ClosingMinor) : null;
        if (frozen is not null && (balances.Any(b => b.OpeningMinor != frozen.GetValueOrDefault(b.AccountId)) || frozen.Any(f => f.Value != 0 && balances.TrueForAll(b => b.AccountId != f.Key))))
        {
            return $"month: something was booked into {new Month(before!.Value)}, which is closed; look at the chain first";
        }

        var statements = await StatementsAsync(context, month);
        context.ClosedMonths.Add(new ClosedMonthRow { Month = month.Number, ClosedAtMs = time.NowMs(), MadeBy = proposal.MadeBy, ClosedBy = by.Text, Reason = proposal.Reason });
        context.MonthBalances.AddRange(balances);
        context.FeeStatements.AddRange(statements);
        trail.Add(by, Name, proposal.Subject, after: new { accounts = balances.Count, feeStatements = statements.Count }, reason: proposal.Reason);
        return null;
    }

    public static Month? MonthOf(string subject) =>
        subject.StartsWith("month:", StringComparison.Ordinal) && long.TryParse(subject.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Month.Read(number) : null;

    /// <summary>What stood at its beginning is what was booked before anything of it could be, and what was booked since with an earlier value date.</summary>
    private static async Task<List<MonthBalanceRow>> BalancesAsync(PayproContext context, Month month)
    {
        var before = (await context.BalancesAsync(month.SinceMs, null, CancellationToken.None)).GroupBy(b => b.AccountId).ToDictionary(g => g.Key, g => g.Sum(b => b.BalanceMinor));
        var days = (await context.DaySumsAsync(month.SinceMs, month.LastDate, CancellationToken.None)).ToLookup(d => d.AccountId);
        return
        [
            .. from account in before.Keys.Union(days.Select(d => d.Key)).Order()
               let opening = before.GetValueOrDefault(account) + days[account].Where(d => d.ValueDate < month.FirstDate).Sum(d => d.CreditMinor - d.DebitMinor)
               let moved = days[account].Where(d => d.ValueDate >= month.FirstDate).ToList()
               where opening != 0 || moved.Count > 0
               select new MonthBalanceRow { Month = month.Number, AccountId = account, OpeningMinor = opening, ClosingMinor = opening + moved.Sum(d => d.CreditMinor - d.DebitMinor) },
        ];
    }

    private static async Task<List<FeeStatementRow>> StatementsAsync(PayproContext context, Month month)
    {
        var sums = await context.ChargedSumsAsync(month.SinceMs, month.FirstDate, month.LastDate, CancellationToken.None);
        var number = await context.FeeStatements.MaxAsync(s => (long?)s.Number) ?? 0;
        return
        [
            .. from sum in sums
               let account = AccountId.Open(new AccountKey(0, sum.AccountId))
               group (account.Kind, sum.Type, sum.AmountMinor) by (sum.MerchantNo, account.Currency) into of
               orderby of.Key.MerchantNo, of.Key.Currency
               select new FeeStatementRow
               {
                   Number = ++number, Month = month.Number, MerchantNo = of.Key.MerchantNo, Currency = of.Key.Currency,
                   FeeMinor = of.Where(s => s.Kind == AccountKind.Fees && s.Type != (short)TransferType.Adjustment).Sum(s => s.AmountMinor),
                   AdjustmentMinor = of.Where(s => s.Kind == AccountKind.Fees && s.Type == (short)TransferType.Adjustment).Sum(s => s.AmountMinor),
                   TaxMinor = of.Where(s => s.Kind == AccountKind.Tax).Sum(s => s.AmountMinor),
                   WithheldMinor = of.Where(s => s.Kind == AccountKind.TaxWithheld).Sum(s => s.AmountMinor),
               },
        ];
    }
}
