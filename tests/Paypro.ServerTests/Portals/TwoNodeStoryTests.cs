using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;

namespace Paypro.ServerTests.Portals;

/// <summary>
/// People work on screens whose requests go to two nodes in turn, and a node is killed in the middle of a form. On SQLite, which has one node, it is
/// started again. Whatever the browser sends again is carried out once.
/// </summary>
public sealed class TwoNodeStoryTests(Browser browser) : IClassFixture<Browser>
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EachFormIsCarriedOutOnceHoweverItsNodeDies(Engine engine)
    {
        Assert.SkipUnless(engine == Engine.Postgres || Stories.Times > 1, "eng/full stories runs it");
        using var key = new MasterKeyFile();
        await using var database = await TestDatabase.CreateAsync(engine);
        var start = new ServerStart { Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path } };
        var link = await ServerProcess.RunToExitAsync(start with { Arguments = ["--operator-link", "first@example.com"] });
        Assert.Equal(0, link.Code);
        await using var door = await NodeDoor.StartAsync(start, engine == Engine.Sqlite ? 1 : 2);

        var owner = await OpenAsync(door);
        await (await new SignUpPage(owner).BeginAsync("owner@example.com", "A business", "MX")).AcceptAsync("Owner");
        await owner.GotoAsync("/dashboard");
        var merchantNo = Regex.Match(await owner.ContentAsync(), @"\b15\d{8}\b").Value;
        Assert.NotEmpty(merchantNo);

        // A key: all was done, and the answer was lost.
        var keys = new KeysPage(owner, merchantNo);
        await keys.OpenAsync();
        var before = await keys.CountAsync();
        await LoseAsync(owner, door, FormLoss.AfterItWasDone, keys.MakeAsync);
        var (status, text) = await door.SendAgainAsync();
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Nothing was done a second time", text, StringComparison.Ordinal);
        await keys.OpenAsync();
        Assert.Equal(before + 1, await keys.CountAsync());

        // A colleague: nothing was done before the node died, so the same form is carried out now, once.
        var people = new PeoplePage(owner);
        await people.OpenAsync();
        await LoseAsync(owner, door, FormLoss.BeforeItIsRead, () => people.InviteAsync("colleague@example.com"));
        Assert.NotEqual(HttpStatusCode.Conflict, (await door.SendAgainAsync()).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await door.SendAgainAsync()).Status);
        await people.OpenAsync();
        Assert.Equal(1, await people.CountAsync("colleague@example.com"));

        // The page as it is now sends another form.
        await people.InviteAsync("another@example.com");
        await owner.GetByText("another@example.com").First.WaitForAsync();

        // The operator's merchant.
        var admin = await OpenAsync(door);
        await admin.GotoAsync("/operator/welcome/" + Regex.Match(link.Output, "/operator/welcome/([0-9A-Za-z_-]+)").Groups[1].Value);
        await new WelcomePage(admin).AcceptAsync("First");
        var merchants = new MerchantsPage(admin);
        await merchants.OpenAsync();
        await LoseAsync(admin, door, FormLoss.AfterItWasDone, () => merchants.AddAsync("Another business", "KE", "Shop of two nodes"));
        Assert.Equal(HttpStatusCode.Conflict, (await door.SendAgainAsync()).Status);
        await merchants.OpenAsync();
        Assert.Equal(1, await merchants.CountAsync("Shop of two nodes"));
        Assert.Equal(3, door.Killed);
    }

    private async Task<IPage> OpenAsync(NodeDoor door) => await browser.OpenPageAsync(new BrowserNewContextOptions { BaseURL = door.Address.ToString(), ReducedMotion = ReducedMotion.Reduce });

    /// <summary>Does something while the node that gets the form dies, and waits until nodes are there again.</summary>
    private static async Task LoseAsync(IPage page, NodeDoor door, FormLoss loss, Func<Task> act)
    {
        door.Next = loss;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Failed(object? sender, IRequest request) => failed.TrySetResult();
        page.RequestFailed += Failed;
        await act();
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        page.RequestFailed -= Failed;
        await door.ReviveAsync();
    }
}
