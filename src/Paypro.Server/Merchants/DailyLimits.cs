using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>A limit of a merchant, with the total that is counted against it.</summary>
internal readonly record struct DailyLimit(DailyTotalKey Total, long AmountMinor);

/// <summary>
/// A merchant's daily limits, kept under the batch's locks. A payout counts when it is accepted, and no longer when it fails; a
/// pay-in counts when its money comes, since most that are begun are never paid, so one that is within the limit when it is begun
/// is credited even when others came first.
/// </summary>
internal static class DailyLimits
{
    /// <summary>Why an order of this amount is too much for today, naming the field; null when it is not.</summary>
    public static string? Refusal(BatchState state, IReadOnlyList<DailyLimit> limits, long amountMinor)
    {
        foreach (var (key, limitMinor) in limits)
        {
            if ((state.DailyTotals.Find(key)?.AmountMinor ?? 0) > limitMinor - amountMinor)
            {
                return key.Direction == Direction.PayIn
                    ? "amount: is more than this merchant may still be paid today"
                    : "amount: is more than this merchant may still pay out today";
            }
        }

        return null;
    }

    /// <summary>Adds to totals that the command declared; below zero to give back, but never to less than nothing.</summary>
    public static void Count(BatchState state, IEnumerable<DailyTotalKey> totals, long amountMinor)
    {
        foreach (var key in totals)
        {
            var total = state.DailyTotals.Find(key) ?? DailyTotalRow.Of(key);
            state.DailyTotals.Put(key, total with { AmountMinor = Math.Max(0, checked(total.AmountMinor + amountMinor)) });
        }
    }
}
