using System.Globalization;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>The settings of a sandbox channel account. All of them may be missing.</summary>
/// <remarks>
/// Beside these, each way of a country names its own (<see cref="NumberInstruction"/>): <c>clabePrefix</c> (6 to 9 digits, default 6461801), <c>storePrefix</c>
/// (1 to 7 digits, default 9300), <c>clabeBank</c> (default STP), <c>storeNetwork</c> (default Sandbox Stores).
/// </remarks>
public static class SandboxSettings
{
    /// <summary><c>local</c> (default): we make pay-in instructions from leased numbers; <c>remote</c>: the rail makes them.</summary>
    public const string Instructions = "instructions";

    /// <summary>After how many milliseconds a payout succeeds by itself. Range: 0 to 86,400,000; default 1,000.</summary>
    public const string PayoutDelayMs = "payoutDelayMs";

    /// <summary>How long each call to the rail takes, milliseconds. Range: 0 to 60,000; default 0.</summary>
    public const string AnswerDelayMs = "answerDelayMs";

    internal static bool IsRemote(ChannelAccount account) => account.Settings.GetValueOrDefault(Instructions) == "remote";

    internal static long PayoutDelay(ChannelAccount account) => Number(account, PayoutDelayMs, 1_000);

    internal static TimeSpan AnswerDelay(ChannelAccount account) => TimeSpan.FromMilliseconds(Number(account, AnswerDelayMs, 0));

    internal static string? Check(ChannelAccount account, long nowMs)
    {
        if (account.Settings.GetValueOrDefault(Instructions) is not (null or "local" or "remote"))
        {
            return $"{Instructions}: must be local or remote";
        }

        if (OutOfRange(account, PayoutDelayMs, 86_400_000))
        {
            return $"{PayoutDelayMs}: must be 0 to 86400000";
        }

        if (OutOfRange(account, AnswerDelayMs, 60_000))
        {
            return $"{AnswerDelayMs}: must be 0 to 60000";
        }

        if (account.Secrets.Valid(SandboxChannel.CallbackKey, nowMs).Any(key => key.Length < 16))
        {
            return $"{SandboxChannel.CallbackKey}: must have at least 16 bytes";
        }

        return SandboxWays.Table.Where(way => way.Country == account.Country)
            .Select(way => way.Check(account)).FirstOrDefault(wrong => wrong is not null);
    }

    private static bool OutOfRange(ChannelAccount account, string name, long atMost) =>
        account.Settings.TryGetValue(name, out var text)
        && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= atMost);

    private static long Number(ChannelAccount account, string name, long unlessSet) =>
        account.Settings.TryGetValue(name, out var text) ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : unlessSet;
}
