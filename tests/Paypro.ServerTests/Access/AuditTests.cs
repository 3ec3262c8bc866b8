using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>The audit log: in the transaction of what was done, never changed, and a change past the program is found.</summary>
public sealed class AuditTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EveryLineIsInItsChainAndWhatIsTamperedWithIsFound(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.The<AuditedStore>().SaveAsync((_, trail) =>
        {
            trail.Add(Actor.Program, "test.act", $"thing:{i}", before: new { i }, after: new { i = i + 1 }, reason: "a test", chain: (short)(i % 2 == 0 ? AuditTrail.Platform : 5));
            return Task.FromResult(true);
        })));
        var lines = await host.ReadAsync(c => c.Audit.OrderBy(a => a.Chain).ThenBy(a => a.No).ToListAsync());
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), lines.Where(l => l.Chain == 5).Select(l => l.No));
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), lines.Where(l => l.Chain == AuditTrail.Platform).Select(l => l.No));
        await CheckAllAsync();
        Assert.Empty(await BrokenAsync());

        // The database refuses it.
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => RunAsync("UPDATE audit SET reason = 'another' WHERE chain = 5 AND no = 7"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => RunAsync("DELETE FROM audit WHERE chain = 5 AND no = 20"));

        // Whoever owns the database can take that away, and is found all the same: in the middle, and at the end.
        await RunAsync(engine == Engine.Sqlite ? "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete" : "DROP TRIGGER audit_append_only ON audit");
        await RunAsync("UPDATE audit SET reason = 'another' WHERE chain = 5 AND no = 7");
        await RunAsync("DELETE FROM audit WHERE chain = -1 AND no = 20");
        await CheckAllAsync();
        Assert.Equal(["-1", "5"], (await BrokenAsync()).Order(StringComparer.Ordinal));

        async Task CheckAllAsync()
        {
            for (var i = 0; i <= Paypro.Server.Platform.Buckets.Count; i++)
            {
                await host.The<AuditCheck>().RunOnceAsync(CancellationToken.None);
            }
        }

        Task<List<string>> BrokenAsync() => host.ReadAsync(c => c.Cases.Where(k => k.Kind == AuditCheck.Kind).Select(k => k.Subject).ToListAsync());

        async Task RunAsync(string sql)
        {
            await using var context = host.The<IContexts>().Create();
            await context.Database.ExecuteSqlRawAsync(sql);
        }
    }

    /// <summary>Two nodes that change the same rows in opposite order: PostgreSQL ends one of the two transactions, and it is done again.</summary>
    [Fact]
    public async Task OfTwoThatWaitForEachOtherBothAreDone()
    {
        await using var host = await PortalHost.StartAsync(Engine.Postgres);
        await using var other = await host.AnotherNodeAsync();
        var (first, second) = (await host.OpenMerchantAsync("MX"), await host.OpenMerchantAsync("MX"));
        var (begun, holding, bothHold) = (0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await Task.WhenAll(ChangeAsync(host, first, second), ChangeAsync(other, second, first));
        Assert.Equal(3, begun);
        Assert.Equal([$"merchant:{first}", $"merchant:{second}"], (await host.ReadAsync(c => c.Audit.Where(a => a.Action == "test.both").Select(a => a.Subject).ToListAsync())).Order(StringComparer.Ordinal));

        Task<bool> ChangeAsync(PortalHost node, long one, long then) => node.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            Interlocked.Increment(ref begun);
            await LockAsync(context, one);
            if (Interlocked.Increment(ref holding) == 2)
            {
                bothHold.SetResult();
            }

            await bothHold.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
            await LockAsync(context, then);
            trail.Add(Actor.Program, "test.both", $"merchant:{one}");
            return true;
        });

        static Task<int> LockAsync(PayproContext context, long no) => context.Merchants.Where(m => m.MerchantNo == no).ExecuteUpdateAsync(s => s.SetProperty(m => m.Name, m => m.Name));
    }

    [Fact]
    public async Task NothingIsChangedWithoutALine()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.The<AuditedStore>().SaveAsync((context, _) =>
        {
            context.Users.Add(new UserRow { Email = "nobody@example.com", Realm = Realm.Operator });
            return Task.FromResult(true);
        }));
        Assert.Empty(await host.ReadAsync(c => c.Users.ToListAsync()));
    }
}
