using System.Runtime.CompilerServices;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>Long lists of pay-ins and payouts, for files.</summary>
internal sealed class PaymentListSource(OwnMerchants merchants, PaymentLists lists) : IListSource
{
    public const string Name = "payments";

    public string Kind => Name;

    public Task<bool> MayHaveAsync(SignedIn who, ListFileRow file) => merchants.MayAllAsync(who, file, Permissions.ListsExport);

    public async IAsyncEnumerable<ShownList> ReadAsync(ListFileRow file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (path, values) = ListAddress.Read(file.Address);
        var query = PaymentQuery.Read(path == "/dashboard/payouts" ? Direction.Payout : Direction.PayIn, values);
        var filter = query.ToFilter(TimeZoneInfo.FindSystemTimeZoneById(file.Zone), file.AskedAtMs, out _);
        await foreach (var part in lists.PartsAsync(query, filter, await merchants.OfAsync(file, cancellation), file.AskedAtMs, cancellation))
        {
            yield return part;
        }
    }
}
