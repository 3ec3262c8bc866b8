using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;

namespace Paypro.ServerTests.Checkout;

/// <summary>Two nodes and a link that is paid once: one order, whoever is asked by whom, and whatever dies.</summary>
public sealed class LinkNodesTests
{
    private const int Links = 8;

    [Fact]
    public async Task OneOrderThoughANodeIsKilledInBetween()
    {
        using var key = new MasterKeyFile();
        await using var here = await CheckoutServer.StartAsync(Engine.Postgres, $"--Paypro:MasterKeyFile={key.Path}");
        await using var there = await ServerProcess.StartAsync(new ServerStart
        {
            Database = here.Database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path },
        });
        var links = new List<PaymentLinkRow>();
        for (var i = 0; i < Links; i++)
        {
            links.Add(await here.LinkAsync("MX", l => l.Ways = "va"));
        }

        // Different amounts: only one of them can be the order's. The node dies while it has some of them.
        var sent = new List<Task>();
        for (var i = 0; i < Links; i++)
        {
            var path = here.PathOf(links[i]);
            for (var amount = 100; amount < 103; amount++)
            {
                sent.Add(here.SendAsync(path, ("amount", $"{amount}")));
                sent.Add(AskThereAsync(path, 200 + amount));
            }

            if (i == Links / 2)
            {
                await Task.WhenAny(sent[^2..]);
                there.Kill();
            }
        }

        await Task.WhenAll(sent);
        foreach (var link in links)
        {
            var answer = await here.SendAsync(here.PathOf(link), ("amount", "999"));
            var order = Assert.Single(await here.OrdersAsync(link));
            Assert.Equal(order.Id, (await here.OrderAsync(answer.Location)).Id);
            Assert.Equal(LinkTradeNo.Of(link.Number, 1), order.TradeNo);
            Assert.NotEqual(999_00, order.AmountMinor);
        }

        async Task AskThereAsync(string path, int amount)
        {
            try
            {
                using var content = new FormUrlEncodedContent([KeyValuePair.Create("amount", $"{amount}")]);
                using var answer = await there.Http.PostAsync(new Uri(path, UriKind.Relative), content);
            }
            catch (HttpRequestException)
            {
                // It is dead by now.
            }
        }
    }
}
