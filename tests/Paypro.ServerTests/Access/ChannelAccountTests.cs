using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>From its first settings to its last secret: what operators do to a channel account.</summary>
public sealed class ChannelAccountTests
{
    private const string First = "the first key of a test", Second = "the second key of a test", Third = "a third key of a test", Path = "/operator/channels/1";

    private static readonly string Base = "base = https://gateway.example/mex-pay\nmerchantNo = 1000000001";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ItIsAddedClosedOpenedByTwoAndStoppedByOne(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var finance = await host.SignedInAsync(Role.Finance);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));

        // What is wrong with the settings its channel says, and nothing is left behind.
        foreach (var (settings, key, says) in ((string, string, string)[])[("base = ftp://nowhere", First, "base:"), (Base, "", "its secret 'key' is missing"), ("base", First, "name = value"), (Base + "\nflavour = other", First, "flavour"), (Base + "\nflavor = own", First, "flavor: is none of this channel, which has bankCodes, base,")])
        {
            var refused = await admin.PostAsync("/operator/channels", ("channel", "paypro"), ("country", "MX"), ("name", "Gateway"), ("settings", settings), ("secret-key", key));
            Assert.Contains(says, WebUtility.HtmlDecode(refused.Html), StringComparison.Ordinal);
            Assert.DoesNotContain(First, refused.Html, StringComparison.Ordinal);
        }

        Assert.Equal(0, await host.ReadAsync(c => c.ChannelAccounts.CountAsync()) + await host.ReadAsync(c => c.ChannelSecrets.CountAsync()) + await host.ReadAsync(c => c.ChannelWays.CountAsync()));
        Assert.Equal($"{Path}?done=saved", (await AddAsync(admin)).Path);
        await RefreshAsync(host);
        var offer = host.The<SnapshotStore>().Current.Accounts[1];
        Assert.Equal((false, "MXN", true, 4), (offer.Open, offer.Account.Currency, offer.Account.Live, offer.Ways.Count));
        Assert.Equal(First, Encoding.UTF8.GetString(offer.Account.Secrets.Current("key", host.Time.GetUtcNow().ToUnixTimeMilliseconds()).Span));

        // Opened by two, stopped by one; a second node sees either within its next look at the version.
        await using var node = engine == Engine.Postgres ? await host.AnotherNodeAsync() : null;
        var other = node ?? host;
        Assert.Equal("/operator/proposals?done=proposed", (await admin.PostAsync($"{Path}/reopen", ("reason", "all is set up"))).Path);
        await ApproveAsync(host, operations);
        await RefreshAsync(other);
        Assert.True(other.The<SnapshotStore>().Current.Accounts[1].Open);
        Assert.Contains("is open already", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/reopen", ("reason", "again"))).Html), StringComparison.Ordinal);
        Assert.Equal($"{Path}?done=stopped", (await finance.PostAsync($"{Path}/stop", ("reason", "its rail is out of order"))).Path);
        await RefreshAsync(other);
        Assert.False(other.The<SnapshotStore>().Current.Accounts[1].Open);
        Assert.Equal(HttpStatusCode.Forbidden, (await finance.PostAsync($"{Path}/reopen", ("reason", "x"))).Status);
        var stop = await host.ReadAsync(c => c.Audit.SingleAsync(a => a.Action == "channel.stop"));
        Assert.Contains("\"open\":true", stop.Before, StringComparison.Ordinal);
        Assert.Contains("\"open\":false", stop.After, StringComparison.Ordinal);
        Assert.Equal("its rail is out of order", stop.Reason);

        await admin.PostAsync($"{Path}/rename", ("name", "Gateway, main"));
        Assert.Contains("Gateway, main", (await admin.GetAsync("/operator/channels")).Html, StringComparison.Ordinal);
        Assert.Contains("No channel account fits", (await admin.GetAsync("/operator/channels?country=BR")).Html, StringComparison.Ordinal);
        Assert.Contains("Gateway, main", (await admin.GetAsync("/operator/channels?country=MX&state=closed")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/operator/channels/77")).Status);
    }

    /// <summary>Other settings are approved by a second person, and the secrets are bound to them anew; a change past the program leaves the account out.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SettingsAreChangedByTwoAndBindTheSecretsAnew(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(admin);
        Assert.Contains("base:", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/settings", ("settings", "base = x"), ("priority", "1"), ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Equal(0, await host.ReadAsync(c => c.Proposals.CountAsync()));
        var moved = Base.Replace("gateway.example", "other.example", StringComparison.Ordinal);
        Assert.Contains("floatalarm: is none", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/settings", ("settings", Base + "\nfloatalarm = 5"), ("priority", "1"), ("reason", "x"))).Html), StringComparison.Ordinal);
        await admin.PostAsync($"{Path}/settings", ("settings", moved), ("priority", "3"), ("reason", "the rail has moved"));
        await ApproveAsync(host, operations);
        await RefreshAsync(host);
        var offer = host.The<SnapshotStore>().Current.Accounts[1];
        Assert.Equal(("https://other.example/mex-pay", 3), (offer.Account.Settings["base"], offer.Priority));
        Assert.Equal(First, Encoding.UTF8.GetString(offer.Account.Secrets.Current("key", long.MaxValue - 1).Span));
        var line = await host.ReadAsync(c => c.Audit.SingleAsync(a => a.Action == SettingsChange.Name));
        Assert.Contains("gateway.example", line.Before, StringComparison.Ordinal);
        Assert.Contains("other.example", line.After, StringComparison.Ordinal);

        // Two proposals on the same settings: the second was made against what is no longer there.
        await admin.PostAsync($"{Path}/settings", ("settings", Base), ("priority", "3"), ("reason", "one"));
        await admin.PostAsync($"{Path}/settings", ("settings", moved), ("priority", "4"), ("reason", "two"));
        var open = await host.ReadAsync(c => c.Proposals.Where(p => p.State == ProposalState.Open).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync());
        await operations.PostAsync($"/operator/proposals/{open[0]}", ("do", "approve"));
        Assert.Contains("has changed since", WebUtility.HtmlDecode((await operations.PostAsync($"/operator/proposals/{open[1]}", ("do", "approve"))).Html), StringComparison.Ordinal);
        await host.The<ConfigStore>().SaveAsync(async c => (await c.ChannelAccounts.SingleAsync()).SettingsJson = AccountSettings.Json(AccountSettings.Lines(moved)!));
        await RefreshAsync(host);
        Assert.Contains("does not open", host.The<SnapshotStore>().Current.Unusable[1].Problem, StringComparison.Ordinal);
        Assert.Contains("state=unusable", (await admin.GetAsync("/operator/channels?state=unusable")).Path, StringComparison.Ordinal);
        Assert.Contains("does not open", WebUtility.HtmlDecode((await admin.GetAsync(Path)).Html), StringComparison.Ordinal);
    }

    /// <summary>A secret is written and never read: not on a page, in an answer, the log of changes, a proposal or any row. Two hold at a time, one person ends one.</summary>
    /// <summary>After a restore its page says that it is in recovery; two people end it, and the audit log tells of both.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task RecoveryIsEndedByTwo(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var finance = await host.SignedInAsync(Role.Finance);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(admin);
        Assert.DoesNotContain("In recovery after a restore", (await admin.GetAsync(Path)).Html, StringComparison.Ordinal);
        Assert.Contains("is not in recovery", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/end-recovery", ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Equal([1], await host.The<RecoveryBegin>().RunAsync());
        await RefreshAsync(host);
        Assert.True(host.The<SnapshotStore>().Current.Accounts[1].IsRecovering);
        Assert.Contains("In recovery after a restore", (await finance.GetAsync(Path)).Html, StringComparison.Ordinal);
        Assert.Contains("are in recovery: 1.", (await finance.GetAsync("/operator/withdrawals")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await finance.PostAsync($"{Path}/end-recovery", ("reason", "x"))).Status);
        Assert.Equal("/operator/proposals?done=proposed", (await admin.PostAsync($"{Path}/end-recovery", ("reason", "all of its statement is here"))).Path);
        await RefreshAsync(host);
        Assert.True(host.The<SnapshotStore>().Current.Accounts[1].IsRecovering);
        await ApproveAsync(host, operations);
        await RefreshAsync(host);
        Assert.False(host.The<SnapshotStore>().Current.Accounts[1].IsRecovering);
        Assert.Equal(["channel.recovery", RecoveryEnd.Name], await host.ReadAsync(c => c.Audit.Where(a => a.Subject == "channel:1" && a.Action.Contains("recovery")).OrderBy(a => a.No).Select(a => a.Action).ToListAsync()));
    }

    /// <summary>An account, or a way, that is stopped once more while it is to be opened stays closed: whoever stopped it had a reason of his own.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ASecondStopEndsWhatWouldOpen(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(admin);
        (string, string)[] way = [("scope", "PayIn/va"), ("open", "yes"), ("minimum", "10"), ("maximum", "500"), ("minutes", "60"), ("costRate", "0.2"), ("costFixed", "3.50"), ("reason", "the contract was renewed")];
        await risk.PostAsync($"{Path}/ways/close", ("scope", "PayIn/va"), ("reason", "fraud"));
        Assert.Equal("/operator/proposals?done=proposed", (await operations.PostAsync($"{Path}/ways", way)).Path);
        Assert.Equal("/operator/proposals?done=proposed", (await operations.PostAsync($"{Path}/reopen", ("reason", "its rail works again"))).Path);
        var open = await host.ReadAsync(c => c.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open).Select(p => p.Id).ToListAsync());
        Assert.Equal(2, open.Count);
        Assert.Equal($"{Path}/ways?done=stopped", (await risk.PostAsync($"{Path}/ways/close", ("scope", "PayIn/va"), ("reason", "fraud again"))).Path);
        Assert.Equal($"{Path}?done=stopped", (await risk.PostAsync($"{Path}/stop", ("reason", "a person of its rail was arrested"))).Path);
        foreach (var id in open)
        {
            await admin.PostAsync($"/operator/proposals/{id}", ("do", "approve"));
            Assert.Equal(ProposalState.Ended, await host.ReadAsync(c => c.Proposals.Where(p => p.Id == id).Select(p => p.State).SingleAsync()));
        }

        Assert.False(await host.ReadAsync(c => c.ChannelAccounts.Select(a => a.Open).SingleAsync()));
        Assert.False(await host.ReadAsync(c => c.ChannelWays.Where(w => w.Way == "va").Select(w => w.Open).SingleAsync()));
        Assert.Equal(2, await host.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "proposal.stale")));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SecretsAreWrittenByTwoAndReadByNobody(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(admin);
        host.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Forbidden, (await risk.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", Second))).Status);
        Assert.Contains("is not a secret of this channel", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/secrets", ("name", "other"), ("secret-value", Second))).Html), StringComparison.Ordinal);
        Assert.Contains("must be base64", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", "base64:!"))).Html), StringComparison.Ordinal);
        Assert.Equal(0, await host.ReadAsync(c => c.ProposalSecrets.CountAsync()));
        await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", Second), ("reason", "the yearly exchange"));
        var kept = await host.ReadAsync(c => c.ProposalSecrets.AsNoTracking().SingleAsync());
        Assert.False(kept.Sealed.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Second)) >= 0);

        // It is bound to its whole proposal: another change is not approved with it.
        var proposal = await host.ReadAsync(c => c.Proposals.AsNoTracking().SingleAsync());
        var keys = host.The<MasterKeys>();
        Assert.Equal(Second, Encoding.UTF8.GetString(keys.Open(kept.MasterKeyId, kept.Sealed, ProposalSecrets.BoundTo(proposal))));
        proposal.Subject = "channel:2";
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => keys.Open(kept.MasterKeyId, kept.Sealed, ProposalSecrets.BoundTo(proposal)));
        await ApproveAsync(host, operations);
        Assert.Equal(0, await host.ReadAsync(c => c.ProposalSecrets.CountAsync()));
        Assert.Equal([Second, First], await HeldAsync(host));

        // A third is refused, also where it was proposed before; whatever ends a proposal forgets its secret.
        Assert.Contains("two versions", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", Third))).Html), StringComparison.Ordinal);
        var oldest = (await host.ReadAsync(c => c.ChannelSecrets.AsNoTracking().OrderBy(s => s.ValidFromMs).FirstAsync())).ValidFromMs;
        Assert.Equal($"{Path}/secrets?done=ended", (await risk.PostAsync($"{Path}/secrets/end", ("name", "key"), ("validFromMs", $"{oldest}"), ("reason", "it was found in a public place"))).Path);
        Assert.Equal([Second], await HeldAsync(host));
        await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", Third), ("reason", "third"));
        var open = await host.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open));
        await operations.PostAsync($"/operator/proposals/{open.Id}", ("do", "refuse"));
        await host.The<Proposals>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await host.ReadAsync(c => c.ProposalSecrets.CountAsync()));

        // What a person types into a form that asks for a fresh factor is not repeated by that page either.
        host.Time.Pass(Sessions.StepUpGoodFor);
        var confirm = await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", Third), ("reason", "third"));
        Assert.Contains(Paypro.Server.Screens.StepUps.Code, confirm.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(Third, confirm.Html, StringComparison.Ordinal);
        Assert.Contains("name=\"secret-value\"", confirm.Html, StringComparison.Ordinal);

        // Nowhere: pages, changes, proposals, answers.
        foreach (var page in (string[])[Path, $"{Path}/secrets", $"{Path}/settings", "/operator/proposals", "/operator/audit", "/operator/channels"])
        {
            AssertNoSecret((await admin.GetAsync(page)).Html);
        }

        AssertNoSecret(JsonSerializer.Serialize(await host.ReadAsync(c => c.Audit.AsNoTracking().ToListAsync())));
        AssertNoSecret(JsonSerializer.Serialize(await host.ReadAsync(c => c.Proposals.AsNoTracking().ToListAsync())));

        static void AssertNoSecret(string text) => Assert.All((string[])[First, Second, Third], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    /// <summary>A new version has its own times; a secret of a proposal is sealed anew like every other.</summary>
    [Fact]
    public async Task ASecretHasItsTimes()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        await AddAsync(admin);
        host.Time.Pass(TimeSpan.FromSeconds(1));
        var tomorrow = host.Time.GetUtcNow().AddDays(1);

        // While the installation is set up one person does both; the zone is the country's, six hours behind UTC.
        await admin.PostAsync($"{Path}/secrets", ("name", "key"), ("secret-value", $"base64:{Convert.ToBase64String(Encoding.UTF8.GetBytes(Second))}"), ("validFrom", $"{tomorrow.AddHours(-6):yyyy-MM-ddTHH:mm}"), ("reason", "x"));
        var stored = await host.ReadAsync(c => c.ChannelSecrets.AsNoTracking().OrderByDescending(s => s.ValidFromMs).FirstAsync());
        Assert.Equal(tomorrow.ToUnixTimeMilliseconds() / 60_000, stored.ValidFromMs / 60_000);
        await RefreshAsync(host);
        var secrets = host.The<SnapshotStore>().Current.Accounts[1].Account.Secrets;
        Assert.Equal(First, Encoding.UTF8.GetString(secrets.Current("key", host.Time.GetUtcNow().ToUnixTimeMilliseconds()).Span));
        Assert.Equal(Second, Encoding.UTF8.GetString(secrets.Current("key", tomorrow.AddMinutes(1).ToUnixTimeMilliseconds()).Span));
    }

    private static Task<PortalPage> AddAsync(PortalBrowser browser) =>
        browser.PostAsync("/operator/channels", ("channel", "paypro"), ("country", "MX"), ("name", "Gateway"), ("settings", Base), ("secret-key", First));

    private static Task RefreshAsync(PortalHost host) => host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

    private static async Task ApproveAsync(PortalHost host, PortalBrowser by)
    {
        var open = await host.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open));
        Assert.Equal("/operator/proposals?done=saved", (await by.PostAsync($"/operator/proposals/{open.Id}", ("do", "approve"))).Path);
    }

    private static async Task<List<string>> HeldAsync(PortalHost host)
    {
        await RefreshAsync(host);
        return [.. host.The<SnapshotStore>().Current.Accounts[1].Account.Secrets.Valid("key", host.Time.GetUtcNow().ToUnixTimeMilliseconds()).Select(v => Encoding.UTF8.GetString(v.Span))];
    }
}
