using System.Globalization;
using System.Net;
using System.Text;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>A merchant's statement on the dashboard, and the operator's screens of the same books.</summary>
[Collection(DashboardTests.Name)]
public sealed class StatementScreenTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AMerchantSeesItsOwnStatementAndTakesItAsAFile(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (merchant, other) = (await ground.OpenAsync("MX"), await ground.OpenAsync("MX"));
        var nowMs = ground.NowMs;
        var equity = AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency);
        for (var i = 0; i < 60; i++)
        {
            await BookReadTests.PostAsync(ground, $"screen-{merchant.No}-{i}", nowMs - 60_000 + i, i == 59 ? TransferType.Settlement : TransferType.OpeningBalance, new Leg(equity, -1_234_50), new Leg(BookReadTests.Available(merchant), 1_234_50));
        }

        using var finance = await ground.Host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        var page = await finance.GetAsync("/dashboard/statement");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("74,070.00", page.Html, StringComparison.Ordinal);
        Assert.Contains("Settlement", page.Html, StringComparison.Ordinal);
        var older = DashboardGround.LinkOf(page.Html, "Older");
        Assert.NotNull(older);
        Assert.Null(DashboardGround.LinkOf((await finance.GetAsync(older)).Html, "Older"));
        Assert.DoesNotContain("Correction", (await finance.GetAsync("/dashboard/statement?type=settled")).Html, StringComparison.Ordinal);
        Assert.Contains("Nothing was booked in this time", WebUtility.HtmlDecode((await finance.GetAsync("/dashboard/statement?account=held")).Html), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await finance.GetAsync("/dashboard/statement?from=x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await finance.GetAsync($"/dashboard/statement?merchant={other.No}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await finance.GetAsync($"/dashboard/statement/export?merchant={other.No}")).Status);

        var csv = Encoding.UTF8.GetString(await finance.BytesAsync("/dashboard/statement/export?format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(61, csv.Length);
        Assert.StartsWith("\uFEFFBooked,Value date,Why,Order,Available on,Amount,Balance after,Currency,Transfer", csv[0], StringComparison.Ordinal);
        Assert.Contains(",1234.50,74070.00,MXN,", csv[1], StringComparison.Ordinal);
        Assert.Contains(",1234.50,1234.50,MXN,", csv[^1], StringComparison.Ordinal);
        Assert.Equal("PK"u8.ToArray(), (await finance.BytesAsync("/dashboard/statement/export?format=xlsx"))[..2]);
    }

    /// <summary>From the sum to an account, its entries and the legs of one of them.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOperatorGoesFromTheTrialBalanceToATransfer(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("BD");
        var available = BookReadTests.Available(merchant);
        await BookReadTests.PostAsync(
            ground, $"walk-{merchant.No}", ground.NowMs - 5000, TransferType.OpeningBalance, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -7_700_77), new Leg(available, 7_700_77));
        await ground.Host.The<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        using var auditor = await ground.Host.SignedInAsync(Role.Auditor);
        var trial = await auditor.GetAsync("/operator/ledger");
        Assert.Contains("Sums to zero", trial.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Does not sum", trial.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("7,700.77", (await auditor.GetAsync("/operator/ledger?at=2020-01-01T00:00")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await auditor.GetAsync("/operator/ledger?at=soon")).Status);
        var accounts = await auditor.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/operator/ledger/accounts?owner=merchant&kind=available&of={merchant.No}"));
        Assert.Contains("7,700.77", accounts.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await auditor.GetAsync("/operator/ledger/accounts?of=x")).Status);
        Assert.Contains("No account fits", (await auditor.GetAsync("/operator/ledger/accounts?of=77")).Html, StringComparison.Ordinal);
        var account = await auditor.GetAsync($"/operator/ledger/accounts/{available.Id}");
        Assert.Contains("Opening balance", account.Html, StringComparison.Ordinal);
        var transfer = System.Text.RegularExpressions.Regex.Match(account.Html, "/operator/ledger/transfers/[0-9]+\\?bucket=[0-9]+").Value;
        var legs = await auditor.GetAsync(transfer);
        Assert.All((string[])[$"{available.Id}", $"walk-{merchant.No}", "-7,700.77", "Checked"], text => Assert.Contains(text, legs.Html, StringComparison.Ordinal));
        foreach (var missing in (string[])["/operator/ledger/accounts/7", "/operator/ledger/transfers/1?bucket=99", "/operator/ledger/transfers/999999?bucket=1", "/operator/ledger/transfers/1?bucket=x"])
        {
            Assert.Equal((HttpStatusCode.NotFound, missing), ((await auditor.GetAsync(missing)).Status, missing));
        }

        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync("/operator/ledger/chains")).Status);
        Assert.Contains("BDT", (await auditor.GetAsync("/operator/cover")).Html, StringComparison.Ordinal);
    }
}
