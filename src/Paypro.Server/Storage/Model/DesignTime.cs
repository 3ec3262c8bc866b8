using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Paypro.Server.Storage;

/// <summary>For <c>dotnet ef migrations add</c> only: a context without a database.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqlitePayproContext>
{
    public SqlitePayproContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlitePayproContext>().UseSqlite("Data Source=design.db").Options);
}

/// <inheritdoc cref="SqliteDesign"/>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresPayproContext>
{
    public PostgresPayproContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresPayproContext>().UseNpgsql("Host=localhost;Database=design").Options);
}
