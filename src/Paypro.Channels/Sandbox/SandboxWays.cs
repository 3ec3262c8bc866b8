using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.Sandbox;

/// <summary>One way of one country as the sandbox offers it.</summary>
/// <param name="Country">Two-letter country code.</param>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Way">The way code, for payouts the account kind.</param>
/// <param name="InstructionKind">What a pay-in's instruction is (<see cref="PaymentInstruction.Kind"/>); empty for payouts.</param>
/// <param name="Shape">The numbers that payers pay to; null where there are none.</param>
/// <param name="BankSetting">Name and default of the setting that says which bank or network takes the payment.</param>
internal sealed record SandboxWay(
    string Country, Direction Direction, string Way, string InstructionKind = "", NumberShape? Shape = null,
    (string Name, string Default) BankSetting = default);

/// <summary>The ways of the sandbox: a further country is some further lines.</summary>
internal static class SandboxWays
{
    /// <summary>
    /// A CLABE: three digits bank, three digits place, eleven digits account, one check digit (Banxico, circular 14/2017). 646180 is the
    /// block of STP, from which non-banks in Mexico are given their numbers; the seventh digit is the project within it.
    /// </summary>
    private static readonly NumberShape ClabeShape = new("clabe", "clabePrefix", "6461801", 18, 6, 9, Clabe.Complete);

    /// <summary>A reference that a shop types or scans: sixteen digits, the last by Luhn.</summary>
    private static readonly NumberShape StoreShape = new("store", "storePrefix", "9300", 16, 1, 7, StoreReference.Complete);

    public static IReadOnlyList<SandboxWay> Table { get; } =
    [
        new("MX", Direction.PayIn, "va", "clabe", ClabeShape, ("clabeBank", "STP")),
        new("MX", Direction.PayIn, "store", "barcode", StoreShape, ("storeNetwork", "Sandbox Stores")),
        new("MX", Direction.Payout, "CLABE"),
        new("MX", Direction.Payout, "DebitCard"),
    ];

    public static SandboxWay? Find(string country, Direction direction, string way) =>
        Table.FirstOrDefault(w => w.Country == country && w.Direction == direction && w.Way == way);

    /// <exception cref="ArgumentException">The sandbox has no such pay-in way in the account's country.</exception>
    public static SandboxWay PayIn(ChannelAccount account, string way) => Find(account.Country, Direction.PayIn, way)
        ?? throw new ArgumentException($"The channel sandbox has no way {way} in {account.Country}.", nameof(way));
}

/// <summary>What the numbers of a way look like: prefix, bucket (two digits), serial, check digit.</summary>
/// <param name="Kind">Name of the number space.</param>
/// <param name="Setting">The account setting that holds the prefix.</param>
/// <param name="DefaultPrefix">The prefix without that setting.</param>
/// <param name="Digits">Digits in all, the check digit included.</param>
/// <param name="PrefixAtLeast">Fewest digits of a prefix.</param>
/// <param name="PrefixAtMost">Most digits of a prefix: at least six stay for the serial, a million orders per bucket.</param>
/// <param name="Finish">Appends the check digit.</param>
internal sealed record NumberShape(
    string Kind, string Setting, string DefaultPrefix, int Digits, int PrefixAtLeast, int PrefixAtMost, Func<string, string> Finish)
{
    /// <summary>The first two digits behind the prefix are the bucket; 64 and above are no bucket, so the rail's own numbers begin there.</summary>
    private const int FirstOwnBlock = 64;

    public string Prefix(ChannelAccount account) => account.Settings.GetValueOrDefault(Setting) ?? DefaultPrefix;

    public NumberSpace Space(ChannelAccount account)
    {
        var prefix = Prefix(account);
        return new NumberSpace(Kind, prefix, Digits - prefix.Length - 3, Finish);
    }

    public string? Check(ChannelAccount account)
    {
        var prefix = Prefix(account);
        return prefix.Length < PrefixAtLeast || prefix.Length > PrefixAtMost || !prefix.All(char.IsAsciiDigit)
            ? $"{Setting}: must be {PrefixAtLeast} to {PrefixAtMost} digits" : null;
    }

    /// <summary>True when the account's numbers look like this one.</summary>
    public bool Fits(ChannelAccount account, string number) =>
        number.Length == Digits && number.All(char.IsAsciiDigit)
        && number.StartsWith(Prefix(account), StringComparison.Ordinal) && Finish(number[..^1]) == number;

    /// <summary>A number that the rail itself gives out, apart from all that can be leased.</summary>
    /// <param name="account">The account.</param>
    /// <param name="seed">Another seed gives another number, most likely.</param>
    public string Own(ChannelAccount account, ulong seed)
    {
        var prefix = Prefix(account);
        var block = FirstOwnBlock + (int)(seed % (100 - FirstOwnBlock));
        var serial = (seed / 100).ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
        return Finish($"{prefix}{block}{serial[^(Digits - prefix.Length - 3)..]}");
    }
}
