using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of refunds that people decide.</summary>
internal static class RefundModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<RefundOrderRow>(e =>
        {
            e.ToTable("refund_orders").HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedNever();
            e.HasIndex(r => new { r.MerchantNo, r.Id });

            // A few a day for each merchant; what is to be made is looked for every few seconds.
            e.HasIndex(r => new { r.State, r.Id });
        });
        model.Entity<RefundLimitRow>(e =>
        {
            e.ToTable("refund_limits").HasKey(l => l.MerchantNo);
            e.Property(l => l.MerchantNo).ValueGeneratedNever();
        });
    }
}
