using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Screening;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>The screens of the block list, of rules and of what is held: who may do it alone, and what needs two.</summary>
public sealed class HeldCaseTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatTakesIsDoneByOneAndWhatGivesByTwo(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(20_000_00, payout: new TermsRow());
        var (first, second) = ((await shop.PayoutAsync(100_00))!, (await shop.PayoutAsync(200_00))!);
        foreach (var payout in new[] { first, second })
        {
            Assert.True(await cases.Ground.Writer.WriteAsync(new KeepBack(payout.Attempt, payout.Order.TimerDueMs, AttemptState.Held, KeepingBack.Blocked, 86_400_000, cases.Ground.NowMs)));
        }

        using var risk = await cases.SignedInAsync(Role.Risk, "risk");
        using var admin = await cases.SignedInAsync(Role.Admin, "admin");
        using var support = await cases.SignedInAsync(Role.Support, "support");

        // The list.
        (string, string)[] entry = [("country", "MX"), ("merchant", ""), ("kind", "Account"), ("values", "4111 1111 1111 1111\n5555555555554444"), ("reason", "reported by its bank")];
        Assert.Contains("It needs the permission", (await support.PostAsync("/operator/block-list", entry)).Html, StringComparison.Ordinal);
        Assert.Contains("number 2 is no phone number", (await risk.PostAsync("/operator/block-list", ("country", "MX"), ("kind", "Phone"), ("values", "5512345678\nx"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await risk.PostAsync("/operator/block-list", entry)).Path, StringComparison.Ordinal);
        var listed = await cases.Ground.ReadAsync(c => c.BlockEntries.AsNoTracking().OrderBy(b => b.Id).ToListAsync());
        Assert.Equal(2, listed.Count);
        var found = (await support.PostAsync("/operator/block-list/find", ("country", "MX"), ("kind", "Account"), ("value", "4111-1111-1111-1111"))).Html;
        Assert.Contains("It is on the block list.", found, StringComparison.Ordinal);
        Assert.DoesNotContain(listed[0].Hash, found, StringComparison.Ordinal);
        Assert.Contains("It is not on the block list.", (await support.PostAsync("/operator/block-list/find", ("country", "MX"), ("kind", "Account"), ("value", "4242424242424242"))).Html, StringComparison.Ordinal);
        await risk.PostAsync("/operator/block-list/remove", ("entry", $"{listed[0].Id}"), ("reason", "another person"));
        Assert.Equal(2, await cases.Ground.ReadAsync(c => c.BlockEntries.CountAsync()));
        await ApproveAsync();
        Assert.Equal(listed[1].Id, (await cases.Ground.ReadAsync(c => c.BlockEntries.SingleAsync())).Id);

        // A rule.
        var rules = $"/operator/merchants/{shop.Merchant.No}/rules";
        (string, string)[] rule = [("scope", "Payout/Hour/Hold"), ("count", "3"), ("amount", "500"), ("reason", "a new merchant")];
        Assert.EndsWith("done=saved", (await risk.PostAsync($"{rules}/tighten", rule)).Path, StringComparison.Ordinal);
        Assert.Contains("is not tighter", (await risk.PostAsync($"{rules}/tighten", ("scope", "Payout/Hour/Hold"), ("count", "4"), ("amount", "500"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("Write the number", (await risk.PostAsync($"{rules}/tighten", ("scope", "Payout/Hour/Hold"), ("count", "-1"), ("amount", "500"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("500.00", (await support.GetAsync(rules)).Html, StringComparison.Ordinal);
        await risk.PostAsync($"{rules}/loosen", ("scope", "Payout/Hour/Hold"), ("count", ""), ("amount", ""), ("reason", "three good months"));
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.MerchantRules.CountAsync()));
        await ApproveAsync();
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.MerchantRules.CountAsync()));

        // What is held: proposed by one, approved by another, carried out once.
        var (one, two) = (await cases.CaseOfAsync(first), await cases.CaseOfAsync(second));
        Assert.Contains("Propose: release", (await risk.GetAsync($"/operator/cases/{one.Id}")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Propose: release", (await support.GetAsync($"/operator/cases/{one.Id}")).Html, StringComparison.Ordinal);
        await risk.PostAsync($"/operator/cases/{one.Id}/held", ("do", "release"), ("evidence", "passport"), ("reason", "another person of this name"));
        await ApproveAsync();
        await risk.PostAsync($"/operator/cases/{two.Id}/held", ("do", "refuse"), ("evidence", "the list"), ("reason", "it is he"));
        await ApproveAsync();
        await Task.WhenAll(cases.CarryOutAsync(), cases.CarryOutAsync());
        Assert.All(await cases.Ground.ReadAsync(c => c.Decisions.AsNoTracking().ToListAsync()), d => Assert.Equal((DecisionState.Done, "Carried out."), (d.State, d.Outcome)));
        Assert.Equal((OrderState.Pending, OrderState.Failed), ((await shop.OrderAsync(first)).State, (await shop.OrderAsync(second)).State));
        Assert.Equal(100_00, (await shop.HoldingsAsync()).Frozen);
        Assert.All(new[] { await cases.CaseAsync(one.Id), await cases.CaseAsync(two.Id) }, c => Assert.Equal(CaseState.Resolved, c.State));
        Assert.Contains("is resolved already", (await risk.PostAsync($"/operator/cases/{two.Id}/held", ("do", "release"), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);

        async Task ApproveAsync()
        {
            var open = await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().SingleAsync(p => p.State == ProposalState.Open));
            Assert.Contains("is your own", (await risk.PostAsync($"/operator/proposals/{open.Id}", ("do", "approve"))).Html, StringComparison.Ordinal);
            await admin.PostAsync($"/operator/proposals/{open.Id}", ("do", "approve"));
        }
    }

    /// <summary>A merchant that the screening service has not cleared is not approved before somebody has looked.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AMerchantWaitsForTheScreening(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, screening) = (cases.Ground, cases.Ground.The<MerchantScreening>());
        var shop = await ground.OpenShopAsync(0);
        var no = shop.Merchant.No;
        await ground.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == no).ExecuteUpdateAsync(s => s.SetProperty(m => m.Approved, false)));
        Assert.Null(await ProblemAsync());
        var options = ground.The<PayproOptions>().Screening;
        (options.Url, options.KeyFile) = ("http://127.0.0.1:9/screen", Path.Combine(Path.GetTempPath(), "paypro-no-such-key"));
        Assert.Contains("has not been asked", await ProblemAsync(), StringComparison.Ordinal);
        await screening.RunOnceAsync(CancellationToken.None);
        Assert.Contains("has not cleared", await ProblemAsync(), StringComparison.Ordinal);
        var one = await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == MerchantScreening.Kind));
        Assert.Equal(Verdict.NoAnswer, (await ground.ReadAsync(c => c.Screenings.AsNoTracking().SingleAsync(s => s.Kind == ScreenedKind.Merchant && s.Id == no))).Verdict);

        // It rests before it asks again, and a person may look instead.
        await screening.RunOnceAsync(CancellationToken.None);
        Assert.Equal(1, (await cases.CaseAsync(one.Id)).Count);
        using var risk = await cases.SignedInAsync(Role.Risk, "risk");
        await risk.PostAsync($"/operator/cases/{one.Id}/resolve", ("reason", "another one of this name"));
        Assert.Null(await ProblemAsync());

        Task<string?> ProblemAsync() => ground.ReadAsync(c => screening.ProblemAsync(c, no));
    }

    /// <summary>Who resolves the case while the service is away has done so until it answers. A hit stops all the same, and no answer of another node takes its place.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AResolvedScreeningStandsWhileTheServiceIsAway(Engine engine)
    {
        var service = new ScreeningService { Answer = static _ => new(0, "") };
        await using var cases = await CaseGround.StartAsync(engine, services => services.AddSingleton(s => new Screener(s.GetRequiredService<PayproOptions>(), TimeProvider.System, service)));
        var (ground, screening) = (cases.Ground, cases.Ground.The<MerchantScreening>());
        var no = (await ground.OpenShopAsync(0)).Merchant.No;
        await ground.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == no).ExecuteUpdateAsync(s => s.SetProperty(m => m.Approved, false)));
        var (options, keyFile) = (ground.The<PayproOptions>().Screening, Path.Combine(Path.GetTempPath(), $"paypro-screening-{Guid.NewGuid():N}.key"));
        await File.WriteAllTextAsync(keyFile, "a-secret-of-the-screening-of-a-test-0123\n");
        try
        {
            (options.Url, options.KeyFile) = ("http://screening.local/screen", keyFile);
            await screening.RunOnceAsync(CancellationToken.None);
            var one = await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == MerchantScreening.Kind));
            using var risk = await cases.SignedInAsync(Role.Risk, "risk");
            await risk.PostAsync($"/operator/cases/{one.Id}/resolve", ("reason", "its papers are right"));
            await AgainAsync();
            Assert.Equal((2, CaseState.Resolved, 1), (service.Asked.Count, (await cases.CaseAsync(one.Id)).State, (await cases.CaseAsync(one.Id)).Count));
            Assert.Null(await ground.ReadAsync(c => screening.ProblemAsync(c, no)));

            service.Answer = static _ => new(System.Net.HttpStatusCode.OK, """{"result":"hit","reference":"LIST-7"}""");
            await AgainAsync();
            Assert.Contains("has not cleared", await ground.ReadAsync(c => screening.ProblemAsync(c, no)), StringComparison.Ordinal);

            // Another node asked before, and hears nothing after that.
            service.Answer = static _ => new(0, "");
            await ground.The<ScreenedApprovals>().AskAsync(
                new Screenable(ScreenedKind.Merchant, no, MerchantScreening.Kind, "merchant") { NotAsked = "", NotCleared = "" }, new ScreeningQuestion { Id = $"merchant:{no}", Kind = "merchant", MerchantNo = no, Country = "MX" }, CancellationToken.None);
            Assert.Equal((Verdict.Hit, "LIST-7"), await ground.ReadAsync(c => c.Screenings.AsNoTracking().SingleAsync(s => s.Kind == ScreenedKind.Merchant && s.Id == no)) is var kept ? (kept.Verdict, kept.Reference) : default);
            var hit = await cases.CaseAsync(one.Id);
            Assert.Equal((CaseState.Open, 2), (hit.State, hit.Count));
            Assert.Contains("has a hit", hit.Text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(keyFile);
        }

        async Task AgainAsync()
        {
            ground.Time.Pass(TimeSpan.FromMinutes(6));
            await screening.RunOnceAsync(CancellationToken.None);
        }
    }

    /// <summary>A withdrawal whose account the screening service has not cleared is not approved before somebody has looked; one that was never asked about is not either.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWithdrawalWaitsForTheScreening(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, screening) = (cases.Ground, cases.Ground.The<WithdrawalScreening>());
        var merchant = (await ground.OpenShopAsync(1_000_00)).Merchant;
        await ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.Destinations.Add(new DestinationRow { Id = 1, MerchantNo = merchant.No, Name = "Main", Bank = "A bank", Number = "646180157000000004", Holder = "Shop", State = DestinationState.Confirmed, UsableFromMs = 1 });
            return Task.CompletedTask;
        });
        var options = ground.The<PayproOptions>().Screening;
        (options.Url, options.KeyFile) = ("http://127.0.0.1:9/screen", Path.Combine(Path.GetTempPath(), "paypro-no-such-key"));
        var (row, problem) = await ground.The<Withdrawals>().RequestAsync(Actor.Program, merchant.No, 1, 400_00);
        Assert.Null(problem);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        Assert.Contains("has not been asked about this withdrawal", await ProposeAsync(), StringComparison.Ordinal);
        await Task.WhenAll(screening.RunOnceAsync(CancellationToken.None), screening.RunOnceAsync(CancellationToken.None));
        Assert.Equal("withdrawal: the screening service has not cleared this withdrawal; resolve its case first", await ProposeAsync());
        var one = await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == WithdrawalScreening.Kind));
        Assert.Contains($"has not answered about withdrawal {row!.Id}", one.Text, StringComparison.Ordinal);
        Assert.Equal(400_00, await ground.ReadAsync(c => c.Accounts.Where(a => a.OwnerId == merchant.No && a.Kind == AccountKind.Frozen).SumAsync(a => a.BalanceMinor)));
        await finance.PostAsync($"/operator/cases/{one.Id}/resolve", ("reason", "the bank's letter shows the holder"));
        ground.Time.Pass(TimeSpan.FromMinutes(6));
        await screening.RunOnceAsync(CancellationToken.None);
        Assert.Null(await ProposeAsync());
        Assert.Equal(1, await ground.ReadAsync(c => c.Screenings.CountAsync(s => s.Kind == ScreenedKind.Withdrawal && s.Id == row.Id)));

        async Task<string?> ProposeAsync() => (await ground.The<Proposals>().ProposeAsync(
            finance.By, Grant.Approves, WithdrawalDecision.Name, Withdrawals.SubjectOf(row!), BookJson.Write(new WithdrawalWish("approved")), "the month's withdrawal")).Problem;
    }
}
