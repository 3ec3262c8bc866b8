using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>The same order again, a hundred times at once, and more payouts than there is money.</summary>
public sealed class IdempotencyTests(ApiHosts hosts)
{
    private static readonly int[] ClabeWeights = [3, 7, 1];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheSameContentGetsTheFirstAnswerAndOtherContentARefusal(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        var first = await merchant.CreateAsync("same");
        var payout = await merchant.PayOutAsync("same");

        var again = await merchant.Client.PostAsync(PayIn, PayInBody("same", "300.00").With("remark", "another"));
        var payoutAgain = await merchant.PayOutAsync("same");
        var refused = new[]
        {
            await merchant.CreateAsync("same", "301"),
            await merchant.CreateAsync("same", "300", "store"),
            await merchant.Client.PostAsync(Link, PayInBody("same")),
            await merchant.PayOutAsync("same", "51"),
            await merchant.Client.PostAsync(Payout, PayoutBody("same").With("customerAccount", "5555555555554444")),
            await merchant.Client.PostAsync(Payout, PayoutBody("same").With("identity", "another")),
        };

        Assert.Equal(Facts(first), Facts(again));
        Assert.Equal(Facts(payout), Facts(payoutAgain));
        Assert.NotEqual(first["platFormTradeNo"], payout["platFormTradeNo"]);
        Assert.All(refused, answer => Assert.Equal(("8000", true), (answer.Code, answer.Message!.StartsWith("tradeNo:", StringComparison.Ordinal))));
        Assert.Equal(2, await host.CountOrdersAsync(merchant));
        Assert.Equal((950_00, 50_00), await BalancesAsync(host, merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AHundredAtOnceAreOneOrderAndOneAnswer(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);

        var payIns = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => merchant.CreateAsync("hundred")));
        var pages = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => merchant.Client.PostAsync(Link, PayInBody("hundred-pages").Without("wayCode"))));
        var payouts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => merchant.PayOutAsync("hundred")));

        foreach (var answers in (ApiAnswer[][])[payIns, pages, payouts])
        {
            Assert.All(answers, answer => Assert.Equal("0000", answer.Code));
            Assert.Single(answers.Select(Facts).Distinct());
        }

        Assert.Equal(3, await host.CountOrdersAsync(merchant));
        Assert.Equal((950_00, 50_00), await BalancesAsync(host, merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task FiftyPayoutsAtOnceNeverTakeMoreThanThereIs(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_020_00);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => merchant.PayOutAsync($"many{i}")));

        Assert.Equal(20, answers.Count(answer => answer.Code == "0000"));
        Assert.All(answers.Where(answer => answer.Code != "0000"), answer =>
            Assert.Equal(("8000", true), (answer.Code, answer.Message!.StartsWith("amount:", StringComparison.Ordinal))));
        Assert.Equal(20, await host.CountOrdersAsync(merchant));
        Assert.Equal((20_00, 1_000_00), await BalancesAsync(host, merchant));
        await using var context = host.The<IContexts>().Create();
        var entries = await context.Entries.Where(e => e.AccountId / 100_000 % 10_000_000_000 == merchant.No).ToListAsync();
        Assert.Equal(1 + (2 * 20), entries.Count);
        Assert.All(entries, entry => Assert.InRange(entry.BalanceAfterMinor, 0, 1_020_00));

        // A refused number stays free.
        var freed = await merchant.PayOutAsync(FirstRefused(answers), "20");
        Assert.Equal("0000", freed.Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EveryOrderHasAClabeOfItsOwnWithARightCheckDigit(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var clabes = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => merchant.CreateAsync($"clabe{round}-{i}")));
            clabes.AddRange(answers.Select(answer => answer["paymentInfo"]!));
        }

        Assert.Equal(500, clabes.Distinct().Count());
        Assert.All(clabes, clabe =>
        {
            Assert.Equal((18, true), (clabe.Length, clabe.All(char.IsAsciiDigit)));
            var sum = clabe.Take(17).Select((digit, i) => (digit - '0') * ClabeWeights[i % 3] % 10).Sum();
            Assert.Equal((10 - (sum % 10)) % 10, clabe[17] - '0');
        });
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AStoreReferenceIsANumberWithACheckDigit(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => merchant.CreateAsync($"store{i}", "300", "store")));

        var references = answers.Select(answer => answer["paymentInfo"]!).ToList();
        Assert.Equal(20, references.Distinct().Count());
        Assert.All(references, reference =>
        {
            Assert.All(reference, digit => Assert.True(char.IsAsciiDigit(digit)));
            var sum = reference.Reverse().Select((digit, i) => (digit - '0') * (1 + (i % 2))).Select(d => d > 9 ? d - 9 : d).Sum();
            Assert.Equal(0, sum % 10);
        });
    }

    private static string FirstRefused(ApiAnswer[] answers) =>
        string.Create(CultureInfo.InvariantCulture, $"many{Array.FindIndex(answers, answer => answer.Code != "0000")}");

    /// <summary>All that an answer says of the order; the envelope's own time may differ.</summary>
    private static string Facts(ApiAnswer answer) => answer.Envelope.GetProperty("data").GetRawText();

    private static async Task<(long Available, long Frozen)> BalancesAsync(ApiHost host, TestMerchant merchant)
    {
        await using var context = host.The<IContexts>().Create();
        var accounts = await context.Accounts.Where(a => a.OwnerType == OwnerType.Merchant && a.OwnerId == merchant.No).ToListAsync();
        return (accounts.Single(a => a.Kind == AccountKind.Available).BalanceMinor, accounts.Single(a => a.Kind == AccountKind.Frozen).BalanceMinor);
    }
}
