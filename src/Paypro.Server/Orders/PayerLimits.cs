using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>One quota of a country as it concerns one new order.</summary>
/// <param name="Count">Where the payer is counted.</param>
/// <param name="Quota">How much is allowed.</param>
/// <param name="Field">What the country calls the field that names the payer.</param>
internal readonly record struct PayerLimit(PayerCountKey Count, PayerQuota Quota, string Field);

/// <summary>
/// How often one payer may pay one merchant, kept under the batch's locks. What is begun counts when it is stored, what is paid when
/// the order is paid for the first time; money for an order that was begun is credited whatever was paid meanwhile.
/// </summary>
internal static class PayerLimits
{
    /// <summary>Why a new order is one too many, naming the field; null when it is not.</summary>
    public static string? Refusal(BatchState state, IReadOnlyList<PayerLimit> limits, long nowMs)
    {
        foreach (var (key, quota, field) in limits)
        {
            var count = state.PayerCounts.Find(key);
            if (count is null)
            {
                continue;
            }

            if (quota.MostBegunADay > 0 && count.Begun >= quota.MostBegunADay)
            {
                return $"{field}: may begin at most {quota.MostBegunADay} payments a day";
            }

            if (quota.MostPaidADay > 0 && count.Paid >= quota.MostPaidADay)
            {
                return $"{field}: has paid {quota.MostPaidADay} times today, which is the most for a day";
            }

            if (quota.SameAmountEvery > TimeSpan.Zero && nowMs - count.BegunAtMs < (long)quota.SameAmountEvery.TotalMilliseconds)
            {
                return $"{field}: may pay the same amount only once in {quota.SameAmountEvery.TotalMinutes:0} minutes";
            }
        }

        return null;
    }

    public static void CountBegun(BatchState state, IReadOnlyList<PayerLimit> limits, long nowMs)
    {
        foreach (var (key, _, _) in limits)
        {
            var count = state.PayerCounts.Find(key) ?? PayerCountRow.Of(key);
            state.PayerCounts.Put(key, count with { Begun = count.Begun + 1, BegunAtMs = Math.Max(count.BegunAtMs, nowMs) });
        }
    }

    /// <summary>An order has what it asked for, for the first time.</summary>
    public static void CountPaid(BatchState state, IEnumerable<PayerCountKey> payers, long nowMs)
    {
        foreach (var key in payers)
        {
            var count = state.PayerCounts.Find(key) ?? PayerCountRow.Of(key) with { BegunAtMs = nowMs };
            state.PayerCounts.Put(key, count with { Paid = count.Paid + 1 });
        }
    }

    /// <summary>What an order keeps of it, to count when it is paid.</summary>
    public static string ToCountWhenPaid(IReadOnlyList<PayerLimit> limits) => string.Join(',', limits.Where(l => l.Quota.MostPaidADay > 0).Select(l => l.Count.Payer));

    /// <summary>Where a pay-in counts when it is paid: in the day on which it was begun.</summary>
    public static IEnumerable<PayerCountKey> Of(short bucket, long merchantNo, string countedIn, int begunOn) =>
        countedIn.Length == 0 ? [] : countedIn.Split(',').Select(payer => new PayerCountKey(bucket, merchantNo, payer, begunOn));
}
