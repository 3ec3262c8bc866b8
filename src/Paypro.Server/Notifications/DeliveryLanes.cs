using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>One leased row with the order it tells of.</summary>
/// <param name="Row">As leased; version and tries are those of the order that was read after it.</param>
/// <param name="Order">Read after the lease was taken.</param>
/// <param name="Host">Host and port of the receiver; empty when the address is unusable.</param>
/// <param name="AskedAt">Monotonic time from before the lease was asked for.</param>
/// <param name="LateMs">How long it had been due when it was leased.</param>
internal sealed record Delivery(NotificationRow Row, OrderRow Order, string Host, long AskedAt, long LateMs);

/// <summary>
/// What this process holds and what it may start. Deliveries that wait for a slow receiver wait here, each merchant and host in
/// a lane of its own, so that nobody stands behind them. A merchant's share shrinks while nothing answers and grows back as soon
/// as something does. A host may be many merchants' (a shared gateway), so its share is wide and does not shrink: it only keeps
/// one host from taking every delivery.
/// </summary>
internal sealed class DeliveryLanes(int parallel, int perMerchant)
{
    /// <summary>Rows held for each delivery that may be under way: enough to work on while the next ones are claimed and the last ones recorded.</summary>
    public const int HeldPerDelivery = 8;

    private const int RememberedShares = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Share> _merchants = [];
    private readonly Dictionary<string, Share> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<(long MerchantNo, string Host), Lane> _lanes = [];
    private readonly LinkedList<Lane> _waiting = [];
    private int _inFlight;
    private int _held;
    private bool _short;

    /// <summary>Deliveries under way to one host.</summary>
    public int MostPerHost => Math.Max(1, parallel - parallel / 4);

    /// <summary>Rows of one merchant that are held at most.</summary>
    public int MostPerMerchant => perMerchant * HeldPerDelivery;

    /// <summary>
    /// How many rows may be claimed, of which those merchants that hold something or are slow get less than the rest. Less than
    /// a quarter counts as nothing, so that a full house asks the database for many rows now and then and not for one at a time.
    /// </summary>
    public (int Limit, Dictionary<long, int> Shares) Room()
    {
        lock (_gate)
        {
            var shares = new Dictionary<long, int>();
            foreach (var (merchantNo, share) in _merchants)
            {
                var room = Worthwhile(share.Allowed * HeldPerDelivery, share.Held);
                if (room < MostPerMerchant)
                {
                    shares.Add(merchantNo, room);
                    share.Short = room == 0;
                }
            }

            var limit = Worthwhile(parallel * HeldPerDelivery, _held);
            _short = limit == 0;
            return (limit, shares);
        }
    }

    /// <summary>Takes claimed rows in.</summary>
    public void Add(IEnumerable<Delivery> deliveries)
    {
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                var key = (delivery.Row.MerchantNo, delivery.Host);
                if (!_lanes.TryGetValue(key, out var lane))
                {
                    _lanes.Add(key, lane = new Lane(Find(_merchants, delivery.Row.MerchantNo, perMerchant), Find(_hosts, delivery.Host, MostPerHost)));
                }

                if (lane.Rows.Count == 0)
                {
                    _waiting.AddLast(lane);
                }

                lane.Rows.Enqueue(delivery);
                lane.Held++;
                lane.Merchant.Held++;
                lane.Host.Held++;
                _held++;
            }
        }
    }

    /// <summary>Those that may start now, lane by lane in turn. Each must be given back by <see cref="Sent"/> and <see cref="Leave"/>.</summary>
    public List<Delivery> Next()
    {
        lock (_gate)
        {
            var started = new List<Delivery>();
            var passed = 0;
            while (_inFlight < parallel && passed < _waiting.Count)
            {
                var node = _waiting.First!;
                var lane = node.Value;
                _waiting.RemoveFirst();
                if (!lane.Merchant.HasRoom || !lane.Host.HasRoom)
                {
                    passed++;
                    _waiting.AddLast(node);
                    continue;
                }

                passed = 0;
                started.Add(lane.Rows.Dequeue());
                lane.Merchant.InFlight++;
                lane.Host.InFlight++;
                _inFlight++;
                if (lane.Rows.Count > 0)
                {
                    _waiting.AddLast(node);
                }
            }

            return started;
        }
    }

    /// <summary>A delivery is no longer under way; others may start.</summary>
    public void Sent(Delivery delivery, Pace pace)
    {
        lock (_gate)
        {
            var lane = _lanes[(delivery.Row.MerchantNo, delivery.Host)];
            lane.Merchant.InFlight--;
            lane.Host.InFlight--;
            _inFlight--;
            lane.Merchant.Adapt(pace, perMerchant);
        }
    }

    /// <summary>A delivery is recorded or given up.</summary>
    /// <returns>True when it or its merchant had no room and there is some again.</returns>
    public bool Leave(Delivery delivery)
    {
        lock (_gate)
        {
            var key = (delivery.Row.MerchantNo, delivery.Host);
            var lane = _lanes[key];
            lane.Held--;
            lane.Merchant.Held--;
            lane.Host.Held--;
            _held--;
            var again = (_short && Worthwhile(parallel * HeldPerDelivery, _held) > 0)
                || (lane.Merchant.Short && Worthwhile(lane.Merchant.Allowed * HeldPerDelivery, lane.Merchant.Held) > 0);
            _short &= !again;
            lane.Merchant.Short &= !again;
            if (lane.Held == 0)
            {
                _lanes.Remove(key);
                Forget(key.MerchantNo, lane.Merchant);
                if (lane.Host.Held == 0)
                {
                    _hosts.Remove(key.Host);
                }
            }

            return again;
        }
    }

    private static int Worthwhile(int most, int held) => (most - held) * 4 >= most ? most - held : 0;

    private static Share Find<TKey>(Dictionary<TKey, Share> shares, TKey key, int allowed)
        where TKey : notnull
    {
        if (!shares.TryGetValue(key, out var share))
        {
            shares.Add(key, share = new Share { Allowed = allowed });
        }

        return share;
    }

    /// <summary>Only slow merchants are remembered, and not without end.</summary>
    private void Forget(long merchantNo, Share share)
    {
        if (share.Held == 0 && (share.Allowed == perMerchant || _merchants.Count > RememberedShares))
        {
            _merchants.Remove(merchantNo);
        }
    }

    private sealed class Lane(Share merchant, Share host)
    {
        public Share Merchant => merchant;
        public Share Host => host;
        public Queue<Delivery> Rows { get; } = [];
        public int Held { get; set; }
    }

    private sealed class Share
    {
        private const int Least = 2;
        public int Allowed { get; set; }
        public int InFlight { get; set; }
        public int Held { get; set; }
        public bool Short { get; set; }
        public bool HasRoom => InFlight < Allowed;

        public void Adapt(Pace pace, int most)
        {
            var least = Math.Min(Least, most);
            Allowed = pace switch
            {
                Pace.Prompt => Math.Min(most, Allowed * 2),
                Pace.Slow => Math.Max(Math.Max(least, most / 8), Allowed / 2),
                _ => Math.Max(least, Allowed / 2),
            };
        }
    }
}
