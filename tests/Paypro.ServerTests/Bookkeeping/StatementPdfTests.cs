using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Ledger;
using Paypro.Server.Screens;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>A merchant's statement on paper, read back from the file.</summary>
[Collection(DashboardTests.Name)]
public sealed class StatementPdfTests(DashboardGrounds grounds)
{
    private static readonly DateTimeFormatInfo Form = CultureInfo.InvariantCulture.DateTimeFormat;

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APaperHoldsTheEntriesBetweenItsBalances(Engine engine)
    {
        // A host of its own: what is booked in the past stands behind what a bucket has already, and no other test's money may be there.
        await using var host = await PortalHost.StartAsync(engine);
        var ground = new DashboardGround(host);
        var merchant = await ground.OpenAsync("MX");
        var equity = AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency);
        var (nowMs, available) = (ground.NowMs, BookReadTests.Available(merchant));
        await BookReadTests.PostAsync(ground, $"paper-{merchant.No}-old", nowMs - 10 * 86_400_000L, TransferType.OpeningBalance, new Leg(equity, -1_000_00), new Leg(available, 1_000_00));
        for (var i = 1; i <= 130; i++)
        {
            var minor = i % 3 == 0 ? -1_01L * i : 2_02L * i;
            await BookReadTests.PostAsync(ground, $"paper-{merchant.No}-{i}", nowMs - 60_000 + i, TransferType.Adjustment, new Leg(equity, -minor), new Leg(available, minor));
        }

        using var finance = await ground.Host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        Assert.Contains("format=pdf", (await finance.GetAsync("/dashboard/statement")).Html, StringComparison.Ordinal);
        using var paper = PdfDocument.Open(await finance.BytesAsync("/dashboard/statement/export?format=pdf"));
        var rows = paper.GetPages().SelectMany(RowsOf).ToList();

        // The period, the zone and every page's number are said.
        Assert.Contains(rows, r => r.Contains("America/Mexico_City", StringComparison.Ordinal));
        var today = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(nowMs), merchant.Country.TimeZone).ToString("yyyy-MM-dd", Form);
        Assert.Contains(rows, r => r.Contains($"– {today}", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, paper.NumberOfPages).Select(n => $"Page {n} of {paper.NumberOfPages}"), rows.Select(r => Regex.Match(r, "Page [0-9]+ of [0-9]+$").Value).Where(r => r.Length > 0));
        Assert.InRange(paper.NumberOfPages, 3, 4);

        // Opening balance, entries from the oldest on with the balance after each, closing balance.
        var opening = Assert.Single(rows, r => r.Contains("Opening balance", StringComparison.Ordinal));
        Assert.EndsWith("1,000.00", opening, StringComparison.Ordinal);
        var lines = rows.Where(r => Regex.IsMatch(r, "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} ")).Select(r => r.Split(' ')).ToList();
        Assert.Equal(130, lines.Count);
        var balance = 1_000.00m;
        for (var i = 1; i <= 130; i++)
        {
            balance += i % 3 == 0 ? -1.01m * i : 2.02m * i;
            Assert.Equal((i % 3 == 0 ? -1.01m * i : 2.02m * i, balance), (Money(lines[i - 1][^2]), Money(lines[i - 1][^1])));
        }

        Assert.All(rows.Where(r => r.Contains("Closing balance", StringComparison.Ordinal)), r => Assert.Equal(balance, Money(r.Split(' ')[^1])));
        Assert.Equal(2, rows.Count(r => r.Contains("Closing balance", StringComparison.Ordinal)));

        // A page says what has to be mended, and another business's statement does not exist.
        Assert.Equal(HttpStatusCode.BadRequest, (await finance.GetAsync("/dashboard/statement/export?format=pdf&from=x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await finance.GetAsync("/dashboard/statement/export?format=pdf&merchant=1")).Status);
    }

    /// <summary>Every word of a statement can be written in each language; where one has got new characters, eng/statement-fonts makes the fonts anew.</summary>
    [Fact]
    public void EveryWordCanBeWritten()
    {
        string[] words =
        [
            "Statement", "Merchant number", "Account", "Days", "Time zone", "Entries", "All", "Currency", "Opening balance", "Moved", "Closing balance", "Booked", "Value date", "Why", "Order", "Amount", "Balance after",
            "Made on {0}. It shows what was booked until then.", "Page {0} of {1}", "Merchant {0}",
            .. Enum.GetValues<TransferType>().Select(t => PaymentWords.Of(t)), .. StatementQuery.Accounts.Select(a => PaymentWords.Of(a.Kind)), .. StatementQuery.Types.Select(t => t.Text),
        ];
        Assert.All(ScreenTexts.All, texts => Assert.All(words, word => Assert.Equal(texts[word], PdfSheet.Writable(texts[word]))));
        Assert.Equal("Cửa hàng Điện tử", PdfSheet.Writable("Cửa hàng Điện tử"));
    }

    [Theory]
    [InlineData("zh-CN", "期初余额", "第 1 页，共 1 页")]
    [InlineData("pt-BR", "Saldo inicial", "Página 1 de 1")]
    public async Task APaperIsInTheReadersLanguage(string language, string label, string page)
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync("VN");
        await BookReadTests.PostAsync(
            ground, $"paper-{merchant.No}", ground.NowMs - 1_000, TransferType.OpeningBalance, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -5_000_000), new Leg(BookReadTests.Available(merchant), 5_000_000));
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        await ground.Host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            await context.Users.Where(u => context.Memberships.Any(m => m.UserId == u.Id && m.BusinessId == merchant.BusinessId)).ExecuteUpdateAsync(s => s.SetProperty(u => u.Language, language));
            trail.Add(Actor.Program, "test.language", "user");
            return true;
        });
        ground.Host.Time.Pass(Sessions.KeptFor);
        using var paper = PdfDocument.Open(await owner.BytesAsync("/dashboard/statement/export?format=pdf"));
        var text = string.Join('\n', paper.GetPages().SelectMany(RowsOf));
        Assert.Contains(label, text, StringComparison.Ordinal);
        Assert.Contains(page, text, StringComparison.Ordinal);
        Assert.Contains(language == "pt-BR" ? "5.000.000" : "5,000,000", text, StringComparison.Ordinal);
    }

    private static decimal Money(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <summary>What stands at one height of a page, from the left: a blank wherever letters stand apart.</summary>
    private static IEnumerable<string> RowsOf(Page page) => page.Letters.GroupBy(l => Math.Round(l.StartBaseLine.Y)).OrderByDescending(g => g.Key).Select(row =>
    {
        var text = "";
        var end = double.NaN;
        foreach (var letter in row.OrderBy(l => l.StartBaseLine.X))
        {
            text += !double.IsNaN(end) && letter.StartBaseLine.X > end + 1.5 && !text.EndsWith(' ') && letter.Value != " " ? " " + letter.Value : letter.Value;
            end = letter.EndBaseLine.X;
        }

        return text.TrimEnd();
    });
}
