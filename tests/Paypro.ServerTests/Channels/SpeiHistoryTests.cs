using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// Two hundred hours of a seed, with all that the rail's specification says may go wrong: at its end STP's memory and our books agree to the centavo. Long;
/// <c>eng/full rails</c> runs it.
/// </summary>
public sealed class SpeiHistoryTests
{
    [Theory]
    [InlineData(Engine.Sqlite, 20_261_129)]
    [InlineData(Engine.Postgres, 20_261_130)]
    public async Task Whatever_goes_wrong_STP_and_the_books_agree(Engine engine, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var ground = engine == Engine.Sqlite ? await SpeiRailGround.StartAsync(engine, database) : await SpeiRailGround.StartTwoAsync(database);
        if (ground.Second is { } second)
        {
            await second.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        ground.House.PageSize = 5;
        var history = new History(ground, new Random(seed));
        while (!history.Hours.IsOver)
        {
            await history.RoundAsync();
        }

        await history.EndAsync();
        await history.CompareAsync();
        Assert.Empty(ground.House.Faults);
    }

    private sealed class History(SpeiRailGround ground, Random random)
    {
        public HistoryHours Hours { get; } = new(random, ground.RailTime, ground.Callbacks, ground.Host, ground.Second);

        private readonly long _beforeMinor = ground.House.BalanceMinor;
        private readonly List<ApiAnswer> _payIns = [], _payouts = [];
        private int _refunds;
        private long _taken;

        public async Task RoundAsync()
        {
            // Each node takes its share of the calls and of STP's callbacks.
            var node = ground.Second is { } second && random.Next(2) == 0 ? second : ground.Host;
            (ground.Api, ground.Callbacks.Target) = (node.Http, node.Http.BaseAddress);
            await PayInAsync();
            Trouble();
            TakeMoneyAway(Hours.LacksMoney);
            _payouts.Add(await ground.PayoutAsync($"{random.Next(100, 200)}"));
            await ChanceOfRefundAsync();
            await SettleAsync();
            if (random.Next(4) == 0)
            {
                await TellAsync(ground.House.Pay(Protocol.Countries.Accounts.Clabe.Complete($"{StpHouse.Prefix}63{random.Next(90_000, 99_999)}"), random.Next(1_00, 9_00)));
            }

            if (random.Next(3) == 0)
            {
                if (random.Next(2) == 0)
                {
                    ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.CutAfter);
                }

                await ground.ListAsync();
            }

            await Hours.PassAsync();
        }

        /// <summary>What the account holds is taken out of it, and brought again; an order for which there is nothing is refused, or taken and cancelled.</summary>
        private void TakeMoneyAway(bool lacksMoney)
        {
            ground.House.CancelsForFunds = lacksMoney && random.Next(2) == 0;
            if (lacksMoney)
            {
                // What payers bring meanwhile too.
                _taken += ground.House.BalanceMinor;
                ground.House.BalanceMinor = 0;
            }
            else
            {
                ground.House.BalanceMinor += _taken;
                _taken = 0;
            }
        }

        /// <summary>No more trouble, and time enough for every question and for the lists of the days that are over.</summary>
        public async Task EndAsync()
        {
            TakeMoneyAway(lacksMoney: false);
            for (var turn = 0; turn < 8; turn++)
            {
                await SettleAsync(all: true);
                await Hours.FloatAsync();
                ground.Pass(TimeSpan.FromMinutes(turn == 4 ? 27 * 60 : 250));
                await ground.ListAsync();
                await SandboxHost.ComesToBeAsync(async () => !await Hours.IsAnyOpenAsync(_payouts), TimeSpan.FromSeconds(15));
            }
        }

        public async Task CompareAsync()
        {
            var house = ground.House;
            foreach (var created in _payIns)
            {
                var order = await ground.Host.OrderAsync(created["platFormTradeNo"]!);
                var came = house.Credits.Where(each => each.ToAccount == created["paymentInfo"] && each.State == "LQ").ToList();
                Assert.True(order.PaidMinor == came.Sum(each => each.AmountMinor), $"{order.Number}: {order.PaidMinor} booked, {came.Sum(each => each.AmountMinor)} came.\n{ground.Host.Log.Text}");
            }

            foreach (var created in _payouts)
            {
                var (order, references) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await Hours.ReferencesAsync(created));
                var sent = house.Orders.Where(each => references.Contains(each.Key)).ToList();
                Assert.True(sent.Count(each => each.State is not "CN") <= 1, $"{order.Number} left {sent.Count} times.");
                var last = sent.Find(each => each.State is not "CN");
                var state = last?.State ?? "never sent";
                var isBack = state == "D" || house.Credits.Any(each => each.Key == last?.Key);
                var expected = isBack ? [OrderState.Returned, OrderState.Failed] : state == "LQ" ? new[] { OrderState.Paid } : [OrderState.Failed];
                Assert.True(expected.Contains(order.State), $"{order.Number} is {order.State}, and at STP {state}.\n{ground.Host.Log.Text}");
            }

            // Whether STP refuses or cancels what lacked money, or the gateway keeps it back in time, is chance; SpeiOutcomeTests and FundsLaterTests have each.
            Assert.True(
                house.Credits.Count(each => each.State == "LQ") >= 15 && house.Credits.Any(each => each.State == "D") && house.Orders.Count(each => each.State == "LQ") >= 10
                && house.Orders.Any(each => each.State == "CN") && house.Orders.Any(each => each.State == "D") && house.Orders.Select(each => each.Day).Distinct().Count() >= 4
                && Hours.Waited > 0,
                $"Too little has happened to prove anything: credits {string.Join(',', house.Credits.CountBy(each => each.State))}, orders {string.Join(',', house.Orders.CountBy(each => $"{each.State} {each.Cause}"))} on {house.Orders.Select(each => each.Day).Distinct().Count()} days, {Hours.Waited} waited.");
            Assert.Equal(
                house.Credits.Where(each => each.State == "LQ").Sum(each => each.AmountMinor) - house.Orders.Where(each => each.State is "LQ" or "C").Sum(each => each.AmountMinor), house.BalanceMinor - _beforeMinor);

            // All that came and all that went stands in the books, and nothing else.
            var clearing = await ground.Host.ReadAsync(context => context.Accounts.Where(a => a.OwnerType == OwnerType.Channel && a.OwnerId == SpeiRailGround.AccountId && a.Kind == AccountKind.Clearing).SumAsync(a => a.BalanceMinor));
            Assert.Equal(house.BalanceMinor - _beforeMinor, -clearing);
            Assert.Equal(0, await ground.Host.ReadAsync(context => context.Entries.SumAsync(e => e.AmountMinor)));
        }

        private async Task PayInAsync()
        {
            var created = await ground.PayInAsync($"{random.Next(100, 900)}");
            _payIns.Add(created);
            if (random.Next(5) > 0)
            {
                await TellAsync(ground.House.Pay(created["paymentInfo"]!, random.Next(50_00, 950_00)));
            }
        }

        private async Task ChanceOfRefundAsync()
        {
            var created = _payIns[random.Next(_payIns.Count)];
            var order = await ground.Host.OrderAsync(created["platFormTradeNo"]!);
            if (order.State is OrderState.Paid or OrderState.PartlyPaid && order.ReturnedMinor + order.RefundingMinor == 0 && random.Next(2) == 0)
            {
                Trouble();
                await ground.CreateAsync(OperationKind.CreateRefund, $"{random.Next(1, 40)}", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, $"refund-{++_refunds}"));
            }
        }

        private async Task SettleAsync(bool all = false)
        {
            foreach (var order in ground.House.Orders.Where(each => each.State == "C" && (all || random.Next(2) == 0)))
            {
                var state = random.Next(8) switch { 0 => "CN", 1 => "D", _ => "LQ" };
                ground.House.End(order.Key, state, state == "LQ" ? null : "1");
                await TellAsync(order);
            }

            if (!all && ground.House.Orders.Where(each => each.State == "LQ").ToList() is { Count: > 0 } settled && random.Next(4) == 0
                && settled[random.Next(settled.Count)] is var bounced && ground.House.Credits.All(each => each.Key != bounced.Key))
            {
                await TellAsync(ground.House.Bounce(bounced.Key));
            }
        }

        /// <summary>Told once, twice at once, or never.</summary>
        private Task TellAsync(StpCredit credit) => TellAsync(() => ground.House.TellAsync(credit));

        private Task TellAsync(StpOrder order) => TellAsync(() => ground.House.TellAsync(order));

        private async Task TellAsync(Func<Task> tell)
        {
            switch (random.Next(4))
            {
                case 0:
                case > 0 when Hours.LosesCallbacks:
                    break;
                case 1:
                    await Task.WhenAll(tell(), tell());
                    break;
                default:
                    await tell();
                    break;
            }
        }

        private void Trouble()
        {
            var trouble = random.Next(12) switch
            {
                0 => StpTrouble.CutBefore,
                1 => StpTrouble.CutAfter,
                2 => StpTrouble.NoAnswerAfter,
                3 => StpTrouble.NoAnswerInstead,
                4 => StpTrouble.After(503, ""),
                5 => StpTrouble.After(200, "<html></html>", "text/html"),
                6 => StpTrouble.Instead(200, StpTrouble.Refusal(-9, "La Institucion no es valida")),
                _ => null,
            };
            if (trouble is not null)
            {
                ground.House.Trouble("PUT /speiws", trouble);
            }
        }
    }
}
