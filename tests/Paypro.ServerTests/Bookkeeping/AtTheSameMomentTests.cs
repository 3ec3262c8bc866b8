using Microsoft.EntityFrameworkCore;
using Paypro.Server.Books;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Two people change the same thing at the same moment: what takes away wins, and the later word stays.</summary>
[Collection(DashboardTests.Name)]
public sealed class AtTheSameMomentTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Confirming begins first; what takes it away meanwhile is not overwritten, and nothing is confirmed that has gone.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADestinationThatIsTakenAwayStaysAway(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("PK"));
        var people = await TwoOperators.MakeAsync(host);
        var other = engine == Engine.Postgres ? await host.AnotherNodeAsync() : host;
        var id = await WithdrawalReturnTests.DestinationAsync(host, merchant, DestinationState.Waits);
        var (_, closed) = await OneAfterTheOther.DoAsync(
            go => host.The<Destinations>().ConfirmAsync(people.First, id, "the letter was seen", (_, _) => go()), () => other.The<Destinations>().CloseAsync(people.Second, id, 0, "it is somebody else's"));
        Assert.Null(closed);
        Assert.Equal(DestinationState.Closed, await StateAsync());

        id = await WithdrawalReturnTests.DestinationAsync(host, merchant, DestinationState.Waits);
        (closed, var confirmed) = await OneAfterTheOther.DoAsync(
            go => other.The<Destinations>().CloseAsync(people.Second, id, 0, "it is somebody else's", (_, _) => go()), () => host.The<Destinations>().ConfirmAsync(people.First, id, "the letter was seen"));
        Assert.Null(closed);
        Assert.Equal("destination: does not wait to be confirmed", confirmed);
        Assert.Equal(DestinationState.Closed, await StateAsync());
        if (other != host)
        {
            await other.DisposeAsync();
        }

        Task<DestinationState> StateAsync() => host.ReadAsync(c => c.Destinations.Where(d => d.Id == id).Select(d => d.State).SingleAsync());
    }

    /// <summary>Of two balances of a bank that are told at the same moment the later one stays.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheLaterBalanceOfABankStays(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, people) = (ground.Host, await TwoOperators.MakeAsync(ground.Host));
        var bank = await people.BankAsync($"Told {host.The<IdSource>().Next()}", "PKR");
        var nowMs = ground.NowMs;
        var other = engine == Engine.Postgres ? await host.AnotherNodeAsync() : host;
        var (earlier, later) = await OneAfterTheOther.DoAsync(
            go => host.The<BankAccounts>().TellAsync(people.First, bank, 1, nowMs - 2000, (_, _) => go()), () => other.The<BankAccounts>().TellAsync(people.Second, bank, 2, nowMs - 1000));
        Assert.Equal((null, null), (earlier, later));
        Assert.Equal(2, await host.ReadAsync(c => c.BankAccounts.Where(b => b.Id == bank).Select(b => b.ToldMinor).SingleAsync()));
        Assert.Equal("atMs: a later balance was told already", await host.The<BankAccounts>().TellAsync(people.First, bank, 3, nowMs - 2000));
        if (other != host)
        {
            await other.DisposeAsync();
        }
    }

    /// <summary>One person raises a floor and never lowers it, also when he looked before somebody else raised it more.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFloorThatWasRaisedMeanwhileIsNotLoweredByOne(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, people) = (ground.Host, await TwoOperators.MakeAsync(ground.Host));
        var channel = host.The<IdSource>().Next();
        await host.The<ConfigStore>().SaveAsync(c =>
        {
            c.ChannelPots.Add(new ChannelPotRow { ChannelAccountId = channel, Pot = "payout", FloorMinor = 100 });
            return Task.CompletedTask;
        });
        var other = engine == Engine.Postgres ? await host.AnotherNodeAsync() : host;
        var (more, less) = await OneAfterTheOther.DoAsync(
            go => host.The<PotChanges>().SetLevelsAsync(people.First, channel, "payout", new PotLevels(500, 0, 0), "more", new Gate<PotView>(go)),
            () => other.The<PotChanges>().SetLevelsAsync(people.Second, channel, "payout", new PotLevels(200, 0, 0), "less", Answer<PotView>.Unkept));
        Assert.Null(more.Problem);
        Assert.NotNull(less.Problem);
        Assert.Equal(500, await host.ReadAsync(c => c.ChannelPots.Where(p => p.ChannelAccountId == channel).Select(p => p.FloorMinor).SingleAsync()));
        if (other != host)
        {
            await other.DisposeAsync();
        }
    }

    /// <summary>Stands in the transaction, after what it read and wrote.</summary>
    private sealed class Gate<T>(Action go) : Answer<T>
    {
        public override void Keep(PayproContext context, T value) => go();
    }
}
