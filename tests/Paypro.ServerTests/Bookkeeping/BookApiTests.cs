using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Operator;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>The operator API and the screens of the books: what is sent wrong is refused with a sentence.</summary>
[Collection(DashboardTests.Name)]
public sealed class BookApiTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Nothing that is sent wrong is answered 500, and nothing of it is kept.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsSentWrongIsRefusedInASentence(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("BD"));
        await BookReadTests.PostAsync(ground, $"wrong-{merchant.No}", ground.NowMs, TransferType.OpeningBalance, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -5), new Leg(BookReadTests.Available(merchant), 5));
        using var api = await OperatorCalls.OpenAsync(host, string.Join(' ', Permissions.Operator.Select(p => p.Name)));
        var proposals = await host.ReadAsync(c => c.Proposals.CountAsync());
        const string wish = "\"template\":\"hold\",\"document\":\"a letter\",\"currency\":\"BDT\",\"amountMinor\":1";
        foreach (var (path, body, sentence) in ((string, string, string)[])
        [
            ("ledger/transfers", $"{{\"transfer\":{{{wish.Replace("hold", "a/b", StringComparison.Ordinal)}}},\"reason\":\"x\"}}", "template: must be one of"),
            ("ledger/transfers", $"{{\"transfer\":{{{wish.Replace("a letter", "a\\u0000letter", StringComparison.Ordinal)}}},\"reason\":\"x\"}}", "document must have no control characters"),
            ("ledger/transfers", $"{{\"transfer\":{{{wish},\"statementLine\":\"a\\u0000\"}},\"reason\":\"x\"}}", "statementLine must have no control characters"),
            ("ledger/transfers", $"{{\"transfer\":{{{wish},\"dedupeKey\":\"\\u0001\"}},\"reason\":\"x\"}}", "dedupeKey must have no control characters"),
            ("ledger/transfers", $"{{\"transfer\":{{{wish}}},\"reason\":\"\\u0000\"}}", "reason must have no control characters"),
            ("ledger/transfers", $"{{\"transfer\":{{{wish}}},\"reason\":\"\\ud800\"}}", "reason"),
            ("businesses", "{\"name\":\"A\\u0000\"}", "name must have no control characters"),
            ("terms", "{\"terms\":{\"merchantNo\":0,\"country\":\"M/X\",\"direction\":\"payIn\"},\"reason\":\"x\"}", "country: is not one"),
            ("terms", "{\"terms\":{\"merchantNo\":0,\"country\":\"MX\",\"direction\":\"payIn\",\"validFromMs\":9000000000000000000},\"reason\":\"x\"}", "validFromMs: must be"),
        ])
        {
            var (status, answer) = await OperatorCalls.CallAsync(api, path, body);
            Assert.Equal((HttpStatusCode.BadRequest, true), (status, ((string)answer["error"]!).Contains(sentence, StringComparison.Ordinal)));
        }

        Assert.Equal(proposals, await host.ReadAsync(c => c.Proposals.CountAsync()));

        // A wish that does not come by the API.
        var check = host.The<TransferCheck>();
        foreach (var typed in (TransferWish[])[Wish() with { StatementLine = "a\u0085b" }, Wish() with { DedupeKey = "\0" }, Wish() with { Rate = "\ud800" }, new("hold", "a\0b", "BDT", 1)])
        {
            Assert.Contains("no control characters", await host.ReadAsync(async c => (await check.CheckAsync(c, typed, 0)).Problem), StringComparison.Ordinal);
        }

        // Spans that end before they begin, and times out of the calendar.
        var account = BookReadTests.Available(merchant).Id;
        foreach (var (path, sentence) in ((string, string)[])
        [
            (string.Create(CultureInfo.InvariantCulture, $"ledger/accounts/{account}/entries?from={ground.NowMs + 1000}&to=0&page={merchant.Bucket}-1"), "from: must not be later than to"),
            ("ledger/accounts?currency=%00", "currency: must have no control characters"),
            ("audit?chain=-1&subject=a%00b", "subject: must have no control characters"),
        ])
        {
            var (status, answer) = await OperatorCalls.CallAsync(api, path);
            Assert.Equal((HttpStatusCode.BadRequest, true), (status, ((string)answer["error"]!).Contains(sentence, StringComparison.Ordinal)));
        }

        using var admin = await host.SignedInAsync(Role.Admin);
        using var auditor = await host.SignedInAsync(Role.Auditor);
        using var finance = await host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        foreach (var (who, path, status) in ((Func<string, Task<PortalPage>>, string, HttpStatusCode)[])
        [
            (auditor.GetAsync, "/operator/ledger?at=0001-01-01T00:00", HttpStatusCode.BadRequest),
            (auditor.GetAsync, "/operator/ledger?at=9999-12-31T23:59", HttpStatusCode.BadRequest),
            (auditor.GetAsync, $"/operator/ledger/accounts/{account}?from=2199-12-31&page={merchant.Bucket}-1", HttpStatusCode.BadRequest),
            (finance.GetAsync, $"/dashboard/statement?from=2199-12-31&page={merchant.Bucket}-1", HttpStatusCode.BadRequest),
            (auditor.GetAsync, "/operator/audit?actor=a%00b", HttpStatusCode.NotFound),
            (address => admin.PostAsync(address, ("businessName", "A\0"), ("country", "BR"), ("name", "A\0")), "/operator/merchants", HttpStatusCode.BadRequest),
        ])
        {
            Assert.Equal((path, status), (path, (await who(path)).Status));
        }

        static TransferWish Wish() => new("hold", "a letter", "BDT", 1);
    }

    /// <summary>No text of any call, in its body or its address, is one that PostgreSQL refuses with the whole statement.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoTextOfACallIsAFault(Engine engine)
    {
        var host = (await grounds.OnAsync(engine)).Host;
        using var api = await OperatorCalls.OpenAsync(host, string.Join(' ', Permissions.Operator.Select(p => p.Name)));
        var looked = 0;
        foreach (var operation in OperatorApiRoutes.All)
        {
            var path = Regex.Replace(operation.Path[(OperatorApiRoutes.Root.Length + 1)..], @"\{[a-z]+(:long)?\}", "1");
            foreach (var (name, _) in operation.Query)
            {
                await RefusedAsync($"{path}?{name}=a%00b", null);
            }

            // Each text of its example in turn.
            var example = OperatorOpenApi.ExampleOf(operation);
            foreach (var place in Regex.Matches(example ?? "", ":\"([^\"\\\\]*)\"").Select(m => m.Groups[1]))
            {
                await RefusedAsync(path, $"{example![..place.Index]}a\\u0000b{example[(place.Index + place.Length)..]}");
            }
        }

        Assert.True(looked > 100, $"Only {looked} calls were looked at.");

        async Task RefusedAsync(string path, string? body)
        {
            var (status, answer) = await OperatorCalls.CallAsync(api, path, body);
            Assert.True((int)status / 100 == 4 && answer["error"] is not null, $"{path} {body} is answered {(int)status}");
            looked++;
        }
    }

    /// <summary>A debt that is repaid between two looks at it has no beginning any more, and is left out.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADebtThatIsRepaidMeanwhileIsLeftOut(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant, nowMs) = (ground.Host, await ground.OpenAsync("BD"), ground.NowMs);
        var (receivable, fees) = (AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Receivable, merchant.Country.Currency), AccountId.Platform(merchant.Bucket, AccountKind.Fees, merchant.Country.Currency));
        await BookReadTests.PostAsync(ground, $"owes-{merchant.No}", nowMs, TransferType.Adjustment, new Leg(receivable, -5), new Leg(fees, 5));
        var seen = await host.ReadAsync(c => c.Accounts.SingleAsync(a => a.Bucket == receivable.Bucket && a.Id == receivable.Id));
        Assert.Equal(nowMs, await host.ReadAsync(c => Debts.SinceAsync(c, seen, CancellationToken.None)));
        await BookReadTests.PostAsync(ground, $"pays-{merchant.No}", nowMs, TransferType.Adjustment, new Leg(receivable, 5), new Leg(fees, -5));
        Assert.Null(await host.ReadAsync(c => Debts.SinceAsync(c, seen, CancellationToken.None)));
    }
}
