using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard;
using Paypro.Server.Screens;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>A business's owners and its people: invited, given roles, taken away again; two people for keys.</summary>
public sealed class PeopleTests
{
    private const string Password = "four plain words here";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOwnerInvitesGivesAndTakes(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        var (owner, business) = await OwnerAsync(host, "MX", "KE");
        using var _ = owner;
        await owner.GetAsync("/dashboard/users");
        var invited = await owner.PostAsync("/dashboard/users", ("business", $"{business}"), ("email", "dev@example.com"), ("role", "Developer"), ("merchantNo", "2000000001"));
        Assert.Equal($"/dashboard/users?done=saved&business={business}", invited.Path);
        await MailTests.SendAsync(host);
        Assert.Contains("A business", mail.Taken.Single(m => m.To == "dev@example.com").Content.Text, StringComparison.Ordinal);
        using var developer = host.Browser();
        await developer.AcceptAsync(mail.LinkTo("dev@example.com"), "Dev", Password);
        Assert.Equal(HttpStatusCode.OK, (await developer.GetAsync("/dashboard/keys/2000000001")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await developer.GetAsync("/dashboard/keys/2000000002")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.GetAsync("/dashboard/users")).Status);

        // A role that cannot be, a number of another business, another business.
        foreach (var (role, no, said) in new[] { ("Owner", "2000000001", "an owner is one of the whole business"), ("Admin", "0", "Choose a role."), ("Developer", "1000000001", "there is no such number") })
        {
            Assert.Contains(said, WebUtility.HtmlDecode((await owner.PostAsync("/dashboard/users", ("email", "x@example.com"), ("role", role), ("merchantNo", no))).Html), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync($"/dashboard/users?business={business + 1}")).Status);

        // The only owner stays one.
        var own = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == "Owner"));
        Assert.Contains("is the only owner", (await owner.PostAsync("/dashboard/users/remove", ("user", $"{own.Id}"))).Html, StringComparison.Ordinal);

        // Somebody who left is asked back as somebody new.
        var dev = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == "dev@example.com"));
        await owner.PostAsync("/dashboard/users/remove", ("user", $"{dev.Id}"), ("reason", "has left"));
        Assert.Equal("/dashboard/sign-in", (await developer.GetAsync("/dashboard")).Path);
        Assert.Equal(UserState.Disabled, await host.ReadAsync(c => c.Users.Where(u => u.Id == dev.Id).Select(u => u.State).SingleAsync()));
        await owner.PostAsync("/dashboard/users", ("email", "dev@example.com"), ("role", "MerchantSupport"), ("merchantNo", "0"));
        var again = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Id == dev.Id));
        Assert.Equal((UserState.Invited, ""), (again.State, again.PasswordHash));
        Assert.Equal([Role.MerchantSupport], await host.ReadAsync(c => c.Memberships.Where(m => m.UserId == dev.Id).Select(m => m.Role).ToListAsync()));

        // The business reads its own log, and nothing of who works at the operator's.
        var log = WebUtility.HtmlDecode((await owner.GetAsync("/dashboard/audit")).Html);
        Assert.Contains("user.remove", log, StringComparison.Ordinal);
        Assert.Contains("has left", log, StringComparison.Ordinal);
        Assert.Contains("<td>Paypro <", log, StringComparison.Ordinal);
        Assert.DoesNotContain("admin-0@example.com", log, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>user.remove</code>", (await owner.GetAsync("/dashboard/audit?action=key.make")).Html, StringComparison.Ordinal);
    }

    /// <summary>An owner has power over what somebody may do in his business, never over the account with which he works in another one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhoBelongsToTwoBusinessesIsAtTheMercyOfNeither(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (owner, business) = await OwnerAsync(host, "MX");
        using var _ = owner;
        var other = await host.SignedInAsync(Role.Owner, business + 1000);
        other.Dispose();
        var guest = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == $"owner-{business + 1000}@example.com"));
        await owner.PostAsync("/dashboard/users", ("email", guest.Email), ("role", "Developer"), ("merchantNo", "0"));
        var reset = await owner.PostAsync("/dashboard/users/factor", ("user", $"{guest.Id}"));
        Assert.Contains("belongs to another business too", reset.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/welcome/", reset.Html, StringComparison.Ordinal);
        await owner.PostAsync("/dashboard/users/remove", ("user", $"{guest.Id}"));
        Assert.Equal(UserState.Active, await host.ReadAsync(c => c.Users.Where(u => u.Id == guest.Id).Select(u => u.State).SingleAsync()));
        Assert.Equal([business + 1000], await host.ReadAsync(c => c.Memberships.Where(m => m.UserId == guest.Id).Select(m => m.BusinessId).ToListAsync()));

        // Who has no password yet was invited by both: without mail this owner is not shown a link that opens the other business too.
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            await host.The<Users>().GiveAsync(context, trail, new RoleWish("new@example.com", Role.Owner, business + 1000), Actor.Program);
            return true;
        });
        Assert.DoesNotContain("/welcome/", (await owner.PostAsync("/dashboard/users", ("email", "new@example.com"), ("role", "Developer"), ("merchantNo", "0"))).Html, StringComparison.Ordinal);
        var invited = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == "new@example.com"));
        Assert.DoesNotContain("/welcome/", (await owner.PostAsync("/dashboard/users/link", ("user", $"{invited.Id}"))).Html, StringComparison.Ordinal);

        // Of his own people alone he resets the factors: both are set up anew.
        await owner.PostAsync("/dashboard/users", ("email", "own@example.com"), ("role", "Developer"), ("merchantNo", "0"));
        var colleague = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == "own@example.com"));
        using var browser = host.Browser();
        await browser.AcceptAsync((await owner.PostAsync("/dashboard/users/link", ("user", $"{colleague.Id}"))).TextOf("secret")!, "Own", Password);
        var link = (await owner.PostAsync("/dashboard/users/factor", ("user", $"{colleague.Id}"))).TextOf("secret")!;
        Assert.Equal("/dashboard/sign-in", (await browser.GetAsync("/dashboard")).Path);
        Assert.Contains("recovery codes", (await browser.AcceptAsync(link, "Own", Password)).Html, StringComparison.Ordinal);
    }

    /// <summary>An owner takes a leaver's access away, and every session ends within the five seconds for which a node keeps one.</summary>
    [Fact]
    public async Task ALeaversSessionsEndOnBothNodes()
    {
        await using var host = await PortalHost.StartAsync(Engine.Postgres);
        await using var another = await host.AnotherNodeAsync();
        var (owner, business) = await OwnerAsync(host, "MX");
        using var _ = owner;
        using var leaver = await host.SignedInAsync(Role.Developer, business);
        using var there = another.Browser();
        foreach (Cookie cookie in leaver.Cookies.GetCookies(host.Address))
        {
            there.Cookies.Add(another.Address, new Cookie(cookie.Name, cookie.Value));
        }

        Assert.Equal("/dashboard/keys/2000000001", (await leaver.GetAsync("/dashboard/keys/2000000001")).Path);
        Assert.Equal("/dashboard/keys/2000000001", (await there.GetAsync("/dashboard/keys/2000000001")).Path);
        var user = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == nameof(Role.Developer)));
        await owner.PostAsync("/dashboard/users/remove", ("user", $"{user.Id}"), ("reason", "has left"));
        Assert.Equal("/dashboard/sign-in", (await leaver.GetAsync("/dashboard/keys/2000000001")).Path);
        await Task.Delay(Sessions.KeptFor, TimeProvider.System);
        Assert.Equal("/dashboard/sign-in", (await there.GetAsync("/dashboard/keys/2000000001")).Path);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task KeysByTwoPeople(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        var (owner, business) = await OwnerAsync(host, "MX");
        using var _ = owner;
        await owner.PostAsync("/dashboard/keys/2000000001", ("kind", "HmacSha256"), ("overlap", "7"));
        var first = await host.ReadAsync(c => c.MerchantKeys.SingleAsync());

        // The only owner: after an hour, and all owners are mailed.
        Assert.Equal($"/dashboard/proposals?done=proposed&business={business}", (await owner.PostAsync("/dashboard/policy", ("keysByTwo", "yes"), ("reason", "a rule of ours"))).Path);
        await MailTests.SendAsync(host);
        Assert.Contains("A change will take effect without a second person", mail.SubjectsTo($"owner-{business}@example.com"));
        var proposals = host.The<Proposals>();
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.False(await ByTwoAsync());
        host.Time.Pass(Proposals.OwnersAloneAfter);
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.True(await ByTwoAsync());

        // From now on a second person: a developer, who may make keys alone elsewhere.
        using var developer = await host.SignedInAsync(Role.Developer, business);
        using var fresh = await host.SignedInAsync(Role.Owner, business);
        Assert.Equal("/dashboard/proposals?done=proposed", (await fresh.PostAsync("/dashboard/keys/2000000001", ("kind", "HmacSha256"), ("overlap", "7"))).Path);
        Assert.Single(await host.ReadAsync(c => c.MerchantKeys.ToListAsync()));
        await DecideAsync(developer);
        Assert.Equal(2, await host.ReadAsync(c => c.MerchantKeys.CountAsync()));

        // A look at a key: proposed, approved by the other, and then once, by who asked.
        var reveal = await fresh.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{first.Id}"));
        Assert.Equal(("/dashboard/proposals?done=proposed", null), (reveal.Path, reveal.TextOf("secret")));
        Assert.Contains("waits for a second person", (await fresh.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{first.Id}"))).Html, StringComparison.Ordinal);
        await DecideAsync(developer);
        Assert.Null((await developer.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{first.Id}"))).TextOf("secret"));
        Assert.Equal(64, (await fresh.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{first.Id}"))).TextOf("secret")!.Length);
        Assert.Null((await fresh.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{first.Id}"))).TextOf("secret"));
        await MailTests.SendAsync(host);
        Assert.Contains("A key was looked at", mail.SubjectsTo($"owner-{business}@example.com"));

        // Operators neither see nor decide what a business proposes.
        using var admin = await host.SignedInAsync(Role.Admin);
        var open = await host.ReadAsync(c => c.Proposals.FirstAsync(p => p.State == ProposalState.Open));
        Assert.DoesNotContain($"/operator/proposals/{open.Id}", (await admin.GetAsync("/operator/proposals")).Html, StringComparison.Ordinal);
        await admin.PostAsync($"/operator/proposals/{open.Id}", ("do", "refuse"));
        Assert.Equal(ProposalState.Open, (await proposals.FindAsync(open.Id))!.State);

        Task<bool> ByTwoAsync() => host.ReadAsync(c => c.Businesses.Where(b => b.Id == business).Select(b => b.KeysByTwo).SingleAsync());

        async Task DecideAsync(PortalBrowser by)
        {
            var waits = await host.ReadAsync(c => c.Proposals.OrderByDescending(p => p.Id).FirstAsync(p => p.State == ProposalState.Open));
            await by.GetAsync("/dashboard/proposals");
            Assert.StartsWith("/dashboard/proposals?done=saved", (await by.PostAsync($"/dashboard/proposals/{waits.Id}", ("do", "approve"))).Path, StringComparison.Ordinal);
            Assert.Equal(ProposalState.CarriedOut, (await proposals.FindAsync(waits.Id))!.State);
        }
    }

    [Fact]
    public async Task EveryScreenOfPeopleAnswersEveryRoleAsTheTableSays()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        var (owner, business) = await OwnerAsync(host, "MX");
        owner.Dispose();
        using var nobody = host.Browser();
        foreach (var role in Permissions.MerchantRoles)
        {
            using var browser = await host.SignedInAsync(role, business);
            foreach (var (method, path, permission, _) in PeopleRoutes.All)
            {
                var address = path.Replace("{no:long}", "1", StringComparison.Ordinal);
                var page = method == "GET" ? await browser.GetAsync(address) : await browser.PostAsync(address);
                Assert.True(page.Status == HttpStatusCode.Forbidden == (Permissions.Of(role, permission) == Grant.None), $"{role} at {method} {path}: {page.Status}");
                Assert.True((int)page.Status < 500, $"{role} at {method} {path}: {page.Status}");
                Assert.Equal("/dashboard/sign-in", (method == "GET" ? await nobody.GetAsync(address) : await nobody.PostAsync(address)).Path);
            }
        }
    }

    /// <summary>A factor that is too old is asked for in the middle of the form, and what was typed is done with it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFormWaitsForTheFactorAndIsCarriedOutWithIt(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (owner, business) = await OwnerAsync(host, "MX");
        owner.Dispose();
        using var admin = await host.SignedInAsync(Role.Admin);
        var link = await admin.PostAsync("/operator/merchants/2000000001/owner", ("email", "second@example.com"));
        using var second = host.Browser();
        await second.AcceptAsync(link.TextOf("secret")!, "Second", Password);
        host.Time.Pass(Sessions.StepUpGoodFor);
        await second.GetAsync("/dashboard/users");
        (string, string)[] typed = [("business", $"{business}"), ("email", "a<b@example.com"), ("role", "Developer"), ("merchantNo", "0")];
        var asked = await second.PostAsync("/dashboard/users", typed);
        Assert.Equal("a<b@example.com", asked.HiddenField("email"));
        Assert.Empty(await host.ReadAsync(c => c.Memberships.Where(m => m.Role == Role.Developer).ToListAsync()));
        typed[1] = ("email", "dev@example.com");
        var wrong = await second.PostAsync("/dashboard/users", [.. typed, (StepUps.Code, "000000")]);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal("dev@example.com", wrong.HiddenField("email"));
        var done = await second.PostAsync("/dashboard/users", [.. typed, (StepUps.Code, second.NextCode())]);
        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Contains("dev@example.com", done.Html, StringComparison.Ordinal);
        Assert.Single(await host.ReadAsync(c => c.Memberships.Where(m => m.Role == Role.Developer).ToListAsync()));
    }

    /// <summary>A business with a number in each country, and its owner's browser.</summary>
    private static async Task<(PortalBrowser Owner, long Business)> OwnerAsync(PortalHost host, params string[] countries)
    {
        using var admin = await host.SignedInAsync(Role.Admin);
        var business = "";
        foreach (var country in countries)
        {
            await admin.PostAsync("/operator/merchants", ("business", business), ("businessName", "A business"), ("country", country), ("name", "A shop"));
            business = $"{await host.ReadAsync(c => c.Businesses.Where(b => b.Name == "A business").Select(b => b.Id).SingleAsync())}";
        }

        var id = long.Parse(business, System.Globalization.CultureInfo.InvariantCulture);
        return (await host.SignedInAsync(Role.Owner, id), id);
    }
}
