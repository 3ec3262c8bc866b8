using System.Collections.Frozen;

namespace Paypro.Channels;

/// <summary>A contract with a rail: one number, one country, one currency, one set of credentials.</summary>
public sealed record ChannelAccount
{
    /// <summary>Our number for it, 1 to 9,999,999,999.</summary>
    public required long Id { get; init; }

    /// <summary>The channel's <see cref="IChannel.Name"/>.</summary>
    public required string Channel { get; init; }

    /// <summary>Two-letter country code, upper case.</summary>
    public required string Country { get; init; }

    /// <summary>ISO 4217 code of the only currency it moves.</summary>
    public required string Currency { get; init; }

    /// <summary>True when it moves real money.</summary>
    public bool Live { get; init; }

    /// <summary>The channel's own settings (prefixes, endpoints …), without secrets.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The credentials. Never logged.</summary>
    public required ChannelSecrets Secrets { get; init; }

    /// <summary>The rail's codes of banks and wallets, by ours; empty where it has none of its own.</summary>
    public IReadOnlyDictionary<string, string> BankCodes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The address that the rail calls, absolute, without a slash at its end; what follows it is the channel's to read. Null where the server does not know its own address.</summary>
    public Uri? CallbackAddress { get; init; }
}

/// <summary>A secret that a channel's accounts have.</summary>
/// <param name="Name">Lower-case letters, digits and dashes: <c>key</c>, <c>client-certificate</c>, <c>passphrase</c>.</param>
/// <param name="Required">Whether an account cannot work without it.</param>
/// <param name="Says">What it is, for the operator; one sentence.</param>
public sealed record SecretName(string Name, bool Required, string Says);

/// <summary>One version of a secret.</summary>
/// <param name="Name">The secret's <see cref="SecretName.Name"/>.</param>
/// <param name="Value">The bytes. Never logged.</param>
/// <param name="ValidFromMs">Unix milliseconds UTC.</param>
/// <param name="ValidToMs">Unix milliseconds UTC; 0 = without end.</param>
public sealed record SecretVersion(string Name, ReadOnlyMemory<byte> Value, long ValidFromMs, long ValidToMs)
{
    /// <summary>Whether it counts at a time.</summary>
    public bool ValidAt(long nowMs) => ValidFromMs <= nowMs && (ValidToMs == 0 || nowMs < ValidToMs);

    /// <summary>Hides the value: a record printed by mistake must not leak.</summary>
    public override string ToString() => $"SecretVersion {Name}";
}

/// <summary>The secrets of an account: by name, two versions at a time at most. Old and new check what comes in; the newest signs.</summary>
public sealed class ChannelSecrets(IEnumerable<SecretVersion> versions)
{
    private readonly FrozenDictionary<string, SecretVersion[]> _byName = versions.GroupBy(version => version.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(version => version.ValidFromMs).ToArray(), StringComparer.Ordinal);

    /// <summary>No secrets.</summary>
    public static readonly ChannelSecrets None = new([]);

    /// <summary>The names that have a version, whatever its time.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>The version that signs: the newest that counts; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Current(string name, long nowMs) => Valid(name, nowMs).FirstOrDefault();

    /// <summary>Every version that counts, the newest first.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Valid(string name, long nowMs) =>
        _byName.TryGetValue(name, out var all) ? all.Where(version => version.ValidAt(nowMs)).Select(version => version.Value) : [];

    /// <summary>Hides everything: a record printed by mistake must not leak.</summary>
    public override string ToString() => "ChannelSecrets";
}
