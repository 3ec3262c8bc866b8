using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Portals;

/// <summary>
/// Takes every screen of both portals from a demo, wide, on a tablet and on a phone, in light and dark, and sets the pictures side by side for the documentation. Only on demand, by <c>eng/full screens</c>. Each picture is also kept by itself in
/// <c>TestResults/sheets</c>, for whoever looks closer.
/// </summary>
public sealed class PortalSheetTests(PortalGround ground) : IClassFixture<PortalGround>
{
    private static readonly Look[] Looks =
        [new(1440, 900, false, "en"), new(1440, 900, true, "en"), new(1024, 768, false, "en"), new(1024, 768, true, "en"), new(390, 844, false, "en"), new(390, 844, true, "en")];

    private static readonly (string Path, string Says)[] Dashboard =
    [
        ("/dashboard", "Home"), ("/dashboard/payins", "Pay-ins"), ("/dashboard/payins?state=paid|tbody a.code", "A pay-in"), ("/dashboard/payouts", "Payouts"), ("/dashboard/payouts|tbody a.code", "A payout"), ("/dashboard/payouts/new", "New payout"),
        ("/dashboard/payout-files", "Payout files"), ("/dashboard/approvals", "Approvals"), ("/dashboard/links", "Payment links"), ("/dashboard/refunds", "Refunds"), ("/dashboard/notifications", "Notifications"),
        ("/dashboard/statement", "Statement"), ("/dashboard/settlements", "Settlements"), ("/dashboard/fees", "Fees"), ("/dashboard/block-list", "Block list"), ("/dashboard/withdrawals", "Withdrawals"), ("/dashboard/disputes", "Disputes"), ("own dispute open", "Answer a dispute"), ("own dispute won", "A dispute that was won"), ("/dashboard/topups", "Top-ups"), ("/dashboard/developers", "Calls"), ("/dashboard/developers|a[href$='/connection']", "Connection"),
        ("/dashboard/developers|a[href$='/sandbox']", "Sandbox"), ("/dashboard/brand", "Brand"), ("/dashboard/users", "Users"), ("/dashboard/proposals", "Proposals"), ("/dashboard/policy", "Policy"), ("/dashboard/payout-limits", "Payout limits"), ("/dashboard/papers", "Papers"),
        ("/dashboard/audit", "Audit log"), ("/dashboard/exports", "Files of lists"), ("/dashboard/me", "Your account"),
    ];

    private static readonly (string Path, string Says)[] Operator =
    [
        ("/operator/overview", "Overview"), ("/operator/find?text=250", "Find"), ("/operator/orders", "Orders"), ("/operator/orders|tbody a.code", "An order"), ("/operator/cases", "Cases"), ("/operator/cases|tbody a", "A case"),
        ("/operator/disputes", "Disputes"), ("dispute answered", "A dispute"), ("dispute proposed", "A dispute, win proposed"), ("dispute lost", "A dispute that was lost"), ("payout to send on", "Send a payout on"), ("pay-in to end", "End a pay-in"), ("pay-in to open again", "Open a pay-in again"),
        ("order of a withdrawal", "A withdrawal's order"), ("/operator/held-payouts", "Held payouts"), ("/operator/merchants", "Merchants"), ("/operator/merchants|tbody a", "A merchant"), ("/operator/merchants|tbody a|a[href$='/terms']", "Terms"), ("/operator/merchants|tbody a|a[href$='/limits']", "Limits"),
        ("/operator/merchants|tbody a|a[href$='/rules']", "Rules"), ("/operator/channels", "Channel accounts"), ("/operator/channels|tbody a", "A channel account"), ("/operator/channels|tbody a|a[href$='/banks']", "Banks"), ("/operator/notices", "Notices"), ("/operator/routing", "Routing"), ("/operator/block-list", "Block list"),
        ("/operator/proposals", "Proposals"), ("/operator/ledger", "Trial balance"), ("/operator/ledger/accounts", "Accounts"), ("/operator/ledger/chains", "Chains"), ("/operator/ledger/by-hand", "By hand"), ("/operator/cover", "Cover"), ("/operator/ledger/months", "Closed months"), ("/operator/ledger/codes", "Account codes"),
        ("/operator/withdrawals", "Withdrawals"), ("/operator/settlements", "Settlements"), ("/operator/calendars", "Holidays"), ("/operator/users", "Users"), ("/operator/audit", "Audit log"), ("/operator/tokens", "Tokens"), ("/operator/api", "Operator API"),
    ];

    [Fact(Explicit = true)]
    public async Task TheDashboard() => Assert.Empty(await SheetAsync("/dashboard", "owner", Dashboard, Path.Combine("integrating", "dashboard.jpg")));

    [Fact(Explicit = true)]
    public async Task TheBackOffice() => Assert.Empty(await SheetAsync("/operator", "admin", Operator, Path.Combine("operating", "screens.jpg")));

    /// <returns>What is wrong; a sheet is made of what there is all the same.</returns>
    private async Task<IReadOnlyList<string>> SheetAsync(string root, string role, (string Path, string Says)[] screens, string file)
    {
        var (folder, faults) = (Path.Combine(AppContext.BaseDirectory, "TestResults", "sheets"), new List<string>());
        Directory.CreateDirectory(folder);
        var pictures = new Dictionary<(string, Look), byte[]>();
        var rows = (await ground.RowsAsync()).Paths;
        foreach (var look in Looks)
        {
            var page = await ground.SignedInAsync(root, role, look);
            foreach (var (path, says) in screens)
            {
                var steps = path.Split('|');
                var answer = await page.GotoAsync(rows.GetValueOrDefault(steps[0], steps[0]));
                if (rows.ContainsKey(steps[0]))
                {
                    await PortalGround.OpenFormsAsync(page);
                }

                foreach (var step in steps.Skip(1))
                {
                    var link = page.Locator("main").Locator(step).First;
                    answer = await link.CountAsync() == 0 ? null : await page.GotoAsync(await link.GetAttributeAsync("href") ?? "");
                }

                if (answer is not { Ok: true })
                {
                    faults.Add($"{path} at {look}: answered {answer?.Status}");
                    continue;
                }

                if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
                {
                    faults.Add($"{path} at {look}: is wider than the window");
                }

                var name = $"{root.Trim('/')}-{says.Replace(' ', '-').ToLowerInvariant()}-{look}";
                pictures[(says, look)] = await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".jpg"), Type = ScreenshotType.Jpeg, Quality = 80 });
            }

            await page.Context.DisposeAsync();
        }

        // One tile for each screen, each with another look, so that every look is on the sheet; the first two screens in all of them.
        var tiles = screens.Select((s, i) => (s.Says, Look: Looks[i % Looks.Length])).Concat(screens.Take(2).SelectMany(s => Looks.Where(l => l != Looks[0]).Select(l => (s.Says, Look: l)))).Where(t => pictures.ContainsKey(t)).Distinct().ToList();
        var html = string.Concat(tiles.Select(t =>
            $"<figure class='w{t.Look.Width}'><figcaption>{t.Says}</figcaption><img src='data:image/jpeg;base64,{Convert.ToBase64String(pictures[(t.Says, t.Look)])}'></figure>"));
        var sheet = await ground.Browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1560, Height = 900 } });
        await sheet.SetContentAsync(
            $"<style>body{{margin:16px;background:#c9d1d8;display:flex;flex-wrap:wrap;gap:14px;font:600 13px system-ui,sans-serif;color:#16202a}}figure{{margin:0}}figcaption{{margin-bottom:4px}}img{{display:block;height:232px;border-radius:5px}}</style>{html}");
        var target = Path.Combine(Repository.Root, "docs", file);
        await sheet.ScreenshotAsync(new PageScreenshotOptions { Path = target, FullPage = true, Type = ScreenshotType.Jpeg, Quality = 55 });
        await sheet.Context.DisposeAsync();
        if (new FileInfo(target).Length is var size && size is < 100_000 or > 450_000)
        {
            faults.Add($"{file}: has {size} bytes");
        }

        return faults;
    }
}
