using System.Diagnostics;
using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>
/// Delivers the outbox. A turn leases what is due, as much as each merchant has room for, and starts deliveries without waiting
/// for any of them: a receiver that takes ten seconds keeps nobody from being claimed and sent meanwhile.
/// </summary>
internal sealed class Deliveries : IAsyncDisposable
{
    /// <summary>How long a stopping process waits for answers; what is still open is sent again by whoever takes the lease over.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>How long a delivery may wait for its turn in this process.</summary>
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromMilliseconds(100);
    private readonly IQueues _queues;
    private readonly IOrderReads _orders;
    private readonly BatchWriter _writer;
    private readonly SnapshotStore _snapshots;
    private readonly NotificationSender _sender;
    private readonly NotificationSignal _signal;
    private readonly DeliveryLanes _lanes;
    private readonly TimeProvider _time;
    private readonly ILogger<Deliveries> _log;
    private readonly TimeSpan _timeout;
    private readonly int _leaseMs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly UnderWay _underWay = new();
    private long _lastMerchant;

    public Deliveries(
        IQueues queues, IOrderReads orders, BatchWriter writer, SnapshotStore snapshots, NotificationSender sender, NotificationSignal signal, NotificationOptions options,
        TimeProvider time, ILogger<Deliveries> log)
    {
        (_queues, _orders, _writer, _snapshots, _sender, _signal, _time, _log) = (queues, orders, writer, snapshots, sender, signal, time, log);
        _lanes = new DeliveryLanes(options.Parallel, options.PerMerchant);
        _timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        _leaseMs = LeaseMs(options);
    }

    /// <summary>
    /// A lease, milliseconds by the database's clock: the time-out, and what a delivery may wait for its turn, so that one that was
    /// started is over or recorded before another node may take the order.
    /// </summary>
    public static int LeaseMs(NotificationOptions options) => (int)(TimeSpan.FromSeconds(options.TimeoutSeconds) + Waiting).TotalMilliseconds;

    /// <summary>One turn; true when something was claimed, so that there may be more. Does not wait for the deliveries it starts.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var (limit, shares) = _lanes.Room();
        if (limit == 0 || !_snapshots.IsFresh)
        {
            return false;
        }

        // Counted from before the lease was asked for: a pause anywhere in between makes it shorter, never longer.
        var asked = _time.GetTimestamp();
        var rows = await ClaimAsync(limit, shares, cancellation);
        if (rows.Count == 0)
        {
            return false;
        }

        // Read in a later statement than the claim, so that an order is never older than the version that its row names.
        // One that was opened again meanwhile has no result now.
        var orders = (await _orders.ByKeyAsync([.. rows.Select(r => r.Key)], cancellation)).Where(o => o.State != OrderState.Pending).ToDictionary(o => o.Key);
        _lanes.Add(rows.Where(r => orders.ContainsKey(r.Key)).Select(r => Prepare(r, orders[r.Key], asked)));
        StartNext();
        return true;
    }

    /// <summary>Waits until nothing is under way; for tests and for stopping.</summary>
    public Task WhenIdleAsync() => _underWay.WhenNoneAsync();

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Grace, _time);
        await using (grace.Token.Register(_stopping.Cancel))
        {
            await WhenIdleAsync();
        }

        _stopping.Dispose();
    }

    /// <summary>Begins behind the merchant that was served last, so that merchants with long queues cannot keep the others out.</summary>
    private async Task<IReadOnlyList<NotificationRow>> ClaimAsync(int limit, Dictionary<long, int> shares, CancellationToken cancellation)
    {
        var claim = new NotificationClaim(_time.NowMs(), _leaseMs, _lanes.MostPerMerchant, limit, _lastMerchant, shares);
        var rows = await _queues.ClaimNotificationsAsync(claim, cancellation);
        _lastMerchant = rows.Count < limit ? 0 : rows.Max(r => r.MerchantNo);
        return rows.Count > 0 || claim.AfterMerchant == 0 ? rows : await _queues.ClaimNotificationsAsync(claim with { AfterMerchant = 0 }, cancellation);
    }

    /// <summary>
    /// When a newer result was committed between the claim and the read, that is what will be told, and recorded as told: the
    /// row has its version by now, and tries of its own.
    /// </summary>
    private Delivery Prepare(NotificationRow row, OrderRow order, long asked)
    {
        var sent = order.ResultVersion == row.Version ? row : row with { Version = order.ResultVersion, Tries = 0 };
        var host = NotificationSender.Target(order.NotifyUrl)?.Authority ?? "";
        return new Delivery(sent, order, host, asked, Math.Max(0, row.LeaseUntilMs - _leaseMs - row.DueAtMs));
    }

    private void StartNext()
    {
        foreach (var delivery in _lanes.Next())
        {
            _underWay.Enter();
            _ = DeliverAsync(delivery);
        }
    }

    private async Task DeliverAsync(Delivery delivery)
    {
        try
        {
            var atMs = _time.NowMs();
            var started = _time.GetTimestamp();
            if (await SendAsync(delivery) is { } sent)
            {
                var took = (int)_time.GetElapsedTime(started).TotalMilliseconds;
                await RecordAsync(delivery, new DeliveryOutcome(sent.Taken, sent.HttpStatus, sent.Answer, atMs, took));
            }
        }
#pragma warning disable CA1031 // One order's fault must not end the others; its lease ends and it is tried again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotificationMeter.Unrecorded.Add(1);
            _log.LogError(error, "The notification of order {Number} was not recorded; it is sent again when its lease has ended", delivery.Order.Number);
        }
        finally
        {
            if (_lanes.Leave(delivery))
            {
                _signal.Wake();
            }

            _underWay.Leave();
        }
    }

    private async Task<SendResult?> SendAsync(Delivery delivery)
    {
        var pace = Pace.Prompt;
        NotificationMeter.InFlight.Add(1);
        try
        {
            // Starting now it must be over before the lease is; also while this process stops.
            if (_time.GetElapsedTime(delivery.AskedAt) + _timeout > TimeSpan.FromMilliseconds(_leaseMs) || _stopping.IsCancellationRequested)
            {
                return null;
            }

            NotificationMeter.Lag.Record(delivery.LateMs + _time.GetElapsedTime(delivery.AskedAt).TotalMilliseconds);
            if (await AttemptAsync(delivery.Order) is not { } result)
            {
                return null;
            }

            pace = result.Pace;
            NotificationMeter.Attempts.Add(1, new KeyValuePair<string, object?>("result", result.Taken ? "taken" : result.HttpStatus != 0 ? "refused" : "unanswered"));
            return result;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            NotificationMeter.InFlight.Add(-1);
            _lanes.Sent(delivery, pace);
            StartNext();
        }
    }

    /// <summary>Null when it was put off for a fault of ours, which costs the merchant no try: it is due again when its lease has ended.</summary>
    private async Task<SendResult?> AttemptAsync(OrderRow order)
    {
        using var activity = Tracing.Source.StartActivity("notification.send", ActivityKind.Client);
        var nowMs = _time.NowMs();
        var merchant = _snapshots.Current.Merchant(order.MerchantNo);
        if (merchant?.SigningKey(nowMs) is not { } key)
        {
            return merchant is null or { HasUnusableKey: true } ? null : new(false, 0, "Not sent: the merchant has no valid key.", Pace.Prompt);
        }

        if (NotificationSender.Target(order.NotifyUrl) is not { } url)
        {
            return new(false, 0, "Not sent: the notifyUrl is not an http or https address without a user name.", Pace.Prompt);
        }

        var country = merchant.Country;
        var members = order.Direction switch
        {
            Direction.PayIn => country.PayInNotification,
            Direction.Payout => country.PayoutNotification,
            _ => OwnOperations.RefundNotification,
        };
        var view = order.RefundOf == 0 ? OrderViews.Of(order) : OrderViews.OfRefund(order, await PayInAsync(order));
        var notification = Notification.Make(country, members, view, key.Algorithm, key.Secret, merchant.NoText, url, nowMs);
        return await _sender.SendAsync(url, string.Create(CultureInfo.InvariantCulture, $"{order.Number}-{order.ResultVersion}"), notification, _stopping.Token);
    }

    /// <summary>The pay-in of a refund, whose numbers never change.</summary>
    private async Task<OrderRow> PayInAsync(OrderRow refund) => (await _orders.ByKeyAsync([new OrderKey(refund.Bucket, refund.RefundOf)], _stopping.Token)).Single();

    /// <summary>A full writer is asked again for as long as the lease lasts: what was told should be known.</summary>
    private async Task RecordAsync(Delivery delivery, DeliveryOutcome outcome)
    {
        while (true)
        {
            try
            {
                if (!await _writer.WriteAsync(new RecordDelivery(delivery.Row, outcome)))
                {
                    NotificationMeter.Unrecorded.Add(1);
                }

                return;
            }
            catch (WriterBusyException) when (_time.GetElapsedTime(delivery.AskedAt) < TimeSpan.FromMilliseconds(_leaseMs))
            {
                await Task.Delay(RecordAgainAfter, _time, CancellationToken.None);
            }
        }
    }
}
