using System.Text.Json;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Channels;

/// <summary>The sandbox's bank as another kind of rail, under the rooms of <see cref="PaymentsGround"/>.</summary>
internal static class SandboxRails
{
    public const long Account = 101;

    /// <summary>A ground whose Mexican account has these settings, name and value in turn, and whose bank makes the instructions.</summary>
    public static async Task<PaymentsGround> StartAsync(Engine engine, params string[] settings)
    {
        var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        await SetAsync(ground, settings);
        return ground;
    }

    public static async Task SetAsync(PaymentsGround ground, params string[] settings)
    {
        var all = new Dictionary<string, string>(settings.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))) { ["instructions"] = "remote" };
        await ground.The<ConfigStore>().SaveAsync(context => ground.ChangeAccountAsync(context, Account, a => a.SettingsJson = JsonSerializer.Serialize(all)));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    extension(PaymentsGround ground)
    {
        /// <summary>Reads the configuration again and again, as a loop of the server does, for tests that may take longer than it may be old.</summary>
        public IAsyncDisposable KeepFresh() => new Refreshing(ground.The<SnapshotStore>());

        public AccountOffer Offer => ground.The<SnapshotStore>().Current.Accounts[Account];

        public SandboxActions Hand => ground.The<SandboxActions>();

        /// <summary>A pay-in that the bank has been told of.</summary>
        public async Task<Placed> ToldPayInAsync(Shop shop, long amountMinor)
        {
            var placed = await shop.PayInAsync(amountMinor);
            var outcome = await ground.Offer.PayIns.RequestInstructionAsync(
                new PayInDraft
                {
                    Number = placed.Order.Number, Reference = placed.Attempt.Reference, Way = "va", AmountMinor = amountMinor, Currency = "MXN", ExpiresAtMs = placed.Order.ExpiresAtMs,
                },
                CancellationToken.None);
            Assert.IsType<InstructionOutcome.Accepted>(outcome);
            return placed;
        }

        public async Task<HandOutcome> PayAsync(Placed placed, long amountMinor, string? utr = null) =>
            await ground.Hand.PayAsync(ground.Offer.Account, placed.Attempt.Reference, amountMinor, utr, CancellationToken.None);

        public async Task<HandOutcome> ReturnAsync(Placed placed, long? amountMinor = null) =>
            await ground.Hand.ReturnPayInAsync(ground.Offer.Account, placed.Attempt.Reference, amountMinor, CancellationToken.None);

        public async Task<bool> AskAsync(Placed placed)
        {
            var picture = (await ground.The<OrderQueries>().FindAsync(placed.Order.Key, CancellationToken.None))!;
            return await ground.The<RailStatements>().AskAsync(ground.Offer, picture.Order, picture.Attempts[0], CancellationToken.None);
        }

        public Task<ChannelAnswer> TellAsync(CallbackRequest callback) => ground.The<ChannelCallbacks>().TakeAsync(Account, callback);

        /// <summary>What the bank has written down of a pay-in.</summary>
        public async Task<SandboxOrder> BankAsync(Placed placed) =>
            (await ground.The<ISandboxRail>().FindAsync(Account, Direction.PayIn, placed.Attempt.Reference, CancellationToken.None))!;

        /// <summary>Counts the queries that reach the bank from now on.</summary>
        public Func<int> CountQueries()
        {
            var count = 0;
            ground.The<ScriptedChannel>().Answers = _ =>
            {
                Interlocked.Increment(ref count);
                return null!;
            };
            return () => Volatile.Read(ref count);
        }
    }

    private sealed class Refreshing : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task loop;

        public Refreshing(SnapshotStore store) => loop = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await store.RefreshOnceAsync(CancellationToken.None);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await loop;
            stop.Dispose();
        }
    }
}
