using System.Buffers.Text;
using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Operator;
using Paypro.Server.Screens;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>What people keep for themselves: views of lists, and the names of their passkeys.</summary>
[Collection(DashboardTests.Name)]
public sealed class SavedViewTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AViewStandsAboveItsListForItsUserAlone(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("MX");
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        using var finance = await ground.Host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        var look = await owner.GetAsync("/dashboard/payins?state=failed&column=number&column=state&before=99&done=saved");
        Assert.Contains("Save this view", look.Html, StringComparison.Ordinal);
        var kept = await owner.PostAsync("/dashboard/views", ("list", "/dashboard/payins"), ("query", look.HiddenField("query")!), ("name", " Failed <ones> "));
        Assert.Equal("/dashboard/payins?state=failed&column=number&column=state", kept.Path);

        // Above the list, wherever on it he is; not on another list, and not for somebody else.
        Assert.Equal(kept.Path, DashboardGround.LinkOf((await owner.GetAsync("/dashboard/payins")).Html, "Failed &lt;ones&gt;"));
        Assert.Contains("aria-current=\"true\">Failed &lt;ones&gt;</a>", kept.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Failed &lt;ones&gt;", (await owner.GetAsync("/dashboard/payouts")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Failed &lt;ones&gt;", (await finance.GetAsync("/dashboard/payins")).Html, StringComparison.Ordinal);

        // The same name means another address from then on.
        await owner.PostAsync("/dashboard/views", ("list", "/dashboard/payins"), ("query", "?state=paid"), ("name", "Failed <ones>"));
        var page = await owner.GetAsync("/dashboard/payins");
        Assert.Equal("/dashboard/payins?state=paid", DashboardGround.LinkOf(page.Html, "Failed &lt;ones&gt;"));

        // Nobody removes what is not his; he does.
        var id = page.HiddenField("view")!;
        await finance.PostAsync("/dashboard/views/remove", ("view", id));
        Assert.Contains("Failed &lt;ones&gt;", (await owner.GetAsync("/dashboard/payins")).Html, StringComparison.Ordinal);
        Assert.Equal("/dashboard/payins", (await owner.PostAsync("/dashboard/views/remove", ("view", id))).Path);
        Assert.DoesNotContain("Failed &lt;ones&gt;", (await owner.GetAsync("/dashboard/payins")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoViewIsSaidInASentence()
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync("MX");
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        foreach (var (list, query, name) in ((string, string, string)[])
            [("/operator/orders", "?a=1", "x"), ("https://example.com", "?a=1", "x"), ("/dashboard", "?a=1", "x"), ("/dashboard/payins", "?a=" + new string('y', 2_000), "x"), ("/dashboard/payins", "?a=1", "  "), ("/dashboard/payins", "?a=\u0001", "x")])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync("/dashboard/views", ("list", list), ("query", query), ("name", name))).Status);
        }

        for (var i = 0; i < SavedViews.MostOfList; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await owner.PostAsync("/dashboard/views", ("list", "/dashboard/payins"), ("query", "?state=paid"), ("name", i.ToString(CultureInfo.InvariantCulture)))).Status);
        }

        Assert.Contains("You have twenty views", (await owner.PostAsync("/dashboard/views", ("list", "/dashboard/payins"), ("query", "?state=paid"), ("name", "one more"))).Html, StringComparison.Ordinal);
        Assert.Equal(SavedViews.MostOfList, await ground.Host.ReadAsync(c => c.SavedViews.CountAsync(v => v.List == "/dashboard/payins" && c.Memberships.Any(m => m.UserId == v.UserId && m.BusinessId == merchant.BusinessId))));
    }

    /// <summary>A list that is moved takes its views with it, or this fails.</summary>
    [Fact]
    public void EveryListWithViewsIsAScreen()
    {
        var screens = OperatorRoutes.All.Select(r => (r.Method, r.Path)).Concat(PaymentRoutes.All.Select(r => (r.Method, r.Path))).Concat(DeveloperRoutes.All.Select(r => (r.Method, r.Path))).Where(r => r.Method == "GET").Select(r => r.Path).ToHashSet();
        Assert.All(SavedViews.Lists, list => Assert.Contains(list, screens));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APasskeyIsGivenAnotherName(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("MX");
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        using var other = await ground.Host.SignedInAsync(Role.Developer, merchant.BusinessId);
        byte[] id = [.. BitConverter.GetBytes(merchant.No), 7];
        await ground.Host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var userId = await context.Memberships.Where(m => m.BusinessId == merchant.BusinessId && m.Role == Role.Owner).Select(m => m.UserId).SingleAsync();
            context.UserPasskeys.Add(new UserPasskeyRow { CredentialId = id, UserId = userId, Name = "Old name", PublicKey = [1] });
            trail.Add(Actor.Program, "test.passkey", "user");
            return true;
        });
        var field = ("passkey", Base64Url.EncodeToString(id));
        Assert.Equal(HttpStatusCode.BadRequest, (await other.PostAsync("/dashboard/me/passkeys/rename", field, ("name", "Mine"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync("/dashboard/me/passkeys/rename", field, ("name", " "))).Status);
        Assert.Contains("Old name", (await owner.GetAsync("/dashboard/me")).Html, StringComparison.Ordinal);
        var page = await owner.PostAsync("/dashboard/me/passkeys/rename", field, ("name", "Phone of the shop"));
        Assert.Contains("Phone of the shop", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Old name", page.Html, StringComparison.Ordinal);
    }
}
