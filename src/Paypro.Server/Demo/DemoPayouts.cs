using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Server.Demo;

/// <param name="Kind">Which of the country's documented requests it is like.</param>
/// <param name="AmountMinor">Its amount, whose ending tells the bank what to do.</param>
internal sealed record PayoutWish(int Kind, long AmountMinor);

/// <summary>Money that the demo's merchants send: payouts of every kind, and refunds.</summary>
internal sealed class DemoPayouts(DemoHistory history, DemoRequests requests, SnapshotStore snapshots, PayoutCreation payouts, RefundCreation refunds)
{
    /// <summary>What goes wrong with a payout, and how often in a thousand.</summary>
    private static readonly (SandboxScript Script, double PerMille)[] Troubles =
    [
        (SandboxScript.Fail, 40), (SandboxScript.Decline, 15), (SandboxScript.PaidThenReturned, 15), (SandboxScript.TimeoutAfterAcceptance, 10), (SandboxScript.CallbackTwice, 10),
        (SandboxScript.LostCallback, 10), (SandboxScript.ForgedFirst, 5), (SandboxScript.LateCallback, 10), (SandboxScript.ChannelTrouble, 15), (SandboxScript.NeverAnswers, 4), (SandboxScript.NeverArrived, 5),
    ];

    /// <summary>An amount with the ending of what shall become of it; mostly nothing special.</summary>
    public static long Steered(DemoChance chance, long amountMinor, Country country)
    {
        var unit = country.Currency.UnitMinor;
        var at = chance.Weighted([1000 - Troubles.Sum(t => t.PerMille), .. Troubles.Select(t => t.PerMille)]);
        return at == 0 || amountMinor < 100 * unit ? amountMinor : ((amountMinor / unit / 100 * 100) + (long)Troubles[at - 1].Script) * unit;
    }

    public async Task<CreateResult> PayoutAsync(long merchantNo, PayoutWish wish, string tradeNo, string notifyUrl)
    {
        var merchant = snapshots.Current.Merchant(merchantNo)!;
        var kinds = DemoRequests.Payouts(merchant.Country);
        var texts = new Dictionary<FieldRole, string?>(kinds[wish.Kind % kinds.Count])
        {
            [FieldRole.TradeNo] = tradeNo, [FieldRole.Amount] = DemoRequests.Text(wish.AmountMinor, merchant.Country), [FieldRole.NotifyUrl] = notifyUrl,
        };
        return await payouts.CreateAsync(merchant, requests.Make(merchant, merchant.Country.FindOperation(OperationKind.CreatePayout)!, texts, history.NowMs), null);
    }

    public async Task<CreateResult> RefundAsync(OrderRow paid, long amountMinor, string refundNo)
    {
        var merchant = snapshots.Current.Merchant(paid.MerchantNo)!;
        var texts = new Dictionary<FieldRole, string?>
        {
            [FieldRole.TradeNo] = paid.TradeNo, [FieldRole.RefundNo] = refundNo, [FieldRole.Amount] = DemoRequests.Text(amountMinor, merchant.Country), [FieldRole.NotifyUrl] = paid.NotifyUrl,
            [FieldRole.Operation] = OwnOperations.Refund, [FieldRole.Reason] = "The goods came back",
        };
        return await refunds.CreateAsync(merchant, requests.Make(merchant, merchant.Country.FindOperation(OperationKind.CreateRefund)!, texts, history.NowMs), null, null);
    }
}
