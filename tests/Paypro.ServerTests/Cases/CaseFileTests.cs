using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>Decisions by file: a dry run first, all or nothing, and two persons for the sum.</summary>
public sealed class CaseFileTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileIsLookedAtThenProposedThenDone(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(2_000_00, payout: new TermsRow());
        var payouts = await cases.UnknownAsync(shop, 3);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        var byCase = await cases.CaseOfAsync(payouts[1]);
        var good = $"case,decision,evidence\n{payouts[0].Order.Number},paid,\"listing, page 3\"\n{byCase.Id},paid,listing page 4\n";
        var bad = good + $"{byCase.Id},paid,again\n{payouts[2].Order.Number},failed,letter\n1,maybe,x\nabcdefghij012345,paid,x\nx\n{payouts[2].Order.Number},paid,\n";
        var looked = (await finance.UploadAsync("/operator/cases/file", System.Text.Encoding.UTF8.GetBytes(bad))).Html;
        foreach (var fault in (string[])["stands in the file twice", "needs a file of evidence", "must be paid, failed, accept or reject", "no open case of such a decision", "has three fields", "evidence: must name"])
        {
            Assert.Contains(fault, looked, StringComparison.Ordinal);
        }

        Assert.Contains("nothing of it was proposed", (await finance.PostAsync("/operator/cases/file/outcome", ("rows", bad), ("reason", "the bank's list"))).Html, StringComparison.Ordinal);
        Assert.Contains("from 1 to 500 rows", (await finance.UploadAsync("/operator/cases/file", System.Text.Encoding.UTF8.GetBytes("case,decision,evidence\n"))).Html, StringComparison.Ordinal);
        Assert.Contains("from 1 to 500 rows", (await finance.UploadAsync("/operator/cases/file", System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,paid,x\n", 501))))).Html, StringComparison.Ordinal);
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.Proposals.CountAsync()));

        Assert.Contains("200.01 MXN", (await finance.UploadAsync("/operator/cases/file", System.Text.Encoding.UTF8.GetBytes(good))).Html, StringComparison.Ordinal);
        Assert.Contains("has no row of this decision", (await finance.PostAsync("/operator/cases/file/statement", ("rows", good), ("reason", "the bank's list"))).Html, StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await finance.PostAsync("/operator/cases/file/outcome", ("rows", good), ("reason", "the bank's list"))).Path, StringComparison.Ordinal);
        var proposal = await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().SingleAsync());
        await other.PostAsync($"/operator/proposals/{proposal.Id}", ("do", "approve"));
        await cases.CarryOutAsync();
        Assert.Equal([OrderState.Paid, OrderState.Paid, OrderState.Pending], [(await shop.OrderAsync(payouts[0])).State, (await shop.OrderAsync(payouts[1])).State, (await shop.OrderAsync(payouts[2])).State]);
        Assert.Equal(["listing page 4", "listing, page 3"], await cases.Ground.ReadAsync(c => c.CaseActions.Select(a => a.Evidence).OrderBy(e => e).ToListAsync()));
        Assert.Equal(2, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync(d => d.State == DecisionState.Done)));
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
    }

    /// <summary>What the second person approves says how many there are, and their sum.</summary>
    [Fact]
    public void AProposalSaysWhatIsDecided()
    {
        var wish = new DecisionWish(DecisionKind.Failed, 2, "3.00 MXN", [1, 2], "", "letter", 7);
        var text = JsonSerializer.Serialize(wish, Paypro.Server.Operator.OperatorJson.Options);
        Assert.Equal("""{"kind":"failed","count":2,"sum":"3.00 MXN","cases":[1,2],"number":"","evidence":"letter","file":7}""", text);
        Assert.Equal("case:1 and 1 more", wish.Subject);
    }
}
