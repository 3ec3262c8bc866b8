using System.Diagnostics.Metrics;

namespace Paypro.Server.Notifications;

/// <summary>Measurements of the deliveries.</summary>
internal static class NotificationMeter
{
    public const string Name = "Paypro.Notifications";
    private static readonly Meter Meter = new(Name);
    private static long _backlog;

    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>("paypro.notifications.attempts", "{attempt}", "Deliveries tried, by result: taken, refused, unanswered");
    public static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("paypro.notifications.lag", "ms", "From being due to being sent");
    public static readonly UpDownCounter<int> InFlight = Meter.CreateUpDownCounter<int>("paypro.notifications.in_flight", "{delivery}", "Deliveries under way");
    public static readonly Counter<long> Unrecorded = Meter.CreateCounter<long>("paypro.notifications.unrecorded", "{attempt}", "Deliveries whose outcome could not be recorded: they happen again");
    public static readonly ObservableGauge<long> Backlog = Meter.CreateObservableGauge(
        "paypro.notifications.backlog", static () => Interlocked.Read(ref _backlog), "{notification}", "Notifications that are due and not delivered yet");

    /// <summary>Counts nothing of each result.</summary>
    public static void CountFromZero()
    {
        Unrecorded.Add(0);
        foreach (var result in (string[])["taken", "refused", "unanswered"])
        {
            Attempts.Add(0, new KeyValuePair<string, object?>("result", result));
        }
    }

    public static void SetBacklog(long due) => Interlocked.Exchange(ref _backlog, due);
}
