using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Pix;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// Two hundred hours of a seed, with all that the rail's specification says may go wrong: at its end the bank's memory and our books agree to the centavo. Long;
/// <c>eng/full rails</c> runs it.
/// </summary>
public sealed class PixHistoryTests
{
    [Theory]
    [InlineData(Engine.Sqlite, 20_261_129)]
    [InlineData(Engine.Postgres, 20_261_130)]
    public async Task Whatever_goes_wrong_the_bank_and_the_books_agree(Engine engine, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var ground = engine == Engine.Sqlite ? await PixRailGround.StartAsync(engine, database) : await PixRailGround.StartTwoAsync(database);
        await ground.Host.Get<AccountTrial>().RunAsync(PixRailGround.AccountId, activates: true, CancellationToken.None);
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
        Assert.Empty(ground.Bank.Faults);
    }

    private sealed class History(PixRailGround ground, Random random)
    {
        public HistoryHours Hours { get; } = new(random, ground.RailTime, ground.Callbacks, ground.Host, ground.Second);

        private readonly long _beforeMinor = ground.Bank.BalanceMinor;
        private readonly List<ApiAnswer> _payIns = [], _payouts = [];
        private int _refunds;

        public async Task RoundAsync()
        {
            // Each node takes its share of the calls and of the bank's callbacks.
            var node = ground.Second is { } second && random.Next(2) == 0 ? second : ground.Host;
            (ground.Api, ground.Callbacks.Target) = (node.Http, node.Http.BaseAddress);
            if (random.Next(6) == 0)
            {
                ground.Bank.EndTokens();
            }

            Trouble("PUT /v2/cob");
            await PayInAsync();
            Trouble("PUT /v3/gn/pix");
            var payout = await ground.PayoutAsync($"{random.Next(100, 200)}.{random.Next(10, 100)}");
            _payouts.Add(payout);
            await ChanceOfRefundAsync();
            await SettleAsync();
            if (random.Next(3) == 0)
            {
                if (random.Next(3) == 0)
                {
                    ground.Bank.Trouble("GET /v2/pix", random.Next(2) == 0 ? PixTrouble.CutAfter : PixTrouble.Instead(503, PixTrouble.Problem("ServicoIndisponivel", 503)));
                }

                await ListAsync();
            }

            ground.Bank.BlockedMinor = Hours.LacksMoney ? 999_000_000_00 : 0;
            await Hours.PassAsync();
        }

        private async Task ListAsync()
        {
            await ground.Host.Get<ReadListings>().RunOnceAsync(CancellationToken.None);
            await ground.Host.Get<ReadListings>().WhenIdleAsync();
        }

        /// <summary>No more trouble, and time enough for every question and for the daily look at what went back.</summary>
        public async Task EndAsync()
        {
            ground.Bank.BlockedMinor = 0;
            for (var turn = 0; turn < 8; turn++)
            {
                await SettleAsync(all: true);
                await Hours.FloatAsync();
                ground.Pass(TimeSpan.FromMinutes(turn == 4 ? 25 * 60 : 20));
                await ListAsync();
                await SandboxHost.ComesToBeAsync(async () => !await Hours.IsAnyOpenAsync(_payouts), TimeSpan.FromSeconds(15));
            }
        }

        public async Task CompareAsync()
        {
            foreach (var created in _payIns)
            {
                var (order, reference) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await ground.ReferenceAsync(created));
                var payments = ground.Bank.Payments.Where(each => each.TxId == reference).ToList();
                Assert.True(order.PaidMinor == payments.Sum(each => each.AmountMinor), $"{order.Number}: {order.PaidMinor} booked.\n{ground.Host.Log.Text}");
                Assert.True(order.ReturnedMinor == payments.Sum(each => each.ReturnedMinor), $"{order.Number}: {order.ReturnedMinor} booked as returned.\n{ground.Host.Log.Text}");
            }

            foreach (var created in _payouts)
            {
                var (order, references) = (await ground.Host.OrderAsync(created["platFormTradeNo"]!), await Hours.ReferencesAsync(created));
                var paid = ground.Bank.Payouts.Count(each => references.Contains(each.SendId) && each.Status == "REALIZADO");
                Assert.True(paid <= 1 && order.State == (paid == 1 ? OrderState.Paid : OrderState.Failed), $"{order.Number} is {order.State}, and paid {paid} times at the bank.\n{ground.Host.Log.Text}");
            }

            var bank = ground.Bank;
            Assert.True(
                bank.Payments.Count >= 15 && bank.Payments.Sum(each => each.Returns.Count) >= 5 && bank.Payouts.Count(each => each.Status == "REALIZADO") >= 10 && bank.Payouts.Any(each => each.Status == "NAO_REALIZADO") && Hours.Waited > 0,
                "Too little has happened to prove anything.");
            Assert.Equal(
                bank.Payments.Sum(each => each.AmountMinor - each.ReturnedMinor) - bank.Payouts.Where(each => each.Status == "REALIZADO").Sum(each => each.AmountMinor), bank.BalanceMinor - _beforeMinor);
            Assert.Equal(0, await ground.Host.ReadAsync(context => context.Entries.SumAsync(e => e.AmountMinor)));
        }

        private async Task PayInAsync()
        {
            var created = await ground.PayInAsync($"{random.Next(100, 900)}.{random.Next(10, 100)}");
            _payIns.Add(created);
            if (random.Next(5) > 0 && ground.Bank.Charge(await ground.ReferenceAsync(created)) is { } charge)
            {
                await TellAsync(() => PixBank.BodyOf(ground.Bank.Pay(charge.TxId)));
            }
        }

        private async Task ChanceOfRefundAsync()
        {
            var created = _payIns[random.Next(_payIns.Count)];
            var order = await ground.Host.OrderAsync(created["platFormTradeNo"]!);
            if (order.State == OrderState.Paid && order.ReturnedMinor + order.RefundingMinor == 0)
            {
                Trouble("PUT /v2/pix");
                await ground.CreateAsync(OperationKind.CreateRefund, $"{random.Next(1, 40)}", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, $"refund-{++_refunds}"));
            }
            else if (order.State == OrderState.Paid && order.RefundingMinor == 0 && random.Next(3) == 0)
            {
                var payment = ground.Bank.Payments.First(each => each.EndToEndId == order.Utr);
                await TellAsync(() => PixBank.BodyOf(ground.Bank.TakeBack(payment.EndToEndId, random.Next(1, 50_00))));
            }
        }

        private async Task SettleAsync(bool all = false)
        {
            foreach (var payout in ground.Bank.Payouts.Where(each => each.Status == "EM_PROCESSAMENTO" && (all || random.Next(2) == 0)))
            {
                await TellAsync(() => PixBank.BodyOf(ground.Bank.Settle(payout.SendId, succeeds: random.Next(4) > 0)));
            }

            foreach (var back in ground.Bank.Payments.SelectMany(each => each.Returns).Where(each => each.Status == "EM_PROCESSAMENTO" && (all || random.Next(2) == 0)).ToList())
            {
                await TellAsync(() => PixBank.BodyOf(ground.Bank.SettleReturn(back.Id, succeeds: random.Next(4) > 0)));
            }
        }

        /// <summary>Told once, twice at once, or never.</summary>
        private async Task TellAsync(Func<string> happens)
        {
            var body = happens();
            switch (random.Next(4))
            {
                case 0:
                case > 0 when Hours.LosesCallbacks:
                    break;
                case 1:
                    await Task.WhenAll(ground.Bank.DeliverAsync(body), ground.Bank.DeliverAsync(body));
                    break;
                default:
                    await ground.Bank.DeliverAsync(body);
                    break;
            }
        }

        private void Trouble(string on)
        {
            var trouble = random.Next(10) switch
            {
                0 => PixTrouble.CutBefore,
                1 => PixTrouble.CutAfter,
                2 => PixTrouble.After(503, PixTrouble.Problem("ServicoIndisponivel", 503)),
                3 => PixTrouble.After(200, "<html></html>", "text/html"),
                4 => PixTrouble.Instead(500, PixTrouble.Named("erro_aplicacao")),
                _ => null,
            };
            if (trouble is not null)
            {
                ground.Bank.Trouble(on, trouble);
            }
        }
    }
}
