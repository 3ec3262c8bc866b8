using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the table of payment links.</summary>
internal static class LinkModel
{
    public static void Build(ModelBuilder model) => model.Entity<PaymentLinkRow>(e =>
    {
        e.ToTable("payment_links").HasKey(l => l.Id);
        e.Property(l => l.Id).ValueGeneratedNever();
        e.HasIndex(l => l.Number).IsUnique();
        e.HasIndex(l => new { l.MerchantNo, l.Id });
    });
}
