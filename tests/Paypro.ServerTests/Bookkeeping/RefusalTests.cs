using Microsoft.EntityFrameworkCore;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>What one node's ledger refused, no other node books, though the money came in between; and what one booked, no other refuses.</summary>
[Collection(DashboardTests.Name)]
public sealed class RefusalTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Whether the first node has said so in the row before the other one asks, or dies right before.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWithdrawalThatWasRefusedIsNotReservedByAnotherNode(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        await using var another = engine == Engine.Postgres ? await host.AnotherNodeAsync() : null;
        var (one, other) = (host.The<Withdrawals>(), (another ?? host).The<Withdrawals>());
        await CreditAsync(ground, merchant, "first", 100_00);
        var (said, unsaid) = (await StoreAsync(host, merchant, 150_00), await StoreAsync(host, merchant, 150_00));
        await one.MoveAsync(said);
        Assert.Equal(Withdrawals.TooMuch, await host.The<BatchWriter>().WriteAsync(new MoveWithdrawal(unsaid, ground.NowMs, 20261130)));

        // Both had read the rows before; now the money comes.
        await CreditAsync(ground, merchant, "more", 900_00);
        await other.MoveAsync(said);
        await other.MoveAsync(unsaid);
        await one.MoveAsync(unsaid);
        foreach (var row in (WithdrawalRow[])[said, unsaid])
        {
            var now = await host.ReadAsync(c => c.Withdrawals.AsNoTracking().SingleAsync(w => w.Id == row.Id));
            Assert.Equal((WithdrawalState.Refused, WithdrawalMove.None, Withdrawals.TooMuch), (now.State, now.Wants, now.Outcome));
        }

        var (available, frozen) = (BookReadTests.Available(merchant), AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Frozen, merchant.Country.Currency));
        Assert.Equal((1000_00, 0), (await people.BalanceAsync(available), await people.BalanceAsync(frozen)));

        // The other way round it is reserved, though what is left would not do for it.
        var reserved = await StoreAsync(host, merchant, 600_00);
        await other.MoveAsync(reserved);
        await one.MoveAsync(reserved);
        Assert.Equal((WithdrawalState.Waits, 600_00), (await host.ReadAsync(c => c.Withdrawals.Where(w => w.Id == reserved.Id).Select(w => w.State).SingleAsync()), await people.BalanceAsync(frozen)));
        await SoundAsync(host);
    }

    /// <summary>Two people decided it, and it is refused as a whole: it is decided anew, and then booked once.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ATransferThatWasRefusedIsNotBookedByAnotherNode(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        await using var another = engine == Engine.Postgres ? await host.AnotherNodeAsync() : null;
        var (one, other) = (host.The<BookByHand>(), (another ?? host).The<BookByHand>());
        await CreditAsync(ground, merchant, "first", 100_00);
        var hold = new TransferWish(TransferTemplates.Hold, "a letter", merchant.Country.Currency.Code, 100_00) { MerchantNo = merchant.No };
        Assert.Null(await people.TransferAsync(hold));
        var order = await LastAsync(host);
        await CreditAsync(ground, merchant, "spent", -1);
        await one.BookAsync(order);

        // The other node had read the row before; now the money is there again.
        await CreditAsync(ground, merchant, "again", 1);
        await other.BookAsync(order);
        var held = AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Held, merchant.Country.Currency);
        Assert.Equal((LedgerOrderState.Refused, 0L), ((await LastAsync(host)).State, await people.BalanceAsync(held)));

        // So the same paper can be decided again.
        Assert.Null(await people.TransferAsync(hold));
        await other.RunOnceAsync(CancellationToken.None);
        Assert.Equal((LedgerOrderState.Booked, 100_00L), ((await LastAsync(host)).State, await people.BalanceAsync(held)));
        await SoundAsync(host);
    }

    /// <summary>The bank account is closed when one node looks, and open again when the other one does.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsRefusedBeforeItsAccountsAreLookedAtStaysRefused(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        var currency = merchant.Country.Currency;
        var bank = await people.BankAsync($"Closing {merchant.No}", currency.Code);
        var topUp = new TransferWish(TransferTemplates.TopUp, "a statement", currency.Code, 100_00) { MerchantNo = merchant.No, BankAccountId = bank, StatementLine = "2026-11-30/1" };
        Assert.Null(await people.TransferAsync(topUp));
        var order = await LastAsync(host);
        await OpenBankAsync(false);
        await host.The<BookByHand>().BookAsync(order);
        await OpenBankAsync(true);
        await host.The<BookByHand>().BookAsync(order);
        var now = await LastAsync(host);
        Assert.Equal((LedgerOrderState.Refused, "bankAccountId: is closed", 0L), (now.State, now.Outcome, await people.BalanceAsync(BookReadTests.Available(merchant))));

        // The line of the statement is free.
        Assert.Null(await people.TransferAsync(topUp));
        await host.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(100_00L, await people.BalanceAsync(BookReadTests.Available(merchant)));

        // An arrival that the ledger does not take leaves the money on its way, for another one.
        var lost = new TransferWish(TransferTemplates.BankToRail, "a line", currency.Code, 40_00) { BankAccountId = bank, ChannelAccountId = await ChannelAsync(host, currency.Code) };
        Assert.Null(await people.TransferAsync(lost));
        await host.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        var sent = await LastAsync(host);
        var arrived = new TransferWish(TransferTemplates.Arrived, "line 8", currency.Code, 40_00) { Sent = sent.Id };
        Assert.Null(await people.TransferAsync(arrived));
        order = await LastAsync(host);
        await host.The<BookByHand>().BookAsync(order, "A rule of the ledger");
        await host.The<BookByHand>().BookAsync(order);
        Assert.Equal((LedgerOrderState.Refused, "A rule of the ledger"), await LastAsync(host) is var refused ? (refused.State, refused.Outcome) : default);
        Assert.Equal(0, await host.ReadAsync(c => c.LedgerOrders.Where(o => o.Id == sent.Id).Select(o => o.ArrivedBy).SingleAsync()));
        Assert.Null(await people.TransferAsync(arrived with { Document = "line 8, again" }));
        await host.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((0L, -60_00L), (await people.BalanceAsync(AccountId.Bank(0, bank, AccountKind.InTransit, currency)), await people.BalanceAsync(AccountId.Bank(0, bank, AccountKind.Bank, currency))));
        await SoundAsync(host);

        Task OpenBankAsync(bool open) => host.The<ConfigStore>().SaveAsync(c => c.BankAccounts.Where(b => b.Id == bank).ExecuteUpdateAsync(s => s.SetProperty(b => b.Open, open)));
    }

    /// <summary>What is paid of a bank account and what is transferred from it are counted together before either is booked, in the order in which they are decided.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WithdrawalsAndTransfersTakeTheSameMoneyOnce(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        var currency = merchant.Country.Currency;
        var bank = await people.BankAsync($"Both {merchant.No}", currency.Code);
        var atBank = AccountId.Bank(0, bank, AccountKind.Bank, currency);
        await CreditAsync(ground, merchant, "first", 500_00);
        await BookReadTests.PostAsync(ground, $"bank-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(atBank, -100_00), new Leg(AccountId.Platform(0, AccountKind.Equity, currency), 100_00));
        var (large, small) = (await ApprovedAsync(30_00), await ApprovedAsync(20_00));

        // A transfer that is decided leaves 20 for withdrawals, booked or not.
        Assert.Null(await people.TransferAsync(Charge(80_00)));
        Assert.Contains("holds less than this by the books", await PaidAsync(large, "B-1"), StringComparison.Ordinal);
        await host.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        Assert.Contains("holds less than this by the books", await PaidAsync(large, "B-1"), StringComparison.Ordinal);

        // A withdrawal that is paid leaves nothing for transfers, booked or not.
        Assert.Null(await PaidAsync(small, "B-2"));
        Assert.Contains("is more than the bank account has", await people.TransferAsync(Charge(1)), StringComparison.Ordinal);
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        Assert.Contains("is more than the bank account has", await people.TransferAsync(Charge(1)), StringComparison.Ordinal);
        Assert.Equal(0, await people.BalanceAsync(atBank));
        await SoundAsync(host);

        TransferWish Charge(long amountMinor) => new(TransferTemplates.BankCharge, "a statement", currency.Code, amountMinor) { BankAccountId = bank };

        Task<string?> PaidAsync(long id, string reference) => people.DoAsync(WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(id), new WithdrawalWish("paid", bank, reference));

        async Task<long> ApprovedAsync(long amountMinor)
        {
            var row = await StoreAsync(host, merchant, amountMinor);
            await host.The<Withdrawals>().MoveAsync(row);
            Assert.Null(await people.DoAsync(WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(row.Id), new WithdrawalWish("approved")));
            return row.Id;
        }
    }

    private static async Task<long> ChannelAsync(PortalHost host, string currency)
    {
        var id = 8_950_000_000 + host.The<IdSource>().Next() % 1_000_000;
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.ChannelAccounts.Add(new ChannelAccountRow { Id = id, Channel = "none", Name = $"Rail {id}", Country = "NG", Currency = currency, Open = false });
            return Task.CompletedTask;
        });
        return id;
    }

    /// <summary>Adds up all that was booked and refused.</summary>
    private static async Task SoundAsync(PortalHost host)
    {
        while (await host.The<LedgerCheck>().RunOnceAsync(CancellationToken.None))
        {
        }

        Assert.All(await host.The<BookReads>().ChainsAsync(CancellationToken.None), c => Assert.Equal("", c.Finding));
    }

    private static Task<LedgerOrderRow> LastAsync(PortalHost host) => host.ReadAsync(c => c.LedgerOrders.AsNoTracking().OrderByDescending(o => o.Id).FirstAsync());

    /// <summary>A withdrawal that was asked for by a node that died before it reserved.</summary>
    private static async Task<WithdrawalRow> StoreAsync(PortalHost host, TestMerchant merchant, long amountMinor)
    {
        var destination = new DestinationRow { Id = host.The<IdSource>().Next(), MerchantNo = merchant.No, Name = "Main", Bank = "A bank", Number = "1", Holder = "Shop", State = DestinationState.Confirmed, UsableFromMs = 1 };
        var row = new WithdrawalRow
        {
            Id = host.The<IdSource>().Next(), MerchantNo = merchant.No, Bucket = merchant.Bucket, DestinationId = destination.Id, Currency = merchant.Country.Currency.Code, AmountMinor = amountMinor, State = WithdrawalState.Requested,
            Wants = WithdrawalMove.Reserve, MadeBy = "one", MadeAtMs = host.Time.NowMs(),
        };
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.Destinations.Add(destination);
            context.Withdrawals.Add(row);
            return Task.CompletedTask;
        });
        return row;
    }

    private static Task<bool> CreditAsync(DashboardGround ground, TestMerchant merchant, string once, long amountMinor) => BookReadTests.PostAsync(
        ground, $"{once}-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -amountMinor), new Leg(BookReadTests.Available(merchant), amountMinor));
}
