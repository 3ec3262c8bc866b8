using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Rails;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// Three channel accounts take an order one after the other. Every story of their answers is told: <c>C</c> declined for a trouble of the
/// channel's own, <c>F</c> for our funds, <c>O</c> declined for the order's cause, <c>U</c> silence, <c>A</c> accepted.
/// </summary>
public sealed class CascadeTests
{
    private static readonly long[] Plan = [101, 701, 702];
    private static readonly string[] Stories = ["O", "U", "A", "CO", "CU", "CA", "FA", "CCO", "CCU", "CCA", "CCC"];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AtMostOneAttemptOfAPayInIsEverUnderWay(Engine engine)
    {
        await using var ground = await StartAsync(engine);
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        KeepWell(ground);
        foreach (var hosted in new[] { false, true })
        {
            foreach (var story in Stories)
            {
                var asked = new List<(long AccountId, string Reference)>();
                channel.InstructsAt = async (account, draft) =>
                {
                    // At the moment of each call: all before it are certainly nothing, and this one is stored.
                    var at = await AttemptsAsync(ground, draft.Number);
                    Assert.Equal([.. asked.Select(_ => AttemptState.Failed), AttemptState.Sending], at.Select(a => a.State));
                    asked.Add((account.Id, draft.Reference));
                    return story[asked.Count - 1] switch
                    {
                        'A' => new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "reference", Value = draft.Reference }),
                        'U' => new InstructionOutcome.Unknown("silence"),
                        var c => new InstructionOutcome.Declined($"declined by {account.Id}", Scope: Scope(c)),
                    };
                };
                var reply = await PayInAsync(ground, shop, $"{story}{hosted}", hosted);
                var order = Assert.IsType<CreateResult.Created>(reply.Result).Order;
                Assert.Equal(Plan[..story.Length], asked.Select(a => a.AccountId));
                var attempts = await AttemptsAsync(ground, order.Number);
                Assert.Equal(story.Select(StateAfter), attempts.Select(a => a.State));
                Assert.Equal(asked.Select(a => a.Reference), attempts.Select(a => a.Reference));
                Assert.Equal(attempts[^1].AttemptNo, reply.Attempt!.AttemptNo);
                var failed = StateAfter(story[^1]) == AttemptState.Failed;
                Assert.Equal(failed && !hosted ? OrderState.Failed : OrderState.Pending, order.State);
                Assert.Equal(failed && !hosted ? $"declined by {asked[^1].AccountId}" : "", order.Message);
                var first = await ground.ReadAsync(c => Task.FromResult(c.Events.First(e => e.OrderId == order.Id && e.Sequence == 1)));
                Assert.Equal("accounts 101, then 701, then 702, by priority", first.Detail);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AtMostOneAttemptOfAPayoutIsEverUnderWay(Engine engine)
    {
        await using var ground = await StartAsync(engine);
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        channel.Answers = target => Task.FromResult<IReadOnlyList<Observation>>(
            [new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);
        var told = new Dictionary<string, string>();
        var sent = new Dictionary<string, List<long>>();
        channel.SendsAt = async (account, draft) =>
        {
            var list = sent.TryGetValue(draft.Number, out var known) ? known : sent[draft.Number] = [];
            var at = await AttemptsAsync(ground, draft.Number);
            Assert.Equal([.. list.Select(_ => AttemptState.Failed), AttemptState.Sending], at.Select(a => a.State));
            list.Add(account.Id);
            return told[draft.Number][list.Count - 1] switch
            {
                'A' => new SendOutcome.Accepted(),
                'U' => new SendOutcome.Unknown("silence"),
                var c => new SendOutcome.Declined($"declined by {account.Id}", Scope: Scope(c)),
            };
        };
        foreach (var story in Stories)
        {
            var order = Assert.IsType<CreateResult.Created>(await PayoutAsync(ground, shop, story)).Order;
            told[order.Number] = story;
        }

        for (var turn = 0; turn < 4; turn++)
        {
            ground.Time.SetToReal();
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        }

        foreach (var (number, whole) in told)
        {
            var story = whole;
            var picture = (await ground.The<OrderQueries>().FindAsync(number, CancellationToken.None))!;
            Assert.Equal(Plan[..story.Length], sent[number]);
            Assert.Equal(story.Select(StateAfter), picture.Attempts.Select(a => a.State));
            Assert.Equal(StateAfter(story[^1]) == AttemptState.Failed ? OrderState.Failed : OrderState.Pending, picture.Order.State);
            var history = await ground.ReadAsync(c => Task.FromResult(c.Events.Where(e => e.OrderId == picture.Order.Id).OrderBy(e => e.Sequence).ToList()));
            Assert.Equal("accounts 101, then 701, then 702, by priority", history[0].Detail);
            Assert.Equal(picture.Order.State == OrderState.Failed ? $"declined by {sent[number][^1]}" : history[^1].Detail, history[^1].Detail);
        }

        // What failed is available again, once.
        var pending = told.Values.Count(s => StateAfter(s[^1]) != AttemptState.Failed);
        Assert.Equal(new Holdings(10_000_00 - pending * 100_00, pending * 100_00, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The first rail had declined, the second has the order, and then money comes at the first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyOnAnEarlierAttemptIsCredited(Engine engine)
    {
        await using var ground = await StartAsync(engine);
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        channel.InstructsAt = (account, draft) => Task.FromResult<InstructionOutcome>(account.Id == 101
            ? new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel)
            : new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "reference", Value = draft.Reference }));
        var order = Assert.IsType<CreateResult.Created>((await PayInAsync(ground, shop, "late", hosted: false)).Result).Order;
        var attempts = await AttemptsAsync(ground, order.Number);
        Assert.Equal([101, 701], attempts.Select(a => a.ChannelAccountId));
        var results = await ground.The<RailStatements>().ApplyAsync(
            ground.The<SnapshotStore>().Current.Accounts[101],
            [
                new Observation
                {
                    Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = attempts[0].Reference, AmountMinor = 300_00, Currency = "MXN", DedupeKey = "late", RailReference = "late",
                    OccurredAtMs = ground.NowMs,
                },
            ],
            body: null, CancellationToken.None);
        Assert.Equal([ApplyResult.Applied], results);
        var picture = (await ground.The<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!;
        Assert.Equal((OrderState.Paid, 300_00L), (picture.Order.State, picture.Order.PaidMinor));
        Assert.Equal([AttemptState.Done, AttemptState.Accepted], picture.Attempts.Select(a => a.State));
    }

    /// <summary>All tries together take no longer than one call may: a decline that comes late is the last.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALateDeclineLeavesNoTimeForAnother(Engine engine)
    {
        await using var ground = await StartAsync(engine);
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        channel.CallTimeout = TimeSpan.FromSeconds(2);
        channel.InstructsAt = async (account, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1.6), TimeProvider.System, CancellationToken.None);
            return new InstructionOutcome.Declined($"declined by {account.Id}", Scope: DeclineScope.Channel);
        };
        var order = Assert.IsType<CreateResult.Created>((await PayInAsync(ground, shop, "slow", hosted: false)).Result).Order;
        Assert.Equal((OrderState.Failed, "declined by 101", (short)1), (order.State, order.Message, order.AttemptCount));
    }

    /// <summary>Whoever sends a request again while its rail is silent waits for the answer; he does not make the database work meanwhile.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADuplicateWaitsForTheAnswerWithoutReading(Engine engine)
    {
        await using var ground = await StartAsync(engine, services => services.AddSingleton<IContexts>(s => new CountedContexts(engine == Engine.Sqlite
            ? ActivatorUtilities.CreateInstance<Contexts<SqlitePayproContext>>(s)
            : ActivatorUtilities.CreateInstance<Contexts<PostgresPayproContext>>(s))));
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        channel.InstructsAt = async (_, draft) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "reference", Value = draft.Reference });
        };
        var first = PayInAsync(ground, shop, "twice", hosted: false);
        await asked.Task;
        Task<PayInReply>[] repeated = [.. Enumerable.Range(0, 20).Select(_ => PayInAsync(ground, shop, "twice", hosted: false))];
        var contexts = (CountedContexts)ground.The<IContexts>();
        var before = -1;
        for (var turn = 0; turn < 40 && before != contexts.Made; turn++)
        {
            // A busy machine takes a while until all of them wait.
            before = contexts.Made;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.InRange(contexts.Made - before, 0, 5);
        Assert.DoesNotContain(repeated, r => r.IsCompleted);
        answer.SetResult();
        var number = (await first).Attempt!.InstructionValue;
        foreach (var known in await Task.WhenAll(repeated))
        {
            Assert.IsType<CreateResult.Known>(known.Result);
            Assert.Equal((AttemptState.Accepted, number), (known.Attempt!.State, known.Attempt.InstructionValue));
        }
    }

    /// <summary>So many good calls that the bad ones of all stories demote nobody.</summary>
    private static void KeepWell(PaymentsGround ground)
    {
        foreach (var call in Plan.SelectMany(id => Enumerable.Repeat(id, 200)))
        {
            ground.The<ChannelHealth>().Called(call, Direction.PayIn, CallEnd.Answered, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        }
    }

    private static DeclineScope Scope(char c) => c switch { 'C' => DeclineScope.Channel, 'F' => DeclineScope.Funds, _ => DeclineScope.Order };

    private static AttemptState StateAfter(char c) => c switch { 'A' => AttemptState.Accepted, 'U' => AttemptState.Unknown, _ => AttemptState.Failed };

    private static async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(PaymentsGround ground, string number) =>
        (await ground.The<OrderQueries>().FindAsync(number, CancellationToken.None))!.Attempts;

    private static async Task<PaymentsGround> StartAsync(Engine engine, Action<IServiceCollection>? replace = null)
    {
        var ground = await PaymentsGround.StartAsync(engine, services =>
        {
            ScriptedChannel.Put(services);
            replace?.Invoke(services);
        });
        ground.Time.SetToReal();
        ground.The<ScriptedChannel>().Remote.Add("store");
        await ground.The<ConfigStore>().SaveAsync(context =>
        {
            foreach (var id in Plan[1..])
            {
                var account = new ChannelAccountRow { Id = id, Channel = "sandbox", Name = "Next", Country = "MX", Currency = "MXN", Priority = (int)id };
                context.ChannelAccounts.Add(account);
                context.ChannelSecrets.Add(ground.The<ChannelSecretMaker>().Make(account, SandboxChannel.CallbackKey, new byte[32]));
                context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = id, Direction = Direction.PayIn, Way = "store", TimeToLiveMinutes = 600 });
                context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = "*" });
            }

            return Task.CompletedTask;
        });
        return ground;
    }

    private static async Task<PayInReply> PayInAsync(PaymentsGround ground, Shop shop, string tradeNo, bool hosted)
    {
        var fields = await FieldsAsync(ground, shop, OperationKind.CreatePayIn, new() { ["tradeNo"] = tradeNo, ["amount"] = "300", ["wayCode"] = "store" });
        return await ground.The<PayInCreation>().CreateAsync(shop.Merchant, fields, hosted, refusal: null, CancellationToken.None);
    }

    private static async Task<CreateResult> PayoutAsync(PaymentsGround ground, Shop shop, string tradeNo)
    {
        var fields = await FieldsAsync(ground, shop, OperationKind.CreatePayout, new()
        {
            ["tradeNo"] = tradeNo, ["amount"] = "100", ["wayCode"] = "BANXICO", ["customerName"] = "ana", ["customerAccountType"] = "DebitCard", ["customerAccount"] = "4111111111111111",
        });
        return await ground.The<PayoutCreation>().CreateAsync(shop.Merchant, fields, refusal: null);
    }

    private static async Task<RequestFields> FieldsAsync(PaymentsGround ground, Shop shop, OperationKind kind, Dictionary<string, string> members)
    {
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        members["timestamp"] = ground.NowMs.ToString(CultureInfo.InvariantCulture);
        members["notifyUrl"] = "http://127.0.0.1:9/n";
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var country = shop.Merchant.Country;
        var fields = RequestReader.Read(country, country.FindOperation(kind)!, body, new RequestContext(true, ground.The<SnapshotStore>().Current.Banks["MX"]), out var error);
        Assert.Null(error);
        return fields!;
    }

    private sealed class CountedContexts(IContexts contexts) : IContexts
    {
        private int made;

        public int Made => Volatile.Read(ref made);

        public PayproContext Create()
        {
            Interlocked.Increment(ref made);
            return contexts.Create();
        }
    }
}
