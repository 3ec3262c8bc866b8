using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>A decision is of the case that it was made for, as it was opened then, and of the attempt that its order had got to.</summary>
public sealed class DecidedCaseTests
{
    private const string HasChanged = "It was not carried out: what it was decided about has changed since.", NothingLeft = "Nothing was left to do: the rail or somebody else was quicker.";

    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Two proposals to release what a rule holds: the first is carried out, then the screening service has a hit. The second was not made for that.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReleaseIsOfTheHoldThatItWasProposedFor(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(1_000_00, payout: new TermsRow());
        using var risk = await cases.SignedInAsync(Role.Risk, "risk");
        using var admin = await cases.SignedInAsync(Role.Admin, "admin");
        var payout = (await shop.PayoutAsync(100_00))!;
        await KeepBackAsync(cases, payout, AttemptState.Held, KeepingBack.ByRule);
        var one = await cases.CaseOfAsync(payout);
        var (first, second) = (await ProposeAsync(), await ProposeAsync());
        await admin.PostAsync($"/operator/proposals/{first}", ("do", "approve"));
        await cases.CarryOutAsync();
        Assert.Equal(AttemptState.Ready, await StateAsync(cases, payout));
        await KeepBackAsync(cases, payout, AttemptState.Held, KeepingBack.Screened);
        Assert.Equal((CaseState.Open, 2), await cases.CaseAsync(one.Id) is var again ? (again.State, again.Count) : default);

        Assert.Contains("what it changes has changed since", (await admin.PostAsync($"/operator/proposals/{second}", ("do", "approve"))).Html, StringComparison.Ordinal);
        await cases.CarryOutAsync();
        Assert.Equal(AttemptState.Held, await StateAsync(cases, payout));
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync()));

        async Task<long> ProposeAsync()
        {
            await risk.PostAsync($"/operator/cases/{one.Id}/held", ("do", "release"), ("evidence", "passport"), ("reason", "another person"));
            return await cases.Ground.ReadAsync(c => c.Proposals.MaxAsync(p => p.Id));
        }
    }

    /// <summary>A node releases and dies before it notes that. Until another one takes the decision the service has a hit: that is not released.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatANodeLeftIsNotDoneToAnotherHold(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, decisions) = (cases.Ground, cases.Ground.The<Decisions>());
        var shop = await ground.OpenShopAsync(1_000_00, payout: new TermsRow());
        var (released, unscreened, refused) = ((await shop.PayoutAsync(100_00))!, (await shop.PayoutAsync(200_00))!, (await shop.PayoutAsync(300_00))!);
        await KeepBackAsync(cases, released, AttemptState.Held, KeepingBack.ByRule);
        await KeepBackAsync(cases, refused, AttemptState.Held, KeepingBack.ByRule);
        await KeepBackAsync(cases, unscreened, AttemptState.Screening, "asked");
        await ScreenedAsync(unscreened, Verdict.NoAnswer);
        var (held, waits, third) = (await cases.CaseOfAsync(released), await cases.CaseOfAsync(unscreened), await cases.CaseOfAsync(refused));
        Assert.Equal(CaseKind.UnscreenedPayout, waits.Kind);
        await LeftByANodeAsync(held, DecisionKind.Release);
        await LeftByANodeAsync(waits, DecisionKind.Release);
        await LeftByANodeAsync(third, DecisionKind.Refuse);

        // One did its work before its node died, the others nothing.
        Assert.True((await decisions.ReleaseAsync(released.Order.Number, new DecidedBy("operator:1", "operator:2", "passport", "another person"), CancellationToken.None)).Done);
        Assert.True((await decisions.ReleaseAsync(refused.Order.Number, new DecidedBy("operator:1", "operator:2", "passport", "another person"), CancellationToken.None)).Done);
        await KeepBackAsync(cases, released, AttemptState.Held, KeepingBack.Screened);
        await ScreenedAsync(unscreened, Verdict.Hit);
        await cases.CarryOutAsync();
        Assert.Equal((AttemptState.Held, AttemptState.Held, AttemptState.Ready), (await StateAsync(cases, released), await StateAsync(cases, unscreened), await StateAsync(cases, refused)));
        Assert.Equal([(DecisionState.Refused, HasChanged), (DecisionState.Done, NothingLeft), (DecisionState.Done, NothingLeft)], await OutcomesAsync(cases));

        // Between the look and the command: the command names the case as it was.
        var by = new DecidedBy("operator:1", "operator:2", "passport", "another person") { Of = new DecidedCase(waits.Key, waits.OpenedAtMs, 1) };
        Assert.Equal(Decided.Before, await decisions.ReleaseAsync(unscreened.Order.Number, by, CancellationToken.None));
        Assert.Equal(Decided.Before, await decisions.RefuseAsync(released.Order.Number, by with { Of = new DecidedCase(held.Key, held.OpenedAtMs, 1) }, CancellationToken.None));
        var now = await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == CaseKind.HeldPayout && x.Subject == unscreened.Order.Number));
        Assert.Equal(Decided.Yes, await decisions.ReleaseAsync(unscreened.Order.Number, by with { Of = new DecidedCase(now.Key, now.OpenedAtMs, 1) }, CancellationToken.None));

        async Task ScreenedAsync(Placed payout, Verdict verdict)
        {
            var right = await ground.Writer.WriteAsync(new TakeScreening(payout.Attempt, (await shop.OrderAsync(payout)).TimerDueMs));
            Assert.True(await ground.Writer.WriteAsync(new RecordScreening(payout.Attempt, right, verdict, "", 300_000, 86_400_000, ground.NowMs)));
        }

        Task LeftByANodeAsync(CaseRow one, DecisionKind kind) => ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.Decisions.Add(new DecisionRow
            {
                Id = ground.The<IdSource>().Next(), Kind = kind, CaseBucket = one.Bucket, CaseId = one.Id, CaseOpenedAtMs = one.OpenedAtMs, Attempts = 1, Evidence = "passport", Reason = "another person", Actor = "operator:1", Approver = "operator:2",
                MadeAtMs = ground.NowMs, State = DecisionState.Waits, Tries = 1,
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>Decided as failed with the bank's letter about the first attempt. The rail cancels that for want of our money, and the second is unknown: nobody has decided that one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOutcomeIsOfTheAttemptThatItWasDecidedFor(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, shop) = (cases.Ground, await cases.Ground.OpenShopAsync(1_000_00, payout: new TermsRow()));
        var payouts = await cases.UnknownAsync(shop, 2);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        var of = Uri.UnescapeDataString(CaseBrowser.LinkOf((await finance.GetAsync("/operator/cases")).Html, "/operator/cases/group?of=").Split("of=")[1]);
        await finance.UploadAsync("/operator/cases/group/file", "%PDF-1.7 a letter"u8.ToArray(), ("of", of));
        var file = await ground.ReadAsync(c => c.EvidenceFiles.Select(f => f.Id).SingleAsync());
        var one = await cases.CaseOfAsync(payouts[0]);
        (string, string)[] wish = [("do", "failed"), ("evidence", "letter 7"), ("file", $"{file}"), ("reason", "the bank says so")];
        Assert.EndsWith("done=proposed", (await finance.PostAsync("/operator/cases/group/outcome", [("of", of), ("all", "yes"), .. wish])).Path, StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await finance.PostAsync($"/operator/cases/{one.Id}/outcome", wish)).Path, StringComparison.Ordinal);
        var proposals = await ground.ReadAsync(c => c.Proposals.OrderBy(p => p.Id).Select(p => p.Id).ToListAsync());

        await SentAgainAsync(payouts[0]);
        Assert.Contains("what it changes has changed since", (await other.PostAsync($"/operator/proposals/{proposals[1]}", ("do", "approve"))).Html, StringComparison.Ordinal);
        await other.PostAsync($"/operator/proposals/{proposals[0]}", ("do", "approve"));
        await cases.CarryOutAsync();
        Assert.Equal((OrderState.Pending, OrderState.Failed), ((await shop.OrderAsync(payouts[0])).State, (await shop.OrderAsync(payouts[1])).State));
        Assert.Equal([(DecisionState.Done, "Carried out."), (DecisionState.Refused, HasChanged)], (await OutcomesAsync(cases)).Order());
        Assert.Equal(100_00, (await shop.HoldingsAsync()).Frozen);

        // Between the look and the command.
        var by = new DecidedBy("operator:1", "operator:2", "letter 7", "the bank says so") { Of = new DecidedCase(one.Key, one.OpenedAtMs, 1) };
        Assert.NotNull((await ground.The<Decisions>().DecidePayoutAsync(payouts[0].Order.Number, paid: false, by, CancellationToken.None)).Refusal);
        Assert.Equal(Decided.Yes, await ground.The<Decisions>().DecidePayoutAsync(payouts[0].Order.Number, paid: false, by with { Of = by.Of with { Attempts = 2 } }, CancellationToken.None));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task SentAgainAsync(Placed payout)
        {
            var said = new Observation { Kind = ObservationKind.Failed, LacksFunds = true, Direction = Direction.Payout, Reference = payout.Attempt.Reference, Currency = "MXN", Reason = "no funds" };
            var attempt = await ground.ReadAsync(c => c.Attempts.SingleAsync(a => a.Bucket == payout.Order.Bucket && a.OrderId == payout.Order.Id));
            Assert.Equal(ApplyResult.Applied, await ground.Writer.WriteAsync(
                new ApplyPayoutStatement(payout.Attempt, new Statement(said, StatementSource.Query, ground.The<IdSource>().Next(), ground.NowMs), allKnown: true, Shop.FinalityMs, ground.NowMs)
                {
                    Next = attempt with { AttemptNo = 2, Reference = "the-second", State = AttemptState.Ready, SentAtMs = 0, LeaseUntilMs = 0, QueryCount = 0 }, ParkForMs = 86_400_000,
                }));
            var second = payout with { Order = await shop.OrderAsync(payout), Attempt = payout.Attempt with { AttemptNo = 2, Reference = "the-second" } };
            Assert.Equal(DueAction.Send, (await shop.TakeDueAsync(second)).Action);
            await shop.SentAsync(second, new SendOutcome.Unknown("no answer"));
            ground.Time.Pass(TimeSpan.FromMinutes(20));
            Assert.True(await ground.Writer.WriteAsync(new ReportUnknownOutcome(payout.Order.Key, 2, ground.NowMs)));
        }
    }

    private static async Task KeepBackAsync(CaseGround cases, Placed payout, AttemptState to, string why)
    {
        cases.Ground.Time.Pass(TimeSpan.FromSeconds(1));
        var order = await cases.Ground.ReadAsync(c => c.Orders.SingleAsync(o => o.Bucket == payout.Order.Bucket && o.Id == payout.Order.Id));
        Assert.True(await cases.Ground.Writer.WriteAsync(new KeepBack(payout.Attempt, order.TimerDueMs, to, why, 86_400_000, cases.Ground.NowMs)));
    }

    private static Task<AttemptState> StateAsync(CaseGround cases, Placed payout) =>
        cases.Ground.ReadAsync(c => c.Attempts.Where(a => a.Bucket == payout.Order.Bucket && a.OrderId == payout.Order.Id).OrderByDescending(a => a.AttemptNo).Select(a => a.State).FirstAsync());

    private static async Task<List<(DecisionState, string)>> OutcomesAsync(CaseGround cases) =>
        [.. (await cases.Ground.ReadAsync(c => c.Decisions.AsNoTracking().OrderBy(d => d.Id).ToListAsync())).Select(d => (d.State, d.Outcome))];
}
