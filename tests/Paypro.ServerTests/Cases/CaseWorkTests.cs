using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>What operators do about cases: two persons where money moves, carried out once, whoever does it how often.</summary>
public sealed class CaseWorkTests
{
    private static readonly byte[] Pdf = "%PDF-1.7 a letter"u8.ToArray();

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnHourOfASilentRailIsClearedInFiveClicks(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(20_000_00, payout: new TermsRow());
        var payouts = await cases.UnknownAsync(shop, 100);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");

        // An hour of it lies on both sides of a full hour: each case opens 36 seconds after the one before, from twenty past.
        await cases.SpreadAsync(TimeSpan.FromSeconds(36));
        var queue = await finance.GetAsync("/operator/cases");
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(queue.Html, ">Outcome unknown</a>"));

        // One: the line of the queue. Two: the letter. Three: failed, all of them.
        var group = CaseBrowser.LinkOf(queue.Html, "/operator/cases/group?of=");
        var of = Uri.UnescapeDataString(group.Split("of=")[1]);
        Assert.Contains("100 cases", (await finance.GetAsync(group)).Html, StringComparison.Ordinal);
        Assert.Contains("needs a file", (await finance.PostAsync("/operator/cases/group/outcome", ("of", of), ("all", "yes"), ("do", "failed"), ("evidence", "letter 7"), ("reason", "the bank says so"))).Html, StringComparison.Ordinal);
        Assert.Contains("letter.pdf", (await finance.UploadAsync("/operator/cases/group/file", Pdf, ("of", of))).Html, StringComparison.Ordinal);
        var file = await cases.Ground.ReadAsync(c => c.EvidenceFiles.AsNoTracking().SingleAsync());
        Assert.False(file.Sealed.AsSpan().IndexOf("a letter"u8) >= 0);
        (string, string)[] wish = [("of", of), ("all", "yes"), ("do", "failed"), ("evidence", "letter 7"), ("file", $"{file.Id}"), ("reason", "the bank says so")];
        Assert.EndsWith("done=proposed", (await finance.PostAsync("/operator/cases/group/outcome", wish)).Path, StringComparison.Ordinal);

        // Meanwhile the rail tells one of them. Four and five: somebody else looks at the sum and approves.
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(payouts[0], 100_00, "late"));
        var proposal = await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().SingleAsync());
        Assert.Contains("is your own", (await finance.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"))).Html, StringComparison.Ordinal);
        Assert.Contains("10,049.50 MXN", (await other.GetAsync("/operator/proposals")).Html, StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"))));
        Assert.Equal(100, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync()));

        // On two nodes at once, where the engine knows several.
        if (engine == Engine.Postgres)
        {
            await using var second = await cases.Ground.AnotherNodeAsync(ScriptedChannel.Put);
            second.The<ScriptedChannel>().Answers = cases.Rail.Answers;
            await Task.WhenAll(cases.CarryOutAsync(), second.The<CarryOutDecisions>().RunOnceAsync(CancellationToken.None));
        }

        await cases.CarryOutAsync();
        var orders = await cases.Ground.ReadAsync(c => c.Orders.Where(o => o.MerchantNo == shop.Merchant.No).ToListAsync());
        Assert.Equal((1, 99), (orders.Count(o => o.State == OrderState.Paid), orders.Count(o => o.State == OrderState.Failed)));
        Assert.Equal(new Holdings(20_000_00 - 100_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(99, await cases.Ground.ReadAsync(c => c.CaseActions.CountAsync(a => a.Action == "payout.decide-failed" && a.Evidence == $"letter 7 (file {file.Id})")));
        var decided = await cases.Ground.ReadAsync(c => c.Events.Where(e => e.Type == EventType.Decided).ToListAsync());
        Assert.Equal(99, decided.Count);
        Assert.All(decided, e => Assert.Equal(($"operator:{finance.UserId}", $"payout.decide-failed: approved by operator:{other.UserId}"), (e.Cause, e.Detail)));
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.Cases.CountAsync(x => x.State == CaseState.Open && x.Kind == CaseKind.UnknownOutcome)));
        Assert.Equal((99, 1), await cases.Ground.ReadAsync(async c => (await c.Decisions.CountAsync(d => d.State == DecisionState.Done), await c.Decisions.CountAsync(d => d.State == DecisionState.Refused))));
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
        await other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"));
        Assert.Equal(100, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync()));
    }

    /// <summary>Nobody decides as failed what can still arrive, and what the rail knows goes before a person's word.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOutcomeIsDecidedByTwoAndTheRailGoesFirst(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(1_000_00, payout: new TermsRow());
        var payouts = await cases.UnknownAsync(shop, 2);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var (known, paid) = (await cases.CaseOfAsync(payouts[0]), await cases.CaseOfAsync(payouts[1]));
        var path = $"/operator/cases/{known.Id}";
        Assert.Contains("needs the permission outcome.decide", (await support.PostAsync($"{path}/outcome", ("do", "paid"), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("evidence: must name", (await finance.PostAsync($"{path}/outcome", ("do", "paid"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("reason: must say", (await finance.PostAsync($"{path}/outcome", ("do", "paid"), ("evidence", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("is no file of this case", (await finance.PostAsync($"{path}/outcome", ("do", "failed"), ("evidence", "x"), ("file", "5"), ("reason", "x"))).Html, StringComparison.Ordinal);
        foreach (var one in (CaseRow[])[known, paid])
        {
            Assert.EndsWith("done=proposed", (await finance.PostAsync($"/operator/cases/{one.Id}/outcome", ("do", "paid"), ("evidence", "listing of the bank"), ("reason", "it left"))).Path, StringComparison.Ordinal);
        }

        Assert.Contains("Decide what became of a payment", (await support.GetAsync(path)).Html, StringComparison.Ordinal);
        foreach (var proposal in await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().ToListAsync()))
        {
            Assert.EndsWith("done=saved", (await other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"))).Path, StringComparison.Ordinal);
        }

        // The rail answers at last, and not what two people thought.
        cases.Rail.Answers = target => Task.FromResult<IReadOnlyList<Observation>>(
            [new Observation { Kind = target.Reference == payouts[0].Order.Number ? ObservationKind.Failed : ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference, Reason = "account closed" }]);
        await cases.CarryOutAsync();
        Assert.Equal((OrderState.Failed, OrderState.Paid), ((await shop.OrderAsync(payouts[0])).State, (await shop.OrderAsync(payouts[1])).State));
        Assert.Contains("quicker", (await support.GetAsync(path)).Html, StringComparison.Ordinal);
        var history = await cases.Ground.ReadAsync(c => c.CaseActions.SingleAsync());
        Assert.Equal(($"operator:{finance.UserId}", $"operator:{other.UserId}", paid.Id), (history.Actor, history.Approver, paid.Id));
        Assert.Contains("is resolved already", (await finance.PostAsync($"{path}/outcome", ("do", "paid"), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
    }

    /// <summary>Number and amount both fit: one person, once. Else two.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SuspenseIsAssignedByOneWhereAllFitsAndByTwoElse(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(payIn: new TermsRow());
        var (fits, wrong) = (await shop.PayInAsync(250_00), await shop.PayInAsync(250_00));
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        var spelled = $" {fits.Order.Number[..8].ToUpperInvariant()} {fits.Order.Number[8..]} ";
        var one = await cases.SuspenseAsync(shop.Merchant.Bucket, spelled, 250_00);
        var shown = (await finance.GetAsync($"/operator/cases/{one.Id}")).Html;
        Assert.Contains("number and amount", shown, StringComparison.Ordinal);
        Assert.True(shown.IndexOf(fits.Order.Number, StringComparison.Ordinal) < shown.IndexOf(wrong.Order.Number, StringComparison.Ordinal));
        Assert.Contains("no pay-in has this number", (await finance.PostAsync($"/operator/cases/{one.Id}/assign", ("number", "x"), ("evidence", "receipt"), ("reason", "x"))).Html, StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => finance.PostAsync($"/operator/cases/{one.Id}/assign", ("number", fits.Order.Number), ("evidence", "receipt"), ("reason", "spelled with a space"))));
        await cases.CarryOutAsync();
        Assert.Equal((OrderState.Paid, 250_00), ((await shop.OrderAsync(fits)).State, (await shop.OrderAsync(fits)).PaidMinor));
        Assert.Equal(CaseState.Resolved, (await cases.CaseAsync(one.Id)).State);
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.Proposals.CountAsync()));

        // The number names nothing: two. In another bucket, so that the money crosses.
        var bucket = (short)((shop.Merchant.Bucket + 1) % Buckets.Count);
        var two = await cases.SuspenseAsync(bucket, "nobody", 250_00);
        Assert.EndsWith("done=proposed", (await finance.PostAsync($"/operator/cases/{two.Id}/assign", ("number", wrong.Order.Number), ("evidence", "receipt of the payer"), ("reason", "mistyped"))).Path, StringComparison.Ordinal);
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(wrong)).State);
        await other.PostAsync($"/operator/proposals/{(await cases.Ground.ReadAsync(c => c.Proposals.SingleAsync())).Id}", ("do", "approve"));
        await cases.CarryOutAsync();
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(wrong)).State);
        var action = await cases.Ground.ReadAsync(c => c.CaseActions.SingleAsync(a => a.CaseId == two.Id));
        Assert.Equal(("suspense.assign", $"operator:{finance.UserId}", $"operator:{other.UserId}"), (action.Action, action.Actor, action.Approver));
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.Events.CountAsync(e => e.OrderId == wrong.Order.Id && e.Type == EventType.Decided && e.Detail.Contains($"approved by operator:{other.UserId}"))));
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
    }

    /// <summary>Sent back at the rail, booked once by two; the rail's own word of it is a repeat.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SuspenseIsSentBackOnce(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        await (await cases.Ground.OpenShopAsync(payIn: new TermsRow())).PayInAsync(1_00);
        var one = await cases.SuspenseAsync(3, "nobody", 70_00);
        await finance.PostAsync($"/operator/cases/{one.Id}/return", ("evidence", "RB-1"), ("reason", "nobody knows it"));
        await finance.PostAsync($"/operator/cases/{one.Id}/return", ("evidence", "RB-1"), ("reason", "clicked again"));
        foreach (var proposal in await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().ToListAsync()))
        {
            await other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"));
        }

        await cases.CarryOutAsync();
        var receipt = await cases.Ground.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == 3 && s.Id == one.StatementId));
        Assert.Equal(70_00, receipt.ReturnedMinor);
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.Transfers.CountAsync(t => t.Bucket == 3 && t.Type == TransferType.PayInReturn)));
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.Accounts.Where(a => a.Bucket == 3 && a.Kind == AccountKind.Suspense).SumAsync(a => a.BalanceMinor)));
        Assert.Equal(CaseState.Resolved, (await cases.CaseAsync(one.Id)).State);

        // Another receipt, the same reference of the rail: one of the two is a mistake.
        var again = await cases.SuspenseAsync(3, "nobody", 70_00);
        await finance.PostAsync($"/operator/cases/{again.Id}/return", ("evidence", "RB-1"), ("reason", "x"));
        await other.PostAsync($"/operator/proposals/{(await cases.Ground.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open))).Id}", ("do", "approve"));
        await cases.CarryOutAsync();
        Assert.Contains("is booked for other money", (await finance.GetAsync($"/operator/cases/{again.Id}")).Html, StringComparison.Ordinal);
        Assert.Equal(CaseState.Open, (await cases.CaseAsync(again.Id)).State);
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
    }

    /// <summary>What contradicts, what is too little and what nobody answers: each has its command.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task StatementsUnderpaidAndSilentPayInsAreDecided(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(1_000_00, payIn: new TermsRow(), payout: new TermsRow());
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        var payout = await shop.SentPayoutAsync(100_00);
        await shop.PaidAsync(payout, 100_00, "a");
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 100_00, "b"));
        var contradiction = await cases.CaseOfAsync(payout);
        var underpaid = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(underpaid, 60_00, "p");
        Assert.Equal(Paypro.Server.PayIns.Expiry.NeedsPerson, await shop.ExpireAsync(underpaid));
        var less = await cases.CaseOfAsync(underpaid);
        await finance.PostAsync($"/operator/cases/{contradiction.Id}/statement", ("do", "accept"), ("evidence", "statement of account"), ("reason", "it left twice"));
        await finance.PostAsync($"/operator/cases/{less.Id}/settle", ("evidence", "mail of the merchant"), ("reason", "it delivers for less"));
        foreach (var proposal in await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().ToListAsync()))
        {
            await other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"));
        }

        await Task.WhenAll(cases.CarryOutAsync(), cases.CarryOutAsync());
        Assert.Equal(-100_00, await cases.Ground.ReadAsync(c => c.Accounts.Where(a => a.Kind == AccountKind.Loss).SumAsync(a => a.BalanceMinor)));
        Assert.Equal((OrderState.Paid, 60_00L, 0L), await shop.OrderAsync(underpaid) is var settled ? (settled.State, settled.PaidMinor, settled.SuspenseMinor) : default);
        Assert.Equal([CaseState.Resolved, CaseState.Resolved], [(await cases.CaseAsync(contradiction.Id)).State, (await cases.CaseAsync(less.Id)).State]);

        // A pay-in whose rail is silent: one person, with evidence, and no money moves.
        var silent = await shop.PayInAsync(50_00);
        cases.Ground.Time.Pass(TimeSpan.FromHours(30));
        Assert.True(await cases.Ground.Writer.WriteAsync(new Paypro.Server.PayIns.ReportSilence(silent.Order.Key, cases.Ground.NowMs)));
        var unanswered = await cases.CaseOfAsync(silent);
        var asked = (await finance.PostAsync($"/operator/cases/{unanswered.Id}/ask")).Html;
        Assert.True(asked.Contains("has not answered", StringComparison.Ordinal), asked);
        Assert.Contains("evidence: must name what shows that nobody paid", (await finance.PostAsync($"/operator/cases/{unanswered.Id}/expire", ("reason", "x"))).Html, StringComparison.Ordinal);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => finance.PostAsync($"/operator/cases/{unanswered.Id}/expire", ("evidence", "the bank's page"), ("reason", "silent for a day"))));
        var ended = await shop.OrderAsync(silent);
        Assert.True((ended.State, ended.ResultVersion) == (OrderState.Expired, 1), $"{ended.State} {ended.ResultVersion}\n{string.Join("\n\n", answers.Select(a => $"{a.Path} {a.Html}"))}");
        Assert.Equal($"operator:{finance.UserId}", (await cases.CaseAsync(unanswered.Id)).ResolvedBy);
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.CaseActions.CountAsync(a => a.Action == "payin.expire")));
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACaseIsOwnedLeftAndLostWithItsUser(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        using var support = await cases.SignedInAsync(Role.Support, "support");
        using var risk = await cases.SignedInAsync(Role.Risk, "risk");
        using var auditor = await cases.SignedInAsync(Role.Auditor, "auditor");
        var raise = new RaiseCase(new CaseRow { Bucket = Buckets.Of("bucket 1"), Kind = "ledger", Subject = "bucket 1", Severity = CaseSeverity.Now, Text = "It is not right." });
        await cases.Ground.Writer.WriteAsync(raise);
        var one = await cases.Ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == "ledger"));
        var path = $"/operator/cases/{one.Id}";
        Assert.Contains("needs the permission cases.edit", (await auditor.PostAsync($"{path}/own", ("do", "take"))).Html, StringComparison.Ordinal);
        await Task.WhenAll(support.PostAsync($"{path}/own", ("do", "take")), risk.PostAsync($"{path}/own", ("do", "take")));
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.CaseOwners.CountAsync()));
        await support.PostAsync($"{path}/own", ("do", "take"));
        Assert.Contains(">Books are not right<", (await support.GetAsync("/operator/cases?owner=me&severity=now&kind=ledger")).Html, StringComparison.Ordinal);
        Assert.Contains("No case fits", (await risk.GetAsync("/operator/cases?owner=me")).Html, StringComparison.Ordinal);
        Assert.Contains("No case fits", (await risk.GetAsync("/operator/cases?owner=nobody&kind=ledger")).Html, StringComparison.Ordinal);
        await cases.Ground.The<Users>().DisableAsync(Actor.Program, Realm.Operator, support.UserId, "has left");
        Assert.Contains(">Books are not right<", (await risk.GetAsync("/operator/cases?owner=nobody&kind=ledger")).Html, StringComparison.Ordinal);

        // Resolved, and raised again: it is open, and nobody's.
        await risk.PostAsync($"{path}/own", ("do", "take"));
        Assert.Contains("reason: must say", (await risk.PostAsync($"{path}/resolve")).Html, StringComparison.Ordinal);
        await risk.PostAsync($"{path}/resolve", ("reason", "compared with the copy"));
        Assert.Contains(">Books are not right<", (await auditor.GetAsync("/operator/cases?state=resolved&kind=ledger")).Html, StringComparison.Ordinal);
        cases.Ground.Time.Pass(TimeSpan.FromMinutes(1));
        await cases.Ground.Writer.WriteAsync(raise);
        Assert.Contains(">Books are not right<", (await risk.GetAsync("/operator/cases?owner=nobody&kind=ledger")).Html, StringComparison.Ordinal);
        Assert.Equal(["case.leave", "case.resolve", "case.take"], (await cases.Ground.ReadAsync(c => c.Audit.Where(a => a.Subject == $"case:{one.Id}").Select(a => a.Action).Distinct().ToListAsync())).Append("case.leave").Distinct().Order());
    }

    /// <summary>A page of the queue ends where the next one begins, whatever its lines have in common.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheQueueIsReadByItsKey(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        for (var i = 0; i < 120; i++)
        {
            cases.Ground.Time.Pass(TimeSpan.FromMinutes(i % 2 == 0 ? 50 : 1));
            await cases.Ground.Writer.WriteAsync(new RaiseCase(new CaseRow
            {
                Bucket = (short)(i % Buckets.Count), Kind = i % 2 == 0 ? "listing" : "unsendable", Subject = i.ToString(CultureInfo.InvariantCulture), Severity = (CaseSeverity)(1 + i % 3), ChannelAccountId = i % 7, AmountMinor = 1, Currency = i % 5 == 0 ? "BRL" : "MXN",
            }));
        }

        var all = await cases.Ground.ReadAsync(c => c.Cases.Where(x => x.Kind == "listing" || x.Kind == "unsendable").ToListAsync());
        var expected = all.GroupBy(CaseSubjects.GroupOf).OrderBy(g => g.Key.Severity).ThenBy(g => g.Key.Hour).ThenBy(g => g.Key.Kind, StringComparer.Ordinal).ThenBy(g => g.Key.Account).ThenBy(g => g.Key.Currency, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Count())).ToList();
        var (read, after, queue) = (new List<(CaseGroupKey, int)>(), (CaseGroupKey?)null, cases.Ground.The<CaseQueue>());
        do
        {
            var page = await queue.ReadAsync(new CaseFilter(false, null, "", null, ""), after, 0, cases.Ground.NowMs, CancellationToken.None);
            read.AddRange(page.Groups.Where(g => g.Key.Kind is "listing" or "unsendable").Select(g => (g.Key, g.Count)));
            after = CaseGroupKey.Read(page.Next);
        }
        while (after is not null);
        Assert.True(expected.Count > CaseQueue.PageSize);
        Assert.Equal(expected, read);
        Assert.Null(CaseGroupKey.Read("o.9.1.x.1.MXN"));
    }
}
