using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Platform;

/// <summary>A graceful stop finishes what it accepted.</summary>
public sealed class StopTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EveryOrderAcknowledgedWhileStoppingIsThereAfterwards(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        var start = new ServerStart { Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path } };
        var acknowledged = new ConcurrentBag<string>();
        await using (var first = await ServerProcess.StartAsync(start))
        {
            var merchant = SignedClient.Mexico(first.Http);
            var warm = new TaskCompletionSource();
            var load = Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            {
                var tradeNo = "stop-" + i.ToString(CultureInfo.InvariantCulture);
                try
                {
                    var answer = await merchant.PostAsync(
                        "/v1/paypro/payInApi", ("tradeNo", tradeNo), ("amount", "300"), ("wayCode", "va"), ("notifyUrl", "http://127.0.0.1:9/n"));
                    if (answer.Http == System.Net.HttpStatusCode.OK && answer.Code == "0000")
                    {
                        acknowledged.Add(tradeNo);
                    }
                }
                catch (HttpRequestException)
                {
                    // Not accepted any more.
                }

                if (acknowledged.Count >= 20)
                {
                    warm.TrySetResult();
                }
            });
            await Task.WhenAny(warm.Task, load);
            var exit = await first.StopAsync();
            await load;
            Assert.Equal(0, exit.Code);
            Assert.InRange(acknowledged.Count, 20, 300);
        }

        await using var second = await ServerProcess.StartAsync(start);
        var again = SignedClient.Mexico(second.Http);
        foreach (var tradeNo in acknowledged)
        {
            var found = await again.PostAsync("/v1/paypro/queryPayInResult", ("tradeNo", tradeNo));
            Assert.Equal(("0000", "0015"), (found.Code, found.Status));
        }
    }

    /// <summary>Its database may be one that many programs use.</summary>
    [Fact]
    public async Task AnApplicationThatEndedHasNoConnectionLeft()
    {
        await using var ground = await PaymentsGround.StartAsync(Engine.Postgres);
        await using var connection = new NpgsqlConnection(ground.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var before = await CountAsync();
        await using (var other = await ground.AnotherNodeAsync())
        {
            await (await other.OpenShopAsync(0)).PayInAsync(1_00);
            Assert.InRange(await CountAsync(), before + 2, int.MaxValue);
        }

        // A server process ends a moment after its client has closed the connection.
        for (var patience = 0; patience < 100 && await CountAsync() > before; patience++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, await CountAsync());

        async Task<long> CountAsync()
        {
            await using var count = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", connection);
            return (long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }
    }
}
