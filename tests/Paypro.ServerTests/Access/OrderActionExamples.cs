using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;
using Paypro.ServerTests.Cases;
using Paypro.ServerTests.Dashboard;

namespace Paypro.ServerTests.Access;

/// <summary>An order for the example of each call of the operator API that does something to one.</summary>
internal sealed class OrderActionExamples(PortalHost host, long merchantNo)
{
    private const long Account = 1;

    /// <summary>The number of an order that the operation's example may be done to; null where any order will do.</summary>
    public async Task<string?> NumberAsync(string operation)
    {
        if (operation is not ("retryOrder" or "endPayIn" or "reopenPayIn"))
        {
            return null;
        }

        var merchant = await host.ReadAsync(c => c.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == merchantNo));
        await PrepareAsync(merchant);
        var order = new OrderRow
        {
            Bucket = merchant.Bucket, Id = host.The<IdSource>().Next(), MerchantNo = merchantNo, Direction = Direction.PayIn, Number = OrderNumber.Make(merchant.Bucket, host.The<IRandomness>()), TradeNo = operation,
            Country = merchant.Country, Currency = merchant.Currency, AmountMinor = 500_00, State = operation == "reopenPayIn" ? OrderState.Expired : OrderState.Pending, Hosted = true, HasPage = true,
            CreatedAtMs = 1, ExpiresAtMs = operation == "reopenPayIn" ? 2 : long.MaxValue, ContentHash = [1],
        };
        if (operation != "retryOrder")
        {
            await host.The<BatchWriter>().WriteAsync(new StoreOrder(order, null, hasResult: false));
            return order.Number;
        }

        // Its timer is nobody's: it is sent on once, and not sent.
        order = order with { Direction = Direction.Payout, Way = "*", Hosted = false, HasPage = false, AttemptCount = 1 };
        await host.The<BatchWriter>().WriteAsync(new StoreAttempted(order, new AttemptRow
        {
            Bucket = order.Bucket, OrderId = order.Id, AttemptNo = 1, ChannelAccountId = Account, Direction = Direction.Payout, Way = "*", Reference = operation, State = AttemptState.Parked,
        }, host.The<People>().Seal(order.Key, new Person { Name = "Recipient", Account = "1" }, 1)));
        return order.Number;
    }

    /// <summary>The channel account of the examples takes what the merchant's country pays by, at a price.</summary>
    private async Task PrepareAsync(MerchantRow merchant)
    {
        var way = host.The<CountryCatalog>().FindCountry(merchant.Country)!.PayInWays[0].Code;
        await host.The<ConfigStore>().SaveAsync(async context =>
        {
            var row = await context.Merchants.SingleAsync(m => m.MerchantNo == merchantNo);
            (row.Open, row.Approved, row.PayInsOpen, row.PayoutsOpen) = (true, true, true, true);
            host.The<ChannelSecretMaker>().Change(
                await context.ChannelAccounts.SingleAsync(a => a.Id == Account), await context.ChannelSecrets.Where(s => s.ChannelAccountId == Account).ToListAsync(), a => (a.Open, a.RecoverySinceMs) = (true, 0));
            foreach (var (direction, code) in ((Direction, string)[])[(Direction.PayIn, way), (Direction.Payout, "*")])
            {
                if (await context.ChannelWays.SingleOrDefaultAsync(w => w.ChannelAccountId == Account && w.Direction == direction && w.Way == code) is { } there)
                {
                    there.Open = true;
                }
                else
                {
                    context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = Account, Direction = direction, Way = code, TimeToLiveMinutes = 60 });
                }

                if (!await context.Terms.AnyAsync(t => t.MerchantNo == merchantNo && t.Direction == direction))
                {
                    context.Terms.Add(new TermsRow { MerchantNo = merchantNo, Country = merchant.Country, Direction = direction });
                }
            }
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
