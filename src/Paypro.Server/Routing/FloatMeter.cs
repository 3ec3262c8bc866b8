using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Paypro.Server.Routing;

/// <summary>What our money at the rails comes to, as this process last saw it.</summary>
internal static class FloatMeter
{
    private static readonly Meter Meter = new(ChannelHealth.MeterName);
    private static readonly ConcurrentDictionary<(long AccountId, string Pot), long> Spendable = new();
    private static readonly ConcurrentDictionary<long, (int Count, long SumMinor)> Parked = new();

    private static readonly ObservableGauge<long> SpendableGauge = Meter.CreateObservableGauge(
        "paypro.rails.spendable",
        () => Spendable.Select(p => new Measurement<long>(p.Value, new("account", p.Key.AccountId), new("pot", p.Key.Pot))),
        "{minor unit}",
        "What can be sent from a pot: told, less what is blocked, was sent since and has to stay");

    private static readonly ObservableGauge<int> ParkedGauge = Meter.CreateObservableGauge(
        "paypro.rails.parked", () => Parked.Select(p => new Measurement<int>(p.Value.Count, new KeyValuePair<string, object?>("account", p.Key))), "{order}", "Payouts and refunds that wait for money of ours");

    private static readonly ObservableGauge<long> ParkedSumGauge = Meter.CreateObservableGauge(
        "paypro.rails.parked.amount", () => Parked.Select(p => new Measurement<long>(p.Value.SumMinor, new KeyValuePair<string, object?>("account", p.Key))), "{minor unit}", "The sum of those");

    public static void Saw(long accountId, string pot, long? spendableMinor)
    {
        if (spendableMinor is { } minor)
        {
            Spendable[(accountId, pot)] = minor;
        }
        else
        {
            Spendable.TryRemove((accountId, pot), out _);
        }
    }

    public static void SawParked(long accountId, int count, long sumMinor) => Parked[accountId] = (count, sumMinor);
}
