using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Cases;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;
using SpreadCheetah;

namespace Paypro.ServerTests.Dashboard;

/// <summary>A file of payouts: what is wrong with it is named, two people release it, and each row is paid once whatever is clicked, uploaded again or killed.</summary>
public sealed class PayoutFileTests
{
    private const string Head = "tradeNo,amount,wayCode,customerName,customerMobile,customerEmail,customerAccountType,customerAccount,identity";

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileIsReleasedByTwoAndPaidOnce(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var ground = cases.Ground;
        ground.Time.SetToReal();
        var sent = new List<string>();
        cases.Rail.Sends = draft =>
        {
            lock (sent)
            {
                sent.Add(draft.Number);
            }

            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var shop = await ground.OpenShopAsync(100_00);
        var no = shop.Merchant.No.ToString(CultureInfo.InvariantCulture);
        using var owner = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.Owner, 1);
        using var finance = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1);
        await owner.PostAsync("/dashboard/payout-limits", ("merchant", no), ("kind", "batch"), ("amount", "50"), ("do", "lower"));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        // Rows e and f pay the same account the same amount; g is more than there is.
        var file = Csv(Row("a", "10,00"), Row("a", "11,00"), Row("b", "1.000,00"), Row("c", "10,00", "6.46E+17"), Row("d", "1,00", "002010077777777771"), Row("e", "20,00"), Row("f", "20,00"), Row("g", "175,00"));
        var uploaded = await finance.UploadAsync("/dashboard/payout-files/file", "file", file, ("merchant", no), ("point", ","));
        Assert.Equal(HttpStatusCode.Redirect, uploaded.Status);
        var path = uploaded.Text;
        var page = (await finance.GetAsync(path)).Text;
        foreach (var fault in (string[])["tradeNo: stands in row 2 already", "amount: must be digits with at most one comma", "customerAccount: is a number that a spreadsheet has rounded, such as 6.46E+17", "customerAccount: is an account at"])
        {
            Assert.Contains(fault, page, StringComparison.Ordinal);
        }

        Assert.Contains("225.00", page, StringComparison.Ordinal);
        Assert.Contains("decimal separator ,", page, StringComparison.Ordinal);
        Assert.Contains("the same file is not taken twice", (await owner.UploadAsync("/dashboard/payout-files/file", "file", file, ("merchant", no), ("point", ","))).Text, StringComparison.Ordinal);
        Assert.Contains("something is wrong with some of its rows", (await finance.PostAsync(path, ("do", "handIn"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await finance.PostAsync(path, ("do", "drop"))).Text, StringComparison.Ordinal);

        // Over the limit it waits for somebody else; nothing is paid before.
        var handedIn = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => finance.PostAsync(path, ("do", "handIn"))));
        Assert.Equal(1, handedIn.Count(h => h.Status == HttpStatusCode.Redirect));
        Assert.Contains("is your own", (await finance.PostAsync(path, ("do", "approve"))).Text, StringComparison.Ordinal);
        await WorkAsync(ground);
        Assert.Equal(0, await ground.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == shop.Merchant.No)));

        // The approver ticks the repeat; clicked five times, and worked off on two nodes, each row is one payout.
        var tick = Regex.Match((await owner.GetAsync(path)).Text, "name=\"tick\" value=\"([0-9]+)\"").Groups[1].Value;
        Assert.Equal("8", tick);
        var approved = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => owner.PostAsync(path, ("do", "approve"), ("tick", tick))));
        Assert.Equal(1, approved.Count(a => a.Status == HttpStatusCode.Redirect));
        await Task.WhenAll(WorkAsync(ground), WorkAsync(ground));
        await Turn(ground);
        var made = await ground.ReadAsync(c => c.PayoutLines.AsNoTracking().Where(l => l.State == PayoutLineState.Made).OrderBy(l => l.Line).ToListAsync());
        Assert.Equal(["a", "e", "f"], made.Select(l => l.TradeNo));
        Assert.Equal(made.Select(l => l.Number).Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        Assert.Equal(PayoutFileState.Done, (await ground.ReadAsync(c => c.PayoutBatches.SingleAsync())).State);

        // A process that died before it noted what it had made: another one makes nothing anew and finds the same.
        await ground.The<ConfigStore>().SaveAsync(async c =>
        {
            await c.PayoutLines.Where(l => l.State == PayoutLineState.Made).ExecuteUpdateAsync(s => s.SetProperty(l => l.State, PayoutLineState.Ready).SetProperty(l => l.Number, ""));
            await c.PayoutBatches.ExecuteUpdateAsync(s => s.SetProperty(b => b.State, PayoutFileState.Running));
        });
        await WorkAsync(ground);
        await Turn(ground);
        Assert.Equal(made.Select(l => l.Number), await ground.ReadAsync(c => c.PayoutLines.Where(l => l.State == PayoutLineState.Made).OrderBy(l => l.Line).Select(l => l.Number).ToListAsync()));
        Assert.Equal((3, 3), (sent.Count, await ground.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == shop.Merchant.No))));
        Assert.Equal(new Holdings(50_00, 50_00, 0, 0), await shop.HoldingsAsync());

        // The result tells each row; a new file has the certain failure alone, and is taken.
        var result = (await owner.GetAsync($"{path}/export")).Text;
        Assert.Equal(9, result.Trim().Split('\n').Length);
        Assert.Contains("under way", result, StringComparison.Ordinal);
        Assert.Contains("amount: is more than the available balance", result, StringComparison.Ordinal);
        var failed = (await owner.PostAsync($"{path}/failed")).Text;
        Assert.Equal(2, failed.Trim().Split('\n').Length);
        Assert.Contains("g,", failed, StringComparison.Ordinal);
        var again = await owner.UploadAsync("/dashboard/payout-files/file", "file", Encoding.UTF8.GetBytes(failed), ("merchant", no), ("point", ","));
        Assert.Equal(HttpStatusCode.Redirect, again.Status);
        Assert.Equal(PayoutLineState.Ready, (await ground.ReadAsync(c => c.PayoutLines.SingleAsync(l => l.TradeNo == "g" && l.State != PayoutLineState.Refused))).State);
        Assert.EndsWith("done=ended", (await owner.PostAsync(again.Text, ("do", "giveUp"))).Text, StringComparison.Ordinal);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>What was paid within seven days, by API too, is ticked; under the limit one person is enough, and a file that nobody approves ends.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task RepeatsOfTheApiAreTickedAndOldFilesEnd(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var ground = cases.Ground;
        ground.Time.SetToReal();
        cases.Rail.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var shop = await ground.OpenShopAsync(1_000_00);
        var no = shop.Merchant.No.ToString(CultureInfo.InvariantCulture);
        await new PotGround(ground).PayOutAsync(shop, "api", 10);
        using var finance = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1);
        var path = (await finance.UploadAsync("/dashboard/payout-files/file", "file", Csv(Row("a", "10.00", "4111111111111111"), Row("b", "11.00"), Row("api", "12.00")), ("merchant", no), ("point", "."))).Text;
        Assert.Contains("tradeNo: was used before", (await finance.GetAsync(path)).Text, StringComparison.Ordinal);
        await finance.PostAsync(path, ("do", "drop"));
        await finance.PostAsync(path, ("do", "handIn"));
        await WorkAsync(ground);
        Assert.Equal(["LeftOut", "Made", "LeftOut"], await ground.ReadAsync(async c => (await c.PayoutLines.OrderBy(l => l.Line).Select(l => l.State).ToListAsync()).ConvertAll(s => s.ToString())));

        await ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = shop.Merchant.No, Owner = HoldOwner.Merchant, Kind = HoldKind.Batch });
            return Task.CompletedTask;
        });
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var late = (await finance.UploadAsync("/dashboard/payout-files/file", "file", Csv(Row("late", "5.00")), ("merchant", no), ("point", "."))).Text;
        await finance.PostAsync(late, ("do", "handIn"));
        ground.Time.Pass(TimeSpan.FromHours(73));
        await WorkAsync(ground);
        Assert.Equal(PayoutFileState.Ended, (await ground.ReadAsync(c => c.PayoutBatches.OrderByDescending(b => b.Id).FirstAsync())).State);
        Assert.Equal(2, await ground.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == shop.Merchant.No)));
    }

    /// <summary>A row that no channel account takes at present waits until one is opened again, keeps no other file waiting, and is refused for good when a payout without float would be.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task RowsWaitWhileTheirChannelAccountIsClosed(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var ground = cases.Ground;
        ground.Time.SetToReal();
        cases.Rail.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var shop = await ground.OpenShopAsync(1_000_00);
        using var finance = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1);
        await CloseAsync(true);
        var path = await HandInAsync("a");
        await WorkAsync(ground);
        Assert.Equal(("a", PayoutLineState.Ready, "customerAccountType: this payout is not available at present"), await LineAsync("a"));
        Assert.Contains("waiting,,,customerAccountType: this payout is not available at present", (await finance.GetAsync($"{path}/export")).Text, StringComparison.Ordinal);
        Assert.Equal(new Holdings(1_000_00, 0, 0, 0), await shop.HoldingsAsync());

        // One that is taken up later is not held up by it, and neither is lost.
        await CloseAsync(false);
        await HandInAsync("b");
        await WorkAsync(ground);
        Assert.Equal((PayoutLineState.Ready, PayoutLineState.Made), ((await LineAsync("a")).State, (await LineAsync("b")).State));
        ground.Time.Pass(PayoutFileWork.AgainAfter);
        await WorkAsync(ground);
        Assert.Equal(("a", PayoutLineState.Made, ""), await LineAsync("a"));

        await CloseAsync(true);
        await HandInAsync("c");
        await WorkAsync(ground);
        ground.Time.Pass(TimeSpan.FromHours(24));
        await WorkAsync(ground);
        Assert.Equal(("c", PayoutLineState.Refused, "customerAccountType: this payout is not available at present"), await LineAsync("c"));
        Assert.True(await ground.ReadAsync(c => c.PayoutBatches.AllAsync(b => b.State == PayoutFileState.Done)));

        async Task CloseAsync(bool isClosed)
        {
            await ground.The<ConfigStore>().SaveAsync(c => c.ChannelAccounts.Where(a => a.Country == "MX").ExecuteUpdateAsync(s => s.SetProperty(a => a.Open, !isClosed)));
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        async Task<string> HandInAsync(string row)
        {
            var uploaded = (await finance.UploadAsync("/dashboard/payout-files/file", "file", Csv(Row(row, "10.00")), ("merchant", shop.Merchant.No.ToString(CultureInfo.InvariantCulture)), ("point", "."))).Text;
            var repeat = Regex.Match((await finance.GetAsync(uploaded)).Text, "name=\"tick\" value=\"([0-9]+)\"").Groups[1].Value;
            Assert.EndsWith("done=saved", (await finance.PostAsync(uploaded, ("do", "handIn"), ("tick", repeat))).Text, StringComparison.Ordinal);
            return uploaded;
        }

        Task<(string, PayoutLineState State, string)> LineAsync(string tradeNo) => ground.ReadAsync(async c =>
        {
            var line = await c.PayoutLines.AsNoTracking().SingleAsync(l => l.TradeNo == tradeNo);
            return (line.TradeNo, line.State, line.Fault);
        });
    }

    /// <summary>Files that cannot be read say why, and leave nothing behind; a workbook's numbers in columns of text are faults.</summary>
    [Fact]
    public async Task WorkbooksAndBrokenFiles()
    {
        await using var ground = await PaymentsGround.ListenAsync(Engine.Sqlite, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var no = (await ground.OpenShopAsync(1_000_00)).Merchant.No.ToString(CultureInfo.InvariantCulture);
        using var finance = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1);
        (byte[] Content, string Point, string Says)[] wrong =
        [
            ("PK\u0003\u0004 no workbook"u8.ToArray(), ".", "The workbook cannot be read"), (Encoding.UTF8.GetBytes("tradeNo,amount\n\"a,1"), ".", "The file cannot be read"), (Encoding.UTF8.GetBytes(Head), ".", "no rows below its head"),
            (Encoding.UTF8.GetBytes("tradeNo,colour\na,1"), ".", "none of this country: colour"), (Encoding.UTF8.GetBytes("tradeNo,tradeNo\na,1"), ".", "a column twice: tradeNo"), (Encoding.UTF8.GetBytes("amount\n1"), ".", "lacks the column tradeNo"),
            (Csv(Row("a", "1")), "", "Choose the decimal separator"), ([], ".", "Choose a file"), (Csv([.. Enumerable.Range(0, 10_001).Select(i => Row($"r{i}", "1"))]), ".", "more than 10000 rows"),
        ];
        foreach (var (content, point, says) in wrong)
        {
            var answer = await finance.UploadAsync("/dashboard/payout-files/file", "file", content, ("merchant", no), ("point", point));
            Assert.True(answer.Status == HttpStatusCode.BadRequest && answer.Text.Contains(says, StringComparison.Ordinal), $"{says}: {answer.Status}");
        }

        Assert.Equal(0, await ground.ReadAsync(c => c.PayoutBatches.CountAsync()));
        using var book = new MemoryStream();
        await using (var sheet = await Spreadsheet.CreateNewAsync(book))
        {
            await sheet.StartWorksheetAsync("Sheet");
            await sheet.AddRowAsync(Head.Split(',').Select(h => new DataCell(h)).ToArray());
            await sheet.AddRowAsync(Row("a", "0").Split(',').Select((t, i) => i == 1 ? new DataCell(12) : new DataCell(t)).ToArray());
            await sheet.AddRowAsync(Row("b", "0").Split(',').Select((t, i) => i is 1 or 7 ? new DataCell(12345) : new DataCell(t)).ToArray());
            await sheet.FinishAsync();
        }

        var path = (await finance.UploadAsync("/dashboard/payout-files/file", "file", book.ToArray(), ("merchant", no), ("point", ","))).Text;
        var lines = await ground.ReadAsync(c => c.PayoutLines.AsNoTracking().OrderBy(l => l.Line).ToListAsync());
        Assert.Equal([(2, 12_00L, ""), (3, 0L, "customerAccount: is stored as a number, so that leading zeros may be lost; format the column as text")], lines.Select(l => (l.Line, l.AmountMinor, l.Fault)));
        Assert.DoesNotContain("4242424242424242", (await finance.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Contains(Head.Split(',')[^1], (await finance.GetAsync($"/dashboard/payout-files/export?merchant={no}")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a-2")]
    [InlineData("a-2", "a-3")]
    [InlineData("a-0", "a-0-2")]
    [InlineData("-7", "-7-2")]
    public void ANewNumberIsMadeOfTheOldOne(string before, string after) => Assert.Equal(after, PayoutFileScreen.NextNumber(before));

    private static byte[] Csv(params string[] rows) => Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Prepend(Head)));

    private static string Row(string tradeNo, string amount, string account = "4242424242424242") =>
        $"{tradeNo},\"{amount}\",{(account.Length == 18 ? "012" : "BANXICO")},Ana,5512345678,someone@merchant.example,{(account.Length == 18 ? "CLABE" : "DebitCard")},{account},58452586558";

    private static async Task WorkAsync(PaymentsGround ground)
    {
        while (await ground.The<PayoutFileWork>().RunOnceAsync(CancellationToken.None))
        {
        }
    }

    private static async Task Turn(PaymentsGround ground)
    {
        ground.Time.SetToReal();
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
    }
}
