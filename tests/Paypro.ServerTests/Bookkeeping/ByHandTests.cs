using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>What two people transfer by hand is booked once, on whatever nodes, and only as the templates say.</summary>
[Collection(DashboardTests.Name)]
public sealed class ByHandTests(DashboardGrounds grounds)
{
    private static long _channels = 8_900_000_000;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyGoesFromARailToABankAndOn(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("BR"));
        var people = await TwoOperators.MakeAsync(host);
        var channel = await ChannelAsync(ground, "BRL");
        var bank = await people.BankAsync($"Settlements {merchant.No}", "BRL");
        var (clearing, atBank, onItsWay) = (AccountId.Channel(0, channel, AccountKind.Clearing, Currency.Brl), AccountId.Bank(0, bank, AccountKind.Bank, Currency.Brl), AccountId.Bank(0, bank, AccountKind.InTransit, Currency.Brl));
        var fees = AccountId.Platform(merchant.Bucket, AccountKind.Fees, Currency.Brl);
        await BookReadTests.PostAsync(
            ground, $"rail-{merchant.No}", ground.NowMs, TransferType.PayInReceipt, new Leg(clearing with { Bucket = merchant.Bucket }, -1000), new Leg(BookReadTests.Available(merchant), 900), new Leg(fees, 100));
        var byHand = host.The<BookByHand>();

        // Not more than the rail holds, in all buckets together; and what is decided counts before it is booked.
        Assert.Contains("is more than the clearing account has, 10.00 BRL", await people.TransferAsync(Wish(TransferTemplates.RailToBank, 1001)), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(Wish(TransferTemplates.RailToBank, 800)));
        Assert.Contains("is more than the clearing account has", await people.TransferAsync(Wish(TransferTemplates.RailToBank, 300)), StringComparison.Ordinal);
        var sent = await LastAsync();
        Assert.Contains("is not booked yet", await people.TransferAsync(Wish(TransferTemplates.Arrived, 800) with { BankAccountId = 0, ChannelAccountId = 0, Sent = sent.Id }), StringComparison.Ordinal);

        // Two nodes at once, and again by one whose mark was lost.
        await people.OnTwoNodesAsync(engine, node => Task.WhenAll(node.The<BookByHand>().RunOnceAsync(CancellationToken.None), node.The<BookByHand>().BookAsync(sent)));
        await MarkDecidedAsync(sent.Id);
        await byHand.RunOnceAsync(CancellationToken.None);
        Assert.Equal((LedgerOrderState.Booked, -200, -800, 0), ((await LastAsync()).State, await people.BalanceAsync(clearing), await people.BalanceAsync(onItsWay), await people.BalanceAsync(atBank)));
        Assert.Single(await host.ReadAsync(c => c.Transfers.Where(t => t.OnceKey == $"by-hand:{sent.Id}:1").ToListAsync()));

        Assert.Contains("must be what was sent", await people.TransferAsync(Wish(TransferTemplates.Arrived, 799) with { BankAccountId = 0, ChannelAccountId = 0, Sent = sent.Id }), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(Wish(TransferTemplates.Arrived, 800) with { BankAccountId = 0, ChannelAccountId = 0, Sent = sent.Id, Document = "line 7" }));
        Assert.Contains("has arrived already", await people.TransferAsync(Wish(TransferTemplates.Arrived, 800) with { BankAccountId = 0, ChannelAccountId = 0, Sent = sent.Id, Document = "line 8" }), StringComparison.Ordinal);
        await byHand.RunOnceAsync(CancellationToken.None);
        Assert.Equal((0, -800), (await people.BalanceAsync(onItsWay), await people.BalanceAsync(atBank)));

        // Fees go to ourselves from the bank, and no more than there are.
        Assert.Contains("is more than the fees account has", await people.TransferAsync(Wish(TransferTemplates.FeesToBank, 1_000_000_000) with { ChannelAccountId = 0 }), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(Wish(TransferTemplates.FeesToBank, 60) with { ChannelAccountId = 0 }));
        Assert.Contains("this very transfer was decided already", await people.TransferAsync(Wish(TransferTemplates.FeesToBank, 60) with { ChannelAccountId = 0 }), StringComparison.Ordinal);
        await byHand.RunOnceAsync(CancellationToken.None);
        Assert.Equal(-740, await people.BalanceAsync(atBank));

        // A top-up is credited once for each line of the bank's statement.
        var topUp = Wish(TransferTemplates.TopUp, 500) with { ChannelAccountId = 0, MerchantNo = merchant.No, StatementLine = "2026-11-29/4", FeeMinor = 10, TaxMinor = 2 };
        Assert.Null(await people.TransferAsync(topUp));
        Assert.Contains("was credited already", await people.TransferAsync(topUp with { Document = "the same line, typed again" }), StringComparison.Ordinal);
        await byHand.RunOnceAsync(CancellationToken.None);
        Assert.Equal((1388, -1240), (await people.BalanceAsync(BookReadTests.Available(merchant)), await people.BalanceAsync(atBank)));

        // What is decided and cannot be any more is refused as a whole, with a case.
        Assert.Null(await people.TransferAsync(new TransferWish(TransferTemplates.Hold, "a letter", "BRL", 1388) { MerchantNo = merchant.No }));
        await BookReadTests.PostAsync(ground, $"spent-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(BookReadTests.Available(merchant), -1), new Leg(fees, 1));
        await byHand.RunOnceAsync(CancellationToken.None);
        var refused = await LastAsync();
        Assert.Equal((LedgerOrderState.Refused, 0), (refused.State, refused.TransferNo));
        Assert.Contains("is more than the available account has", refused.Outcome, StringComparison.Ordinal);
        var subject = $"{refused.Id}";
        Assert.True(await host.ReadAsync(c => c.Cases.AnyAsync(x => x.Kind == BookByHand.RefusedCase && x.Subject == subject)));

        // What is held by hand is released by hand; a reserve is not.
        Assert.Null(await people.TransferAsync(new TransferWish(TransferTemplates.Hold, "a letter", "BRL", 300) { MerchantNo = merchant.No }));
        await byHand.RunOnceAsync(CancellationToken.None);
        await host.The<BatchWriter>().WriteAsync(new PostDue(new Leg(clearing with { Bucket = merchant.Bucket }, -50), new Leg(Held(merchant), 50, 20270101), ground.NowMs));
        Assert.Contains("only 3.00 BRL is held back by hand", await people.TransferAsync(new TransferWish(TransferTemplates.Release, "a letter", "BRL", 301) { MerchantNo = merchant.No }), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(new TransferWish(TransferTemplates.Release, "a letter", "BRL", 300) { MerchantNo = merchant.No }));
        await byHand.RunOnceAsync(CancellationToken.None);
        Assert.Equal((50, 1387), (await people.BalanceAsync(Held(merchant)), await people.BalanceAsync(BookReadTests.Available(merchant))));
        Assert.All(await host.The<BookReads>().TrialBalanceAsync(long.MaxValue, CancellationToken.None), b => Assert.Equal(0, b.SumMinor));
        await host.The<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        Assert.All(await host.The<BookReads>().ChainsAsync(CancellationToken.None), c => Assert.Equal("", c.Finding));

        TransferWish Wish(string template, long amountMinor) => new(template, "a paper", "BRL", amountMinor) { ChannelAccountId = channel, BankAccountId = bank };

        Task<LedgerOrderRow> LastAsync() => host.ReadAsync(c => c.LedgerOrders.AsNoTracking().OrderByDescending(o => o.Id).FirstAsync());

        Task MarkDecidedAsync(long id) => host.The<ConfigStore>().SaveAsync(c => c.LedgerOrders.Where(o => o.Id == id).ExecuteUpdateAsync(s => s.SetProperty(o => o.State, LedgerOrderState.Decided)));
    }

    /// <summary>Money in suspense that nobody claims goes to loss, and can be assigned to nobody afterwards.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SuspenseIsWrittenOffOnce(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, people) = (ground.Host, await TwoOperators.MakeAsync(ground.Host));
        var channel = await ChannelAsync(ground, "KES");
        var receipt = new StatementRow
        {
            Bucket = 9, Id = host.The<Paypro.Server.Platform.IdSource>().Next(), ChannelAccountId = channel, Direction = Direction.PayIn, Kind = ObservationKind.Paid, Outcome = StatementOutcome.Suspense,
            DedupeKey = $"key-{channel}", AmountMinor = 700, Currency = "KES", ReceivedAtMs = ground.NowMs, BookedAtMs = ground.NowMs, TransferNo = 1,
        };
        await host.The<BatchWriter>().WriteAsync(new StoreReceipt(receipt, channel, ground.NowMs));
        var wish = new TransferWish(TransferTemplates.WriteOffSuspense, "a year is over", "KES", 700) { ChannelAccountId = channel, DedupeKey = receipt.DedupeKey };
        Assert.Contains("must be all that waits", await people.TransferAsync(wish with { AmountMinor = 699 }), StringComparison.Ordinal);
        Assert.Contains("waits in suspense", await people.TransferAsync(wish with { DedupeKey = "another" }), StringComparison.Ordinal);
        Assert.Null(await people.TransferAsync(wish));
        var order = await host.ReadAsync(c => c.LedgerOrders.AsNoTracking().OrderByDescending(o => o.Id).FirstAsync());
        await Task.WhenAll(host.The<BookByHand>().BookAsync(order), host.The<BookByHand>().BookAsync(order));
        await host.The<BookByHand>().BookAsync(order);
        Assert.Equal((0, 700), (await people.BalanceAsync(AccountId.Platform(9, AccountKind.Suspense, Currency.Kes)), await people.BalanceAsync(AccountId.Platform(9, AccountKind.Loss, Currency.Kes))));
        Assert.Equal(700, await host.ReadAsync(c => c.Statements.Where(s => s.Bucket == 9 && s.Id == receipt.Id).Select(s => s.ReturnedMinor).SingleAsync()));
        Assert.Contains("waits in suspense", await people.TransferAsync(wish with { Document = "again" }), StringComparison.Ordinal);
    }

    /// <summary>What a wish may not say.</summary>
    [Fact]
    public async Task AWishThatCannotBeIsRefusedInASentence()
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync("MX");
        var people = await TwoOperators.MakeAsync(ground.Host);
        var hold = new TransferWish(TransferTemplates.Hold, "a letter", "MXN", 100) { MerchantNo = merchant.No };
        foreach (var (wish, sentence) in ((TransferWish, string)[])
        [
            (hold with { Template = "gift" }, "template: must be one of railToBank"), (hold with { Document = " " }, "document: must name"), (hold with { Currency = "XXX" }, "currency: is none"), (hold with { AmountMinor = 0 }, "amountMinor: must be above 0"),
            (hold with { AmountMinor = -5 }, "amountMinor: must be above 0"), (hold with { Currency = "BRL" }, "merchantNo: is in MXN"), (hold with { MerchantNo = 1 }, "merchantNo: there is no such merchant"),
            (hold with { BankAccountId = 1 }, "bankAccountId: is not taken"), (hold with { ChannelAccountId = 1 }, "channelAccountId: is not taken"), (hold with { ValueDate = 20200101 }, "valueDate: must be a day"), (hold with { ValueDate = 5 }, "valueDate: must be a day"),
            (hold, "is more than the available account has, 0.00 MXN"), (hold with { Template = TransferTemplates.WriteOffDebt }, "is more than the receivable account has"), (hold with { Template = TransferTemplates.FeeAdjustment }, "side: must be charge"),
            (new TransferWish(TransferTemplates.Conversion, "a contract", "MXN", 5) { ToCurrency = "MXN", ToAmountMinor = 5, Rate = "1" }, "toCurrency: must be another"), (new TransferWish(TransferTemplates.Arrived, "a line", "MXN", 5) { Sent = 12345 }, "there is no such"),
        ])
        {
            Assert.Contains(sentence, await people.TransferAsync(wish), StringComparison.Ordinal);
        }
    }

    private static AccountKey Held(TestMerchant merchant) => AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Held, merchant.Country.Currency);

    private static async Task<long> ChannelAsync(DashboardGround ground, string currency)
    {
        var id = Interlocked.Increment(ref _channels);
        await ground.Host.The<ConfigStore>().SaveAsync(context =>
        {
            context.ChannelAccounts.Add(new ChannelAccountRow { Id = id, Channel = "none", Name = $"Rail {id}", Country = "BR", Currency = currency, Open = false });
            return Task.CompletedTask;
        });
        return id;
    }
}

/// <summary>Books a receipt that becomes available on a day.</summary>
internal sealed class PostDue(Leg from, Leg due, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => due.Account.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(from.Account);
        needs.Accounts.Add(due.Account);
        needs.SettlementDues.Add(new SettlementDueKey(Bucket, due.Account.Id, due.DueDate));
    }

    protected override bool Decide(BatchState state)
    {
        Journal.Post(state, new TransferCause(TransferType.PayInReceipt, "test", 0, null, nowMs, 20261129), from, due);
        return true;
    }
}

/// <summary>Stores money that came and that nobody knows, as a rail's statement leaves it.</summary>
internal sealed class StoreReceipt(StatementRow receipt, long channel, long nowMs) : WriteCommand<bool>
{
    private readonly Currency _currency = Currency.Get(receipt.Currency);

    public override short Bucket => receipt.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(AccountId.Channel(Bucket, channel, AccountKind.Clearing, _currency));
        needs.Accounts.Add(AccountId.Platform(Bucket, AccountKind.Suspense, _currency));
        needs.Book(receipt.Movement.Everywhere(MovementKind.Receipt), receipt.Key);
    }

    protected override bool Decide(BatchState state)
    {
        var transfer = Journal.Post(
            state, new TransferCause(TransferType.SuspenseReceipt, "test", 0, null, nowMs, 20261129),
            new Leg(AccountId.Channel(Bucket, channel, AccountKind.Clearing, _currency), -receipt.AmountMinor), new Leg(AccountId.Platform(Bucket, AccountKind.Suspense, _currency), receipt.AmountMinor));
        state.Statements.Insert(receipt.Key, receipt with { TransferNo = transfer.TransferNo });
        var movement = receipt.Movement.Everywhere(MovementKind.Receipt);
        state.Movements.Insert(movement, new RailMovementRow
        {
            ChannelAccountId = movement.ChannelAccountId, Direction = movement.Direction, Kind = movement.Kind, DedupeKey = movement.DedupeKey, Bucket = Bucket, AmountMinor = receipt.AmountMinor,
            StatementBucket = receipt.Bucket, StatementId = receipt.Id,
        });
        return true;
    }
}
