using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Storage;

/// <summary>The migration of each engine makes what the model says: whoever changes a row without making it anew learns of it here.</summary>
public sealed class MigrationTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public void TheMigrationIsThatOfTheModel(Engine engine)
    {
        using PayproContext context = engine == Engine.Sqlite
            ? new SqlitePayproContext(new DbContextOptionsBuilder<SqlitePayproContext>().UseSqlite("Data Source=none.db").Options)
            : new PostgresPayproContext(new DbContextOptionsBuilder<PostgresPayproContext>().UseNpgsql("Host=localhost").Options);
        Assert.False(context.Database.HasPendingModelChanges(), "A row or an index changed: run eng/migration.");
        Assert.Equal(["20260101000000_Initial"], context.Database.GetMigrations());
    }
}
