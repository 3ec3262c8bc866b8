using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// The banks behind all channels: the truth about money, which no crash of ours touches. It loses requests and answers, tells
/// things twice, late and in the wrong order, and moves money before it answers; but what it says is true.
/// </summary>
internal sealed class VirtualRail(VirtualClock clock, Random random)
{
    /// <summary>After this time a request that has not arrived never will; what the channels promise as finality.</summary>
    public static readonly TimeSpan Finality = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, RailEntry> _entries = [];
    private readonly Dictionary<(long, Direction, string, bool), Movement> _movements = [];
    private readonly Dictionary<string, List<RailEntry>> _payouts = [];
    private readonly Dictionary<long, List<Movement>> _listed = [];
    private readonly Dictionary<long, Queue<long>> _questions = [];
    private readonly Dictionary<string, List<RailEntry>> _asked = [];
    private int _movementNo;

    public Weather Weather { get; set; } = Weather.Calm;

    /// <summary>Set by the world: how callbacks reach us.</summary>
    public Action<long, Movement?, RailEntry> Tell { get; set; } = static (_, _, _) => { };

    /// <summary>Set by the world: the state of the payout with a number, as the database has it.</summary>
    public Func<string, OrderState?> StateOf { get; set; } = static _ => null;

    /// <summary>Set by the world: what else has to be true of a send.</summary>
    public Action<RailEntry> Sending { get; set; } = static _ => { };

    public IEnumerable<Movement> Movements => _movements.Values;

    public int Sends { get; private set; }

    /// <summary>All that moved on an account, the oldest first.</summary>
    public IReadOnlyList<Movement> MovementsOf(long accountId) => _listed.GetValueOrDefault(accountId) ?? [];

    /// <summary>A question or a listing: there may be no more of them than the account lets through. A node that stood still may bring what it was let through late.</summary>
    public void CheckPace(long accountId, Pace pace)
    {
        if (pace.Calls == 0)
        {
            return;
        }

        if (!_questions.TryGetValue(accountId, out var recent))
        {
            _questions.Add(accountId, recent = []);
        }

        while (recent.TryPeek(out var atMs) && atMs <= clock.NowMs - (long)pace.Per.TotalMilliseconds)
        {
            recent.Dequeue();
        }

        recent.Enqueue(clock.NowMs);
        if (recent.Count > pace.Calls + (2 * pace.InFlight))
        {
            throw new ViolationException(Checks.Pace, $"account {accountId} was asked {recent.Count} times within {pace.Per}");
        }
    }

    /// <summary>What our pots hold, by account; an account that is not here has as much as is needed.</summary>
    private readonly Dictionary<long, long> _pots = [];

    public Drains Drains { get; } = new(clock);

    public long? PotMinor(long accountId) => _pots.TryGetValue(accountId, out var minor) ? minor : null;

    /// <summary>What was accepted and has not moved yet.</summary>
    public long UnderWayMinor(long accountId) =>
        _entries.Values.Where(e => e.AccountId == accountId && e is { Direction: Direction.Payout, Arrived: true, Refused: false, Movements.Count: 0 }).Sum(e => e.AmountMinor);

    /// <summary>Somebody brings money, or takes it away.</summary>
    public void Bring(long accountId, long minor)
    {
        if (minor < 0)
        {
            Drains.Taken(accountId);
        }

        _pots[accountId] = Math.Max(0, _pots.GetValueOrDefault(accountId) + minor);
    }

    public RailEntry? Find(string reference) => _entries.GetValueOrDefault(reference);

    public bool HasMoved(string number) => _payouts.TryGetValue(number, out var entries) && entries.Exists(e => e.HasMoved);

    /// <summary>A booked movement must be one that happened.</summary>
    public void CheckReal(long accountId, Direction direction, string dedupeKey, long amountMinor, bool wentBack)
    {
        if (!_movements.TryGetValue((accountId, direction, dedupeKey, wentBack), out var real) || real.AmountMinor != amountMinor)
        {
            throw new ViolationException(Checks.RealMoney, $"{amountMinor} was booked for the movement {dedupeKey}, which never happened");
        }
    }

    /// <summary>What of a pay-in's money is still here: nobody gives it back, neither the bank nor the merchant, more than once.</summary>
    public long LeftMinor(string paidReference)
    {
        var there = _entries.TryGetValue(paidReference, out var paid) ? paid.Movements.Sum(m => m.WentBack ? -m.AmountMinor : m.AmountMinor) : 0;
        return there - _entries.Values.Where(e => e.PaidReference == paidReference && e is { Arrived: true, Refused: false } && !e.Movements.Exists(m => m.WentBack)).Sum(e => e.AmountMinor);
    }

    /// <summary>Takes a send: one that was sent before must be one that may be repeated, and no other may be under way for the same order.</summary>
    public RailEntry CheckSend(RailEntry sent, bool repeatIsHarmless)
    {
        Sends++;
        Sending(sent);
        if (!_payouts.TryGetValue(sent.Number, out var known))
        {
            _payouts.Add(sent.Number, known = []);
        }

        // What failed after it had arrived was accepted before: that is a verdict on the payout, and no other rail is to be tried. Want of our money is none.
        if (known.Find(e => e.Reference != sent.Reference && (!e.Refused || (e.Arrived && !e.LacksFunds))) is { } other)
        {
            throw new ViolationException(Checks.Elsewhere, $"{sent.Direction} {sent.Number} was sent to {sent.AccountId} while its fate at {other.AccountId} was not known, or after it had been accepted there");
        }

        if (StateOf(sent.Number) is not OrderState.Pending)
        {
            throw new ViolationException(Checks.SentOnce, $"{sent.Direction} {sent.Number} was sent although it is {StateOf(sent.Number)?.ToString() ?? "not stored"}");
        }

        if (known.Find(e => e.Reference == sent.Reference) is not { } entry)
        {
            known.Add(entry = sent);
            _entries.Add(sent.Reference, entry);
        }

        if (++entry.Sends > 1 && !repeatIsHarmless)
        {
            throw new ViolationException(Checks.SentOnce, $"{sent.Direction} {sent.Number} was sent {entry.Sends} times with one reference");
        }

        return entry;
    }

    /// <summary>A request for a payment instruction: none before it may be anything but declined.</summary>
    public RailEntry Ask(long accountId, PayInDraft draft)
    {
        if (!_asked.TryGetValue(draft.Number, out var known))
        {
            _asked.Add(draft.Number, known = []);
        }

        if (known.Find(e => !e.Refused) is { } other)
        {
            throw new ViolationException(Checks.Elsewhere, $"pay-in {draft.Number} was asked for at {accountId} while its fate at {other.AccountId} was not known");
        }

        var entry = new RailEntry(accountId, Direction.PayIn, draft.Reference, draft.Number, draft.AmountMinor);
        _entries.Add(draft.Reference, entry);
        known.Add(entry);
        return entry;
    }

    /// <summary>The rail has a payout or refund now, and does what it does with it. It gives back no more than there is.</summary>
    /// <returns>False when our money there is used up.</returns>
    public bool Arrive(RailEntry entry)
    {
        if (entry.Arrived || entry.Refused)
        {
            return true;
        }

        if (entry.PaidReference.Length > 0 && LeftMinor(entry.PaidReference) < entry.AmountMinor)
        {
            entry.Refused = true;
            return true;
        }

        // A rail's own refund is taken from what was paid, not from a pot.
        if (entry.Direction == Direction.Payout && _pots.TryGetValue(entry.AccountId, out var minor))
        {
            if (minor < entry.AmountMinor)
            {
                // A rail that tells balances is asked for no more than it holds, unless somebody else took some.
                if (entry.AccountId != OurPots.Silent && !Drains.IsUnknown(entry.AccountId))
                {
                    throw new ViolationException(Checks.Float, $"account {entry.AccountId} holds {minor} and was asked for {entry.AmountMinor}");
                }

                return Cancels(entry);
            }

            _pots[entry.AccountId] = minor - entry.AmountMinor;
        }

        entry.Arrived = true;
        var fate = random.Next(100);
        var after = Span(fate % 3 == 0 ? 5 : 7200);
        if (fate < 12)
        {
            clock.After(after, () =>
            {
                entry.Refused = true;
                GiveBack(entry);
                Tell(entry.AccountId, null, entry);
            });
            return true;
        }

        clock.After(after, () =>
        {
            Move(entry, entry.AmountMinor, wentBack: false);
            if (fate >= 92)
            {
                clock.After(Span(fate % 2 == 0 ? 20 : 100_000), () =>
                {
                    GiveBack(entry);
                    Move(entry, entry.AmountMinor, wentBack: true);
                });
            }
        });
        return true;
    }

    /// <summary>There is no money of ours for it: the rail says so at once, or takes it and cancels it afterwards.</summary>
    private bool Cancels(RailEntry entry)
    {
        if (!Happens(Weather.FundsLater))
        {
            return !(entry.Refused = entry.LacksFunds = true);
        }

        entry.Arrived = true;
        clock.After(Span(3600), () =>
        {
            entry.Refused = entry.LacksFunds = true;
            Tell(entry.AccountId, null, entry);
        });
        return true;
    }

    private void GiveBack(RailEntry entry)
    {
        if (entry.Direction == Direction.Payout && _pots.TryGetValue(entry.AccountId, out var minor))
        {
            _pots[entry.AccountId] = minor + entry.AmountMinor;
        }
    }

    /// <summary>Somebody pays in to a reference, whether it is known here or not.</summary>
    public Movement Pay(long accountId, string reference, long amountMinor)
    {
        if (!_entries.TryGetValue(reference, out var entry))
        {
            _entries.Add(reference, entry = new RailEntry(accountId, Direction.PayIn, reference, "", amountMinor) { Arrived = true });
        }

        return Move(entry, amountMinor, wentBack: false);
    }

    public Movement Move(RailEntry entry, long amountMinor, bool wentBack)
    {
        var key = (wentBack ? "R" : "M") + (++_movementNo).ToString("000000000", CultureInfo.InvariantCulture);
        var movement = new Movement(entry.AccountId, entry.Direction, entry.Reference, key, amountMinor, clock.NowMs, wentBack);
        _movements.Add((movement.AccountId, movement.Direction, key, wentBack), movement);
        entry.Movements.Add(movement);
        if (!_listed.TryGetValue(movement.AccountId, out var listed))
        {
            _listed.Add(movement.AccountId, listed = []);
        }

        listed.Add(movement);
        if (!wentBack && entry.Direction != Direction.PayIn && StateOf(entry.Number) is OrderState.Failed)
        {
            throw new ViolationException(Checks.FailedButPaid, $"payout {entry.Number} moves its money after it was called failed");
        }

        Tell(entry.AccountId, movement, entry);
        return movement;
    }

    /// <summary>Up to so many seconds, more often short.</summary>
    public TimeSpan Span(int mostSeconds) => TimeSpan.FromSeconds(mostSeconds * Math.Pow(random.NextDouble(), 3)) + TimeSpan.FromMilliseconds(1 + random.Next(50));

    public double Fraction() => random.NextDouble();

    public bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
}
