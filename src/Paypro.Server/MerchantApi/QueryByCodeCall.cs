using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Finds a merchant's own order, pay-in or payout, by the reference that the rail gave to one movement of its money. Payers send that
/// reference as proof; asking for another merchant's finds nothing.
/// </summary>
internal sealed class QueryByCodeCall(OrderQueries queries, SnapshotStore snapshots)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var merchant = request.Merchant;
        var code = request.Fields[FieldRole.RailReference]!;
        var snapshot = snapshots.Current;
        var country = merchant.Country.IsoCode;

        // Also those that cannot be used at present: what they moved is booked all the same.
        var accounts = snapshot.Accounts.Values.Where(a => a.Account.Country == country).Select(a => a.Account.Id)
            .Concat(snapshot.Unusable.Where(a => a.Value.Country == country).Select(a => a.Key));

        // An order that was paid in parts has several codes, and its own is the last: the answer names the one that was asked for.
        return await queries.FindByRailReferenceAsync(merchant.Bucket, merchant.No, [.. accounts], code) is { } order
            ? new ApiAnswer.Order(OrderViews.Of(order) with { RailReference = code })
            : new ApiAnswer.Refused("code: no such transaction");
    }
}
