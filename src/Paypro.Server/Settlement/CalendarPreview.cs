using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Settlement;

/// <summary>Open money that a change of a calendar moves from one day to another.</summary>
/// <param name="From">When it is settled at present, <c>yyyyMMdd</c>.</param>
/// <param name="To">When it is settled then.</param>
/// <param name="Merchants">Whose it is.</param>
/// <param name="AmountMinor">Of all of them, in the country's currency, minor units.</param>
internal sealed record MovedDue(int From, int To, int Merchants, long AmountMinor);

/// <summary>Says what a change of a country's calendar moves, by the same rule by which the settlement run settles.</summary>
internal sealed class CalendarPreview(IQueues queues, SnapshotStore snapshots)
{
    private const int PageSize = 500, MostPages = 400, LastDate = 99_991_231;

    /// <summary>The days that move, the earliest first, and whether all of them were looked at.</summary>
    /// <param name="country">ISO 3166.</param>
    /// <param name="wished">Its rules as they shall be.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(IReadOnlyList<MovedDue> Moved, bool IsWhole)> ReadAsync(string country, BookingRules wished, CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        var present = snapshot.Rules[country];
        var moved = new Dictionary<(int From, int To), (HashSet<long> Merchants, long AmountMinor)>();
        SettlementDueKey? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var rows = await queues.DueSettlementsAsync(LastDate, after, PageSize, cancellation);
            foreach (var row in rows)
            {
                var account = AccountId.Open(new AccountKey(row.Bucket, row.AccountId));
                if (snapshot.Merchant(account.OwnerId) is not { } merchant || merchant.Country.IsoCode != country)
                {
                    continue;
                }

                var key = (SettlementDay.Of(snapshot, merchant, account.Kind, row.DueDate, present), SettlementDay.Of(snapshot, merchant, account.Kind, row.DueDate, wished));
                if (key.Item1 != key.Item2)
                {
                    var (merchants, sum) = moved.GetValueOrDefault(key, ([], 0));
                    merchants.Add(merchant.No);
                    moved[key] = (merchants, sum + row.AmountMinor - row.SettledMinor);
                }
            }

            if (rows.Count < PageSize)
            {
                return (Sorted(), true);
            }

            after = rows[^1].Key;
        }

        return (Sorted(), false);

        List<MovedDue> Sorted() => [.. moved.Select(m => new MovedDue(m.Key.From, m.Key.To, m.Value.Merchants.Count, m.Value.AmountMinor)).OrderBy(m => (m.From, m.To))];
    }
}
