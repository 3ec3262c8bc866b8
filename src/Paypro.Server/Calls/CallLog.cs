using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;

namespace Paypro.Server.Calls;

/// <summary>
/// Which calls are logged, and where they wait to be written. Every fault, and of what was accepted one per operation and minute; in a sandbox all. A call
/// waits for nothing here: what finds no room is dropped and counted. Calls that no key has signed may come from anybody, so that they have narrow limits of
/// their own: by the address, by the merchant that they name, and all together.
/// </summary>
internal sealed class CallLog(Installation installation, TimeProvider time)
{
    public const string MeterName = "Paypro.Calls";

    /// <summary>Calls that wait to be written; with bodies of 16 KiB they take 16 MB.</summary>
    public const int Room = 1000;

    /// <summary>Of one merchant, a second.</summary>
    public const int PerSecond = 50;

    /// <summary>Calls without a right signature: of one merchant from one address in an hour, of one merchant in an hour, of all in an hour.</summary>
    public const int UnprovedOfAddress = 300, UnprovedOfMerchant = 600, Unproved = 3600;

    private const int MostKeys = 10_000;
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("paypro.calls.dropped", "{call}", "Calls that were not logged since the log was full");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Channel<CallEntry> _waiting = Channel.CreateBounded<CallEntry>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly RateLimit<(long, OperationKind)> _accepted = new(installation.IsSandbox ? 0 : 1, TimeSpan.FromMinutes(1), 1, RateLimits.MostKeys, time);
    private readonly RateLimit<long> _ofMerchant = new(PerSecond, TimeSpan.FromSeconds(1), PerSecond, RateLimits.MostKeys, time);
    private readonly RateLimit<(CallerAddress, long)> _unprovedOfAddress = new(UnprovedOfAddress, Hour, 60, MostKeys, time);
    private readonly RateLimit<long> _unprovedOfMerchant = new(UnprovedOfMerchant, Hour, 120, MostKeys, time);
    private readonly RateLimit<bool> _unproved = new(Unproved, Hour, 300, 1, time);

    public static void CountFromZero() => Dropped.Add(0);

    /// <summary>Whether a call that was accepted is logged.</summary>
    public bool TakesAccepted(long merchantNo, OperationKind operation) => _accepted.Take((merchantNo, operation)) == 0 && _ofMerchant.Take(merchantNo) == 0;

    /// <summary>Whether a call is logged that a merchant had signed and that was not accepted.</summary>
    public bool TakesFault(long merchantNo) => _ofMerchant.Take(merchantNo) == 0;

    /// <summary>Whether a call is logged that names a merchant and is not signed by it.</summary>
    public bool TakesUnproved(CallerAddress from, long merchantNo) =>
        _unprovedOfAddress.Take((from, merchantNo)) == 0 && _unprovedOfMerchant.Take(merchantNo) == 0 && _unproved.Take(true) == 0;

    public void Add(CallEntry entry)
    {
        if (!_waiting.Writer.TryWrite(entry))
        {
            Drop(1);
        }
    }

    /// <summary>Counts calls that are not logged.</summary>
    public static void Drop(int count) => Dropped.Add(count);

    /// <summary>Takes what waits, the oldest first.</summary>
    public bool TryTake(out CallEntry entry) => _waiting.Reader.TryRead(out entry!);
}
