using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of merchants' calls.</summary>
internal static class CallModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<ApiCallRow>(e =>
        {
            e.ToTable("api_calls").HasKey(c => c.Id);
            e.Property(c => c.Id).ValueGeneratedNever();
            e.HasIndex(c => new { c.MerchantNo, c.Id });

            // Only what is kept for a day: the others are found by their key.
            e.HasIndex(c => c.Id).HasFilter("accepted");
        });
        model.Entity<KeyUseRow>(e =>
        {
            e.ToTable("key_uses").HasKey(k => k.KeyId);
            e.Property(k => k.KeyId).ValueGeneratedNever();
        });
        model.Entity<AllowedAddressRow>().ToTable("allow_list").HasKey(a => new { a.MerchantNo, a.Network });
    }
}
