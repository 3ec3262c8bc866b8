using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Changes by two people: by another one, once, and only what was proposed.</summary>
public sealed class ProposalTests
{
    private const string Subject = "merchant:2000000001";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnotherPersonApprovesOnceWhatIsStillTrue(Engine engine)
    {
        await using var host = await StoppedMerchantAsync(engine);
        var proposals = host.The<Proposals>();
        var (admin, risk, support) = (await PersonAsync(host, Role.Admin), await PersonAsync(host, Role.Risk), await PersonAsync(host, Role.Support));

        var made = await ReopenAsync(proposals, admin);
        Assert.Equal((null, ProposalState.Open), (made.Problem, made.State));
        Assert.False(await IsOpenAsync(host));
        Assert.Contains("your own", (await DecideAsync(proposals, admin, made.Id)).Problem, StringComparison.Ordinal);
        Assert.Contains("do not approve", (await DecideAsync(proposals, support, made.Id)).Problem, StringComparison.Ordinal);
        Assert.Contains("24 hours", (await proposals.DecideAsync(By(risk), [Role.Risk], host.Time.GetUtcNow().ToUnixTimeMilliseconds(), made.Id, true, "")).Problem, StringComparison.Ordinal);

        // Two at the same moment: it happens once.
        var both = await Task.WhenAll(DecideAsync(proposals, risk, made.Id), DecideAsync(proposals, risk, made.Id));
        Assert.Single(both, r => r is { Problem: null, State: ProposalState.CarriedOut });
        Assert.True(await IsOpenAsync(host));
        Assert.Single(await host.ReadAsync(c => c.Audit.Where(a => a.Action == MerchantReopen.Name).ToListAsync()));
        Assert.NotNull((await DecideAsync(proposals, risk, made.Id)).Problem);

        // What it changes has changed since.
        await StopAsync(host, payouts: false);
        var stale = await ReopenAsync(proposals, admin);
        await host.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            (await context.Merchants.SingleAsync(m => m.MerchantNo == 2000000001)).PayoutsOpen = false;
            trail.Add(Actor.Program, "test.change", Subject);
            return true;
        });
        Assert.Contains("has changed since", (await DecideAsync(proposals, risk, stale.Id)).Problem, StringComparison.Ordinal);
        Assert.False(await IsOpenAsync(host));
        Assert.Equal(ProposalState.Ended, (await proposals.FindAsync(stale.Id))!.State);

        // Somebody who was disabled a moment ago, on a node that still keeps his session.
        var open = await ReopenAsync(proposals, admin);
        await host.The<Users>().DisableAsync(Actor.Program, Realm.Operator, support.Id, "has left");
        Assert.Contains("any more", (await proposals.DecideAsync(By(support), [Role.Risk], 0, open.Id, true, "")).Problem, StringComparison.Ordinal);
        Assert.Null((await proposals.TakeBackAsync(By(admin), open.Id)).Problem);

        // Refused, taken back, and not decided in time.
        var refused = await ReopenAsync(proposals, admin);
        Assert.Equal(ProposalState.Refused, (await DecideAsync(proposals, risk, refused.Id, approves: false)).State);
        var taken = await ReopenAsync(proposals, admin);
        Assert.NotNull((await proposals.TakeBackAsync(By(risk), taken.Id)).Problem);
        Assert.Null((await proposals.TakeBackAsync(By(admin), taken.Id)).Problem);
        var late = await ReopenAsync(proposals, admin);
        host.Time.Pass(Proposals.EndsAfter);
        Assert.NotNull((await DecideAsync(proposals, risk, late.Id)).Problem);
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.Equal(ProposalState.Ended, (await proposals.FindAsync(late.Id))!.State);
        Assert.False(await IsOpenAsync(host));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhereNobodyElseIsItTakesADayAndWhereNobodyMayItIsRefused(Engine engine)
    {
        await using var host = await StoppedMerchantAsync(engine);
        var proposals = host.The<Proposals>();
        var admin = await PersonAsync(host, Role.Admin);
        var alone = await ReopenAsync(proposals, admin);
        Assert.Null(alone.Problem);
        Assert.Single(await host.ReadAsync(c => c.Cases.Where(k => k.Kind == Proposals.AloneCase).ToListAsync()));
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.False(await IsOpenAsync(host));
        host.Time.Pass(Proposals.AloneAfter);
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.True(await IsOpenAsync(host));

        // Terms: an admin proposes only, and nobody of finance or risk is there.
        var wish = new TermsWish(2000000001, "MX", Paypro.Channels.Direction.PayIn);
        var refused = await proposals.ProposeAsync(By(admin), Grant.Proposes, TermsChange.Name, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), "");
        Assert.Contains("nobody is entitled", refused.Problem, StringComparison.Ordinal);
    }

    /// <summary>What takes effect alone and cannot be carried out is tried until it ends, says why, and keeps none of the newer ones back.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatCannotBeCarriedOutAloneEnds(Engine engine)
    {
        await using var host = await StoppedMerchantAsync(engine);
        var proposals = host.The<Proposals>();
        using var browser = await host.SignedInAsync(Role.Admin);
        var admin = await PersonAsync(host, Role.Admin);
        await browser.PostAsync("/operator/channels", ("channel", "paypro"), ("country", "MX"), ("name", "Gateway"), ("settings", "base = https://gateway.example/mex-pay\nmerchantNo = 1000000001"), ("secret-key", "a key of a test"));
        var stuck = await proposals.ProposeAsync(By(admin), Grant.Approves, AccountReopen.Name, "channel:1", "{}", "all is set up");
        Assert.Equal((null, ProposalState.Open), (stuck.Problem, stuck.State));

        // Its secret is ended, and nothing that the proposal was made against says so.
        var secret = await host.ReadAsync(c => c.ChannelSecrets.AsNoTracking().SingleAsync());
        await host.The<AccountChanges>().EndSecretAsync(Actor.Program, 1, new SecretEndWish(secret.Name, secret.ValidFromMs, "a test"), Answer<SecretView>.Unkept);
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var row = await context.Proposals.AsNoTracking().SingleAsync(p => p.Id == stuck.Id);
            for (var i = 1; i <= 100; i++)
            {
                row.Id = stuck.Id - i;
                context.Proposals.Add(row);
                await context.SaveChangesAsync();
                context.Entry(row).State = EntityState.Detached;
            }

            trail.Add(Actor.Program, "test.proposals", "channel:1");
            return true;
        });
        var newer = await ReopenAsync(proposals, admin);
        Assert.True(newer.Id > stuck.Id);
        host.Time.Pass(Proposals.AloneAfter);
        Assert.False(await proposals.RunOnceAsync(CancellationToken.None));
        Assert.Equal(ProposalState.CarriedOut, (await proposals.FindAsync(newer.Id))!.State);
        Assert.Equal(101, await host.ReadAsync(c => c.Proposals.CountAsync(p => p.State == ProposalState.Open)));

        host.Time.Pass(Proposals.EndsAfter - Proposals.AloneAfter);
        await proposals.RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await host.ReadAsync(c => c.Proposals.CountAsync(p => p.State == ProposalState.Open)));
        var ended = (await proposals.FindAsync(stuck.Id))!;
        Assert.Equal(ProposalState.Ended, ended.State);
        Assert.StartsWith("could not be carried out: settings: ", ended.Outcome, StringComparison.Ordinal);
        Assert.False(await host.ReadAsync(c => c.ChannelAccounts.Select(a => a.Open).SingleAsync()));
    }

    /// <summary>Operations stops a merchant and wants it back; risk stops it once more: nobody opens it by what was proposed before.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ASecondStopEndsWhatWouldOpen(Engine engine)
    {
        await using var host = await StoppedMerchantAsync(engine);
        var proposals = host.The<Proposals>();
        var (admin, risk) = (await PersonAsync(host, Role.Admin), await PersonAsync(host, Role.Risk));
        var made = await ReopenAsync(proposals, admin);
        Assert.Null((await StopAsync(host, payouts: false)).Problem);
        Assert.NotNull((await DecideAsync(proposals, risk, made.Id)).Problem);
        Assert.False(await IsOpenAsync(host));
        var ended = (await proposals.FindAsync(made.Id))!;
        Assert.Equal((ProposalState.Ended, "what it would open was stopped again"), (ended.State, ended.Outcome));
        Assert.Single(await host.ReadAsync(c => c.Audit.Where(a => a.Action == "proposal.stale").ToListAsync()));

        // Whoever knows of it proposes anew.
        var anew = await ReopenAsync(proposals, admin);
        Assert.Equal(ProposalState.CarriedOut, (await DecideAsync(proposals, risk, anew.Id)).State);
    }

    /// <summary>Before the first order nobody waits for the day of a newcomer: else an installation could not be set up in a day.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhileItIsBeingSetUpANewcomerDecides(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var merchant = await host.OpenMerchantAsync("MX");
        var proposals = host.The<Proposals>();
        var (admin, finance) = (await PersonAsync(host, Role.Admin), await PersonAsync(host, Role.Finance));
        var wish = new TermsWish(2000000001, "MX", Paypro.Channels.Direction.PayIn);
        async Task<ProposalResult> DecideAsNewcomerAsync()
        {
            var made = await proposals.ProposeAsync(By(admin), Grant.Proposes, TermsChange.Name, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), "");
            Assert.Equal((null, ProposalState.Open), (made.Problem, made.State));
            return await proposals.DecideAsync(By(finance), [Role.Finance], host.Time.GetUtcNow().ToUnixTimeMilliseconds(), made.Id, true, "");
        }

        var before = await DecideAsNewcomerAsync();
        Assert.Equal((null, ProposalState.CarriedOut), (before.Problem, before.State));
        await host.FirstOrderAsync(merchant);
        Assert.Contains("24 hours", (await DecideAsNewcomerAsync()).Problem, StringComparison.Ordinal);
    }

    private static async Task<PortalHost> StoppedMerchantAsync(Engine engine)
    {
        var host = await PortalHost.StartAsync(engine);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("MX"));
        await StopAsync(host, payouts: false);
        return host;
    }

    private static Task<Change<MerchantView>> StopAsync(PortalHost host, bool payouts) =>
        host.The<MerchantChanges>().StopAsync(Actor.Program, 2000000001, payIns: true, payouts, "a test", null, Answer<MerchantView>.Unkept);

    private static async Task<UserRow> PersonAsync(PortalHost host, Role role)
    {
        using var browser = await host.SignedInAsync(role);
        return await host.ReadAsync(c => c.Users.SingleAsync(u => u.Name == role.ToString()));
    }

    private static Actor By(UserRow user) => Actor.User(user.Id, user.Email, 1, Caller.Program);

    private static Task<ProposalResult> ReopenAsync(Proposals proposals, UserRow user) => proposals.ProposeAsync(
        By(user), Grant.Approves, MerchantReopen.Name, Subject, JsonSerializer.Serialize(new ReopenWish(true, false), OperatorJson.Options), "all is well");

    private static Task<ProposalResult> DecideAsync(Proposals proposals, UserRow user, long id, bool approves = true) =>
        proposals.DecideAsync(By(user), [Enum.Parse<Role>(user.Name)], 0, id, approves, "");

    private static Task<bool> IsOpenAsync(PortalHost host) => host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == 2000000001).Select(m => m.PayInsOpen).SingleAsync());
}
