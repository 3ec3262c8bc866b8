using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Server.Access;
using Paypro.Server.Ledger;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Bookkeeping;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>Lists that are too long to be waited for: written in the background by one of several nodes, kept seven days, given to whoever asked for them.</summary>
public sealed class LongListTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALongListIsWrittenBesideEverythingElseAndFetchedByWhoeverAskedForIt(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine, new RecordingMailServer());
        var ground = new DashboardGround(host);
        var merchant = await ground.OpenAsync("MX");
        await PaymentListTests.FillAsync(ground, merchant, IdSource.FirstAt(host.Time.NowMs() - 3_600_000), ListFiles.MostAtOnce + 1);
        var newest = await ground.AddAsync(merchant);
        using var owner = await host.SignedInAsync(Role.Owner, merchant.BusinessId);
        using var other = await host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);

        // Its link offers the file, and nothing is written before somebody asks for it.
        var offer = await owner.GetAsync("/dashboard/payins/export?column=number&column=trade&format=csv");
        Assert.Contains("This list is long", offer.Html, StringComparison.Ordinal);
        Assert.Empty(await FilesAsync(host));
        var asked = await owner.PostAsync("/dashboard/payins/export?column=number&column=trade&format=csv");
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Contains("Being written", asked.Html, StringComparison.Ordinal);
        await ground.AddAsync(merchant);
        var file = Assert.Single(await FilesAsync(host));
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync($"/dashboard/exports/{file.Id}")).Status);

        // Two nodes look for work at the same time: one writes.
        await using (var node = engine == Engine.Postgres ? await host.AnotherNodeAsync() : null)
        {
            await Task.WhenAll(WorkAsync(host), WorkAsync(node ?? host));
        }

        var page = await owner.GetAsync("/dashboard/exports");
        Assert.Contains($"href=\"/dashboard/exports/{file.Id}\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("50,002", page.Html, StringComparison.Ordinal);
        var lines = Encoding.UTF8.GetString(await owner.BytesAsync($"/dashboard/exports/{file.Id}")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ListFiles.MostAtOnce + 3, lines.Length);
        Assert.Equal("\uFEFFNumber,Your number", lines[0]);
        Assert.Equal($"{newest.Number},{newest.TradeNo}", lines[1]);
        Assert.Equal(Enumerable.Range(1, ListFiles.MostAtOnce + 1).Reverse().Select(n => $"fill-{n}"), lines.Skip(2).Select(l => l.Split(',')[1]));
        Assert.Equal(1, await host.ReadAsync(c => c.Mails.CountAsync(m => m.Kind == MailKind.ListReady.Name)));
        Assert.Equal(["list.export", "list.fetch", "list.ready"], await host.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("list.")).Select(a => a.Action).OrderBy(a => a).ToListAsync()));

        // It is nobody else's, and not his any more once he may not see the list.
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/dashboard/exports/{file.Id}")).Status);
        await other.PostAsync("/dashboard/exports/remove", ("file", file.Id.ToString(CultureInfo.InvariantCulture)));
        Assert.Single(await FilesAsync(host));
        var second = await ground.OpenAsync("MX");
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            await context.ListFiles.ExecuteUpdateAsync(s => s.SetProperty(f => f.Merchants, $"{merchant.No},{second.No}"));
            trail.Add(Actor.Program, "test.merchants", "list");
            return true;
        });
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync($"/dashboard/exports/{file.Id}")).Status);

        // After seven days neither the file nor its parts are there.
        host.Time.Pass(ListFiles.KeptFor);
        await WorkAsync(host);
        Assert.Empty(await FilesAsync(host));
        Assert.Equal(0, await host.ReadAsync(c => c.ListFileParts.CountAsync()));
    }

    /// <summary>A node is gone in the middle: another begins again once the lease is over, and what the first one still stores does not come in.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ANodeThatIsGoneLeavesAFileThatAnotherBeginsAgain(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var ground = new DashboardGround(host);
        var merchant = await ground.OpenAsync("MX");
        var order = await ground.AddAsync(merchant);
        using var owner = await host.SignedInAsync(Role.Owner, merchant.BusinessId);
        await owner.PostAsync("/dashboard/payins/export?column=number&format=csv");
        var file = Assert.Single(await FilesAsync(host));
        var (contexts, writer) = (host.The<IContexts>(), host.The<BatchWriter>());
        var first = new ListFileRun(contexts, writer, host.The<AuditedStore>(), host.The<Mails>(), host.Time, file);
        await TakeAsync(host, file);
        await first.AddAsync([1, 2, 3]);

        Assert.False(await host.The<ListFileWork>().RunOnceAsync(CancellationToken.None));
        host.Time.Pass(ListFileWork.LeaseFor);
        Assert.True(await host.The<ListFileWork>().RunOnceAsync(CancellationToken.None));
        await Assert.ThrowsAsync<ListFileRun.TakenAwayException>(() => first.AddAsync([4]));
        await first.EndAsync(ListFileState.Ready, "");
        Assert.Equal($"\uFEFFNumber\r\n{order.Number}\r\n", Encoding.UTF8.GetString(await owner.BytesAsync($"/dashboard/exports/{file.Id}")));
        Assert.Equal(2, Assert.Single(await host.ReadAsync(c => c.ListFileParts.ToListAsync())).Run);
        Assert.Equal(1, await host.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "list.ready")));

        // One that is removed while it is written is given up.
        await owner.PostAsync("/dashboard/payins/export?format=xlsx");
        var removed = (await FilesAsync(host)).Single(f => f.Id != file.Id);
        await TakeAsync(host, removed);
        await owner.PostAsync("/dashboard/exports/remove", ("file", removed.Id.ToString(CultureInfo.InvariantCulture)));
        var late = new ListFileRun(contexts, writer, host.The<AuditedStore>(), host.The<Mails>(), host.Time, removed);
        await Assert.ThrowsAsync<ListFileRun.TakenAwayException>(late.KeepAsync);
        Assert.Equal(0, await host.ReadAsync(c => c.ListFileParts.CountAsync(p => p.FileId == removed.Id)));

        // A list of which there is no source any more, and one that was begun five times, are not written.
        await owner.PostAsync("/dashboard/payins/export");
        var work = new ListFileWork(contexts, writer, host.The<AuditedStore>(), host.The<Mails>(), [], host.Time, NullLogger<ListFileWork>.Instance);
        Assert.True(await work.RunOnceAsync(CancellationToken.None));
        Assert.Contains("It could not be written. Ask for it again.", (await owner.GetAsync("/dashboard/exports")).Html, StringComparison.Ordinal);

        // He has five at a time.
        for (var i = 0; i < 4; i++)
        {
            await owner.PostAsync("/dashboard/payins/export", ("n", i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.Contains("You have five files. Remove one first.", (await owner.PostAsync("/dashboard/payins/export", ("n", "x"))).Html, StringComparison.Ordinal);
    }

    /// <summary>An operator's list of all merchants' orders and a merchant's statement, whose files in the background are those at once.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileOfTheBackgroundIsTheOneAtOnce(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var ground = new DashboardGround(host);
        var (mexico, kenya) = (await ground.OpenAsync("MX"), await ground.OpenAsync("KE"));
        for (var i = 0; i < 30; i++)
        {
            await ground.AddAsync(i % 3 == 0 ? kenya : mexico, change: o => o with { State = i % 2 == 0 ? OrderState.Paid : OrderState.Failed });
        }

        var equity = AccountId.Platform(mexico.Bucket, AccountKind.Equity, mexico.Country.Currency);
        for (var i = 0; i < 7; i++)
        {
            await BookReadTests.PostAsync(ground, $"long-{i}", ground.NowMs - 60_000 + i, TransferType.OpeningBalance, new Leg(equity, -50), new Leg(BookReadTests.Available(mexico), 50));
        }

        using var admin = await host.SignedInAsync(Role.Admin);
        using var finance = await host.SignedInAsync(Role.MerchantFinance, mexico.BusinessId);
        await SameAsync(admin, "/operator", "/operator/orders/export?kind=payin&state=paid", 15);
        await SameAsync(admin, "/operator", $"/operator/orders/export?kind=payin&merchant={kenya.No}", 10);
        await SameAsync(finance, "/dashboard", "/dashboard/statement/export?account=available", 7);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.GetAsync("/operator/orders/export?merchant=77")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/operator/orders/export?from=x")).Status);

        async Task SameAsync(PortalBrowser browser, string root, string address, int rows)
        {
            var atOnce = await browser.BytesAsync(address);
            Assert.Equal(rows + 1, Encoding.UTF8.GetString(atOnce).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
            await browser.PostAsync(address);
            await browser.PostAsync($"{address}&format=xlsx");
            while (await host.The<ListFileWork>().RunOnceAsync(CancellationToken.None))
            {
            }

            var links = Regex.Matches((await browser.GetAsync($"{root}/exports")).Html, $"href=\"({root}/exports/[0-9]+)\">[^<]+").Select(m => m.Groups[1].Value).ToList();
            Assert.Equal(2, links.Count);
            Assert.Equal("PK"u8.ToArray(), (await browser.BytesAsync(links[0]))[..2]);
            Assert.Equal(atOnce, await browser.BytesAsync(links[1]));
            foreach (var link in links)
            {
                await browser.PostAsync($"{root}/exports/remove", ("file", link.Split('/')[^1]));
            }
        }
    }

    private static Task<List<ListFileRow>> FilesAsync(PortalHost host) => host.ReadAsync(c => c.ListFiles.AsNoTracking().OrderBy(f => f.Id).ToListAsync());

    private static async Task WorkAsync(PortalHost host)
    {
        while (await host.The<ListFileWork>().RunOnceAsync(CancellationToken.None))
        {
        }
    }

    /// <summary>Takes a file as a node does.</summary>
    private static async Task TakeAsync(PortalHost host, ListFileRow file)
    {
        file.Run++;
        var untilMs = host.Time.NowMs() + (long)ListFileWork.LeaseFor.TotalMilliseconds;
        await host.The<BatchWriter>().InTurnAsync(async () =>
        {
            await using var context = host.The<IContexts>().Create();
            return await context.ListFiles.Where(f => f.Id == file.Id).ExecuteUpdateAsync(s => s.SetProperty(f => f.Run, file.Run).SetProperty(f => f.LeaseUntilMs, untilMs));
        });
    }
}
