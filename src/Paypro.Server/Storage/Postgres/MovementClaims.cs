using Npgsql;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Claims of movements, outside the batches that book them. One rule makes a movement happen once: a batch books it only by the statement
/// that its claim names, and reads the claim while it holds the lock of that statement's bucket; and a claim is changed only by who holds
/// the lock of the bucket that it names and sees that its statement is not booked. So a booked movement keeps its claim for good, and a claim
/// that was left behind by a crash, or by a command that booked nothing, is taken over.
/// </summary>
/// <param name="source">With the writer's settings.</param>
/// <param name="groups">Of buckets.</param>
internal sealed class MovementClaims(NpgsqlDataSource source, BucketGroups groups)
{
    private readonly PostgresSql<MovementClaimRow> _claims = new(HotTables.Movements, grouped: false);

    /// <summary>Whether a claim is committed before the batch. With one group the batch claims by itself, in the same transaction.</summary>
    public bool First => groups.Count > 1;

    /// <summary>
    /// Claims what nobody has claimed, in a transaction of its own. It may be repeated: a claim whose reply was lost is found standing.
    /// </summary>
    /// <returns>The claims that stand of all the movements that the commands named; null where the batch claims.</returns>
    public async Task<IReadOnlyList<MovementClaimRow>?> ClaimAsync(Needs needs)
    {
        if (!First)
        {
            return null;
        }

        if (needs.Movements.Count == 0)
        {
            return [];
        }

        await using var batch = source.CreateBatch();
        if (needs.Claims.Count > 0)
        {
            batch.BatchCommands.Add(_claims.InsertRows([.. needs.Claims.Select(static c => Row(c.Key, c.Value))], contested: true));
        }

        batch.BatchCommands.Add(MovementLoads.Select(needs.Movements));
        await using var reader = await batch.ExecuteReaderAsync();
        var standing = new List<MovementClaimRow>(needs.Movements.Count);
        while (await reader.ReadAsync())
        {
            standing.Add(HotTables.Movements.Read(reader));
        }

        return standing;
    }

    /// <summary>
    /// Gives claims to the statements that are to book the movements, where they may be given. Afterwards the batch runs again and sees what
    /// stands. Lock and change are one transaction: whoever loses the lock has changed nothing.
    /// </summary>
    public async Task TakeAsync(IReadOnlyList<MovementClaimRow> wanted)
    {
        foreach (var claim in wanted)
        {
            if (await StandingAsync(claim) is not { } standing)
            {
                await using var insert = source.CreateBatch();
                insert.BatchCommands.Add(_claims.InsertRows([claim], contested: true));
                await insert.ExecuteNonQueryAsync();
            }
            else if (standing != claim.Statement)
            {
                await TakeOverAsync(claim, standing);
            }
        }
    }

    private async Task TakeOverAsync(MovementClaimRow wanted, StatementKey standing)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT bucket FROM bucket_locks WHERE bucket = $1 FOR UPDATE", connection) { Parameters = { new NpgsqlParameter<short> { TypedValue = standing.Bucket } } })
        {
            await hold.ExecuteNonQueryAsync();
        }

        await using (var look = new NpgsqlCommand("SELECT booked_at_ms FROM rail_statements WHERE bucket = $1 AND id = $2", connection))
        {
            look.Parameters.Add(new NpgsqlParameter<short> { TypedValue = standing.Bucket });
            look.Parameters.Add(new NpgsqlParameter<long> { TypedValue = standing.Id });
            if (await look.ExecuteScalarAsync() is long and not 0)
            {
                return;
            }
        }

        // Only from the statement that was looked at.
        await using var change = new NpgsqlCommand(
            "UPDATE rail_movements SET statement_bucket = $5, statement_id = $6 " +
            "WHERE channel_account_id = $1 AND direction = $2 AND kind = $3 AND dedupe_key = $4 AND statement_bucket = $7 AND statement_id = $8",
            connection);
        AddKey(change, wanted);
        change.Parameters.Add(new NpgsqlParameter<short> { TypedValue = wanted.StatementBucket });
        change.Parameters.Add(new NpgsqlParameter<long> { TypedValue = wanted.StatementId });
        change.Parameters.Add(new NpgsqlParameter<short> { TypedValue = standing.Bucket });
        change.Parameters.Add(new NpgsqlParameter<long> { TypedValue = standing.Id });
        await change.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private async Task<StatementKey?> StandingAsync(MovementClaimRow claim)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(MovementLoads.Select([claim.Key]));
        await using var reader = await batch.ExecuteReaderAsync();
        return await reader.ReadAsync() ? HotTables.Movements.Read(reader).Statement : null;
    }

    private static void AddKey(NpgsqlCommand command, MovementClaimRow claim)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.ChannelAccountId });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)claim.Direction });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)claim.Kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = claim.DedupeKey });
    }

    private static MovementClaimRow Row(RailMovementKey key, StatementKey by) => new()
    {
        ChannelAccountId = key.ChannelAccountId,
        Direction = key.Direction,
        Kind = key.Kind,
        DedupeKey = key.DedupeKey,
        StatementBucket = by.Bucket,
        StatementId = by.Id,
    };
}
