using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>Two processes that share nothing but a PostgreSQL and the master key.</summary>
public sealed class TwoNodesTests
{
    [Fact]
    public async Task TwoNodesStartAtOnceOnAnEmptyDatabaseAndSendEveryPayoutOnce()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres, DatabaseTemplate.Empty);
        using var key = new MasterKeyFile();
        var start = new ServerStart { Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path } };
        var nodes = await Task.WhenAll(ServerProcess.StartAsync(start), ServerProcess.StartAsync(start));
        await using var first = nodes[0];
        await using var second = nodes[1];

        var numbers = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            // The same order over both nodes at once is one order.
            var tradeNo = "two-" + i.ToString(CultureInfo.InvariantCulture);
            var answers = await Task.WhenAll(PayAsync(first, tradeNo), PayAsync(second, tradeNo));
            Assert.Equal(answers[0]["platFormTradeNo"], answers[1]["platFormTradeNo"]);
            numbers.Add(answers[0]["platFormTradeNo"]!);
        });
        Assert.Equal(60, numbers.Distinct().Count());

        foreach (var number in numbers)
        {
            Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(async () => (await BankAsync(first, number)).GetProperty("state").GetString() == "Paid"));
            Assert.Equal(1, (await BankAsync(second, number)).GetProperty("sends").GetInt32());
        }

        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(async () =>
        {
            var balance = await SignedClient.Mexico(second.Http).PostAsync("/v1/paypro/queryBalance");
            return decimal.Parse(balance["availableAmount"]!, CultureInfo.InvariantCulture) == 1_000_000 - (60 * 10)
                && decimal.Parse(balance["freezeAmount"]!, CultureInfo.InvariantCulture) == 0;
        }));
    }

    private static Task<ApiAnswer> PayAsync(ServerProcess node, string tradeNo) => SignedClient.Mexico(node.Http).PostAsync(
        "/mex-pay/v1/paypro/payOut", ("tradeNo", tradeNo), ("amount", "10"), ("wayCode", "BANXICO"), ("customerName", "ana"),
        ("customerAccountType", "DebitCard"), ("customerAccount", "4111111111111111"), ("notifyUrl", "http://127.0.0.1:9/n"));

    private static async Task<JsonElement> BankAsync(ServerProcess node, string number) =>
        (await node.Http.GetFromJsonAsync<JsonElement>($"sandbox/rail/{number}")).GetProperty("attempts")[0];
}
