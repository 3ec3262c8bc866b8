using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Disputes;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A dispute from its entering to its end, on two nodes over one database.</summary>
public sealed class DisputeTests
{
    private static readonly Actor Risk = Actor.User(7, "risk@example.com", 0, Caller.Program), Owner = Actor.User(8, "owner@example.com", 0, Caller.Program);

    private static readonly byte[] Proof = [.. "%PDF-1.7 proof"u8];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReturnOfTheRailIsBookedOnceWhoeverIsFirst(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(payIn: new TermsRow { DisputeFeeMinor = 3_00, TaxBasisPoints = 1000 });
        var (lostFirst, toldFirst) = (await shop.PayInAsync(100_00), await shop.PayInAsync(100_00));
        await shop.PaidAsync(lostFirst, 100_00, "a");
        await shop.PaidAsync(toldFirst, 100_00, "b");

        var (one, two) = (await OpenAsync(ground, lostFirst, 60_00), await OpenAsync(ground, toldFirst, 60_00));
        Assert.Equal(new Holdings(80_00, 0, 0, 0, 120_00), await shop.HoldingsAsync());

        // A person first, then the rail: it moves the money once.
        Assert.Null(await ground.The<DisputeSteps>().LoseAsync(Risk, one.Id, "the bank says so"));
        Assert.Equal(new Holdings(76_70, 0, 0, 0, 60_00), await shop.HoldingsAsync());
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(lostFirst, 60_00, "r1"));
        Assert.Equal(ApplyResult.Repeated, await shop.ReturnedAsync(lostFirst, 60_00, "r1"));
        Assert.Equal(new Holdings(76_70, 0, 0, 0, 60_00), await shop.HoldingsAsync());
        Assert.Equal((DisputeState.Lost, 60_00, 60_00), await StateAsync(ground, one.Id));

        // The rail first, in two parts: the last one loses it, and a person cannot lose it again.
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(toldFirst, 20_00, "r2"));
        Assert.Equal((DisputeState.Open, 20_00, 20_00), await StateAsync(ground, two.Id));
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(toldFirst, 40_00, "r3"));
        Assert.Equal(new Holdings(73_40, 0, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal((DisputeState.Lost, 60_00, 60_00), await StateAsync(ground, two.Id));
        Assert.Equal(DisputeSteps.Settled, await ground.The<DisputeSteps>().LoseAsync(Risk, two.Id, "the bank says so"));

        // What no dispute expects is an ordinary return; more than is left waits.
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(toldFirst, 40_00, "r4"));
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(toldFirst, 1, "r5"));
        Assert.Equal((100_00L, 0L), await shop.OrderAsync(toldFirst) is var o ? (o.ReturnedMinor, o.FreeMinor) : default);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsNotThereIsUncoveredAndOwedWhenLost(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(payIn: new TermsRow { DisputeFeeMinor = 3_00 });
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 100_00, "a");
        await shop.SentPayoutAsync(70_00);

        var dispute = await OpenAsync(ground, payIn, 100_00);
        Assert.Equal((30_00, 70_00), (dispute.HeldMinor, dispute.UncoveredMinor));
        Assert.Equal(new Holdings(0, 70_00, 0, 0, 30_00), await shop.HoldingsAsync());
        Assert.Null(await shop.RefundAsync(payIn, 1));
        var (_, tooMuch) = await ground.The<DisputeSteps>().OpenAsync(Risk, Wish(ground, payIn, 1), "again", []);
        Assert.Equal(OpenDispute.TooMuch, tooMuch);

        Assert.Null(await ground.The<DisputeSteps>().LoseAsync(Risk, dispute.Id, "the bank says so"));
        Assert.Equal(new Holdings(0, 70_00, 0, -73_00, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task StepsOfANodeThatDiedAreCarriedOutOnceByTwo(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await using var another = engine == Engine.Postgres ? await ground.AnotherNodeAsync() : null;
        var other = another ?? ground;
        var shop = await ground.OpenShopAsync(payIn: new TermsRow { SettlementDays = 3 });
        await other.The<Paypro.Server.Merchants.SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 100_00, "a");

        var id = await StoreAsync(ground, payIn, 0, DisputeStepKind.Open, Wish(ground, payIn, 100_00).ToJson());
        await Task.WhenAll(Steps(ground), Steps(other), Steps(ground), Steps(other));
        Assert.Equal(new Holdings(0, 0, 0, 0, 100_00), await shop.HoldingsAsync());

        await StoreAsync(ground, payIn, id, DisputeStepKind.Win, "");
        await StoreAsync(ground, payIn, id, DisputeStepKind.Lose, "");
        await Task.WhenAll(Steps(other), Steps(ground), Steps(other));
        var (state, gone, _) = await StateAsync(ground, id);
        Assert.Equal(state == DisputeState.Won ? new Holdings(0, 0, 100_00, 0) : new Holdings(0, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(state == DisputeState.Won ? 0 : 100_00, gone);

        // Of the two decisions one was carried out, and the other one says why not.
        var steps = await ground.ReadAsync(c => c.DisputeSteps.Where(s => s.DisputeId == id && s.Id != id).ToListAsync());
        Assert.Equal([DisputeStepState.Done, DisputeStepState.Refused], steps.Select(s => s.State).Order());
        Assert.Contains(steps, s => s.Outcome.Contains("meanwhile", StringComparison.Ordinal));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        static Task Steps(PaymentsGround node) => node.The<DisputeSteps>().RunOnceAsync(CancellationToken.None);
    }

    /// <summary>One node refused a step and ended before it said so; the other one sees the pay-in when it could be.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADisputeThatWasRefusedIsNotOpenedByAnotherNode(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await using var another = engine == Engine.Postgres ? await ground.AnotherNodeAsync() : null;
        var other = another ?? ground;
        var shop = await ground.OpenShopAsync();
        await other.The<Paypro.Server.Merchants.SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 100_00, "a");
        var first = await OpenAsync(ground, payIn, 60_00);
        var id = await StoreAsync(ground, payIn, 0, DisputeStepKind.Open, Wish(ground, payIn, 60_00).ToJson());
        await ground.The<DisputeSteps>().RunOnceAsync(CancellationToken.None);
        await ground.The<ConfigStore>().SaveAsync(context => context.DisputeSteps.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.State, DisputeStepState.Decided)));

        Assert.True(await shop.EndDisputeAsync(first, isWon: true));
        await other.The<DisputeSteps>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((DisputeStepState.Refused, OpenDispute.TooMuch), await ground.ReadAsync(c => c.DisputeSteps.SingleAsync(s => s.Id == id)) is var step ? (step.State, step.Outcome) : default);
        Assert.Null(await ground.The<DisputeSteps>().FindAsync(id));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        await OpenAsync(ground, payIn, 60_00);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDeadlineIsWatchedAndMovesNoMoney(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await using var another = engine == Engine.Postgres ? await ground.AnotherNodeAsync() : null;
        var other = another ?? ground;
        var shop = await ground.OpenShopAsync();
        var payIns = new List<Placed>();
        foreach (var key in new[] { "a", "b" })
        {
            payIns.Add(await shop.PayInAsync(50_00));
            await shop.PaidAsync(payIns[^1], 50_00, key);
        }

        var (answered, silent) = (await OpenAsync(ground, payIns[0], 50_00), await OpenAsync(ground, payIns[1], 50_00));
        await WatchAsync();
        Assert.Equal([DisputeMailKind.Opened], await MailsAsync(silent.Id));
        Assert.Equal("text: must answer in at most 4000 characters, or add a file", await ground.The<DisputeSteps>().AnswerAsync(Owner, answered, " ", []));
        Assert.Equal("file: must be a PDF, PNG or JPEG file of at most 5 MB", await ground.The<DisputeSteps>().AnswerAsync(Owner, answered, "It was delivered.", [new DisputeFile("a.exe", [1, 2, 3])]));
        Assert.Null(await ground.The<DisputeSteps>().AnswerAsync(Owner, answered, "It was delivered\non Monday.", [new DisputeFile("proof.pdf", Proof)]));
        var file = Assert.Single(await ground.ReadAsync(c => DisputeFiles.OfAsync(c, answered.Id)));
        Assert.Equal(Proof, (await ground.The<DisputeFiles>().ReadAsync(Risk, answered, file.Id))!.Value.Content);
        Assert.Null(await ground.The<DisputeFiles>().ReadAsync(Risk, silent, file.Id));

        ground.Time.Pass(TimeSpan.FromHours(6));
        await WatchAsync();
        Assert.Equal([DisputeMailKind.Opened, DisputeMailKind.Nears], await MailsAsync(silent.Id));
        ground.Time.Pass(TimeSpan.FromHours(6));
        await WatchAsync();
        Assert.Equal([DisputeMailKind.Opened, DisputeMailKind.Nears, DisputeMailKind.Lapsed], await MailsAsync(silent.Id));
        Assert.Equal([DisputeMailKind.Opened], await MailsAsync(answered.Id));
        Assert.Equal((DisputeState.Answered, DisputeState.Lapsed), ((await StateAsync(ground, answered.Id)).State, (await StateAsync(ground, silent.Id)).State));
        Assert.Equal(DisputeSteps.NoAnswer, await ground.The<DisputeSteps>().AnswerAsync(Owner, answered, "Too late.", []));
        Assert.Equal(2, await ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == CaseKind.Dispute && x.State == CaseState.Open)));
        Assert.Equal(new Holdings(0, 0, 0, 0, 100_00), await shop.HoldingsAsync());

        Assert.Null(await ground.The<DisputeSteps>().LoseAsync(Risk, silent.Id, "the bank says so"));
        await StoreAsync(ground, payIns[0], answered.Id, DisputeStepKind.Win, "");
        await ground.The<DisputeSteps>().RunOnceAsync(CancellationToken.None);
        await WatchAsync();
        Assert.Equal(new Holdings(50_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal((DisputeMailKind.Lost, DisputeMailKind.Won), ((await MailsAsync(silent.Id))[^1], (await MailsAsync(answered.Id))[^1]));
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == CaseKind.Dispute && x.State == CaseState.Open)));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        // What a turn finds to have passed, the next one mails.
        async Task WatchAsync()
        {
            for (var turn = 0; turn < 2; turn++)
            {
                await Task.WhenAll(ground.The<DisputeWatch>().RunOnceAsync(CancellationToken.None), other.The<DisputeWatch>().RunOnceAsync(CancellationToken.None));
            }
        }

        Task<List<DisputeMailKind>> MailsAsync(long id) => ground.ReadAsync(c => c.DisputeMails.Where(m => m.DisputeId == id).OrderBy(m => m.Kind).Select(m => m.Kind).ToListAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatCannotBeIsSaidAndLeavesNothing(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync();
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 60_00, "a");
        await shop.PaidAsync(payIn, 40_00, "b");
        var wish = Wish(ground, payIn, 10_00);
        foreach (var (expected, wrong) in new[]
        {
            ("number: no pay-in has this number", wish with { Number = "p0" }),
            ("kind: must be pixMed, recall, chargeback or fraudReport", wish with { Kind = 0 }),
            ("kind: pixMed is for payments in BRL", wish with { Kind = DisputeKind.PixMed }),
            ("amountMinor: must be above zero, and no more than any amount", wish with { AmountMinor = 0 }),
            ("amountMinor: is more than is left of one payment; enter one dispute for each payment", wish with { AmountMinor = 70_00 }),
            (OpenDispute.TooMuch, wish with { AmountMinor = 100_01 }),
            ("deadlineMs: must be in the future, and within 400 days", wish with { DeadlineMs = ground.NowMs }),
            ("payment: is not one that this pay-in received", wish with { Payment = "zz" }),
            ("reference: must be at most 100 characters of one line", wish with { Reference = "a\nb" }),
        })
        {
            Assert.Equal(expected, (await ground.The<DisputeSteps>().OpenAsync(Risk, wrong, "a reason", [])).Problem);
        }

        Assert.Equal("reason: must say in 1 to 300 characters why", (await ground.The<DisputeSteps>().OpenAsync(Risk, wish, " ", [])).Problem);
        Assert.Equal(DisputeSteps.NoSuch, await ground.The<DisputeSteps>().LoseAsync(Risk, 1, "a reason"));
        Assert.Equal(0, await ground.ReadAsync(c => c.DisputeSteps.CountAsync()));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());

        var named = await OpenAsync(ground, payIn, 10_00, "ref-1");
        Assert.Equal("reference: a dispute of this pay-in has it already", (await ground.The<DisputeSteps>().OpenAsync(Risk, wish with { Reference = "ref-1" }, "a reason", [])).Problem);
        Assert.Equal(10_00, named.HeldMinor);
    }

    private static DisputeWish Wish(PaymentsGround ground, Placed payIn, long amountMinor) => new(payIn.Order.Number, DisputeKind.Recall, amountMinor, ground.NowMs + 12 * 3_600_000);

    private static async Task<DisputeRow> OpenAsync(PaymentsGround ground, Placed payIn, long amountMinor, string reference = "")
    {
        var (id, problem) = await ground.The<DisputeSteps>().OpenAsync(Risk, Wish(ground, payIn, amountMinor) with { Reference = reference }, "the bank's letter", []);
        Assert.Null(problem);
        return (await ground.The<DisputeSteps>().FindAsync(id))!;
    }

    private static async Task<(DisputeState State, long GoneMinor, long ToldMinor)> StateAsync(PaymentsGround ground, long id) =>
        await ground.The<DisputeSteps>().FindAsync(id) is { } d ? (d.State, d.GoneMinor, d.ToldMinor) : default;

    /// <summary>A step that was stored, and whose node died before it carried it out.</summary>
    private static Task<long> StoreAsync(PaymentsGround ground, Placed payIn, long disputeId, DisputeStepKind kind, string wish) => ground.The<AuditedStore>().SaveAsync((context, trail) =>
    {
        var id = ground.The<IdSource>().Next();
        context.DisputeSteps.Add(new DisputeStepRow
        {
            Id = id, Bucket = payIn.Order.Bucket, DisputeId = disputeId == 0 ? id : disputeId, OrderId = payIn.Order.Id, MerchantNo = payIn.Order.MerchantNo, Kind = kind, Wish = wish, Text = "the bank says so", MadeBy = Risk.Text,
            ApprovedBy = kind == DisputeStepKind.Win ? Owner.Text : "", MadeAtMs = ground.NowMs, State = DisputeStepState.Decided,
        });
        trail.Add(Risk, "dispute.test", $"dispute:{id}", chain: payIn.Order.Bucket);
        return Task.FromResult(id);
    });
}
