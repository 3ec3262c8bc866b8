using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Mpesa;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// Two hundred hours of a seed, with all that the rail's specification says may go wrong: at its end the operator's memory and our books agree to the shilling. Long;
/// <c>eng/full rails</c> runs it.
/// </summary>
public sealed class MpesaHistoryTests
{
    [Theory]
    [InlineData(Engine.Sqlite, 20_261_129)]
    [InlineData(Engine.Postgres, 20_261_130)]
    public async Task Whatever_goes_wrong_the_operator_and_the_books_agree(Engine engine, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var ground = engine == Engine.Sqlite ? await MpesaRailGround.StartAsync(engine, database) : await MpesaRailGround.StartTwoAsync(database);
        await ground.Host.Get<AccountTrial>().RunAsync(MpesaRailGround.AccountId, activates: true, CancellationToken.None);
        if (ground.Second is { } second)
        {
            await second.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        // Its clock is two minutes off all the time; one that bears less declines every prompt.
        ground.Operator.Tolerance = TimeSpan.FromMinutes(5);

        // A running node reads the list of an open account within half a minute; here the clock moves by hours, and nothing is asked for that lies an hour before the first reading.
        await ground.ReadListAsync();
        var history = new History(ground, new Random(seed));
        while (!history.Hours.IsOver)
        {
            await history.RoundAsync();
        }

        await history.EndAsync();
        await history.CompareAsync();
        Assert.Empty(ground.Operator.Faults);
    }

    private sealed class History(MpesaRailGround ground, Random random)
    {
        public HistoryHours Hours { get; } = new(random, ground.RailTime, ground.Callbacks, ground.Host, ground.Second);

        private static readonly string[] Ends = ["1032", "1037", "1", "2001"];

        private readonly long _collected = ground.Operator.CollectionCents, _utility = ground.Operator.UtilityCents;
        private readonly List<ApiAnswer> _payIns = [], _payouts = [];
        private int _refunds;

        public async Task RoundAsync()
        {
            // Each node takes its share of the calls and of the operator's callbacks.
            var node = ground.Second is { } second && random.Next(2) == 0 ? second : ground.Host;
            (ground.Api, ground.Callbacks.Target) = (node.Http, node.Http.BaseAddress);
            if (random.Next(6) == 0)
            {
                ground.Operator.StealToken();
            }

            Trouble("POST /mpesa/stkpush/v1");
            await PayInAsync();
            Trouble("POST /mpesa/b2c");
            _payouts.Add(await ground.PayoutAsync($"{random.Next(100, 200)}"));
            await ChanceOfRefundAsync();
            await SettleAsync();
            if (random.Next(8) == 0)
            {
                ground.Operator.PayFromMenu($"NOBODY{random.Next(5)}", random.Next(1, 50) * 100);
            }

            if (random.Next(3) == 0)
            {
                if (random.Next(3) == 0)
                {
                    ground.Operator.Trouble("POST /pulltransactions/v1/query", random.Next(2) == 0 ? MpesaTrouble.CutAfter : MpesaTrouble.After(503, "<html></html>", "text/html"));
                }

                await ground.ReadListAsync();
            }

            await Hours.PassAsync();
        }

        /// <summary>No more trouble, and time enough for every question.</summary>
        public async Task EndAsync()
        {
            for (var turn = 0; turn < 10; turn++)
            {
                await SettleAsync(all: true);
                await Hours.FloatAsync();
                ground.Pass(TimeSpan.FromMinutes(turn == 5 ? 25 * 60 : 20));
                await ground.ReadListAsync();
                await SandboxHost.ComesToBeAsync(async () => !await Hours.IsAnyOpenAsync(_payouts), TimeSpan.FromSeconds(10));
            }
        }

        public async Task CompareAsync()
        {
            var it = ground.Operator;
            foreach (var created in _payIns)
            {
                var (order, reference) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await ground.ReferenceAsync(created));
                var payments = it.Payments.Where(each => each.Account == reference).ToList();
                Assert.True(order.PaidMinor == payments.Sum(each => each.Cents), $"{order.Number}: {order.PaidMinor} booked of {payments.Sum(each => each.Cents)}.\n{(order.PaidMinor == payments.Sum(each => each.Cents) ? "" : await Hours.DescribeAsync(order))}\n{ground.Host.Log.Text}");
                Assert.True(order.ReturnedMinor == payments.Sum(each => each.ReversedCents), $"{order.Number}: {order.ReturnedMinor} booked as returned.\n{ground.Host.Log.Text}");
            }

            foreach (var created in _payouts)
            {
                var (order, references) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await Hours.ReferencesAsync(created));
                var paid = it.Payouts.Count(each => references.Contains(each.OriginatorId) && each.Code == "0");
                Assert.True(paid <= 1 && order.State == (paid == 1 ? OrderState.Paid : OrderState.Failed), $"{order.Number} is {order.State}, and paid {paid} times at the operator.\n{await Hours.DescribeAsync(order)}\n{ground.Host.Log.Text}");
            }

            Assert.Equal(
                it.Payments.Where(each => each.Account.StartsWith("NOBODY", StringComparison.Ordinal)).Sum(each => each.Cents),
                await ground.Host.ReadAsync(context => context.Statements.Where(s => s.Outcome == StatementOutcome.Suspense).SumAsync(s => s.AmountMinor)));
            Assert.True(
                it.Payments.Count >= 15 && it.Reversals.Count(each => each.Code == "0") >= 3 && it.Payouts.Count(each => each.Code == "0") >= 10 && it.Payouts.Any(each => each.Code is not "0") && it.Payouts.Any(each => each.Code is "1") && Hours.Waited > 0, $"Too little has happened to prove anything: {it.Payments.Count} payments, {it.Reversals.Count(each => each.Code == "0")} reversals, {_refunds} refunds asked for, payouts {string.Join(',', it.Payouts.CountBy(each => each.Code ?? "open").Select(each => $"{each.Key}: {each.Value}"))}, {Hours.Waited} waited.");
            Assert.Equal(it.Payments.Sum(each => each.Cents - each.ReversedCents), it.CollectionCents - _collected);
            Assert.Equal(it.Payouts.Where(each => each.Code == "0").Sum(each => each.Cents), _utility - it.UtilityCents);
            Assert.Equal(0, await ground.Host.ReadAsync(context => context.Entries.SumAsync(e => e.AmountMinor)));
        }

        private async Task PayInAsync()
        {
            var created = await ground.PayInAsync($"{random.Next(100, 900)}");
            _payIns.Add(created);
            var reference = await ground.ReferenceAsync(created);
            if (!ground.Operator.Prompts.Any(each => each.Reference == reference))
            {
                return;
            }

            switch (random.Next(6))
            {
                case 0:
                    await TellAsync(MpesaOperator.Told(ground.Operator.End(reference, Ends[random.Next(Ends.Length)])));
                    break;
                case 1:
                    // The payer lets it go and pays from the menu.
                    await TellAsync(MpesaOperator.Told(ground.Operator.End(reference, "1037")));
                    await TellAsync(ground.Operator.Confirmed(ground.Operator.PayFromMenu(reference, ground.Operator.Prompt(reference).Shillings * 100)));
                    break;
                default:
                    var paid = ground.Operator.Pay(reference);
                    await TellAsync(MpesaOperator.Told(paid));
                    await TellAsync(ground.Operator.Confirmed(paid.Payment!));
                    break;
            }
        }

        private async Task ChanceOfRefundAsync()
        {
            var created = _payIns[random.Next(_payIns.Count)];
            var order = await ground.Host.OrderAsync(created["platFormTradeNo"]!);
            if (order.State == OrderState.Paid && order.ReturnedMinor + order.RefundingMinor == 0)
            {
                // M-PESA takes whole payments back; a part is declined and comes to nothing.
                var amount = random.Next(4) > 0 ? $"{order.PaidMinor / 100}" : $"{random.Next(1, 40)}";
                await ground.CreateAsync(OperationKind.CreateRefund, amount, (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, $"refund-{++_refunds}"));
            }
        }

        private async Task SettleAsync(bool all = false)
        {
            foreach (var payout in ground.Operator.Payouts.Where(each => each.Code is null && (all || random.Next(2) == 0)))
            {
                if (random.Next(4) == 0)
                {
                    await TellAsync(random.Next(2) == 0 ? MpesaOperator.TimedOut(payout) : MpesaOperator.Cached(payout));
                }

                await TellAsync(ground.Operator.Told(ground.Operator.Settle(payout.OriginatorId, Hours.LacksMoney ? "1" : random.Next(4) > 0 ? "0" : "2040")));
            }

            foreach (var reversal in ground.Operator.Reversals.Where(each => each.Code is null && (all || random.Next(2) == 0)))
            {
                await TellAsync(MpesaOperator.ToldReversal(ground.Operator.SettleReversal(reversal.OriginatorId)));
            }
        }

        /// <summary>Told once, twice at once, or never.</summary>
        private async Task TellAsync(OperatorPost post)
        {
            switch (random.Next(4))
            {
                case 0:
                case > 0 when Hours.LosesCallbacks:
                    break;
                case 1:
                    await Task.WhenAll(ground.Operator.DeliverAsync(post), ground.Operator.DeliverAsync(post));
                    break;
                default:
                    await ground.Operator.DeliverAsync(post);
                    break;
            }
        }

        private void Trouble(string on)
        {
            var trouble = random.Next(10) switch
            {
                0 => MpesaTrouble.CutBefore,
                1 => MpesaTrouble.CutAfter,
                2 => MpesaTrouble.After(503, "<html></html>", "text/html"),
                3 => MpesaTrouble.After(200, "<html></html>", "text/html"),
                4 => MpesaTrouble.Instead(500, MpesaTrouble.Error("500.002.1001", "System internal error.")),
                5 when on.EndsWith("b2c", StringComparison.Ordinal) => MpesaTrouble.Instead(500, MpesaTrouble.Error("500.003.02", "Error Occurred: Spike Arrest Violation")),
                _ => null,
            };
            if (trouble is not null)
            {
                ground.Operator.Trouble(on, trouble);
            }
        }
    }
}
