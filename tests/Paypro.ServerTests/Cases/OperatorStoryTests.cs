using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Mail;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>
/// An operator's days, by the screens of two people and over two nodes where the engine knows several: a few of each, or with <c>PAYPRO_TEST_STORIES</c>
/// as many as it says.
/// </summary>
public sealed class OperatorStoryTests
{
    private static readonly byte[] Pdf = "%PDF-1.7 a letter of the bank"u8.ToArray();

    /// <summary>Payers of each story: bounded, however many stories are asked for.</summary>
    private static int Payers => Math.Min(2 + Stories.Times, 40);

    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Several payers' money goes to the wrong merchant, who spends some of it; all comes back from him and goes to the right one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyGivenToTheWrongMerchantComesBackAndGoesToTheRightOne(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (wrong, right) = (await cases.Ground.OpenShopAsync(payIn: new TermsRow { BasisPoints = 150, TaxBasisPoints = 1600 }, payout: new TermsRow()), await cases.Ground.OpenShopAsync(payIn: new TermsRow { FixedMinor = 2_00 }));
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        var money = new List<(CaseRow Case, Placed Theirs, Placed Ours, long Minor)>();
        for (var i = 0; i < Payers; i++)
        {
            var minor = 300_00 + (i * 7);
            var (theirs, ours) = (await wrong.PayInAsync(minor), await right.PayInAsync(minor));
            var bucket = (short)((wrong.Merchant.Bucket + i) % Buckets.Count);
            money.Add((await cases.SuspenseAsync(bucket, "nobody", minor), theirs, ours, minor));
        }

        await DecideAsync(cases, finance, other, money.Select(m => ($"/operator/cases/{m.Case.Id}/assign", m.Theirs.Order.Number)));
        Assert.All(await Task.WhenAll(money.Select(m => wrong.OrderAsync(m.Theirs))), o => Assert.Equal(OrderState.Paid, o.State));

        // He pays most of it out, and it is gone.
        var spent = await wrong.PayoutAsync((await wrong.HoldingsAsync()).Available - 100_00);
        Assert.NotNull(spent);
        await wrong.TakeDueAsync(spent);
        await wrong.SentAsync(spent, new SendOutcome.Accepted());
        Assert.Equal(ApplyResult.Applied, await wrong.PaidAsync(spent, spent.Order.AmountMinor, "spent"));

        await DecideAsync(cases, finance, other, money.Select(m => ($"/operator/cases/{m.Case.Id}/take-back", m.Theirs.Order.Number)));
        Assert.Equal(new Holdings(0, 0, 0, -spent.Order.AmountMinor), await wrong.HoldingsAsync());
        Assert.All(await Task.WhenAll(money.Select(m => wrong.OrderAsync(m.Theirs))), o => Assert.Equal((OrderState.Returned, 0L, "00029"), (o.State, o.PaidMinor, o.FailureCode)));

        await DecideAsync(cases, finance, other, money.Select(m => ($"/operator/cases/{m.Case.Id}/assign", m.Ours.Order.Number)));
        Assert.Equal(new Holdings(money.Sum(m => m.Minor - 2_00), 0, 0, 0), await right.HoldingsAsync());
        Assert.All(await Task.WhenAll(money.Select(m => right.OrderAsync(m.Ours))), o => Assert.Equal((OrderState.Paid, 1), (o.State, o.ResultVersion)));
        Assert.Equal((0, 0), (await PlatformAsync(cases, AccountKind.Suspense), await PlatformAsync(cases, AccountKind.Transit)));
        Assert.False(await cases.Ground.ReadAsync(c => c.Cases.AnyAsync(x => x.State == CaseState.Open)));
        Assert.Equal(Payers * 3, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync(d => d.State == DecisionState.Done)));
        Assert.Equal(Payers * 3, await cases.Ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "case.decide")));
        await SoundAsync(cases);
    }

    /// <summary>Two people decide a payout as failed by the bank's letter, and then the bank tells that it is paid: our loss, with a case, and never the merchant's money.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutDecidedFailedTurnsOutPaidAndIsLost(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(20_000_00, payout: new TermsRow { FixedMinor = 3_00 });
        var payouts = await cases.UnknownAsync(shop, Payers);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        foreach (var payout in payouts)
        {
            var path = $"/operator/cases/{(await cases.CaseOfAsync(payout)).Id}";
            Assert.Contains("letter.pdf", (await finance.UploadAsync($"{path}/file", Pdf)).Html, StringComparison.Ordinal);
            var file = await cases.Ground.ReadAsync(c => c.EvidenceFiles.AsNoTracking().OrderByDescending(f => f.Id).Select(f => f.Id).FirstAsync());
            (string, string)[] wish = [("do", "failed"), ("evidence", "letter 12"), ("file", $"{file}"), ("reason", "the bank has no such payment")];
            Assert.EndsWith("done=proposed", (await finance.PostAsync($"{path}/outcome", wish)).Path, StringComparison.Ordinal);
        }

        await ApproveAsync(cases, other);
        Assert.All(await Task.WhenAll(payouts.Select(shop.OrderAsync)), o => Assert.Equal(OrderState.Failed, o.State));
        Assert.Equal(new Holdings(20_000_00, 0, 0, 0), await shop.HoldingsAsync());

        // The bank's own listing of the next day has them, told twice.
        var late = payouts.SkipLast(1).ToList();
        foreach (var payout in late)
        {
            Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(payout, payout.Order.AmountMinor, "late"));
            Assert.Equal(ApplyResult.Repeated, await shop.PaidAsync(payout, payout.Order.AmountMinor, "late"));
        }

        Assert.Equal(-late.Sum(p => p.Order.AmountMinor), await PlatformAsync(cases, AccountKind.Loss));
        Assert.Equal(new Holdings(20_000_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.All(await Task.WhenAll(payouts.Select(shop.OrderAsync)), o => Assert.Equal((OrderState.Failed, 1), (o.State, o.ResultVersion)));
        var open = await cases.Ground.ReadAsync(c => c.Cases.Where(x => x.State == CaseState.Open).ToListAsync());
        Assert.Equal(late.Select(p => p.Order.Number).Order(), open.Select(c => c.Subject).Order());
        Assert.All(open, c => Assert.Equal((CaseKind.PaidAfterDecision, CaseSeverity.Now), (c.Kind, c.Severity)));
        Assert.Contains("Paid after it was decided as failed", (await finance.GetAsync("/operator/cases")).Html, StringComparison.Ordinal);
        Assert.Contains("Tell the merchant", (await finance.GetAsync($"/operator/cases/{open[0].Id}")).Html, StringComparison.Ordinal);
        await SoundAsync(cases);
    }

    /// <summary>A withdrawal is paid and the bank sends it back: the merchant has his money again, once, and his owner is told by mail.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWithdrawalBouncesAndTheMerchantIsTold(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(20_000_00, payIn: new TermsRow());
        await shop.PayInAsync(1_00);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        const long Bank = 5, Destination = 6;
        await cases.Ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var owner = await cases.Ground.The<Users>().GiveAsync(context, trail, new RoleWish("owner@example.com", Role.Owner, 1), Actor.Program);
            (owner.State, owner.Name) = (UserState.Active, "Owner");
            context.BankAccounts.Add(new BankAccountRow { Id = Bank, Name = "Payouts", Currency = "MXN", Bank = "A bank", Number = "0001", Holder = "An operator", Open = true });
            context.Destinations.Add(new DestinationRow { Id = Destination, MerchantNo = shop.Merchant.No, Name = "Main", Bank = "A bank", Number = "0002", Holder = "Test", State = DestinationState.Confirmed, UsableFromMs = 1 });
            return true;
        });
        await cases.Ground.Writer.WriteAsync(new PostOnce(
            new TransferCause(TransferType.Adjustment, "test", 0, "bank", cases.Ground.NowMs, 20260305),
            new Leg(AccountId.Bank(0, Bank, AccountKind.Bank, shop.Merchant.Country.Currency), -20_000_00),
            new Leg(AccountId.Platform(0, AccountKind.Equity, shop.Merchant.Country.Currency), 20_000_00)));
        var withdrawals = cases.Ground.The<Withdrawals>();
        for (var i = 0; i < Payers; i++)
        {
            var minor = 150_50 + i;
            var id = (await withdrawals.RequestAsync(finance.By, shop.Merchant.No, Destination, minor)).Row!.Id;
            Assert.Equal(new Holdings(20_000_00 - minor, minor, 0, 0), await shop.HoldingsAsync());
            await DecideAsync(id, "approved");
            await DecideAsync(id, "paid", ("bank", $"{Bank}"), ("reference", $"B-{i}"));
            Assert.Equal(new Holdings(20_000_00 - minor, 0, 0, 0), await shop.HoldingsAsync());
            await DecideAsync(id, "returned", ("reference", $"R-{i}"));
            Assert.Equal(new Holdings(20_000_00, 0, 0, 0), await shop.HoldingsAsync());
            await withdrawals.RunOnceAsync(CancellationToken.None);

            // It came back once: what is over is not decided again.
            Assert.Contains("does not stand where this could follow", (await finance.PostAsync($"/operator/withdrawals/{id}/decide", ("to", "returned"), ("reference", "R-x"), ("reason", "again"))).Html, StringComparison.Ordinal);
            Assert.Equal(new Holdings(20_000_00, 0, 0, 0), await shop.HoldingsAsync());
        }

        var mails = await cases.Ground.ReadAsync(c => c.Mails.AsNoTracking().Where(m => m.Kind == "withdrawal-back").OrderBy(m => m.Id).ToListAsync());
        Assert.Equal(Payers, mails.Count);
        Assert.All(mails, m => Assert.Equal("owner@example.com", m.Recipient));
        var text = cases.Ground.The<Mails>().Open(mails[0]).Text;
        Assert.Contains($"150.50 MXN from merchant number {shop.Merchant.No}", text, StringComparison.Ordinal);
        Assert.Contains("the account is closed", text, StringComparison.Ordinal);
        await SoundAsync(cases);

        async Task DecideAsync(long id, string to, params (string, string)[] more)
        {
            Assert.EndsWith("done=proposed", (await finance.PostAsync($"/operator/withdrawals/{id}/decide", [("to", to), ("reason", "the account is closed"), .. more])).Path, StringComparison.Ordinal);
            await ApproveAsync(cases, other);

            // On each node that there is, at once.
            if (cases.Engine == Engine.Postgres)
            {
                await using var second = await cases.Ground.AnotherNodeAsync(ScriptedChannel.Put);
                await Task.WhenAll(withdrawals.RunOnceAsync(CancellationToken.None), second.The<Withdrawals>().RunOnceAsync(CancellationToken.None));
            }

            await withdrawals.RunOnceAsync(CancellationToken.None);
        }
    }

    /// <summary>A payer reads the code of his confirmation to support, who sees whose it is and where it stands, and nobody's name.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SupportFindsAPayerByTheCodeOfHisConfirmation(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(payIn: new TermsRow());
        using var support = await cases.SignedInAsync(Role.Support, "support");
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        for (var i = 0; i < Payers; i++)
        {
            var code = string.Create(CultureInfo.InvariantCulture, $"SK7XA2B{i:000}");
            var order = await shop.PayInAsync(55_00);

            // He has typed no number that we know: the money waits, and support sees its case by the code, however he reads it out.
            var lost = await cases.SuspenseAsync((short)((shop.Merchant.Bucket + i) % Buckets.Count), "my invoice", 55_00, code);
            var spoken = $"{code[..4].ToLowerInvariant()} {code[4..7]}-{code[7..]}";
            var found = (await support.GetAsync($"/operator/find?text={Uri.EscapeDataString(spoken)}")).Html;
            Assert.Contains($"/operator/cases/{lost.Id}\"", found, StringComparison.Ordinal);
            Assert.DoesNotContain(order.Order.Number, found, StringComparison.Ordinal);
            await DecideAsync(cases, finance, other, [($"/operator/cases/{lost.Id}/assign", order.Order.Number)]);
            found = (await support.GetAsync($"/operator/find?text={Uri.EscapeDataString(spoken)}")).Html;
            Assert.Contains($"/operator/orders/{order.Order.Number}\"", found, StringComparison.Ordinal);
            Assert.Contains(code, (await support.GetAsync($"/operator/orders/{order.Order.Number}")).Html, StringComparison.Ordinal);

            // It was the other order of his after all: support finds the case again until it has its order.
            await DecideAsync(cases, finance, other, [($"/operator/cases/{lost.Id}/take-back", order.Order.Number)]);
            found = (await support.GetAsync($"/operator/find?text={Uri.EscapeDataString(spoken)}")).Html;
            Assert.Contains($"/operator/cases/{lost.Id}\"", found, StringComparison.Ordinal);
            Assert.DoesNotContain($"/operator/orders/{order.Order.Number}\"", found, StringComparison.Ordinal);
        }

        await SoundAsync(cases);
    }

    /// <summary>One proposes each by its page, the other approves, and two nodes carry out.</summary>
    private static async Task DecideAsync(CaseGround cases, CaseBrowser one, CaseBrowser other, IEnumerable<(string Path, string Number)> wishes)
    {
        foreach (var (path, number) in wishes)
        {
            Assert.EndsWith("done=proposed", (await one.PostAsync(path, ("number", number), ("evidence", "mail of the payer"), ("reason", "as the payer says"))).Path, StringComparison.Ordinal);
        }

        await ApproveAsync(cases, other);
    }

    private static async Task ApproveAsync(CaseGround cases, CaseBrowser other)
    {
        foreach (var proposal in await cases.Ground.ReadAsync(c => c.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open).Select(p => p.Id).ToListAsync()))
        {
            Assert.EndsWith("done=saved", (await other.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"))).Path, StringComparison.Ordinal);
        }

        if (cases.Engine == Engine.Postgres)
        {
            await using var second = await cases.Ground.AnotherNodeAsync(ScriptedChannel.Put);
            second.The<ScriptedChannel>().Answers = cases.Rail.Answers;
            await Task.WhenAll(cases.CarryOutAsync(), second.The<CarryOutDecisions>().RunOnceAsync(CancellationToken.None));
        }

        await cases.CarryOutAsync();
        Assert.False(await cases.Ground.ReadAsync(c => c.Decisions.AnyAsync(d => d.State == DecisionState.Waits)));
    }

    private static async Task SoundAsync(CaseGround cases)
    {
        await cases.Ground.The<FinishCrossings>().RunOnceAsync(CancellationToken.None);
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());
        await cases.Ground.The<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        Assert.False(await cases.Ground.ReadAsync(c => c.LedgerChecks.AnyAsync(r => r.Finding != "")));
    }

    /// <summary>What all buckets of a platform account sum to.</summary>
    private static Task<long> PlatformAsync(CaseGround cases, AccountKind kind) => cases.Ground.ReadAsync(c =>
        c.Accounts.Where(a => a.OwnerType == OwnerType.Platform && a.Kind == kind).SumAsync(a => a.BalanceMinor));
}
