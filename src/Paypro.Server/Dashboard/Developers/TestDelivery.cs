using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;

namespace Paypro.Server.Dashboard.Developers;

/// <param name="Url">Where it went.</param>
/// <param name="Result">What came back.</param>
/// <param name="TookMs">How long that took.</param>
/// <param name="Body">What was sent.</param>
internal sealed record Delivered(string Url, SendResult Result, int TookMs, string Body);

/// <summary>
/// Sends a notification about an order that does not exist to a merchant's own address, over the same connections and with the same limits as real ones. It
/// says that the order failed, so that nothing is ever credited for it.
/// </summary>
internal sealed class TestDelivery(SnapshotStore snapshots, NotificationSender sender, AuditedStore store, TimeProvider time)
{
    private readonly RateLimit<long> _limit = new(10, TimeSpan.FromMinutes(1), 10, 10_000, time);

    /// <returns>A sentence that says what to mend, or what came back.</returns>
    public async Task<(string? Problem, Delivered? Delivered)> SendAsync(Actor by, long merchantNo, bool payouts, CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        if (snapshots.Current.Merchant(merchantNo) is not { } merchant || merchant.SigningKey(nowMs) is not { } key)
        {
            return ("There is no valid key to sign with. Make one first.", null);
        }

        var text = payouts ? merchant.PayoutNotifyUrl : merchant.PayInNotifyUrl;
        if (text.Length == 0 || NotificationSender.Target(text) is not { } url)
        {
            return ("Set the address first.", null);
        }

        if (_limit.Take(merchantNo) is > 0 and var wait)
        {
            return ($"There were many test deliveries. Try again in {wait} seconds.", null);
        }

        var country = merchant.Country;
        var view = new OrderView
        {
            TradeNo = $"paypro-test-{nowMs}", Number = "0000000000000000", Status = ResultStatus.Failed, Message = "TEST", CreatedAtMs = nowMs,
            OrderAmountMinor = Enumerable.Range(0, country.Currency.MinorDigits).Aggregate(1L, (minor, _) => minor * 10),
        };
        var notification = Notification.Make(country, payouts ? country.PayoutNotification : country.PayInNotification, view, key.Algorithm, key.Secret, merchant.NoText, url, nowMs);
        await store.SaveAsync((_, trail) =>
        {
            trail.Add(by, "notification.test", Connection.SubjectOf(merchantNo), after: new { url = $"{url.Scheme}://{url.Authority}{url.AbsolutePath}" }, chain: merchant.Bucket);
            return Task.FromResult(true);
        });
        var began = time.GetTimestamp();
        var result = await sender.SendAsync(url, string.Create(CultureInfo.InvariantCulture, $"test-{nowMs}"), notification, cancellation);
        return (null, new Delivered(text, result, (int)time.GetElapsedTime(began).TotalMilliseconds, Encoding.UTF8.GetString(notification.Body)));
    }
}
