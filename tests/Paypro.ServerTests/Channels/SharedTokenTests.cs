using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>A rail whose calls need a token, of which the newest alone counts: two nodes use the same one.</summary>
public sealed class SharedTokenTests
{
    private static readonly QueryTarget Target = new(Direction.Payout, "SO404", "CLABE", 1, 0);

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>One process owns a SQLite file, so that only PostgreSQL has two nodes.</summary>
    [Fact]
    public async Task TwoNodesShareATokenAndRenewItOnce()
    {
        await using var first = await SandboxRails.StartAsync(Engine.Postgres, "tokenLifeMs", "600000");
        await using var second = await first.AnotherNodeAsync();
        await using var fresh = first.KeepFresh();
        await using var freshToo = second.KeepFresh();
        await AskManyAsync(first, second);
        Assert.Equal(1, await GivenOutAsync(first));

        // At two thirds of its life one of them renews it.
        first.Time.Pass(TimeSpan.FromMinutes(7));
        await AskManyAsync(first, second);
        Assert.Equal(2, await GivenOutAsync(first));

        // Somebody else asks the rail for one: ours has ended, and is renewed once.
        await new SandboxDoor(first.The<ISandboxRail>(), first.Time).GiveTokenAsync(first.Offer.Account, "stolen", CancellationToken.None);
        await AskManyAsync(first, second);
        Assert.Equal(4, await GivenOutAsync(first));
    }

    /// <summary>While one node renews, the rail refuses the former token to another: what the first is given is kept, and nobody waits for a lease to end.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ATokenRefusedWhileItIsRenewedLosesNoNewOne(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine);
        var tokens = ground.The<ChannelTokens>().Of(SandboxRails.Account);
        var old = new RailToken("old", ground.NowMs + 600_000);
        await tokens.GetAsync("t", _ => Task.FromResult<RailToken?>(old), CancellationToken.None);
        ground.Time.Pass(TimeSpan.FromMinutes(7));

        var given = new TaskCompletionSource<RailToken?>();
        var renewing = tokens.GetAsync("t", _ => given.Task, CancellationToken.None);
        await tokens.ForgetAsync("t", old, CancellationToken.None);
        given.SetResult(new RailToken("new", ground.NowMs + 600_000));
        Assert.Equal("new", (await renewing)!.Value);

        // As another node sees it, which knows nothing but the row.
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = await Another(ground).GetAsync("t", _ => throw new InvalidOperationException("It was renewed again."), soon.Token);
        Assert.Equal("new", seen!.Value);
    }

    /// <summary>Many calls meet the end of a token at once, in two processes: nobody is given it again after having said that it was refused.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARefusedTokenIsNotGivenToWhoeverRefusedIt(Engine engine)
    {
        await using var ground = await SandboxRails.StartAsync(engine);
        ITokenStore[] nodes = [ground.The<ChannelTokens>().Of(SandboxRails.Account), Another(ground)];
        var renewals = 0;
        Task<RailToken?> Renew(CancellationToken _) => Task.FromResult<RailToken?>(new RailToken($"token {Interlocked.Increment(ref renewals)}", ground.NowMs + 600_000));
        for (var round = 1; round <= 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                var token = await nodes[i % 2].GetAsync("t", Renew, CancellationToken.None);
                await nodes[i % 2].ForgetAsync("t", token!, CancellationToken.None);
                Assert.NotEqual(token, await nodes[i % 2].GetAsync("t", Renew, CancellationToken.None));
            })));
        }
    }

    private static ITokenStore Another(PaymentsGround ground) =>
        new ChannelTokens(ground.The<IContexts>(), ground.The<IBatchEngine>(), ground.The<MasterKeys>(), ground.Time).Of(SandboxRails.Account);

    private static async Task AskManyAsync(PaymentsGround first, PaymentsGround second)
    {
        foreach (var said in await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => ((IQueries)(i % 2 == 0 ? first : second).Offer.Session).QueryAsync(Target, CancellationToken.None)))))
        {
            Assert.Equal(ObservationKind.NotFound, Assert.Single(said).Kind);
        }
    }

    private static async Task<int> GivenOutAsync(PaymentsGround ground) =>
        (await ground.The<ISandboxRail>().FindAsync(SandboxRails.Account, Direction.Payout, SandboxDoor.TokenRow, CancellationToken.None))!.Sends;
}
