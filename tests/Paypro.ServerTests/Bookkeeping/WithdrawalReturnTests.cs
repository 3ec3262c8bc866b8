using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>A line of the bank is one payment or one return, whoever decides it where.</summary>
[Collection(DashboardTests.Name)]
public sealed class WithdrawalReturnTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALineOfTheBankIsOnePaymentOrOneReturn(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("PK"));
        var people = await TwoOperators.MakeAsync(host);
        var bank = await people.BankAsync($"Returns {merchant.No}", "PKR");
        var atBank = AccountId.Bank(0, bank, AccountKind.Bank, merchant.Country.Currency);
        var equity = AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency);
        await BookReadTests.PostAsync(ground, $"first-{merchant.No}", ground.NowMs, TransferType.OpeningBalance, new Leg(equity, -10_000_00), new Leg(BookReadTests.Available(merchant), 10_000_00));
        await BookReadTests.PostAsync(ground, $"bank-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(atBank with { Bucket = merchant.Bucket }, -9_000_00), new Leg(equity, 9_000_00));
        var destination = await DestinationAsync(host, merchant, DestinationState.Confirmed);
        var (first, second, third) = (await PaidAsync("B-1"), await PaidAsync("B-2"), await PaidAsync("B-3"));

        // The payment of another one is no return, and the return of another one is neither a return nor a payment.
        Assert.Contains("another withdrawal has this one", await DecideAsync(first, new WithdrawalWish("returned", Reference: " B-2 ")), StringComparison.Ordinal);
        Assert.Null(await DecideAsync(first, new WithdrawalWish("returned", Reference: " R-1 ")));
        var row = await RowAsync(first);
        Assert.Equal((WithdrawalState.Returned, "B-1", "R-1"), (row.State, row.Reference, row.ReturnReference));
        Assert.Contains("another withdrawal has this one", await DecideAsync(second, new WithdrawalWish("returned", Reference: "R-1")), StringComparison.Ordinal);
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        var next = await ApprovedAsync();
        foreach (var taken in (string[])["B-1", "R-1"])
        {
            Assert.Contains("another withdrawal has this one", await DecideAsync(next, new WithdrawalWish("paid", bank, taken)), StringComparison.Ordinal);
        }

        // A line that was credited as a top-up came from the merchant, and the other way round.
        var topUp = new TransferWish(TransferTemplates.TopUp, "a paper", "PKR", 500) { MerchantNo = merchant.No, BankAccountId = bank, StatementLine = "T-1" };
        Assert.Contains("came back by this line", await people.TransferAsync(topUp with { StatementLine = " R-1" }), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(topUp));
        await host.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        Assert.Contains("was credited as a top-up", await DecideAsync(second, new WithdrawalWish("returned", Reference: "T-1")), StringComparison.Ordinal);

        // Two people approve the same line for two withdrawals at the same moment, on two nodes.
        var proposals = await Task.WhenAll(((long[])[second, third]).Select(id => host.The<Proposals>().ProposeAsync(
            people.First, Grant.Approves, WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(id), BookJson.Write(new WithdrawalWish("returned", Reference: "R-2")), "it came back")));
        Assert.All(proposals, p => Assert.Null(p.Problem));
        var (left, said) = (new Queue<long>(proposals.Select(p => p.Id)), new List<string?>());
        await people.OnTwoNodesAsync(engine, async node =>
        {
            long mine;
            lock (left)
            {
                mine = left.Dequeue();
            }

            var decided = await node.The<Proposals>().DecideAsync(people.Second, [Role.Finance], 0, mine, approves: true, "seen");
            lock (said)
            {
                said.Add(decided.Problem);
            }
        });
        Assert.Single(said, s => s is null);
        Assert.Contains("another withdrawal has this one", Assert.Single(said, s => s is not null), StringComparison.Ordinal);
        Assert.Equal(1, await host.ReadAsync(c => c.Withdrawals.CountAsync(w => w.BankAccountId == bank && w.ReturnReference == "R-2")));

        // Both stand on the pages.
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        using var auditor = await host.SignedInAsync(Role.Auditor);
        using var finance = await host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        foreach (var page in (string[])[(await auditor.GetAsync("/operator/withdrawals?state=returned")).Html, (await finance.GetAsync("/dashboard/withdrawals")).Html])
        {
            Assert.Contains(">B-1<", page, StringComparison.Ordinal);
            Assert.Contains(">R-1<", page, StringComparison.Ordinal);
        }

        async Task<long> ApprovedAsync()
        {
            var id = (await host.The<Withdrawals>().RequestAsync(people.First, merchant.No, destination, 1_000_00)).Row!.Id;
            Assert.Null(await DecideAsync(id, new WithdrawalWish("approved")));
            return id;
        }

        async Task<long> PaidAsync(string reference)
        {
            var id = await ApprovedAsync();
            Assert.Null(await DecideAsync(id, new WithdrawalWish("paid", bank, reference)));
            await host.The<Withdrawals>().MoveAsync(await RowAsync(id));
            return id;
        }

        Task<WithdrawalRow> RowAsync(long id) => host.ReadAsync(c => c.Withdrawals.AsNoTracking().SingleAsync(w => w.Id == id));

        Task<string?> DecideAsync(long of, WithdrawalWish wish) => people.DoAsync(WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(of), wish);
    }

    internal static async Task<long> DestinationAsync(PortalHost host, TestMerchant merchant, DestinationState state)
    {
        var id = host.The<IdSource>().Next();
        await host.The<ConfigStore>().SaveAsync(c =>
        {
            c.Destinations.Add(new DestinationRow { Id = id, MerchantNo = merchant.No, Name = "Main", Bank = "A bank", Number = "1", Holder = "Shop", State = state, UsableFromMs = state == DestinationState.Confirmed ? 1 : 0 });
            return Task.CompletedTask;
        });
        return id;
    }
}
