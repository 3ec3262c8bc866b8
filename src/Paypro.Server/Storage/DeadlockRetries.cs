using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Paypro.Server.Storage;

/// <summary>
/// Does a transaction again that PostgreSQL has undone for the sake of another one: of two that wait for each other's rows it ends one. Nothing else is done again; where
/// the connection breaks, a COMMIT may have been carried out. SQLite writes one after the other.
/// </summary>
internal sealed class DeadlockRetries(DbContext context) : ExecutionStrategy(context, Most, TimeSpan.FromMilliseconds(200))
{
    /// <summary>After the first time.</summary>
    private const int Most = 3;

    /// <summary>The provider wraps what it takes for transient.</summary>
    protected override bool ShouldRetryOn(Exception exception) => exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };
}
