using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;
using Paypro.ServerTests.Cases;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>From its papers to its end: what operators do to a merchant, on the screens and by the API.</summary>
public sealed class MerchantLifeTests
{
    private const long No = 2_000_000_001;
    private static readonly AccountKey Available = AccountId.Merchant(Buckets.Of($"{No}"), No, AccountKind.Available, Currency.Mxn);
    private static readonly byte[] Pdf = "%PDF-1.7 a document"u8.ToArray();

    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>A file is what its bytes say, is sealed where it lies, and is opened by whoever may, with a line in the log.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task PapersAreDeliveredDecidedAndApprovedByTwo(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var risk = await host.SignedInAsync(Role.Risk);
        await admin.GetAsync("/operator/merchants");
        foreach (var (name, country) in ((string, string)[])[("", "BR"), ("A shop", "XX")])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/operator/merchants", ("businessName", "Left over"), ("country", country), ("name", name))).Status);
        }

        Assert.Equal(0, await host.ReadAsync(c => c.Businesses.CountAsync()));
        await AddMerchantAsync(host);
        var path = $"/operator/merchants/{No}";
        Assert.Contains("must be a PDF", WebUtility.HtmlDecode((await admin.UploadAsync($"{path}/papers/file", "scan.pdf", "<html>"u8.ToArray(), ("paper", "cnpj"))).Html), StringComparison.Ordinal);
        Assert.Equal($"{path}/papers?done=saved", (await admin.UploadAsync($"{path}/papers/file", "..\\..\\scan one.pdf", Pdf, ("paper", "cnpj"))).Path);
        Assert.Contains("is not one that this merchant", WebUtility.HtmlDecode((await admin.UploadAsync($"{path}/papers/file", "scan.pdf", Pdf, ("paper", "rfc"))).Html), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.UploadAsync($"{path}/papers/file", "scan.pdf", new byte[Papers.MostBytes + 100_000], ("paper", "cnpj"))).Status);
        var stored = await host.ReadAsync(c => c.MerchantDocuments.AsNoTracking().SingleAsync());
        Assert.Equal(("scan one.pdf", "application/pdf"), (stored.Name, stored.Type));
        Assert.False(stored.Sealed.AsSpan().IndexOf("a document"u8) >= 0);
        var opened = await risk.PostAsync($"{path}/papers/open", ("file", $"{stored.Id}"));
        Assert.Equal(Encoding.UTF8.GetString(Pdf), opened.Html);
        Assert.True(await host.ReadAsync(c => c.Audit.AnyAsync(a => a.Action == "paper.read" && a.Subject == $"merchant:{No}/paper:cnpj")));

        // Accepted needs a file, all else a reason.
        Assert.Contains("has no file", WebUtility.HtmlDecode((await risk.PostAsync($"{path}/papers", ("paper", "contrato"), ("state", "Accepted"))).Html), StringComparison.Ordinal);
        Assert.Contains("must say why", WebUtility.HtmlDecode((await risk.PostAsync($"{path}/papers", ("paper", "contrato"), ("state", "NotNeeded"))).Html), StringComparison.Ordinal);
        foreach (var paper in (await host.The<Papers>().ListAsync(No)).Select(p => p.Code))
        {
            Assert.Equal($"{path}/papers?done=saved", (await risk.PostAsync($"{path}/papers", ("paper", paper), ("state", paper == "cnpj" ? "Accepted" : "NotNeeded"), ("note", "seen"))).Path);
        }

        // One proposes, a file comes, and what was proposed is not what is there any more.
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        Assert.Equal("/operator/proposals?done=proposed", (await risk.PostAsync($"{path}/approve", ("reason", "all seen"))).Path);
        var first = (await host.ReadAsync(c => c.Proposals.SingleAsync())).Id;
        await admin.UploadAsync($"{path}/papers/file", "more.pdf", Pdf, ("paper", "cnpj"));
        Assert.Contains("has changed since", WebUtility.HtmlDecode((await admin.PostAsync($"/operator/proposals/{first}", ("do", "approve"))).Html), StringComparison.Ordinal);
        await risk.PostAsync($"{path}/papers", ("paper", "cnpj"), ("state", "Accepted"));
        await risk.PostAsync($"{path}/approve", ("reason", "all seen"));
        var second = (await host.ReadAsync(c => c.Proposals.SingleAsync(p => p.Id != first))).Id;
        Assert.False((await MerchantAsync(host)).PayInsOpen);
        Assert.Equal("/operator/proposals?done=saved", (await admin.PostAsync($"/operator/proposals/{second}", ("do", "approve"))).Path);
        var merchant = await MerchantAsync(host);
        Assert.True(merchant is { Approved: true, PayInsOpen: true, PayoutsOpen: true });

        // Closed for good by two; nothing opens it again.
        await risk.PostAsync($"{path}/close", ("reason", "the contract has ended"));
        var third = (await host.ReadAsync(c => c.Proposals.SingleAsync(p => p.Kind == MerchantClose.Name))).Id;
        await admin.PostAsync($"/operator/proposals/{third}", ("do", "approve"));
        Assert.False((await MerchantAsync(host)).Open);
        Assert.Contains("this merchant is closed", WebUtility.HtmlDecode((await risk.PostAsync($"{path}/reopen", ("what", "both"), ("reason", "again"))).Html), StringComparison.Ordinal);
    }

    /// <summary>What the document shows as an example is taken, and what is answered is as the document says.</summary>
    [Fact]
    public async Task EveryExampleOfTheOperatorApiRuns()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var finance = await host.SignedInAsync(Role.Finance);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.AlsoAsync(Role.Admin, Role.Finance);
        var token = await TokenAsync(host);
        using var http = new HttpClient { BaseAddress = host.Address };
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri(OperatorApiRoutes.Root + "/openapi.json", UriKind.Relative)))!;
        var schemas = document["components"]!["schemas"]!.AsObject();
        var (held, ofOrder) = ("", new OrderActionExamples(host, No));
        foreach (var operation in OperatorApiRoutes.All)
        {
            await PrepareAsync(operation.Id);
            await DisputeExamples.PrepareAsync(host, operation.Id, Available.Bucket, No);
            var address = operation.Address.Replace("{code}", "rfc", StringComparison.Ordinal).Replace("{file}", $"{(await host.ReadAsync(c => c.MerchantDocuments.FirstOrDefaultAsync()))?.Id}", StringComparison.Ordinal)
                .Replace("{case}", $"{await CaseExamples.IdOfAsync(host, operation.Id)}", StringComparison.Ordinal).Replace("{held}", held, StringComparison.Ordinal).Replace("{dispute}", $"{await DisputeExamples.IdOfAsync(host)}", StringComparison.Ordinal).Replace("{evidence}", $"{await DisputeExamples.FileOfAsync(host)}", StringComparison.Ordinal).Replace("{number}", await ofOrder.NumberAsync(operation.Id) ?? (await host.ReadAsync(c => c.Orders.FirstOrDefaultAsync()))?.Number ?? "", StringComparison.Ordinal)
                .Replace("/proposals/{no}", $"/proposals/{(await host.ReadAsync(c => c.Proposals.FirstOrDefaultAsync()))?.Id}", StringComparison.Ordinal)
                // A ledger's account has another number than a channel account.
                .Replace("/ledger/accounts/{account}", $"/ledger/accounts/{Available.Id}", StringComparison.Ordinal).Replace("{bucket}", $"{Available.Bucket}", StringComparison.Ordinal).Replace("{transfer}", "1", StringComparison.Ordinal)
                .Replace("{bank}", "1", StringComparison.Ordinal).Replace("{withdrawal}", "1", StringComparison.Ordinal).Replace("{destination}", operation.Id == "confirmDestination" ? "2" : "1", StringComparison.Ordinal)
                .Replace("{no}", $"{No}", StringComparison.Ordinal).Replace("{key}", "7", StringComparison.Ordinal).Replace("{user}", "2", StringComparison.Ordinal).Replace("{token}", "1", StringComparison.Ordinal).Replace("{account}", "1", StringComparison.Ordinal)
                .Replace("{month}", "202312", StringComparison.Ordinal).Replace("{notice}", $"{(await host.ReadAsync(c => c.Notices.FirstOrDefaultAsync()))?.Id}", StringComparison.Ordinal).Replace("{pot}", "payout", StringComparison.Ordinal).Replace("{entry}", $"{(await host.ReadAsync(c => c.BlockEntries.FirstOrDefaultAsync()))?.Id}", StringComparison.Ordinal).Replace("{country}", "MX", StringComparison.Ordinal).Replace("{window}", $"{(await host.ReadAsync(c => c.ChannelMaintenances.FirstOrDefaultAsync()))?.Id}", StringComparison.Ordinal);
            address += operation.Id == "getMonthJournal" ? "?currency=MXN" : "";
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(address, UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Add("Idempotency-Key", operation.Id);
            if (operation.NeedsTag)
            {
                request.Headers.Add("If-Match", "*");
            }

            var described = document["paths"]![operation.Address]![operation.Method.ToLowerInvariant()]!;
            if (described["requestBody"] is { } body)
            {
                var example = body["content"]!["application/json"]!["example"]!;
                DisputeExamples.Complete(host, example);
                if (example["cases"] is JsonArray { Count: 1 } cases)
                {
                    cases[0] = await CaseExamples.IdOfAsync(host, operation.Id);
                }

                request.Content = new StringContent(example.ToJsonString(), Encoding.UTF8, "application/json");
            }

            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode == operation.Status, $"{operation.Id} is answered {(int)answer.StatusCode} {text}");
            if (described["responses"]![$"{operation.Status}"]!["content"]!["application/json"] is { } told)
            {
                var schema = schemas[told["schema"]!["$ref"]!.GetValue<string>().Split('/')[^1]]!;
                Assert.Equal(schema["properties"]!.AsObject().Select(p => p.Key), JsonNode.Parse(text)!.AsObject().Select(p => p.Key));
            }
        }

        // What the example of the next call needs.
        async Task PrepareAsync(string id)
        {
            switch (id)
            {
                case "approveMerchant":
                    foreach (var paper in (await host.The<Papers>().ListAsync(No)).Select(p => p.Code))
                    {
                        Assert.Null(await host.The<Papers>().DecideAsync(Actor.Program, No, paper, PaperState.NotNeeded, "seen"));
                    }

                    break;
                case "reopenMerchant":
                    await ChangeAsync(host, m => (m.Approved, m.PayInsOpen) = (true, false));
                    break;
                case "closeMerchant":
                    await ChangeAsync(host, m => m.PayInsOpen = true);
                    break;
                case "getPaperFile":
                    Assert.Null(await host.The<Papers>().AddFileAsync(Actor.Program, No, "rfc", "file.pdf", Pdf));
                    break;
                case "listCaseGroups":
                    await CaseExamples.AddAsync(host, No);
                    break;
                case "endKey":
                    await host.The<AuditedStore>().ConfigureAsync((context, trail) =>
                    {
                        context.MerchantKeys.Add(host.The<KeyMaker>().Make(7, No, Paypro.Protocol.Signing.SigningAlgorithm.Md5, "a secret of a test", signs: true, 1));
                        trail.Add(Actor.Program, "test.key", "key:7");
                        return Task.FromResult(true);
                    });
                    break;
                case "checkChannelAccount":
                case "tellBalance":
                    // A pot is old enough for a balance after some minutes, and every node knows the account by then.
                    host.Time.Pass(TimeSpan.FromMinutes(4));
                    await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
                    break;
                case "raiseBalance":
                    // A balance is not told alone.
                    (await host.SignedInAsync(Role.Finance)).Dispose();
                    break;
                case "endRecovery":
                    await host.The<RecoveryBegin>().RunAsync();
                    break;
                case "endChannelSecret":
                    await host.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
                    {
                        context.ChannelSecrets.Add(host.The<ChannelSecretMaker>().Make(await context.ChannelAccounts.SingleAsync(), "key", "a key of a test"u8, 1));
                        trail.Add(Actor.Program, "test.secret", "channel:1");
                        return true;
                    });
                    break;
                case "getMonthTrialBalance":
                    await host.The<AuditedStore>().ConfigureAsync((context, trail) =>
                    {
                        context.ClosedMonths.Add(new ClosedMonthRow { Month = 202312, ClosedAtMs = 1, MadeBy = "test", ClosedBy = "test", Reason = "test" });
                        trail.Add(Actor.Program, "test.month", "month:202312");
                        return Task.FromResult(true);
                    });
                    break;
                case "getTrialBalance":
                    await host.The<BatchWriter>().WriteAsync(new PostOnce(
                        new TransferCause(TransferType.OpeningBalance, "test", 0, "opening", 1, 20261129), new Leg(AccountId.Platform(Available.Bucket, AccountKind.Equity, Currency.Mxn), -100), new Leg(Available, 100)));
                    break;
                case "tellBank":
                    await host.The<ConfigStore>().SaveAsync(context =>
                    {
                        context.BankAccounts.Add(new BankAccountRow { Id = 1, Name = "Of a test", Currency = "MXN", Bank = "A bank", Number = "1", Holder = "A holder", Open = true });
                        return Task.CompletedTask;
                    });
                    break;
                case "refuseHeldPayout":
                    held = OrderNumber.Make(Available.Bucket, host.The<IRandomness>());
                    await host.The<BatchWriter>().WriteAsync(new PostOnce(
                        new TransferCause(TransferType.OpeningBalance, "test", 0, "held", 1, 20261129), new Leg(AccountId.Platform(Available.Bucket, AccountKind.Equity, Currency.Mxn), -100),
                        new Leg(AccountId.Merchant(Available.Bucket, No, AccountKind.Frozen, Currency.Mxn), 100)));
                    await host.The<BatchWriter>().WriteAsync(new Dashboard.StoreOrder(new OrderRow
                    {
                        Bucket = Available.Bucket, Id = 99, MerchantNo = No, Direction = Direction.Payout, Number = held, TradeNo = "held", Country = "MX", Currency = "MXN", AmountMinor = 100,
                        State = OrderState.Pending, Exceptions = OrderExceptions.HeldForOperator, CreatedAtMs = 1, ContentHash = [1],
                    }, null, hasResult: false));
                    break;
                case "decideWithdrawal":
                    await host.The<ConfigStore>().SaveAsync(context =>
                    {
                        context.Destinations.Add(new DestinationRow { Id = 1, MerchantNo = No, Name = "Main", Bank = "A bank", Number = "1", Holder = "A holder", State = DestinationState.Confirmed, UsableFromMs = 1 });
                        context.Destinations.Add(new DestinationRow { Id = 2, MerchantNo = No, Name = "Second", Bank = "A bank", Number = "2", Holder = "A holder", State = DestinationState.Waits });
                        context.Withdrawals.Add(new WithdrawalRow { Id = 1, MerchantNo = No, Bucket = Available.Bucket, DestinationId = 1, Currency = "MXN", AmountMinor = 40, State = WithdrawalState.Requested, Wants = WithdrawalMove.Reserve, MadeBy = "a test" });
                        return Task.CompletedTask;
                    });
                    await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
                    break;
            }

            if (id == "approveMerchant")
            {
                await ChangeAsync(host, m => (m.Approved, m.PayInsOpen, m.PayoutsOpen) = (false, false, false));
            }
        }
    }

    private static Task<MerchantRow> MerchantAsync(PortalHost host) => host.ReadAsync(c => c.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == No));

    private static async Task AddMerchantAsync(PortalHost host)
    {
        var business = await host.The<MerchantChanges>().AddBusinessAsync(Actor.Program, "A business", Answer<BusinessView>.Unkept);
        await host.The<MerchantChanges>().AddMerchantAsync(Actor.Program, business.Value!.Id, "BR", "A shop", Answer<MerchantView>.Unkept);
    }

    private static Task<bool> ChangeAsync(PortalHost host, Action<MerchantRow> change) => host.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
    {
        change(await context.Merchants.SingleAsync());
        trail.Add(Actor.Program, "test.change", MerchantChanges.SubjectOf(No));
        return true;
    });

    private static async Task<string> TokenAsync(PortalHost host)
    {
        var secret = OperatorTokens.Prefix + SecretText.New(host.The<IRandomness>());
        await host.The<AuditedStore>().SaveAsync((context, trail) =>
        {
            context.OperatorTokens.Add(new OperatorTokenRow
            {
                Id = host.The<IdSource>().Next(), Hash = SecretText.HashOf(secret), Name = "test", UserId = 1, Permissions = string.Join(' ', Permissions.Operator.Select(p => p.Name)), ApprovedAtMs = 1, EndsAtMs = long.MaxValue,
            });
            trail.Add(Actor.Program, "test.token", "token:1");
            return Task.FromResult(true);
        });
        return secret;
    }
}
