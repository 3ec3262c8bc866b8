using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// Withdrawals that go by a rail. Each is an order of its own kind, which the machine of payouts sends: one attempt at the channel account that two people chose, to the
/// merchant's confirmed destination. No other account is tried, and no limit or rule of payouts counts it.
/// </summary>
internal sealed class WithdrawalByRail(
    SnapshotStore snapshots, BatchWriter writer, IContexts contexts, IdSource ids, IRandomness randomness, NewOrder newOrder, People people, PersonMarks marks, OrderClockSignal clock, TimeProvider time)
{
    /// <summary>Characters of a bank's code; those of our lists have 47 at most.</summary>
    private const int LongestCode = 50;

    /// <summary>Why a withdrawal cannot go by a channel account, in a sentence; null when it can. One that rests now is good: the withdrawal waits for it.</summary>
    /// <param name="row">Which.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="channelAccountId">By which account.</param>
    /// <param name="bankCode">The destination's bank by our list; empty where the account says it, or its name is the bank's code.</param>
    public string? Problem(WithdrawalRow row, DestinationRow destination, long channelAccountId, string bankCode)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Merchant(row.MerchantNo) is not { } merchant || !snapshot.Accounts.TryGetValue(channelAccountId, out var offer))
        {
            return "channelAccountId: there is no such channel account that can be used";
        }

        if (offer.IsRecovering)
        {
            return "channelAccountId: is in recovery after a restore; end that first, or pay it by hand";
        }

        if (bankCode.Length > LongestCode || (bankCode.Length > 0 && snapshot.Banks[merchant.Country.IsoCode].Find(bankCode) is null))
        {
            return "bankCode: is no bank of our list";
        }

        if (TargetOf(snapshot, merchant, destination, bankCode) is not { } target)
        {
            return "destination: its account and bank are not ones that a payout of this country could go to; name the bank's code, or pay it by hand";
        }

        if (Router.Taking(snapshot, merchant, Direction.Payout, target.AccountType, row.AmountMinor, channelAccountId, time.NowMs()) is not { } route || route.Offer.Session is not IPayouts)
        {
            return "channelAccountId: takes no payout of this kind and amount";
        }

        try
        {
            Attempt(offer, route.Way, OrderOf(merchant, row, target, ""), PersonOf(destination, target));
            return null;
        }
#pragma warning disable CA1031 // A channel says by throwing that it cannot name such a payout; then it takes none.
        catch (Exception)
#pragma warning restore CA1031
        {
            return "channelAccountId: takes no payout of this kind and amount";
        }
    }

    /// <summary>The channel accounts that take payouts of a merchant, the first choice first.</summary>
    public IReadOnlyList<AccountOffer> AccountsOf(long merchantNo) => snapshots.Current.Merchant(merchantNo) is { } merchant ? Router.PayoutAccounts(snapshots.Current, merchant) : [];

    /// <summary>Makes the order of a withdrawal that shall go by a rail; again it makes no other.</summary>
    /// <returns>Its number and what has to be mended, of which one is empty; both are when the withdrawal was given up.</returns>
    public async Task<(string Number, string Problem)> SendAsync(WithdrawalRow row)
    {
        await using var context = contexts.Create();
        var destination = await context.Destinations.AsNoTracking().SingleAsync(d => d.Id == row.DestinationId);
        var snapshot = snapshots.Current;
        if (snapshot.Merchant(row.MerchantNo) is not { } merchant || !snapshot.Accounts.TryGetValue(row.ChannelAccountId, out var offer) || offer.Session is not IPayouts)
        {
            return ("", $"channel account {row.ChannelAccountId} cannot be used at present.");
        }

        if (offer.IsRecovering)
        {
            // Its order may have been made, and paid, since the copy: while there is none it can be given up.
            return ("", $"channel account {row.ChannelAccountId} is in recovery after a restore.");
        }

        if (TargetOf(snapshot, merchant, destination, row.BankCode) is not { } target)
        {
            return ("", "its destination is not an account any more that a payout could go to.");
        }

        // What was open when two people decided may be closed by now: then it waits, as every payout does.
        var ways = offer.Ways.Where(w => w.Direction == Direction.Payout).ToList();
        if ((ways.Find(w => w.Way == target.AccountType) ?? ways.Find(w => w.Way == "*")) is not { } way)
        {
            return ("", $"channel account {row.ChannelAccountId} has no way for it any more.");
        }

        var person = PersonOf(destination, target);
        var order = OrderOf(merchant, row, target, OrderNumber.Make(row.Bucket, randomness)) with { Id = ids.Next(), CreatedAtMs = time.NowMs() };
        var made = await writer.WriteAsync(new CreateWithdrawal(row, order, Attempt(offer, way, order, person), people.Seal(order.Key, person, order.CreatedAtMs)!)
        {
            Cause = row.DecidedBy, FoundBy = marks.FoundBy(order.Country, person),
        });
        clock.Wake();
        return (made?.Number ?? "", "");
    }

    /// <summary>What the merchant's people wrote as the bank may be its code.</summary>
    private static PayoutTarget? TargetOf(Snapshot snapshot, Merchant merchant, DestinationRow destination, string bankCode)
    {
        var banks = snapshot.Banks[merchant.Country.IsoCode];
        return PayoutTarget.Find(merchant.Country, destination.Number, bankCode.Length > 0 ? bankCode : banks.Find(destination.Bank)?.Code ?? "", banks);
    }

    private static Person PersonOf(DestinationRow destination, PayoutTarget target) => new() { Name = destination.Holder, Account = target.Account };

    private static OrderRow OrderOf(Merchant merchant, WithdrawalRow row, PayoutTarget target, string number) => new()
    {
        Bucket = row.Bucket, MerchantNo = row.MerchantNo, Direction = Direction.Withdrawal, TradeNo = row.TradeKey.TradeNo, Number = number, Country = merchant.Country.IsoCode, Currency = row.Currency,
        Way = target.AccountType, BankCode = target.BankCode, AmountMinor = row.AmountMinor, State = OrderState.Pending,
    };

    private AttemptRow Attempt(AccountOffer offer, ChannelWayRow way, OrderRow order, Person person) =>
        PayoutCascade.Attempt(order, new Routing.Route(offer, way), PayoutCreation.Draft(order, person, ""), after: "", newOrder.ReferenceBytes(), time.NowMs());
}
