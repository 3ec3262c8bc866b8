using System.Runtime.CompilerServices;
using Paypro.Server.Access;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <summary>Long statements, for files.</summary>
internal sealed class StatementSource(OwnMerchants merchants, StatementScreen statements) : IListSource
{
    public const string Name = "statement";

    public string Kind => Name;

    public async Task<bool> MayHaveAsync(SignedIn who, ListFileRow file) =>
        await merchants.MayAllAsync(who, file, Permissions.ListsExport) && await merchants.MayAllAsync(who, file, Permissions.StatementSee);

    public async IAsyncEnumerable<ShownList> ReadAsync(ListFileRow file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = StatementQuery.Read(ListAddress.Read(file.Address).Query);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(file.Zone);
        var (first, last) = query.Span(zone, file.AskedAtMs, out _);
        var (fromMs, toMs) = (Days.BeginMs(first, zone), Math.Min(Days.BeginMs(last.AddDays(1), zone), file.AskedAtMs + 1));
        await foreach (var part in statements.PartsAsync(query, (await merchants.OfAsync(file, cancellation))[0], fromMs, toMs, cancellation))
        {
            yield return part;
        }
    }
}
