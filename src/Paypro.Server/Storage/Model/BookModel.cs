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
        });
    }
}
