using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>What nobody asks for again goes away after two days, and nothing else does.</summary>
public sealed class HousekeepingTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task DeletesOldBatchesInPortionsAndNoSignature(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
        var oldId = IdSource.FirstAt(nowMs - 3 * day);
        var newId = IdSource.FirstAt(nowMs - day);
        await node.ReadAsync(c => c.Database.ExecuteSqlAsync($"DELETE FROM batches"));
        var last = oldId + Housekeeping.RowsPerPortion + 9;
        await node.ReadAsync(c => c.Database.ExecuteSqlAsync(
            $"WITH RECURSIVE n(id) AS (SELECT {oldId} UNION ALL SELECT id + 1 FROM n WHERE id < {last}) INSERT INTO batches (bucket, id, created_at_ms, mark) SELECT 3, id, 0, 0 FROM n"));
        await node.ReadAsync(c => c.Database.ExecuteSqlAsync($"INSERT INTO batches (bucket, id, created_at_ms, mark) VALUES (3, {newId}, 0, 0)"));
        await node.ReadAsync(c => c.Database.ExecuteSqlAsync(
            $"INSERT INTO creation_signs (bucket, merchant_no, sign_hash, operation, trade_no, at_ms) VALUES (3, 1, 7, 3, 'old', 0)"));

        var housekeeping = node.Get<Housekeeping>();
        Assert.True(await housekeeping.RunOnceAsync(CancellationToken.None));
        Assert.Equal(11, await node.ReadAsync(c => c.Set<BatchRow>().CountAsync(b => b.Bucket == 3)));
        Assert.False(await housekeeping.RunOnceAsync(CancellationToken.None));

        Assert.Equal([newId], await node.ReadAsync(c => c.Set<BatchRow>().Where(b => b.Bucket == 3).Select(b => b.Id).ToListAsync()));
        Assert.Equal(1, await node.ReadAsync(c => c.CreationSigns.CountAsync()));
    }
}
