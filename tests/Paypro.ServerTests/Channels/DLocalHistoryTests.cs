using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// Two hundred hours of a seed, with what the rail's specification says may go wrong: at its end dLocal's memory and our books agree to the centavo. Long;
/// <c>eng/full rails</c> runs it.
/// </summary>
public sealed class DLocalHistoryTests
{
    [Theory]
    [InlineData(Engine.Sqlite, 20_261_129)]
    [InlineData(Engine.Postgres, 20_261_130)]
    public async Task Whatever_goes_wrong_dlocal_and_the_books_agree(Engine engine, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var ground = engine == Engine.Sqlite ? await DLocalRailGround.StartAsync(engine, database) : await DLocalRailGround.StartTwoAsync(database);
        if (ground.Second is { } second)
        {
            await second.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        var history = new History(ground, new Random(seed));
        while (!history.Hours.IsOver)
        {
            await history.RoundAsync();
        }

        await history.EndAsync();
        await history.CompareAsync();
        Assert.Empty(ground.House.Faults);
    }

    private sealed class History(DLocalRailGround ground, Random random)
    {
        public HistoryHours Hours { get; } = new(random, ground.RailTime, ground.Callbacks, ground.Host, ground.Second);

        private readonly long _beforeMinor = ground.House.BalanceMinor;
        private readonly List<ApiAnswer> _payIns = [], _payouts = [];
        private int _refunds;
        private long _taken;

        public async Task RoundAsync()
        {
            // Each node takes its share of the calls and of dLocal's notifications.
            var node = ground.Second is { } second && random.Next(2) == 0 ? second : ground.Host;
            (ground.Api, ground.Callbacks.Target) = (node.Http, node.Http.BaseAddress);
            if (random.Next(6) == 0)
            {
                ground.House.EndTokens();
            }

            ground.House.SignsIn = random.Next(3) switch { 0 => "Signature", 1 => "", _ => "Authorization" };
            Trouble("POST /payments");
            await PayInAsync();
            Trouble("POST /payouts/v3");
            TakeMoneyAway(Hours.LacksMoney);
            _payouts.Add(await ground.PayoutAsync($"{random.Next(100, 200)}"));
            await ChanceOfRefundAsync();
            await SettleAsync();
            await Hours.PassAsync();
        }

        /// <summary>What can be paid out is taken away, and brought again.</summary>
        private void TakeMoneyAway(bool lacksMoney)
        {
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

        /// <summary>
        /// No more trouble, and time enough for every question: the longest order at a store lives three days, and a payout that waited for money and then was
        /// sent in vain is given up five days after that.
        /// </summary>
        public async Task EndAsync()
        {
            TakeMoneyAway(lacksMoney: false);
            for (var turn = 0; turn < 10 || (turn < 30 && await Hours.IsAnyOpenAsync(_payouts.Concat(_payIns))); turn++)
            {
                await SettleAsync(all: true);
                await Hours.FloatAsync();
                ground.Pass(TimeSpan.FromHours(turn < 3 ? 1 : 20));
                await SandboxHost.ComesToBeAsync(async () => !await Hours.IsAnyOpenAsync(_payouts.Concat(_payIns)), TimeSpan.FromSeconds(6));
            }
        }

        public async Task CompareAsync()
        {
            foreach (var created in _payIns)
            {
                var (order, reference) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await ground.ReferenceAsync(created));
                var payment = ground.House.PaymentOf(reference);
                var backMinor = payment?.Refunds.Where(each => each.Status == "SUCCESS").Sum(each => each.AmountMinor) ?? 0;
                Assert.True(order.PaidMinor == (payment?.PaidMinor ?? 0), $"{order.Number}: {order.PaidMinor} booked of {payment?.PaidMinor}.\n{ground.Host.Log.Text}");
                Assert.True(order.ReturnedMinor == backMinor, $"{order.Number}: {order.ReturnedMinor} booked as returned of {backMinor}.\n{ground.Host.Log.Text}");
            }

            foreach (var created in _payouts)
            {
                var (order, references) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await Hours.ReferencesAsync(created));
                var paid = ground.House.Payouts.Count(each => references.Contains(each.ExternalId) && each.Status == "PAID");
                Assert.True(paid <= 1 && order.State == (paid == 1 ? OrderState.Paid : OrderState.Failed), $"{order.Number} is {order.State}, and paid {paid} times at dLocal.\n{await Hours.DescribeAsync(order)}\n{ground.Host.Log.Text}");
            }

            var house = ground.House;
            Assert.True(
                house.Payments.Count(each => each.PaidMinor > 0) >= 15 && house.Payments.Sum(each => each.Refunds.Count) >= 5 && house.Payouts.Count(each => each.Status == "PAID") >= 10 && house.Payouts.Any(each => each.Status == "REJECTED") && Hours.Waited > 0,
                "Too little has happened to prove anything.");
            Assert.Equal(
                house.Payments.Sum(each => each.PaidMinor - each.RefundedMinor) - house.Payouts.Where(each => each.Status == "PAID").Sum(each => each.AmountMinor), house.BalanceMinor - _beforeMinor);
            Assert.Equal(0, await ground.Host.ReadAsync(context => context.Entries.SumAsync(e => e.AmountMinor)));
        }

        private async Task PayInAsync()
        {
            var created = await ground.PayInAsync($"{random.Next(100, 900)}");
            _payIns.Add(created);
            if (random.Next(5) > 0 && ground.House.PaymentOf(await ground.ReferenceAsync(created)) is { } payment)
            {
                await TellAsync(() => ground.House.NoticeOf(ground.House.Pay(payment.OrderId)));
            }
        }

        private async Task ChanceOfRefundAsync()
        {
            var created = _payIns[random.Next(_payIns.Count)];
            var order = await ground.Host.OrderAsync(created["platFormTradeNo"]!);
            if (order.State == OrderState.Paid && order.ReturnedMinor + order.RefundingMinor == 0)
            {
                // Only an answer that is lost after acceptance: what never arrived cannot be told from it, and is a person's to decide.
                if (random.Next(3) == 0)
                {
                    ground.House.Trouble("POST /refunds", random.Next(2) == 0 ? DLocalTrouble.CutAfter : DLocalTrouble.After(503, "<html></html>", "text/html"));
                }

                await ground.CreateAsync(Mexico.Country, OperationKind.CreateRefund, $"{random.Next(1, 40)}", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, $"refund-{++_refunds}"));
            }
        }

        private async Task SettleAsync(bool all = false)
        {
            foreach (var payout in ground.House.Payouts.Where(each => each.Status is "PENDING" or "DELIVERED" && (all || random.Next(2) == 0)))
            {
                var (status, code) = random.Next(all ? 3 : 4) switch { 0 => ("REJECTED", "300"), 3 => ("DELIVERED", "500"), _ => ("PAID", "200") };
                await TellAsync(() => DLocalHouse.NoticeOf(ground.House.Settle(payout.ExternalId, status, code)));
            }

            // A refund's notification is signed and comes until it is taken.
            var signs = ground.House.SignsIn;
            ground.House.SignsIn = "Authorization";
            foreach (var back in ground.House.Payments.SelectMany(each => each.Refunds).Where(each => each.Status == "PENDING" && !Hours.LosesCallbacks && (all || random.Next(2) == 0)).ToList())
            {
                var notice = ground.House.NoticeOf(ground.House.SettleRefund(back.Id, succeeds: random.Next(4) > 0));
                Assert.True(await SandboxHost.ComesToBeAsync(async () => await ground.House.DeliverAsync(notice) == System.Net.HttpStatusCode.OK), ground.Host.Log.Text);
            }

            ground.House.SignsIn = signs;
        }

        /// <summary>Told once, twice at once, or never.</summary>
        private async Task TellAsync(Func<HouseNotice> happens)
        {
            var notice = happens();
            switch (random.Next(4))
            {
                case 0:
                case > 0 when Hours.LosesCallbacks:
                    break;
                case 1:
                    await Task.WhenAll(ground.House.DeliverAsync(notice), ground.House.DeliverAsync(notice));
                    break;
                default:
                    await ground.House.DeliverAsync(notice);
                    break;
            }
        }

        private void Trouble(string on)
        {
            var trouble = random.Next(10) switch
            {
                0 => DLocalTrouble.CutBefore,
                1 => DLocalTrouble.CutAfter,
                2 => DLocalTrouble.After(503, "<html></html>", "text/html"),
                3 => DLocalTrouble.After(200, "<html></html>", "text/html"),
                4 => DLocalTrouble.Instead(500, DLocalTrouble.Problem(7000)),
                _ => null,
            };
            if (trouble is not null)
            {
                ground.House.Trouble(on, trouble);
            }
        }
    }
}
