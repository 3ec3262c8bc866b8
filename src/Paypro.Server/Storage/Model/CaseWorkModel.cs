using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of what people do about cases.</summary>
internal static class CaseWorkModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<CaseOwnerRow>(e =>
        {
            e.ToTable("case_owners").HasKey(o => new { o.CaseBucket, o.CaseId });
            e.HasIndex(o => o.UserId);
        });
        model.Entity<EvidenceFileRow>(e =>
        {
            e.ToTable("evidence_files").HasKey(f => f.Id);
            e.Property(f => f.Id).ValueGeneratedNever();
            e.HasIndex(f => f.Subject);
        });
        model.Entity<DecisionRow>(e =>
        {
            e.ToTable("decisions").HasKey(d => d.Id);
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasIndex(d => new { d.State, d.Id });
            e.HasIndex(d => new { d.CaseBucket, d.CaseId });
        });
        model.Entity<CaseAlertRow>().ToTable("case_alerts").HasKey(a => new { a.CaseBucket, a.CaseId, a.OpenedAtMs });
    }
}
