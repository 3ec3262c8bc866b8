using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Scarce numbers: nobody gets one that somebody else may still pay to.</summary>
[Collection(PaymentTests.Name)]
public sealed class NumberPoolTests(PaymentsGrounds grounds)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(24);

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ANodeThatStartsAgainSkipsWhatItMayHaveGiven(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var space = Space("restart", serialDigits: 4);
        var before = await Pool(ground).TakeAsync(1, space, 5, TimeToLive);
        var after = await Pool(ground).TakeAsync(1, space, 5, TimeToLive);
        Assert.Equal(Serial(space, before) + NumberPool.BlockSize(space), Serial(space, after));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AUsedUpSpaceSaysSoAndIsGivenAgainOnlyAfterItsRest(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var space = Space("small", serialDigits: 2);
        var pool = Pool(ground);
        var first = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            first.Add(await pool.TakeAsync(1, space, 63, TimeToLive));
        }

        Assert.Equal(100, first.Distinct().Count());
        await Assert.ThrowsAsync<NoNumberException>(() => pool.TakeAsync(1, space, 63, TimeToLive).AsTask());

        // Another bucket has numbers of its own.
        Assert.DoesNotContain(await pool.TakeAsync(1, space, 62, TimeToLive), first);

        // The last order of a block may be made a day after the block was taken, and is paid to until it expires; then 180 days.
        ground.Time.Set(SettableTime.Thursday + NumberPool.BlockGoodFor + TimeToLive + NumberPool.Rest - TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<NoNumberException>(() => pool.TakeAsync(1, space, 63, TimeToLive).AsTask());

        ground.Time.Set(SettableTime.Thursday + NumberPool.BlockGoodFor + TimeToLive + NumberPool.Rest);
        Assert.Contains(await pool.TakeAsync(1, space, 63, TimeToLive), first);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ANumberThatWasGivenBackIsGivenAgainAndOnce(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var space = Space("back", serialDigits: 4);
        var pool = Pool(ground);
        var first = await pool.TakeAsync(1, space, 5, TimeToLive);
        var second = await pool.TakeAsync(1, space, 5, TimeToLive);
        pool.GiveBack(1, space, 5, first);
        pool.GiveBack(1, space, 5, first);

        Assert.Equal(first, await pool.TakeAsync(1, space, 5, TimeToLive));
        var third = await pool.TakeAsync(1, space, 5, TimeToLive);
        Assert.Equal(Serial(space, second) + 1, Serial(space, third));

        // One of a block that this node does not hand out is not its to give.
        pool.GiveBack(1, space, 5, NumberPool.Number(space, 5, 9999));
        Assert.Equal(Serial(space, third) + 1, Serial(space, await pool.TakeAsync(1, space, 5, TimeToLive)));
    }

    /// <summary>A block was taken for orders of an hour; then an order that lives for a week gets a number of it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABlockRestsForTheOrderThatLivesLongest(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var space = Space("longer", serialDigits: 4);
        var pool = Pool(ground);
        var first = await pool.TakeAsync(1, space, 9, TimeToLive);
        ground.Time.Pass(TimeSpan.FromHours(1));
        var week = TimeSpan.FromDays(7);
        Assert.Equal(Serial(space, first) + 1, Serial(space, await pool.TakeAsync(1, space, 9, week)));
        Assert.Equal(Serial(space, first) + 2, Serial(space, await pool.TakeAsync(1, space, 9, TimeToLive)));
        var block = await ground.ReadAsync(c => c.NumberBlocks.SingleAsync(b => b.Kind == "longer" && b.Bucket == 9));
        Assert.Equal(ground.NowMs + (long)(NumberPool.BlockGoodFor + week + NumberPool.Rest).TotalMilliseconds, block.RestsUntilMs);
    }

    /// <summary>A prefix takes weeks to get, so somebody has to know long before the last number.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MostNumbersInUseAreACaseUntilEnoughAreFreeAgain(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var space = Space("short", serialDigits: 2);
        var (pool, cases) = (Pool(ground), new NumberCases(ground.The<IContexts>(), ground.The<SnapshotStore>(), ground.The<RaiseCases>(), ground.Time));
        for (var i = 0; i < 69; i++)
        {
            await pool.TakeAsync(1, space, 7, TimeToLive);
            await pool.TakeAsync(1, space, 8, TimeToLive);
        }

        await cases.LookAsync(1, space, CancellationToken.None);
        Assert.Empty(await OpenAsync());
        await pool.TakeAsync(1, space, 8, TimeToLive);
        await cases.LookAsync(1, space, CancellationToken.None);
        var text = Assert.Single(await OpenAsync());
        Assert.StartsWith("Channel account 1: 70 per cent of the numbers 'short' of bucket 8 ", text, StringComparison.Ordinal);

        ground.Time.Pass(NumberPool.BlockGoodFor + TimeToLive + NumberPool.Rest);
        await cases.LookAsync(1, space, CancellationToken.None);
        Assert.Empty(await OpenAsync());

        // What every channel account of the installation has.
        Assert.False(await cases.RunOnceAsync(CancellationToken.None));
        Assert.Empty(await OpenAsync());

        Task<List<string>> OpenAsync() => ground.ReadAsync(c => c.Cases.Where(k => k.Kind == NumberCases.Kind && k.State == CaseState.Open).Select(k => k.Text).ToListAsync());
    }

    private static NumberPool Pool(PaymentsGround ground) => new(ground.The<IContexts>(), ground.Writer, ground.Time);

    private static NumberSpace Space(string kind, int serialDigits) => new(kind, "646180", serialDigits, static digits => digits);

    private static int Serial(NumberSpace space, string number) =>
        int.Parse(number.AsSpan(space.Prefix.Length + 2), System.Globalization.CultureInfo.InvariantCulture);
}
