using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>A channel account without its secrets.</summary>
/// <param name="Account">Its number.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="Country">ISO 3166, two letters.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Live">Whether it moves real money.</param>
/// <param name="Open">Whether it takes orders.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Settings">The channel's own.</param>
/// <param name="RecoverySinceMs">Since when it is in recovery after a restore and sends nothing, Unix milliseconds UTC; 0 = it is not.</param>
internal sealed record ChannelAccountView(
    long Account, string Channel, string Name, string Country, string Currency, bool Live, bool Open, int Priority, IReadOnlyDictionary<string, string> Settings, long RecoverySinceMs = 0)
{
    public static ChannelAccountView Of(ChannelAccountRow row) =>
        new(row.Id, row.Channel, row.Name, row.Country, row.Currency, row.Live, row.Open, row.Priority, AccountSettings.Of(row.SettingsJson) ?? new Dictionary<string, string> { ["?"] = row.SettingsJson }, row.RecoverySinceMs);

    /// <summary>What a proposal is made against: all that decides where money goes.</summary>
    [JsonIgnore]
    public string Tag => string.Create(
        CultureInfo.InvariantCulture, $"{Account}-{(Open ? 1 : 0)}-{Priority}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Settings))))}");
}

/// <param name="Name">What the channel calls it.</param>
/// <param name="ValidFromMs">Unix milliseconds UTC.</param>
/// <param name="ValidToMs">Unix milliseconds UTC; 0 = until further notice.</param>
internal sealed record SecretView(string Name, long ValidFromMs, long ValidToMs)
{
    public static SecretView Of(ChannelSecretRow row) => new(row.Name, row.ValidFromMs, row.ValidToMs);
}

/// <param name="Pot">Its name.</param>
/// <param name="ToldMinor">All that is there, as told last; null while nobody has told it. Minor units.</param>
/// <param name="BlockedMinor">What of it cannot be sent.</param>
/// <param name="SentMinor">Sent since then.</param>
/// <param name="FloorMinor">What has to stay.</param>
/// <param name="SpendableMinor">What may still be sent.</param>
/// <param name="WarnMinor">Below it somebody has to look today; 0 = never.</param>
/// <param name="AlarmMinor">Below it somebody has to look now; 0 = never.</param>
/// <param name="HoursLeft">At the pace of the last hours.</param>
/// <param name="Level"><c>enough</c>, <c>low</c> or <c>out</c>; <c>unknown</c> while no balance is known; <c>stopped</c> when the rail said that our money is used up.</param>
/// <param name="ToldAtMs">Unix milliseconds UTC; 0 = never.</param>
/// <param name="ToldBy">The person; empty for the rail.</param>
internal sealed record PotView(
    string Pot, long? ToldMinor, long BlockedMinor, long SentMinor, long FloorMinor, long? SpendableMinor, long WarnMinor, long AlarmMinor, double? HoursLeft, string Level, long ToldAtMs, string ToldBy)
{
    public static PotView Of(ChannelPotRow row, long nowMs) => new(
        row.Pot, row.ToldAtMs == 0 ? null : row.BalanceMinor, row.BlockedMinor, row.SentMinor, row.FloorMinor, row.SpendableMinor(), row.WarnMinor, row.AlarmMinor,
        row.HoursLeft(nowMs) is { } hours ? Math.Round(Math.Min(hours, 100_000), 1) : null, row.StoppedAtMs > 0 ? "stopped" : row.ToldAtMs == 0 ? "unknown" : JsonNamingPolicy.CamelCase.ConvertName(row.Level().ToString()), row.ToldAtMs, row.ToldBy);
}

/// <summary>A channel account as the list shows it.</summary>
/// <param name="Account">It.</param>
/// <param name="State"><c>open</c>, <c>closed</c>, <c>recovery</c> after a restore, <c>maintenance</c>, or <c>unusable</c>: left out for what is wrong with it.</param>
/// <param name="Problem">What is wrong; null for nothing.</param>
/// <param name="PayIns">Calls for pay-ins in the last five minutes, as this process saw them; null for none.</param>
/// <param name="Payouts">The same for payouts.</param>
/// <param name="Pots">Our money there.</param>
/// <param name="LastCallbackMs">When its rail last called, to the minute; 0 = never.</param>
/// <param name="Banks">What its table of banks lacks, in a sentence; empty for nothing.</param>
/// <param name="SecretFromMs">Since when the oldest secret that signs holds; 0 = unknown, or it has none.</param>
internal sealed record AccountState(
    ChannelAccountView Account, string State, string? Problem, MeasuredCalls? PayIns, MeasuredCalls? Payouts, IReadOnlyList<PotView> Pots, string Banks, long LastCallbackMs, long SecretFromMs);

/// <summary>A new channel account. It starts closed.</summary>
/// <param name="Channel">One of the channels of this version.</param>
/// <param name="Country">ISO 3166, two letters.</param>
/// <param name="Name">What operators call it.</param>
/// <param name="Settings">The channel's own.</param>
/// <param name="Secrets">Values by name. A value that begins with <c>base64:</c> is what follows, decoded.</param>
/// <param name="Priority">Lower is tried first.</param>
internal sealed record AccountWish(string Channel, string Country, string Name, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Secrets, int Priority = 0);

internal sealed record RenameWish(string Name, string Reason);

/// <param name="Settings">All of them, as they shall be.</param>
/// <param name="Priority">Lower is tried first.</param>
internal sealed record SettingsWish(IReadOnlyDictionary<string, string> Settings, int Priority);

internal sealed record SettingsRequest(IReadOnlyDictionary<string, string> Settings, int Priority, string Reason);

/// <summary>A version of a secret, without its value.</summary>
/// <param name="Name">What the channel calls it.</param>
/// <param name="ValidFromMs">Unix milliseconds UTC; 0 = from its approval on.</param>
/// <param name="ValidToMs">Unix milliseconds UTC; 0 = until further notice.</param>
internal sealed record SecretWish(string Name, long ValidFromMs, long ValidToMs);

/// <param name="Name">What the channel calls it.</param>
/// <param name="Value">It is kept sealed and never told again. What begins with <c>base64:</c> is what follows, decoded.</param>
/// <param name="ValidFromMs">Unix milliseconds UTC; 0 = from its approval on.</param>
/// <param name="ValidToMs">Unix milliseconds UTC; 0 = until further notice.</param>
/// <param name="Reason">Why.</param>
internal sealed record SecretRequest(string Name, string Value, long ValidFromMs, long ValidToMs, string Reason);

/// <param name="Name">What the channel calls it.</param>
/// <param name="ValidFromMs">Which version.</param>
/// <param name="Reason">Why.</param>
internal sealed record SecretEndWish(string Name, long ValidFromMs, string Reason);

/// <param name="BankCode">Of our list; empty to ask about no account.</param>
/// <param name="AccountNo">The account that is asked about.</param>
internal sealed record CheckWish(string BankCode, string AccountNo);

/// <param name="Findings">At least one, in the order in which they were tried.</param>
internal sealed record CheckView(IReadOnlyList<FindingView> Findings);

/// <param name="Result">right, look, wrong or no answer.</param>
/// <param name="Says">One sentence.</param>
internal sealed record FindingView(string Result, string Says);

/// <param name="BalanceMinor">All that is there, minor units.</param>
/// <param name="BlockedMinor">What of it cannot be sent.</param>
/// <param name="AtMs">When it was so: within the last hour. Unix milliseconds UTC; 0 = now.</param>
internal sealed record BalanceWish(long BalanceMinor, long BlockedMinor, long AtMs);

internal sealed record BalanceRequest(long BalanceMinor, long BlockedMinor, long AtMs, string Reason)
{
    public BalanceWish At(long nowMs) => new(BalanceMinor, BlockedMinor, AtMs == 0 ? nowMs : AtMs);
}
