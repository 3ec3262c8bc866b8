using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>How urgent it is that money comes to a pot.</summary>
internal enum FloatLevel
{
    /// <summary>There is enough, or nobody wants to be warned.</summary>
    Enough,

    /// <summary>Below the first level: somebody has to look today.</summary>
    Low,

    /// <summary>Below the second level: somebody has to look now.</summary>
    Out,
}

/// <summary>What a pot's row says. Pure.</summary>
internal static class Float
{
    /// <summary>Over how long the pace is measured: between once and twice this.</summary>
    public const long PaceForMs = 3 * 3_600_000;

    /// <summary>The longest rest of an account whose rail says that our money is used up and tells no balance, milliseconds.</summary>
    public const long LongestProbeMs = 3_600_000;

    /// <summary>Why nothing is sent from a pot that is held back.</summary>
    public const string HeldBack = "its rail said that our money is used up";

    /// <summary>What may still be sent, minor units: told − blocked − sent since − floor. Below zero when the floor is touched; null while no balance is known.</summary>
    public static long? SpendableMinor(this ChannelPotRow pot) =>
        pot.ToldAtMs == 0 ? null : pot.BalanceMinor - pot.BlockedMinor - pot.SentMinor - pot.FloorMinor;

    /// <summary>Why an amount cannot be sent from it now; null when it can. The same is asked again, under the row's lock, when it is counted.</summary>
    /// <param name="pot">The row.</param>
    /// <param name="amountMinor">Minor units, above zero.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static string? Lacks(this ChannelPotRow pot, long amountMinor, long nowMs) =>
        pot.IsHeldBack(nowMs) ? HeldBack
        : pot.SpendableMinor() < amountMinor ? "too little money of ours is there"
        : null;

    /// <summary>Whether nothing at all is sent from it now, since its rail has said that our money is used up.</summary>
    public static bool IsHeldBack(this ChannelPotRow pot, long nowMs) => pot.StoppedAtMs > 0 && (pot.ToldAtMs > 0 || pot.ProbeAtMs > nowMs);

    /// <summary>How long an account rests after so many such answers in a row, milliseconds.</summary>
    public static long ProbeAfterMs(int declines, int probeSeconds) =>
        Math.Min(LongestProbeMs, probeSeconds * 1000L << Math.Clamp(declines - 1, 0, 20));

    /// <summary>
    /// Whether a balance that was told just now lets a stopped pot go on: one that was asked for after the stop. A rail that said it several times in a row
    /// although its balances sufficed is believed only when its rest is over; a person is believed at once.
    /// </summary>
    /// <param name="pot">The row as it is.</param>
    /// <param name="stoppedSeenMs">Its <see cref="ChannelPotRow.StoppedAtMs"/> before the rail was asked; null when nothing was asked.</param>
    /// <param name="source">Who told.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static bool GoesOn(this ChannelPotRow pot, long? stoppedSeenMs, BalanceSource source, long nowMs) =>
        pot.StoppedAtMs == stoppedSeenMs && (source == BalanceSource.Person || pot.Declines <= 1 || pot.ProbeAtMs <= nowMs);

    /// <summary>Adds to what was sent in the last hours.</summary>
    public static void AddPace(this ChannelPotRow pot, long sentMinor, long nowMs)
    {
        if (nowMs - pot.PaceFromMs >= PaceForMs)
        {
            pot.PaceBeforeMinor = nowMs - pot.PaceFromMs < 2 * PaceForMs ? pot.PaceMinor : 0;
            (pot.PaceMinor, pot.PaceFromMs) = (0, nowMs);
        }

        pot.PaceMinor += sentMinor;
    }

    /// <summary>How many hours the rest lasts at the pace of the last hours; null when nothing was sent or nothing is known.</summary>
    public static double? HoursLeft(this ChannelPotRow pot, long nowMs)
    {
        var sinceMs = nowMs - pot.PaceFromMs;
        var (sent, overMs) = sinceMs < PaceForMs ? (pot.PaceMinor + pot.PaceBeforeMinor, PaceForMs + sinceMs)
            : sinceMs < 2 * PaceForMs ? (pot.PaceMinor, sinceMs)
            : (0L, 1L);
        return pot.SpendableMinor() is { } left && sent > 0 ? Math.Max(0, left) / (sent * 3_600_000.0 / overMs) : null;
    }

    /// <summary>Whether somebody has to look.</summary>
    public static FloatLevel Level(this ChannelPotRow pot) => pot.SpendableMinor() switch
    {
        null => FloatLevel.Enough,
        { } left when left < pot.AlarmMinor => FloatLevel.Out,
        { } left when left < pot.WarnMinor => FloatLevel.Low,
        _ => FloatLevel.Enough,
    };

    /// <summary>A pot's name for the subject of a case.</summary>
    public static string Subject(this ChannelPotRow pot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pot.ChannelAccountId}/{pot.Pot}");

    /// <summary>An amount with its currency, for the text of a case.</summary>
    public static string Text(long minor, Currency currency) => $"{AmountText.WholeOrFixed(minor, currency)} {currency.Code}";
}

/// <summary>What is known of our money at the rails when an order of a merchant is routed.</summary>
/// <param name="Pots">The counted pots of the accounts that may take it.</param>
/// <param name="Behind">Those for which older orders of the same merchant are parked: a new one queues up behind them.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal sealed record FloatView(IReadOnlyDictionary<(long AccountId, string Pot), ChannelPotRow> Pots, IReadOnlySet<(long AccountId, string Pot)> Behind, long NowMs)
{
    /// <summary>No account has a pot: all of them are sent from without looking.</summary>
    public static readonly FloatView Plenty = new(new Dictionary<(long, string), ChannelPotRow>(), new HashSet<(long, string)>(), 0);

    /// <summary>Why an account cannot send an amount now; null when it can.</summary>
    public string? Lacks(AccountOffer offer, Direction direction, string way, long amountMinor) =>
        Pots.Count == 0 || offer.PotOf(direction, way) is not { } name || !Pots.TryGetValue((offer.Account.Id, name), out var pot) ? null
        : Behind.Contains((offer.Account.Id, name)) ? "older orders of this merchant wait for money there"
        : pot.Lacks(amountMinor, NowMs);
}
