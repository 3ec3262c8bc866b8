using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of what people do about disputes.</summary>
internal static class DisputeModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<DisputeStepRow>(e =>
        {
            e.ToTable("dispute_steps").HasKey(s => s.Id);
            e.Property(s => s.Id).ValueGeneratedNever();
            e.HasIndex(s => new { s.DisputeId, s.Id });

            // Few are ever made, and what is to be carried out is looked for every other second.
            e.HasIndex(s => new { s.State, s.Id });
        });
        model.Entity<DisputeMailRow>().ToTable("dispute_mails").HasKey(m => new { m.DisputeId, m.Kind });
    }
}
