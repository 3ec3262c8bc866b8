using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Paypro.ServerTests.Portals;

/// <summary>
/// Every screen that a reader can come to, in a real browser: it answers, nothing is wider than the window, the content policy refuses nothing, and axe has
/// nothing to say. <c>./test</c> looks once, <c>eng/full screens</c> at each width, in both colours and in each language; axe reads those in English and Chinese, which have each width
/// and colour.
/// </summary>
public sealed partial class PortalLooksTests(PortalGround ground) : IClassFixture<PortalGround>
{
    /// <summary>Screens of a portal: the first dozen in each run, all of them in the whole suite.</summary>
    private static readonly int MostPages = All ? 60 : 12;

    private static bool All => Environment.GetEnvironmentVariable("PAYPRO_TEST_SCREENS") == "all";

    public static TheoryData<Look> Looks => All
        ? [new Look(1440, 900, false, "en"), new Look(1024, 768, true, "zh-CN"), new Look(390, 844, false, "zh-CN"), new Look(390, 844, true, "en"), new Look(1440, 900, true, "es"), new Look(390, 844, false, "pt-BR"), new Look(1024, 768, false, "id")]
        : [new Look(1280, 800, false, "en")];

    /// <summary>Both portals at the same time: each waits mostly for its own page of the browser.</summary>
    [Theory]
    [MemberData(nameof(Looks))]
    public Task EveryScreenIsWhole(Look look) => Task.WhenAll(AssertWholeAsync("/operator", "admin", look), AssertWholeAsync("/dashboard", "owner", look));

    private async Task AssertWholeAsync(string root, string role, Look look)
    {
        var rows = All ? (await ground.RowsAsync()).Paths : new Dictionary<string, string>();
        var page = await ground.SignedInAsync(root, role, look);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            // The page in the brand's preview runs no script, on purpose.
            if (message.Type is "error" or "warning" && !message.Text.Contains("/preview?", StringComparison.Ordinal))
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        var faults = new List<string>();
        var (waiting, seen) = (new Queue<string>([root, $"{root}/me", .. root == "/operator" ? (string[])["/sandbox/components", "/sandbox/outbox"] : ["/dashboard/start"]]), new HashSet<string>(StringComparer.Ordinal));
        while (waiting.TryDequeue(out var path) && seen.Count < MostPages)
        {
            if (!seen.Add(KindOf(path)))
            {
                continue;
            }

            if (!await LookAsync(path, KindOf(path)))
            {
                continue;
            }

            foreach (var link in await page.EvaluateAsync<string[]>("[...document.querySelectorAll('aside a[href], main a[href]')].map(a => a.getAttribute('href'))"))
            {
                if (link.StartsWith(root, StringComparison.Ordinal) && !link.Contains("/export", StringComparison.Ordinal) && !link.Contains("/language", StringComparison.Ordinal) && !link.EndsWith(".json", StringComparison.Ordinal) && !link.EndsWith(".png", StringComparison.Ordinal) && !link.Contains("/welcome/", StringComparison.Ordinal))
                {
                    waiting.Enqueue(link.Split('#')[0]);
                }
            }
        }

        // Others of a kind that was seen, in a state of their own, with their forms open.
        foreach (var (name, path) in rows.Where(r => r.Value.StartsWith(root, StringComparison.Ordinal)))
        {
            await LookAsync(path, $"{root} {name}");
        }

        await page.Context.DisposeAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.InRange(seen.Count, 8, MostPages);

        async Task<bool> LookAsync(string path, string name)
        {
            // What the browser still says of the page before comes before the next one is asked for.
            await page.EvaluateAsync("0");
            complaints.Clear();
            var answer = await page.GotoAsync(path);
            if (answer is not { Ok: true })
            {
                faults.Add($"{path}: answered {answer?.Status}");
                return false;
            }

            if (rows.Values.Contains(path))
            {
                await PortalGround.OpenFormsAsync(page);
            }

            if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
            {
                faults.Add($"{path}: is wider than the window");
            }

            faults.AddRange(complaints.Select(c => $"{path}: {c}"));
            if (look.Language is "en" or "zh-CN")
            {
                faults.AddRange((await page.RunAxe(new AxeRunOptions { Iframes = false })).Violations.Select(v => $"{path}: {v.Id} at {v.Nodes[0].Html}"));
            }

            await KeepAsync(page, name, look);
            return true;
        }
    }

    private static Task<byte[]> KeepAsync(IPage page, string name, Look look) => page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(AppContext.BaseDirectory, "TestResults", "portals", $"{name.Trim('/').Replace('/', '-').Replace(' ', '-')}-{look}.png"), FullPage = true,
    });

    /// <summary>One page of each kind: what differs in its numbers, names and filters alone is of one kind.</summary>
    private static string KindOf(string path) => Numbers().Replace(path.Split('?')[0], "/n");

    [GeneratedRegex("/(?=[^/]*[0-9])[^/]+")]
    private static partial Regex Numbers();
}
