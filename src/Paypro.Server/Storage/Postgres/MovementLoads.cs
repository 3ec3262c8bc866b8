using Npgsql;
using NpgsqlTypes;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Reads the claims of movements, and the statements that they name, in a batch whose locks are taken. Where claims are made with the batch
/// that is one statement. Where they stand before it, the statements are known by then and are read by their own keys, each group's by
/// itself, since a claim and its statement may lie apart.
/// </summary>
/// <param name="groups">Of buckets.</param>
internal sealed class MovementLoads(BucketGroups groups)
{
    private const string Key = "channel_account_id, direction, kind, dedupe_key";
    private const string SameKey =
        "r.channel_account_id = k.channel_account_id AND r.direction = k.direction AND r.kind = k.kind AND r.dedupe_key = k.dedupe_key";

    /// <summary>The bucket is the claim's: whatever bucket the reference names.</summary>
    private static readonly string WithStatements =
        $"SELECT {HotTables.Movements.ColumnList("t.")}, {HotTables.Statements.ColumnList("s.")} " +
        $"FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::text[]) AS k({Key}) " +
        $"CROSS JOIN LATERAL (SELECT * FROM rail_movements r WHERE {SameKey} OFFSET 0) t " +
        "LEFT JOIN LATERAL (SELECT * FROM rail_statements r WHERE r.bucket = t.statement_bucket AND r.id = t.statement_id OFFSET 0) s ON true";

    private static readonly string Alone =
        $"SELECT {HotTables.Movements.ColumnList("r.")} FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::text[]) AS k({Key}) " +
        $"JOIN rail_movements r ON {SameKey} WHERE r.dedupe_key = ANY($4)";

    private static readonly int ClaimColumns = HotTables.Movements.Columns.Count;
    private static readonly Func<System.Data.Common.DbDataReader, StatementRow> ReadBehindClaim = HotTables.Statements.ReaderBehind(ClaimColumns);
    private readonly PostgresSql<StatementRow> _statements = new(HotTables.Statements, groups.Count > 1);

    /// <summary>Claims by their keys.</summary>
    public static NpgsqlBatchCommand Select(IReadOnlyCollection<RailMovementKey> keys) => WithKeys(Alone, keys);

    /// <summary>Asks for the claims of the movements that the commands named.</summary>
    /// <param name="ask">Adds a statement and what reads its rows.</param>
    /// <param name="needs">What the commands named.</param>
    /// <param name="claimed">The claims that stood before the batch; null where they are made with it.</param>
    /// <param name="state">Takes them in.</param>
    /// <returns>To be called when everything is read.</returns>
    /// <exception cref="BatchConflictException">Thrown by what is returned: a claim has changed meanwhile.</exception>
    public Action Ask(
        Action<NpgsqlBatchCommand, Action<NpgsqlDataReader>> ask, Needs needs, IReadOnlyList<MovementClaimRow>? claimed, BatchState state)
    {
        if (needs.Movements.Count == 0)
        {
            return static () => { };
        }

        if (claimed is null)
        {
            ask(WithKeys(WithStatements, needs.Movements), r => state.LoadClaim(HotTables.Movements.Read(r), StatementOf(r)));
            return static () => { };
        }

        var standing = new List<MovementClaimRow>(claimed.Count);
        var named = new Dictionary<StatementKey, StatementRow>(claimed.Count);
        ask(Select(needs.Movements), r => standing.Add(HotTables.Movements.Read(r)));
        foreach (var of in claimed.Select(static c => c.Statement).Distinct().GroupBy(k => groups.Of(k.Bucket)))
        {
            ask(ByKey([.. of.Order()]), r =>
            {
                var row = HotTables.Statements.Read(r);
                named[row.Key] = row;
            });
        }

        return () => Take(standing, claimed, named, state);
    }

    private static void Take(
        List<MovementClaimRow> standing, IReadOnlyList<MovementClaimRow> claimed, Dictionary<StatementKey, StatementRow> named, BatchState state)
    {
        var before = claimed.ToDictionary(static c => c.Key, static c => c.Statement);
        foreach (var claim in standing)
        {
            if (!before.TryGetValue(claim.Key, out var by) || by != claim.Statement)
            {
                throw new BatchConflictException("rail_movements");
            }

            state.LoadClaim(claim, named.GetValueOrDefault(by));
        }
    }

    private NpgsqlBatchCommand ByKey(StatementKey[] keys) => _statements.Select(
        false,
        groups.BucketsOf(keys[0].Bucket),
        ("bucket", NpgsqlDbType.Smallint, Array.ConvertAll(keys, static k => k.Bucket)),
        ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id)));

    private static StatementRow? StatementOf(NpgsqlDataReader reader) => reader.IsDBNull(ClaimColumns) ? null : ReadBehindClaim(reader);

    private static NpgsqlBatchCommand WithKeys(string text, IReadOnlyCollection<RailMovementKey> keys) => new(text)
    {
        Parameters =
        {
            new NpgsqlParameter<long[]> { TypedValue = [.. keys.Select(static k => k.ChannelAccountId)] },
            new NpgsqlParameter<short[]> { TypedValue = [.. keys.Select(static k => (short)k.Direction)] },
            new NpgsqlParameter<short[]> { TypedValue = [.. keys.Select(static k => (short)k.Kind)] },
            new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(static k => k.DedupeKey)] },
        },
    };
}
