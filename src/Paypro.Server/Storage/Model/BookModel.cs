using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of what is booked by hand.</summary>
internal static class BookModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<BankAccountRow>(e =>
        {
            e.ToTable("bank_accounts").HasKey(b => b.Id);
            e.Property(b => b.Id).ValueGeneratedNever();
            e.HasIndex(b => b.Name).IsUnique();
        });
        model.Entity<LedgerOrderRow>(e =>
        {
            e.ToTable("ledger_orders").HasKey(o => o.Id);
            e.Property(o => o.Id).ValueGeneratedNever();

            // Few are ever made, and what waits is looked for every other second.
            e.HasIndex(o => new { o.State, o.Id });
            e.HasIndex(o => new { o.MerchantNo, o.Id });
        });
        model.Entity<ClosedMonthRow>(e =>
        {
            e.ToTable("closed_months").HasKey(m => m.Month);
            e.Property(m => m.Month).ValueGeneratedNever();
        });
        model.Entity<MonthBalanceRow>().ToTable("month_balances").HasKey(b => new { b.Month, b.AccountId });
        model.Entity<FeeStatementRow>(e =>
        {
            e.ToTable("fee_statements").HasKey(s => s.Number);
            e.Property(s => s.Number).ValueGeneratedNever();
            e.HasIndex(s => new { s.MerchantNo, s.Month, s.Currency }).IsUnique();
            e.HasIndex(s => new { s.Month, s.Number });
        });
        model.Entity<AccountCodeRow>().ToTable("account_codes").HasKey(c => new { c.OwnerType, c.Kind, c.OwnerId, c.Currency });
        model.Entity<DestinationRow>(e =>
        {
            e.ToTable("destinations").HasKey(d => d.Id);
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasIndex(d => d.MerchantNo);
        });
        model.Entity<WithdrawalRow>(e =>
        {
            e.ToTable("withdrawals").HasKey(w => w.Id);
            e.Property(w => w.Id).ValueGeneratedNever();
            e.HasIndex(w => new { w.MerchantNo, w.Id });

            // A few a day for each merchant; what the ledger has to do is looked for every other second.
            e.HasIndex(w => new { w.Wants, w.Id });
        });
        model.Entity<WithdrawalScheduleRow>(e =>
        {
            e.ToTable("withdrawal_schedules").HasKey(s => s.MerchantNo);
            e.Property(s => s.MerchantNo).ValueGeneratedNever();
        });
    }
}
