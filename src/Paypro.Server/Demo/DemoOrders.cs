using System.Collections.Concurrent;
using System.Globalization;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.Demo;

/// <summary>What the demo's merchants and their payers do: pay-ins of every way, and what becomes of each.</summary>
internal sealed class DemoOrders(
    DemoHistory history, DemoRequests requests, SnapshotStore snapshots, PayInCreation payIns, DemoPayouts payouts, SandboxActions bank, OrderQueries queries, Inboxes inboxes)
{
    /// <summary>How an hour of the merchant's day compares with others, from midnight.</summary>
    private static readonly double[] Hours = [2, 1, 0.6, 0.4, 0.4, 0.6, 1.5, 3, 5, 7, 8, 9, 10, 9, 8, 7.5, 7.5, 8, 9.5, 11, 11, 9, 6, 4];

    /// <summary>What becomes of a pay-in: paid, left until it expires, refused by the payer's bank, paid partly, paid too much, paid twice, paid late, reversed.</summary>
    private static readonly double[] Fates = [70, 17, 5, 2.5, 1, 0.5, 1.5, 0.5];

    private readonly ConcurrentDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private long _tradeNo;

    /// <summary>Why orders were refused, and how often.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Puts a merchant's orders of one of its days on the list.</summary>
    /// <param name="chance">Of the history.</param>
    /// <param name="plan">The merchant as it was planned.</param>
    /// <param name="no">Its number.</param>
    /// <param name="midnightMs">When its day begins.</param>
    /// <param name="growth">How far it has grown; 1 in the middle.</param>
    /// <param name="endMs">Later ones are left out.</param>
    public void PlanDay(DemoChance chance, DemoMerchant plan, long no, long midnightMs, double growth, long endMs)
    {
        var country = snapshots.Current.Merchant(no)!.Country;
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(midnightMs), country.TimeZone);
        var weekend = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? plan.Weekend : 1;
        for (var left = chance.CountAround(plan.OrdersADay * growth * weekend); left > 0 && weekend > 0; left--)
        {
            var atMs = midnightMs + (chance.Weighted(Hours) * 3_600_000L) + chance.Next(3_600_000);
            if (atMs <= history.NowMs || atMs >= endMs)
            {
                continue;
            }

            var way = country.PayInWays[chance.Weighted([.. country.PayInWays.Select((_, i) => 1.0 / (1 + i))])];
            var wish = new PayInWish(way, Amount(chance, plan, country, way.MinMinor, way.MaxMinor), chance.Weighted(Fates), chance.Around(TimeSpan.FromMinutes(7)) + 40_000, chance.Next(100));
            history.At(atMs, () => PayInAsync(plan, no, wish));
        }

        for (var left = chance.CountAround(plan.OrdersADay * growth * weekend * plan.Payouts); left > 0 && weekend > 0; left--)
        {
            var atMs = midnightMs + (9 * 3_600_000L) + chance.Next(9 * 3_600_000);
            if (atMs > history.NowMs && atMs < endMs)
            {
                // Some countries have a least amount in their rules, beside the channel's.
                var leastMinor = Math.Max(country.PayoutMinMinor, DemoPlan.UsualUnits(country.IsoCode) / 4 * country.Currency.UnitMinor);
                var amountMinor = Amount(chance, plan, country, leastMinor, country.PayoutMaxMinor);
                var wish = new PayoutWish(chance.Next(1000), DemoPayouts.Steered(chance, amountMinor, country));
                history.At(atMs, () => CountAsync(() => payouts.PayoutAsync(no, wish, NewTradeNo("po"), Url(plan))));
            }
        }
    }

    /// <summary>An amount that asks the bank for nothing special.</summary>
    private static long Amount(DemoChance chance, DemoMerchant plan, Country country, long leastMinor, long mostMinor)
    {
        var (usual, unit) = (DemoPlan.UsualUnits(country.IsoCode), country.Currency.UnitMinor);
        var units = (long)Math.Max(1, usual * plan.Size * chance.Spread());
        units = Math.Clamp(units, ((leastMinor + unit - 1) / unit) + 1, Math.Min(mostMinor == 0 ? long.MaxValue : mostMinor / unit, usual * 40) - 100);
        units = usual >= 10_000 ? Math.Max(1000, units / 1000 * 1000) : units % 100 is > 0 and < 30 ? units + 30 : units;
        return (units * unit) + (country.AmountDecimals && unit > 1 && usual < 10_000 && chance.Happens(0.4) ? chance.Next((int)unit) : 0);
    }

    private async Task PayInAsync(DemoMerchant plan, long no, PayInWish wish)
    {
        var merchant = snapshots.Current.Merchant(no)!;
        var (operation, texts) = DemoRequests.ForWay(merchant.Country, wish.Way);
        (texts[FieldRole.TradeNo], texts[FieldRole.Amount], texts[FieldRole.NotifyUrl]) = (NewTradeNo("pi"), DemoRequests.Text(wish.AmountMinor, merchant.Country), Url(plan));
        var fields = requests.Make(merchant, operation, texts, history.NowMs);
        OrderRow? made = null;
        await CountAsync(async () =>
        {
            var reply = await payIns.CreateAsync(merchant, fields, operation.Kind == OperationKind.CreateHostedPayIn, null, CancellationToken.None);
            made = (reply.Result as CreateResult.Created)?.Order;
            return reply.Result;
        });
        if (made is not null)
        {
            Decide(made, wish);
        }
    }

    private void Decide(OrderRow order, PayInWish wish)
    {
        var (all, lives) = (order.AmountMinor, order.ExpiresAtMs - order.CreatedAtMs);
        var soon = Math.Min(wish.AfterMs, lives - 60_000);
        switch (wish.Fate)
        {
            case 0:
                history.After(soon, () => PaidAsync(order, all, (wish.Draw * 900_000L) + 600_000, () => MayRefundAsync(order, wish)));
                break;
            case 2:
                history.After(soon, () => FailAsync(order));
                break;
            case 3:
                history.After(soon, () => PaidAsync(order, Part(all, order), 600_000, () => PaidAsync(order, wish.Draw % 2 == 0 ? all - Part(all, order) : 0)));
                break;
            case 4:
                history.After(soon, () => PaidAsync(order, all + Part(all, order)));
                break;
            case 5:
                history.After(soon, () => PaidAsync(order, all, 180_000, () => PaidAsync(order, all)));
                break;
            case 6:
                history.After(lives + 1_800_000 + wish.AfterMs, () => PaidAsync(order, all));
                break;
            case 7:
                history.After(soon, () => PaidAsync(order, all, 86_400_000 + (wish.Draw * 3_600_000L), () =>
                    ActAsync(order, (account, reference) => bank.ReturnPayInAsync(account, reference, null, CancellationToken.None))));
                break;
            default:
                break;
        }
    }

    /// <summary>A third, in whole units.</summary>
    private long Part(long amountMinor, OrderRow order) =>
        Math.Max(1, amountMinor / 3 / snapshots.Current.Merchant(order.MerchantNo)!.Currency.UnitMinor) * snapshots.Current.Merchant(order.MerchantNo)!.Currency.UnitMinor;

    /// <summary>Its payer pays, and something follows: never two things of one order at a time.</summary>
    private async Task PaidAsync(OrderRow order, long amountMinor, long nextAfterMs, Func<Task> next)
    {
        await PaidAsync(order, amountMinor);
        history.After(nextAfterMs, next);
    }

    private Task PaidAsync(OrderRow order, long amountMinor) =>
        amountMinor <= 0 ? Task.CompletedTask : ActAsync(order, (account, reference) => bank.PayAsync(account, reference, amountMinor, null, CancellationToken.None));

    private Task FailAsync(OrderRow order) => ActAsync(order, (account, reference) => bank.FailPayInAsync(account, reference, CancellationToken.None));

    /// <summary>What the payer or his bank does with an attempt. The bank may say no: that is a part of the history.</summary>
    private async Task ActAsync(OrderRow order, Func<Paypro.Channels.ChannelAccount, string, Task<HandOutcome>> act)
    {
        if ((await queries.FindAsync(order.Key, CancellationToken.None))?.Current is { } attempt && snapshots.Current.Accounts.GetValueOrDefault(attempt.ChannelAccountId) is { } offer)
        {
            await act(offer.Account, attempt.Reference);
        }
    }

    private async Task MayRefundAsync(OrderRow order, PayInWish wish)
    {
        if (wish.Draw < 4 && (await queries.FindAsync(order.Key, CancellationToken.None))?.Order is { State: OrderState.Paid } paid)
        {
            await CountAsync(() => payouts.RefundAsync(paid, wish.Draw % 2 == 0 ? paid.AmountMinor : Part(paid.AmountMinor, paid), NewTradeNo("re")));
        }
    }

    private async Task CountAsync(Func<Task<CreateResult>> order)
    {
        if (await order() is CreateResult.Refused refused)
        {
            _refusals.AddOrUpdate(refused.Sentence, 1, static (_, count) => count + 1);
        }
    }

    private string Url(DemoMerchant plan) => plan.Has(DemoTraits.FailingReceiver) ? DemoReceivers.FailingUrl : inboxes.AddressOf(plan.Name.Replace(' ', '-').ToLowerInvariant());

    private string NewTradeNo(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Interlocked.Increment(ref _tradeNo):000000}");

    /// <param name="Way">How it is paid.</param>
    /// <param name="AmountMinor">What is asked for.</param>
    /// <param name="Fate">An index of <see cref="Fates"/>.</param>
    /// <param name="AfterMs">When its payer does something.</param>
    /// <param name="Draw">0 to 99, for what comes later.</param>
    private sealed record PayInWish(PayInWay Way, long AmountMinor, int Fate, long AfterMs, int Draw);
}
