using System.Globalization;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>The settings of a sandbox channel account. All of them may be missing. They choose what kind of rail the bank is.</summary>
/// <remarks>
/// Beside these, each way of a country names its own (<see cref="NumberInstruction"/>): <c>clabePrefix</c> (6 to 9 digits, default 6461801), <c>storePrefix</c>
/// (1 to 7 digits, default 9300), <c>clabeBank</c> (default STP), <c>storeNetwork</c> (default Tiendas de prueba).
/// </remarks>
public static class SandboxSettings
{
    /// <summary><c>local</c> (default): we make pay-in instructions from leased numbers; <c>remote</c>: the rail makes them.</summary>
    public const string Instructions = "instructions";

    /// <summary><c>signed</c> (default): callbacks are proof; <c>hint</c>: anybody could have sent them.</summary>
    public const string Callbacks = "callbacks";

    /// <summary>
    /// What a query tells of a pay-in: <c>movements</c> (default); <c>totals</c>, where callbacks tell no more; <c>none</c>: that it is paid,
    /// with neither amount nor receipt.
    /// </summary>
    public const string Amounts = "amounts";

    /// <summary><c>never</c> (default) or <c>first</c>: the rail asks whether the order takes the amount before it takes the payer's money.</summary>
    public const string Asks = "asks";

    /// <summary><c>plain</c> (default): every callback hears the same; <c>results</c>: status and body say what came of it (200, 202 suspense, 409 case).</summary>
    public const string Answers = "answers";

    /// <summary><c>none</c> (default) or <c>since</c>: the rail tells all that moved on the account.</summary>
    public const string Listing = "listing";

    /// <summary>After how many milliseconds a payout or refund succeeds by itself. Range: 0 to 86,400,000; default 1,000.</summary>
    public const string PayoutDelayMs = "payoutDelayMs";

    /// <summary>How long each call to the rail takes, milliseconds. Range: 0 to 60,000; default 0.</summary>
    public const string AnswerDelayMs = "answerDelayMs";

    /// <summary>
    /// How long a token for calls lives, milliseconds. Giving one out ends the former. Range: 0 to 86,400,000; default 0: calls need none.
    /// </summary>
    public const string TokenLifeMs = "tokenLifeMs";

    /// <summary>Payouts, refunds and instructions that the rail takes in a second. Range: 0 to 10,000; default 0: as many as come.</summary>
    public const string SendsPerSecond = "sendsPerSecond";

    /// <summary>Queries, listings and balances that the rail answers in a second. Range: 0 to 10,000; default 0: as many as come.</summary>
    public const string QueriesPerSecond = "queriesPerSecond";

    /// <summary>What the pot for payouts begins with, minor units. Range: 0 to 9,999,999,999,999; missing: it never ends.</summary>
    public const string PayoutFundsMinor = "payoutFundsMinor";

    /// <summary>Settings that are one of a few words, the first being the default.</summary>
    private static readonly (string Name, string[] Words)[] Choices =
    [
        (Instructions, ["local", "remote"]),
        (Callbacks, ["signed", "hint"]),
        (Amounts, ["movements", "totals", "none"]),
        (Asks, ["never", "first"]),
        (Answers, ["plain", "results"]),
        (Listing, ["none", "since"]),
    ];

    private static readonly (string Name, long AtMost)[] Numbers =
    [
        (PayoutDelayMs, 86_400_000), (AnswerDelayMs, 60_000), (TokenLifeMs, 86_400_000), (SendsPerSecond, 10_000), (QueriesPerSecond, 10_000),
        (PayoutFundsMinor, 9_999_999_999_999),
    ];

    internal static bool IsRemote(ChannelAccount account) => Is(account, Instructions, "remote");

    internal static bool OnlyHints(ChannelAccount account) => Is(account, Callbacks, "hint");

    internal static bool TellsTotals(ChannelAccount account) => Is(account, Amounts, "totals");

    internal static bool OnlyConfirms(ChannelAccount account) => Is(account, Amounts, "none");

    internal static bool AsksFirst(ChannelAccount account) => Is(account, Asks, "first");

    internal static bool WantsResults(ChannelAccount account) => Is(account, Answers, "results");

    internal static bool Lists(ChannelAccount account) => Is(account, Listing, "since");

    internal static long PayoutDelay(ChannelAccount account) => Number(account, PayoutDelayMs, 1_000);

    internal static TimeSpan AnswerDelay(ChannelAccount account) => TimeSpan.FromMilliseconds(Number(account, AnswerDelayMs, 0));

    internal static long TokenLife(ChannelAccount account) => Number(account, TokenLifeMs, 0);

    internal static int PerSecond(ChannelAccount account, bool isSend) => (int)Number(account, isSend ? SendsPerSecond : QueriesPerSecond, 0);

    internal static long? PayoutFunds(ChannelAccount account) =>
        account.Settings.ContainsKey(PayoutFundsMinor) ? Number(account, PayoutFundsMinor, 0) : null;

    internal static string? Check(ChannelAccount account, long nowMs)
    {
        foreach (var (name, words) in Choices)
        {
            if (account.Settings.TryGetValue(name, out var word) && !words.Contains(word, StringComparer.Ordinal))
            {
                return $"{name}: must be {string.Join(", ", words[..^1])} or {words[^1]}";
            }
        }

        foreach (var (name, atMost) in Numbers)
        {
            if (account.Settings.TryGetValue(name, out var text)
                && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= atMost))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{name}: must be 0 to {atMost}");
            }
        }

        if (account.Secrets.Valid(SandboxChannel.CallbackKey, nowMs).Any(key => key.Length < 16))
        {
            return $"{SandboxChannel.CallbackKey}: must have at least 16 bytes";
        }

        return SandboxWays.Table.Where(way => way.Country == account.Country)
            .Select(way => way.Check(account)).FirstOrDefault(wrong => wrong is not null);
    }

    private static bool Is(ChannelAccount account, string name, string word) => account.Settings.GetValueOrDefault(name) == word;

    private static long Number(ChannelAccount account, string name, long unlessSet) =>
        account.Settings.TryGetValue(name, out var text) ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : unlessSet;
}
