using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Cases;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Dashboard;

/// <summary>Who releases a file of payouts, and what he has to look at: whoever uploaded it hands it in, and what was paid since is ticked.</summary>
public sealed class PayoutFileReleaseTests
{
    private const string Head = "tradeNo,amount,wayCode,customerName,customerMobile,customerEmail,customerAccountType,customerAccount,identity";
    private const string NewRepeats = "repeat payouts that were made or released after it was uploaded";

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Else one person could hand in what another has uploaded and approve it himself.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnlyWhoeverUploadedAFileHandsItIn(Engine engine)
    {
        await using var place = await Place.StartAsync(engine);
        await place.HoldFilesAsync();
        var file = Csv(Row("a", "10.00"));
        var path = (await place.UploadAsync(place.Finance, file)).Text;
        Assert.DoesNotContain("value=\"handIn\"", (await place.Owner.GetAsync(path)).Text, StringComparison.Ordinal);
        var refused = await place.Owner.PostAsync(path, ("do", "handIn"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("only whoever uploaded it hands it in", refused.Text, StringComparison.Ordinal);
        Assert.Equal(PayoutFileState.Checked, (await place.FilesAsync())[0].State);

        // The way that the sentence names: then he is the one who may not approve it.
        Assert.Equal(HttpStatusCode.Redirect, (await place.Owner.PostAsync(path, ("do", "giveUp"))).Status);
        var own = (await place.UploadAsync(place.Owner, file)).Text;
        Assert.Contains("value=\"handIn\"", (await place.Owner.GetAsync(own)).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await place.Owner.PostAsync(own, ("do", "handIn"))).Text, StringComparison.Ordinal);
        Assert.Contains("is your own", (await place.Owner.PostAsync(own, ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await place.Finance.PostAsync(own, ("do", "approve"))).Text, StringComparison.Ordinal);
    }

    /// <summary>A node keeps a session for some seconds; the second consent is not given by somebody who was disabled, or lost his role, within them.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhoMayNoLongerApproveDecidesNothing(Engine engine)
    {
        await using var place = await Place.StartAsync(engine);
        await place.HoldFilesAsync();
        var path = (await place.UploadAsync(place.Finance, Csv(Row("a", "10.00")))).Text;
        Assert.EndsWith("done=saved", (await place.Finance.PostAsync(path, ("do", "handIn"))).Text, StringComparison.Ordinal);
        var file = Assert.Single(await place.FilesAsync());
        var owner = await place.Ground.ReadAsync(c => c.Users.SingleAsync(u => u.Name == nameof(Role.Owner)));
        var by = new Actor(owner.Email, owner.Id, 0, Caller.Program);
        await place.Ground.The<ConfigStore>().SaveAsync(c => c.Users.Where(u => u.Id == owner.Id).ExecuteUpdateAsync(s => s.SetProperty(u => u.State, UserState.Disabled)));
        await RefusedAsync();
        await place.Ground.The<ConfigStore>().SaveAsync(async c =>
        {
            await c.Users.Where(u => u.Id == owner.Id).ExecuteUpdateAsync(s => s.SetProperty(u => u.State, UserState.Active));
            await c.Memberships.Where(m => m.UserId == owner.Id).ExecuteUpdateAsync(s => s.SetProperty(m => m.Role, Role.MerchantSupport));
        });
        await RefusedAsync();
        await place.Ground.The<ConfigStore>().SaveAsync(c => c.Memberships.Where(m => m.UserId == owner.Id).ExecuteUpdateAsync(s => s.SetProperty(m => m.Role, Role.Owner)));
        Assert.Null(await place.Ground.The<PayoutFiles>().DecideAsync(by, file, approves: true, [], "seen"));

        async Task RefusedAsync()
        {
            Assert.Equal("file: you cannot decide this any more", await place.Ground.The<PayoutFiles>().DecideAsync(by, file, approves: true, [], "seen"));
            Assert.Equal("file: you cannot decide this any more", await place.Ground.The<PayoutFiles>().DecideAsync(by, file, approves: false, [], "seen"));
            Assert.Equal(PayoutFileState.Waits, Assert.Single(await place.FilesAsync()).State);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatWasPaidSinceTheUploadIsTickedByWhoeverReleases(Engine engine)
    {
        await using var place = await Place.StartAsync(engine);
        var first = (await place.UploadAsync(place.Finance, Csv(Row("a", "10.00"), Row("b", "11.00")))).Text;
        var second = (await place.UploadAsync(place.Owner, Csv(Row("c", "10.00"), Row("d", "12.00")))).Text;
        Assert.All(await place.LinesAsync(), l => Assert.Equal("", l.Repeats));

        // The first is released and no payout of it is made yet: the second repeats a row of it all the same.
        Assert.EndsWith("done=saved", (await place.Finance.PostAsync(first, ("do", "handIn"))).Text, StringComparison.Ordinal);
        var looked = await place.Owner.PostAsync(second, ("do", "handIn"));
        Assert.Equal(HttpStatusCode.BadRequest, looked.Status);
        Assert.Contains(NewRepeats, looked.Text, StringComparison.Ordinal);
        Assert.Contains("row 2 of file.bin", looked.Text, StringComparison.Ordinal);
        Assert.Equal([PayoutFileState.Running, PayoutFileState.Checked], (await place.FilesAsync()).Select(f => f.State));
        Assert.EndsWith("done=saved", (await place.Owner.PostAsync(second, ("do", "handIn"))).Text, StringComparison.Ordinal);
        await place.WorkAsync();
        Assert.Equal([("a", PayoutLineState.Made), ("b", PayoutLineState.Made), ("c", PayoutLineState.LeftOut), ("d", PayoutLineState.Made)], (await place.LinesAsync()).Select(l => (l.TradeNo, l.State)));

        // One that waits for a second person, while somebody pays by the API; ticked, it is paid.
        await place.HoldFilesAsync();
        var third = (await place.UploadAsync(place.Finance, Csv(Row("e", "25.00")))).Text;
        Assert.EndsWith("done=saved", (await place.Finance.PostAsync(third, ("do", "handIn"))).Text, StringComparison.Ordinal);
        Assert.IsType<Paypro.Server.Orders.CreateResult.Created>(await new PotGround(place.Ground).AskAsync(place.Shop, "api", 25, account: "4242424242424242"));
        var approved = await place.Owner.PostAsync(third, ("do", "approve"));
        Assert.Contains(NewRepeats, approved.Text, StringComparison.Ordinal);
        Assert.Equal(PayoutFileState.Waits, (await place.FilesAsync())[^1].State);
        var tick = Regex.Match(approved.Text, "name=\"tick\" value=\"([0-9]+)\"").Groups[1].Value;
        Assert.EndsWith("done=saved", (await place.Owner.PostAsync(third, ("do", "approve"), ("tick", tick))).Text, StringComparison.Ordinal);
        await place.WorkAsync();
        Assert.Equal(("e", PayoutLineState.Made), (await place.LinesAsync()).Select(l => (l.TradeNo, l.State)).Last());
    }

    /// <summary>Two files that pay the same are released at the same moment, on two nodes where the engine knows several: one of them is looked at again.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OfTwoFilesAtOnceOneSeesTheOther(Engine engine)
    {
        await using var place = await Place.StartAsync(engine);
        await using var other = engine == Engine.Postgres ? await place.Ground.AnotherNodeAsync(ScriptedChannel.Put) : null;
        PayoutFiles[] nodes = [place.Ground.The<PayoutFiles>(), (other ?? place.Ground).The<PayoutFiles>()];
        for (var round = 0; round < 5; round++)
        {
            var amount = string.Create(CultureInfo.InvariantCulture, $"{20 + round}.00");
            await place.UploadAsync(place.Finance, Csv(Row($"x{round}", amount)));
            await place.UploadAsync(place.Owner, Csv(Row($"y{round}", amount)));
            var files = (await place.FilesAsync())[^2..];
            var said = await Task.WhenAll(files.Select((f, i) => nodes[i].HandInAsync(new Actor(f.MadeBy, f.MadeByUserId, 0, Caller.Program), f, [])));
            Assert.Single(said, s => s is null);
            Assert.Contains(NewRepeats, said.Single(s => s is not null), StringComparison.Ordinal);
            await place.WorkAsync();
        }

        Assert.Equal(5, await place.Ground.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == place.Shop.Merchant.No)));
    }

    /// <summary>A node died between making a payout and noting it, and the row cannot be read any more: it is a payout. One without a payout is refused.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARowThatCannotBeReadIsNotRefusedWhereItsPayoutIsThere(Engine engine)
    {
        await using var place = await Place.StartAsync(engine);
        var path = (await place.UploadAsync(place.Finance, Csv(Row("a", "10.00"), Row("b", "11.00")))).Text;
        Assert.EndsWith("done=saved", (await place.Finance.PostAsync(path, ("do", "handIn"))).Text, StringComparison.Ordinal);
        await place.Ground.The<ConfigStore>().SaveAsync(c => c.PayoutLines.Where(l => l.TradeNo == "b").ExecuteUpdateAsync(s => s.SetProperty(l => l.Sealed, new byte[] { 1, 2, 3 })));
        await place.WorkAsync();
        var number = (await place.LinesAsync())[0].Number;
        await place.Ground.The<ConfigStore>().SaveAsync(async c =>
        {
            await c.PayoutLines.Where(l => l.TradeNo == "a").ExecuteUpdateAsync(s => s.SetProperty(l => l.State, PayoutLineState.Ready).SetProperty(l => l.Number, "").SetProperty(l => l.Sealed, new byte[] { 1, 2, 3 }));
            await c.PayoutBatches.ExecuteUpdateAsync(s => s.SetProperty(b => b.State, PayoutFileState.Running));
        });
        await place.WorkAsync();
        Assert.Equal([("a", PayoutLineState.Made, number), ("b", PayoutLineState.Refused, "")], (await place.LinesAsync()).Select(l => (l.TradeNo, l.State, l.Number)));
    }

    private static byte[] Csv(params string[] rows) => Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Prepend(Head)));

    private static string Row(string tradeNo, string amount) => $"{tradeNo},{amount},BANXICO,Ana,5512345678,someone@merchant.example,DebitCard,4242424242424242,58452586558";

    /// <summary>A merchant with money, and two of its people.</summary>
    private sealed class Place(CaseGround cases, Shop shop, DashboardSession finance, DashboardSession owner) : IAsyncDisposable
    {
        public PaymentsGround Ground => cases.Ground;

        public Shop Shop => shop;

        public DashboardSession Finance => finance;

        public DashboardSession Owner => owner;

        public static async Task<Place> StartAsync(Engine engine)
        {
            var cases = await CaseGround.StartAsync(engine);
            var ground = cases.Ground;
            ground.Time.SetToReal();
            cases.Rail.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
            var shop = await ground.OpenShopAsync(1_000_00);
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            return new Place(
                cases, shop, await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1), await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.Owner, 1));
        }

        /// <summary>From now on every file needs two.</summary>
        public async Task HoldFilesAsync()
        {
            await Ground.The<ConfigStore>().SaveAsync(context =>
            {
                context.HoldLimits.Add(new HoldLimitRow { MerchantNo = shop.Merchant.No, Owner = HoldOwner.Merchant, Kind = HoldKind.Batch });
                return Task.CompletedTask;
            });
            await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        public async Task<(HttpStatusCode Status, string Text)> UploadAsync(DashboardSession who, byte[] file)
        {
            var uploaded = await who.UploadAsync("/dashboard/payout-files/file", "file", file, ("merchant", shop.Merchant.No.ToString(CultureInfo.InvariantCulture)), ("point", "."));
            Assert.Equal(HttpStatusCode.Redirect, uploaded.Status);
            return uploaded;
        }

        public async Task WorkAsync()
        {
            while (await Ground.The<PayoutFileWork>().RunOnceAsync(CancellationToken.None))
            {
            }
        }

        public Task<List<PayoutBatchRow>> FilesAsync() => Ground.ReadAsync(c => c.PayoutBatches.AsNoTracking().OrderBy(b => b.Id).ToListAsync());

        public Task<List<PayoutLineRow>> LinesAsync() => Ground.ReadAsync(c => c.PayoutLines.AsNoTracking().OrderBy(l => l.BatchId).ThenBy(l => l.Line).ToListAsync());

        public ValueTask DisposeAsync()
        {
            finance.Dispose();
            owner.Dispose();
            return cases.DisposeAsync();
        }
    }
}
