using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.UnitTests.Decisions;

namespace Paypro.UnitTests.Ledger;

/// <summary>The only writer of money: what it refuses, and what it leaves behind.</summary>
public sealed class JournalTests
{
    private static readonly TransferCause Cause = new(TransferType.Adjustment, "test", 5, "once", Scene.Now, Scene.Today);
    private static readonly AccountKey Equity = AccountId.Platform(Scene.Bucket, AccountKind.Equity, Scene.Currency);
    private static readonly AccountKey Fees = AccountId.Platform(Scene.Bucket, AccountKind.Fees, Scene.Currency);
    private readonly Books _books = new();

    [Fact]
    public void ATransferHasAnEntryForEachLegThatMoves()
    {
        Assert.True(Post(new Leg(Scene.Available, 30), new Leg(Fees, 0), new Leg(Equity, -20), new Leg(Equity, -10)));
        Assert.Equal([(AccountKind.Available, 30L), (AccountKind.Equity, -20), (AccountKind.Equity, -10)], _books.LastLegs());
        var transfer = Assert.Single(_books.Transfers.Values);
        Assert.Equal(
            (Scene.Bucket, 1L, TransferType.Adjustment, "test", 5L, "once", Scene.Now),
            (transfer.Bucket, transfer.TransferNo, transfer.Type, transfer.Cause, transfer.OrderId, transfer.OnceKey, transfer.BookedAtMs));
        Assert.Equal([(1L, -20L, -20L), (2, -10, -30)], _books.Entries.Values.Where(e => e.AccountId == Equity.Id).Select(e => (e.Sequence, e.AmountMinor, e.BalanceAfterMinor)));
        Assert.All(_books.Entries.Values, e => Assert.Equal((Scene.Now, Scene.Today, 0, 1L), (e.BookedAtMs, e.ValueDate, e.DueDate, e.TransferNo)));
    }

    [Fact]
    public async Task WhatHappensOnceHappensOnce()
    {
        Assert.True(Post(new Leg(Scene.Available, 30), new Leg(Equity, -30)));
        Assert.False(Post(new Leg(Scene.Available, 30), new Leg(Equity, -30)));
        Assert.Equal(30, _books.Balance(Scene.Available));

        // Within one batch as well: the second finds what the first has done.
        var legs = new Leg[] { new(Scene.Available, 1), new(Equity, -1) };
        var (first, second) = (new PostOnce(Cause with { OnceKey = "o2" }, legs), new PostOnce(Cause with { OnceKey = "o2" }, legs));
        _books.RunTogether(first, second);
        Assert.Equal((true, false), (await first.Done, await second.Done));
    }

    [Fact]
    public void WhatIsRefusedOnceIsFoundAndMovesNothing()
    {
        Assert.True(Post(new Leg(Scene.Available, 30), new Leg(Equity, -30)));
        var key = new OnceKey(Scene.Bucket, "refused");
        Assert.True(_books.Run(new RefuseOnce(key, _books.NowMs)));
        Assert.False(_books.Run(new RefuseOnce(key, _books.NowMs)));
        Assert.Equal((2, 2, 30L), (_books.Transfers.Count, _books.Entries.Count, _books.Balance(Scene.Available)));
        var refused = _books.Transfers.Values.Single(t => t.OnceKey == key.Text);
        Assert.Equal((2L, TransferType.Refused, "there was not enough"), (refused.TransferNo, refused.Type, refused.Cause));
        Assert.True(_books.Run(new PostOnce(Cause with { OnceKey = "o3" }, new Leg(Scene.Available, 1), new Leg(Equity, -1))));
    }

    [Fact]
    public void WithoutAKeyItCannotHappenOnce() =>
        Assert.Throws<InvalidOperationException>(() => _books.Load(new PostOnce(Cause with { OnceKey = null }, new Leg(Equity, 1))));

    [Theory]
    [InlineData(30, -29, "A transfer's entries must sum to zero per currency; 484 sums to 1.")]
    [InlineData(-30, 30, "Account 3100000000701484 (Available) would stand at -30.")]
    [InlineData(0, 0, "A Adjustment transfer without entries.")]
    public void WhatIsWrongIsRefusedAndLeavesNothing(long availableMinor, long equityMinor, string sentence)
    {
        var error = Assert.Throws<LedgerException>(() => Post(new Leg(Scene.Available, availableMinor), new Leg(Equity, equityMinor)));
        Assert.Equal(sentence, error.Message);
        Assert.Equal(0, _books.Writes);
    }

    [Fact]
    public void EachCurrencySumsToZeroByItself()
    {
        var reais = AccountId.Platform(Scene.Bucket, AccountKind.Equity, Currency.Get("BRL"));
        Assert.Equal(
            "A transfer's entries must sum to zero per currency; 484 sums to 30.",
            Assert.Throws<LedgerException>(() => Post(new Leg(Equity, 30), new Leg(reais, -30))).Message);
        Assert.True(Post(new Leg(Equity, 30), new Leg(reais, -30), new Leg(Fees, -30), new Leg(reais, 30)));
    }

    [Fact]
    public void ATransferTouchesOneBucket()
    {
        var elsewhere = Equity with { Bucket = Scene.Bucket + 1 };
        var state = _books.Load(new PostOnce(Cause, new Leg(Fees, 30)));
        Assert.Equal("A transfer touches one bucket.", Assert.Throws<LedgerException>(() => Journal.Post(state, Cause, new Leg(Fees, 30), new Leg(elsewhere, -30))).Message);
    }

    [Theory]
    [InlineData(nameof(AccountKind.Available), -1, true)]
    [InlineData(nameof(AccountKind.Available), 1, false)]
    [InlineData(nameof(AccountKind.Frozen), -1, true)]
    [InlineData(nameof(AccountKind.Unsettled), -1, true)]
    [InlineData(nameof(AccountKind.Held), -1, true)]
    [InlineData(nameof(AccountKind.Held), 1, false)]
    [InlineData(nameof(AccountKind.Receivable), 1, true)]
    [InlineData(nameof(AccountKind.Receivable), -1, false)]
    [InlineData(nameof(AccountKind.Fees), -1, false)]
    [InlineData(nameof(AccountKind.Suspense), -1, false)]
    [InlineData(nameof(AccountKind.Clearing), 1, false)]
    public void NoAccountStandsOnTheWrongSideOfZero(string kind, long minor, bool refused)
    {
        var account = AccountId.Merchant(Scene.Bucket, Scene.MerchantNo, Enum.Parse<AccountKind>(kind), Scene.Currency);
        Leg[] legs = [new(account, minor), new(Equity, -minor)];
        if (refused)
        {
            Assert.Throws<LedgerException>(() => Post(legs));
        }
        else
        {
            Assert.True(Post(legs));
        }

        // Zero is right for all.
        Assert.True(_books.Run(new PostOnce(Cause with { OnceKey = "zero" }, new Leg(account, refused ? -minor : minor), new Leg(Equity, refused ? minor : -minor))));
        Assert.True(_books.Run(new PostOnce(Cause with { OnceKey = "back" }, new Leg(account, refused ? minor : -2 * minor), new Leg(Equity, refused ? -minor : 2 * minor))));
        Assert.Equal(0, _books.Balance(account));
    }

    /// <summary>Three amounts whose sum is 2^64 come to zero where nobody looks.</summary>
    [Fact]
    public void ASumThatWrapsIsNotZero()
    {
        var tax = AccountId.Platform(Scene.Bucket, AccountKind.Tax, Scene.Currency);
        Assert.Throws<OverflowException>(() => Post(new Leg(Equity, long.MaxValue), new Leg(Fees, long.MaxValue), new Leg(tax, 2)));
        Assert.Equal(0, _books.Writes);
    }

    [Fact]
    public void AnAmountThatDoesNotFitIsRefused()
    {
        Post(new Leg(Equity, -long.MaxValue), new Leg(Fees, long.MaxValue));
        Assert.Throws<OverflowException>(() => _books.Run(new PostOnce(Cause with { OnceKey = "more" }, new Leg(Equity, -2), new Leg(Fees, 2))));
        Assert.Single(_books.Transfers);
    }

    [Theory]
    [InlineData(0, 70, 0, 70)]
    [InlineData(-50, 70, 50, 20)]
    [InlineData(-70, 70, 70, 0)]
    [InlineData(-90, 70, 70, 0)]
    public void ACreditRepaysFirst(long owedMinor, long amountMinor, long repaidMinor, long creditedMinor)
    {
        var state = WithBalances(0, owedMinor);
        Assert.Equal(
            (new Leg(Scene.Receivable, repaidMinor), new Leg(Scene.Available, creditedMinor)), Journal.CreditAvailable(state, Scene.Available, Scene.Receivable, amountMinor));
    }

    [Theory]
    [InlineData(100, 0, 70, -70, 0)]
    [InlineData(50, 0, 70, -50, -20)]
    [InlineData(0, -5, 70, 0, -70)]
    [InlineData(10, 0, 0, 0, 0)]
    [InlineData(10, -30, -50, 20, 30)]
    public void WhatIsNotThereIsOwed(long availableMinor, long owedMinor, long amountMinor, long takenMinor, long oweMinor)
    {
        var state = WithBalances(availableMinor, owedMinor);
        Assert.Equal(
            (new Leg(Scene.Available, takenMinor), new Leg(Scene.Receivable, oweMinor)), Journal.TakeAvailable(state, Scene.Available, Scene.Receivable, amountMinor));
    }

    [Fact]
    public void WhatFallsDueIsMovedOnce()
    {
        var due = new SettlementDueKey(Scene.Bucket, Scene.Unsettled.Id, 20260304);
        _books.Dues[due] = new SettlementDueRow { Bucket = Scene.Bucket, AccountId = Scene.Unsettled.Id, DueDate = 20260304, AmountMinor = 90, SettledMinor = 20, RunCount = 1 };
        _books.Open(Scene.Unsettled, 70);
        _books.Open(Scene.Receivable, -30);
        var settle = () => _books.Run(new SettleDue(due, Scene.MerchantNo, Scene.Currency, Scene.Now, 20260305));
        Assert.Equal(70, settle());
        Assert.Equal([(AccountKind.Unsettled, -70L), (AccountKind.Receivable, 30), (AccountKind.Available, 40)], _books.LastLegs());
        var transfer = _books.Transfers.Values.Last();
        Assert.Equal((TransferType.Settlement, "clock", $"settle:{Scene.Unsettled.Id}:20260304:2"), (transfer.Type, transfer.Cause, transfer.OnceKey));
        Assert.Equal((90L, 90L, 2), _books.Dues[due] is var d ? (d.AmountMinor, d.SettledMinor, d.RunCount) : default);
        Assert.Equal(0, settle());
    }

    [Fact]
    public void EveryColumnIsInTheHash()
    {
        var transfer = new TransferRow { Bucket = 1, TransferNo = 2, Type = TransferType.Hold, Cause = "c", OrderId = 3, OnceKey = "o", BookedAtMs = 4 };
        var entry = new EntryRow { Bucket = 1, AccountId = 2, Sequence = 3, TransferNo = 2, Leg = 1, AmountMinor = 4, BalanceAfterMinor = 5, BookedAtMs = 6, ValueDate = 7, DueDate = 8 };
        byte[] before = [1];
        byte[][] hashes =
        [
            ChainHash.Of(before, transfer, [entry]),
            ChainHash.Of([2], transfer, [entry]),
            ChainHash.Of(before, transfer, []),
            ChainHash.Of(before, transfer, [entry, entry]),
            .. new[]
            {
                transfer with { Bucket = 9 }, transfer with { TransferNo = 9 }, transfer with { Type = TransferType.Release }, transfer with { Cause = "d" },
                transfer with { OrderId = 9 }, transfer with { OnceKey = "p" }, transfer with { OnceKey = null }, transfer with { BookedAtMs = 9 },
                transfer with { Cause = "co", OnceKey = "" }, transfer with { Cause = "", OnceKey = "co" },
            }.Select(t => ChainHash.Of(before, t, [entry])),
            .. new[]
            {
                entry with { AccountId = 9 }, entry with { Sequence = 9 }, entry with { Leg = 9 }, entry with { AmountMinor = 9 }, entry with { BalanceAfterMinor = 9 },
                entry with { BookedAtMs = 9 }, entry with { ValueDate = 9 }, entry with { DueDate = 9 }, entry with { AmountMinor = 4L << 56 },
            }.Select(e => ChainHash.Of(before, transfer, [e])),
        ];
        Assert.Equal(hashes.Length, hashes.Select(Convert.ToHexString).Distinct().Count());

        // Stored chains must go on holding: this value never changes.
        Assert.Equal("647BC905194EB57822239633E1A0A92C1A96FF7E4327E774B2CE9B64539A9929", Convert.ToHexString(hashes[0]));
        Assert.Equal(hashes[0], ChainHash.Of(before, transfer with { Hash = [7] }, [entry]));
    }

    private BatchState WithBalances(long availableMinor, long owedMinor)
    {
        foreach (var (account, minor) in new[] { (Scene.Available, availableMinor), (Scene.Receivable, owedMinor) })
        {
            if (minor != 0)
            {
                _books.Open(account, minor);
            }
        }

        return _books.Load(new PostOnce(Cause, new Leg(Scene.Available, 0), new Leg(Scene.Receivable, 0)));
    }

    private bool Post(params Leg[] legs) => _books.Run(new PostOnce(Cause, legs));
}

/// <summary>Refuses once; false when it was refused before.</summary>
internal sealed class RefuseOnce(OnceKey key, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.OnceKeys.Add(key);
    }

    protected override bool Decide(BatchState state)
    {
        if (state.OnceKeys.Find(key) is not null)
        {
            return false;
        }

        Journal.Refuse(state, key, "there was not enough", nowMs);
        return true;
    }
}
