using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the tables of lists: files of long ones, and saved views.</summary>
internal static class ListModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<ListFileRow>(e =>
        {
            // Few are kept at a time, so what waits is found without an index on what changes.
            e.ToTable("list_files").HasKey(f => f.Id);
            e.Property(f => f.Id).ValueGeneratedNever();
            e.HasIndex(f => f.UserId);
        });
        model.Entity<ListFilePartRow>().ToTable("list_file_parts").HasKey(p => new { p.FileId, p.Run, p.No });
        model.Entity<SavedViewRow>(e =>
        {
            e.ToTable("saved_views").HasKey(v => v.Id);
            e.Property(v => v.Id).ValueGeneratedNever();
            e.HasIndex(v => new { v.UserId, v.List, v.Name }).IsUnique();
        });
    }
}
