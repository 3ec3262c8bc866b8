using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A signature is remembered with the creation that it was used for, and good for no other.</summary>
public sealed class CreationSignTests : PayoutBooks
{
    private static readonly CreationSignRow Sign = new()
    {
        Bucket = Scene.Bucket, MerchantNo = Scene.MerchantNo, SignHash = -7, Operation = 3, TradeNo = "t", AtMs = 1,
    };

    [Theory]
    [InlineData(3, "other")]
    [InlineData(1, "t")]
    public void AnotherNumberOrOperationIsRefusedAndStoresNothing(short operation, string tradeNo)
    {
        Books.Open(Scene.Available, Reserved);
        Assert.Equal(SignUse.First, Books.Run(new RememberSign(Sign with { Operation = operation, TradeNo = tradeNo })));
        var writes = Books.Writes;
        Assert.Equal(CreateResult.UsedElsewhere, Assert.IsType<CreateResult.Refused>(Create(Sign)).Sentence);
        Assert.Equal(CreateResult.UsedElsewhere, Assert.IsType<CreateResult.Refused>(Books.Run(PayInCommand())).Sentence);
        Assert.Equal(SignUse.Elsewhere, Books.Run(new RememberSign(Sign)));
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void ARepeatStoresNothingNew()
    {
        Books.Open(Scene.Available, Reserved);
        Assert.IsType<CreateResult.Created>(Create(Sign));
        var writes = Books.Writes;
        Assert.IsType<CreateResult.Known>(Create(Sign with { AtMs = 2 }));
        Assert.Equal(SignUse.Again, Books.Run(new RememberSign(Sign)));
        Assert.Equal((writes, Sign), (Books.Writes, Assert.Single(Books.CreationSigns).Value));

        Assert.IsType<CreateResult.Known>(Create(Sign with { SignHash = 8 }));
        Assert.Equal(2, Books.CreationSigns.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARefusedPayoutStaysRefusedUnlessItMayBeRepeated(bool mayRepeat)
    {
        Assert.StartsWith("amount:", Assert.IsType<CreateResult.Refused>(Create(Sign, mayRepeat)).Sentence, StringComparison.Ordinal);
        Assert.Equal(Sign, Assert.Single(Books.CreationSigns).Value);
        Books.Open(Scene.Available, Reserved);
        var again = Create(Sign, mayRepeat);
        Assert.True(mayRepeat ? again is CreateResult.Created : again is CreateResult.Refused { Sentence: CreateResult.RefusedBefore });
    }

    [Fact]
    public void ARefusedPayInsSignatureIsRemembered()
    {
        Assert.IsType<CreateResult.Refused>(Books.Run(PayInCommand("amount: is wrong today")));
        Assert.Equal(Sign, Assert.Single(Books.CreationSigns).Value);
        Assert.IsType<CreateResult.Created>(Books.Run(PayInCommand()));
        Assert.Single(Books.CreationSigns);
    }

    /// <summary>Two in one batch, where the first is not stored yet.</summary>
    [Fact]
    public async Task InOneBatchTheFirstHasIt()
    {
        var (first, second) = (new RememberSign(Sign), new RememberSign(Sign with { TradeNo = "other" }));
        Books.RunTogether(first, second);
        Assert.Equal((SignUse.First, SignUse.Elsewhere), (await first.Done, await second.Done));
        Assert.Equal(Sign, Assert.Single(Books.CreationSigns).Value);
    }

    private CreateResult Create(CreationSignRow sign, bool mayRepeat = false) => Books.Run(
        new CreatePayout(Asked, Scene.Attempt(Asked, AttemptState.Ready), Scene.Person(Asked), Scene.Ref(Asked), null) { Sign = sign, MayRepeatRefused = mayRepeat });

    private static CreatePayIn PayInCommand(string? refusal = null) => new(Scene.PayIn() with { TimerDueMs = 0, EventCount = 0, AttemptCount = 0 }, null, null, refusal) { Sign = Sign };
}
