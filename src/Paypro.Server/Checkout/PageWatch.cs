using System.Collections.Concurrent;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>
/// Wakes the pages of an order that this process has changed. What other nodes change, a page finds at its next slow look; so nothing
/// depends on the signal, and no message between nodes is needed.
/// </summary>
internal sealed class PageWatch : IDisposable
{
    /// <summary>Pages of one order: the payer's devices, not a crowd.</summary>
    public const int MostPagesOfOrder = 6;

    private readonly ConcurrentDictionary<OrderKey, Watched> _orders = [];
    private readonly BatchWriter _writer;
    private readonly Places<CallerAddress> _pages;

    /// <param name="writer">Says what it committed.</param>
    /// <param name="descriptors">How many pages may wait here at once: each holds its connection.</param>
    public PageWatch(BatchWriter writer, Descriptors descriptors)
    {
        _writer = writer;
        _pages = new(descriptors.LiveSeats, descriptors.LiveSeatsOfAddress);
        _writer.Committed += Tell;
    }

    /// <summary>Null when too many pages wait already: the page asks from time to time instead.</summary>
    public Seat? TakeSeat(OrderKey order, CallerAddress from)
    {
        if (!_pages.Enter(from))
        {
            return null;
        }

        var seat = new Seat(this, order, from);
        while (true)
        {
            var watched = _orders.GetOrAdd(order, static _ => new Watched());
            lock (watched)
            {
                if (watched.IsGone)
                {
                    continue;
                }

                if (watched.Seats.Count >= MostPagesOfOrder)
                {
                    _pages.Leave(from);
                    return null;
                }

                watched.Seats.Add(seat);
                return seat;
            }
        }
    }

    public void Dispose() => _writer.Committed -= Tell;

    private void Tell(IReadOnlyList<WriteCommand> commands)
    {
        if (_orders.IsEmpty)
        {
            return;
        }

        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        foreach (var key in needs.Orders)
        {
            if (_orders.TryGetValue(key, out var watched))
            {
                lock (watched)
                {
                    watched.Seats.ForEach(static seat => seat.Wake());
                }
            }
        }
    }

    private void Leave(OrderKey order, CallerAddress from, Seat seat)
    {
        _pages.Leave(from);
        if (_orders.TryGetValue(order, out var watched))
        {
            lock (watched)
            {
                watched.Seats.Remove(seat);
                if (watched.Seats.Count == 0)
                {
                    watched.IsGone = true;
                    _orders.TryRemove(order, out _);
                }
            }
        }
    }

    /// <summary>One page that waits.</summary>
    internal sealed class Seat(PageWatch watch, OrderKey order, CallerAddress from) : Signal, IDisposable
    {
        public void Dispose() => watch.Leave(order, from, this);
    }

    private sealed class Watched
    {
        public List<Seat> Seats { get; } = [];

        /// <summary>Taken out of the dictionary: who found it a moment before looks again.</summary>
        public bool IsGone { get; set; }
    }
}
