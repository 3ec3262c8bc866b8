using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of payout files.</summary>
internal static class PayoutFileTables
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<PayoutBatchRow>(e =>
        {
            e.ToTable("payout_batches").HasKey(b => b.Id);
            e.Property(b => b.Id).ValueGeneratedNever();
            e.HasIndex(b => new { b.MerchantNo, b.Hash }).IsUnique();

            // Few are ever made, and what is to be worked off is looked for every other second.
            e.HasIndex(b => new { b.State, b.Id });
        });
        model.Entity<PayoutLineRow>(e =>
        {
            e.ToTable("payout_batch_lines").HasKey(l => l.Id);
            e.Property(l => l.Id).ValueGeneratedNever();
            e.HasIndex(l => new { l.BatchId, l.Line }).IsUnique();
        });
    }
}
