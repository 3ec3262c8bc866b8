using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Disputes;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>That a dispute is won gives money, so two people say it: one proposes, another one approves, on two nodes over one database.</summary>
public sealed class DisputeWinTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnotherPersonApprovesItOnceAndTheMoneyIsBackWhereItWasTakenFrom(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await using var another = engine == Engine.Postgres ? await ground.AnotherNodeAsync() : null;
        var other = another ?? ground;
        var shop = await ground.OpenShopAsync(1_000_00, payIn: new TermsRow { SettlementDays = 3, DisputeFeeMinor = 3_00 });
        var (payIn, dispute) = await DisputedAsync(ground, shop, "a");
        var (first, second) = (await PersonAsync(ground, "first", Role.Risk), await PersonAsync(ground, "second", Role.Risk));
        var held = new Holdings(1_000_00, 0, 40_00, 0, 60_00);
        Assert.Equal(held, await shop.HoldingsAsync());

        var made = await ProposeAsync(ground, first, dispute.Id);
        Assert.Equal((null, ProposalState.Open), (made.Problem, made.State));
        Assert.Contains("your own", (await ApproveAsync(other, first, made.Id)).Problem, StringComparison.Ordinal);
        Assert.Contains("do not approve", (await ApproveAsync(other, second, made.Id, Role.Support)).Problem, StringComparison.Ordinal);
        await CarryOutAsync(ground, other);
        Assert.Equal(held, await shop.HoldingsAsync());
        Assert.Equal(0, await WinsAsync(ground, dispute.Id));

        // Clicked twice, on two nodes at once.
        var clicks = await Task.WhenAll(ApproveAsync(ground, second, made.Id), ApproveAsync(other, second, made.Id));
        Assert.Single(clicks, c => c is { Problem: null, State: ProposalState.CarriedOut });
        await CarryOutAsync(ground, other);
        Assert.NotNull((await ApproveAsync(other, second, made.Id)).Problem);
        await CarryOutAsync(ground, other);

        // No fee, and due when it was due before.
        Assert.Equal(new Holdings(1_000_00, 0, 100_00, 0), await shop.HoldingsAsync());
        var won = (await ground.The<DisputeSteps>().FindAsync(dispute.Id))!;
        Assert.Equal((DisputeState.Won, 0, 0), (won.State, won.HeldMinor, won.GoneMinor));
        Assert.Equal(1, await WinsAsync(ground, dispute.Id));
        Assert.Equal(1, await ground.ReadAsync(c => c.Transfers.CountAsync(t => t.OrderId == payIn.Order.Id && t.Type == TransferType.DisputeWon)));
        Assert.Single(await ground.ReadAsync(c => c.Audit.Where(a => a.Action == WinDispute.Name).ToListAsync()));
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == CaseKind.Dispute && x.State == CaseState.Open)));
        Assert.Equal(100_00, (await shop.OrderAsync(payIn)).FreeMinor);
        Assert.Equal(DisputeSteps.Settled, (await ProposeAsync(ground, first, dispute.Id)).Problem);
        Assert.Equal(DisputeSteps.Settled, await ground.The<DisputeSteps>().LoseAsync(By(first), dispute.Id, "said by mistake"));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatHappensBetweenTheProposalAndTheApprovalCounts(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync();
        var (first, second) = (await PersonAsync(ground, "first", Role.Risk), await PersonAsync(ground, "second", Role.Risk));
        var (_, lapsed) = await DisputedAsync(ground, shop, "a");
        var (_, lost) = await DisputedAsync(ground, shop, "b");
        var (partPayIn, part) = await DisputedAsync(ground, shop, "c");
        var (latePayIn, late) = await DisputedAsync(ground, shop, "d");
        var proposals = new Dictionary<long, long>();
        foreach (var dispute in new[] { lapsed, lost, part, late })
        {
            proposals[dispute.Id] = (await ProposeAsync(ground, first, dispute.Id)).Id;
        }

        Assert.Equal(new Holdings(160_00, 0, 0, 0, 240_00), await shop.HoldingsAsync());

        // Its time passes: silence is no word of a bank, so that it can be won all the same.
        ground.Time.Pass(TimeSpan.FromHours(13));
        await ground.The<DisputeWatch>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(DisputeState.Lapsed, (await ground.The<DisputeSteps>().FindAsync(lapsed.Id))!.State);
        Assert.Null((await ApproveAsync(ground, second, proposals[lapsed.Id])).Problem);
        await CarryOutAsync(ground, ground);
        Assert.Equal(DisputeState.Won, (await ground.The<DisputeSteps>().FindAsync(lapsed.Id))!.State);
        Assert.Equal(new Holdings(220_00, 0, 0, 0, 180_00), await shop.HoldingsAsync());

        // Somebody books it as lost: the approval comes too late, and ends the proposal.
        Assert.Null(await ground.The<DisputeSteps>().LoseAsync(By(second), lost.Id, "the bank says so"));
        Assert.Contains("has changed since", (await ApproveAsync(ground, second, proposals[lost.Id])).Problem, StringComparison.Ordinal);
        Assert.Equal(ProposalState.Ended, (await ground.The<Proposals>().FindAsync(proposals[lost.Id]))!.State);
        Assert.Equal(new Holdings(220_00, 0, 0, 0, 120_00), await shop.HoldingsAsync());

        // The rail takes a part: that is another dispute than the one that was proposed, and what is left of it can be won.
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(partPayIn, 20_00, "r1"));
        Assert.Contains("has changed since", (await ApproveAsync(ground, second, proposals[part.Id])).Problem, StringComparison.Ordinal);
        Assert.Null((await ApproveAsync(ground, second, (await ProposeAsync(ground, first, part.Id)).Id)).Problem);
        await CarryOutAsync(ground, ground);
        Assert.Equal(new Holdings(260_00, 0, 0, 0, 60_00), await shop.HoldingsAsync());

        // The rail takes all of it after the approval and before it is carried out: it is lost, once, and the step says why.
        Assert.Null((await ApproveAsync(ground, second, proposals[late.Id])).Problem);
        Assert.Equal("dispute: is being decided; try again in a moment", (await ProposeAsync(ground, first, late.Id)).Problem);
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(latePayIn, 60_00, "r2"));
        await CarryOutAsync(ground, ground);
        Assert.Equal(new Holdings(260_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(DisputeState.Lost, (await ground.The<DisputeSteps>().FindAsync(late.Id))!.State);
        var refused = Assert.Single(await ground.ReadAsync(c => c.DisputeSteps.Where(s => s.Kind == DisputeStepKind.Win && s.State == DisputeStepState.Refused).ToListAsync()));
        Assert.Equal((late.Id, "dispute: was lost meanwhile"), (refused.DisputeId, refused.Outcome));
        Assert.Equal(0, await WinsAsync(ground, lost.Id));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    private static async Task<(Placed PayIn, DisputeRow Dispute)> DisputedAsync(PaymentsGround ground, Shop shop, string key)
    {
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 100_00, key);
        var (id, problem) = await ground.The<DisputeSteps>().OpenAsync(
            Actor.Program, new DisputeWish(payIn.Order.Number, DisputeKind.Chargeback, 60_00, ground.NowMs + (12 * 3_600_000)), "the bank's letter", []);
        Assert.Null(problem);
        return (payIn, (await ground.The<DisputeSteps>().FindAsync(id))!);
    }

    private static Task<UserRow> PersonAsync(PaymentsGround ground, string name, Role role) => ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
    {
        var user = await ground.The<Users>().GiveAsync(context, trail, new RoleWish($"{name}@example.com", role, 0), Actor.Program);
        (user.State, user.Name) = (UserState.Active, name);
        return user;
    });

    private static Actor By(UserRow user) => Actor.User(user.Id, user.Email, 1, Caller.Program);

    private static Task<ProposalResult> ProposeAsync(PaymentsGround node, UserRow user, long dispute) =>
        node.The<Proposals>().ProposeAsync(By(user), Grant.Approves, WinDispute.Name, WinDispute.SubjectOf(dispute), "{}", "the bank's letter");

    private static Task<ProposalResult> ApproveAsync(PaymentsGround node, UserRow user, long proposal, Role role = Role.Risk) =>
        node.The<Proposals>().DecideAsync(By(user), [role], 0, proposal, approves: true, "read");

    /// <summary>Both nodes find what was decided, twice.</summary>
    private static async Task CarryOutAsync(PaymentsGround node, PaymentsGround other)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            await Task.WhenAll(node.The<DisputeSteps>().RunOnceAsync(CancellationToken.None), other.The<DisputeSteps>().RunOnceAsync(CancellationToken.None));
        }
    }

    private static Task<int> WinsAsync(PaymentsGround ground, long dispute) => ground.ReadAsync(c => c.DisputeSteps.CountAsync(s => s.DisputeId == dispute && s.Kind == DisputeStepKind.Win));
}
