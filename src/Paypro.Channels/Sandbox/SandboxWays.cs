using System.Globalization;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>One way of one country as the sandbox offers it.</summary>
/// <param name="Country">Two-letter country code.</param>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Way">The way code, for payouts the account kind.</param>
/// <param name="Instruction">What a payer pays with; null for payouts.</param>
internal sealed record SandboxWay(string Country, Direction Direction, string Way, WayInstruction? Instruction = null)
{
    /// <summary>Below the payer's page: the page of the simulated wallet.</summary>
    private const string WalletPath = "/wallet";

    /// <summary>Base 32 of sixteen random bytes behind the mark.</summary>
    private const int LongestReference = 28;

    /// <summary>The numbers that payers pay to; null where the instruction is no scarce number.</summary>
    public NumberShape? Shape { get; } = Instruction is NumberInstruction number ? new NumberShape(number) : null;

    /// <summary>Whether the rail must be asked in any case: a prompt appears and a wallet's page opens only there.</summary>
    public bool IsRemote => Instruction is PromptInstruction or RedirectInstruction;

    /// <summary>Characters of a pay-in's reference.</summary>
    public int ReferenceLength => Instruction is QrInstruction qr ? qr.ReferenceLength : LongestReference;

    /// <summary>The instruction's value where it is no leased number. Pure.</summary>
    public string ValueOf(ChannelAccount account, PayInDraft draft) => Instruction switch
    {
        QrInstruction qr => qr.Encode(new QrOrder(draft.Reference, draft.AmountMinor, draft.MerchantName, account.Settings)),
        PromptInstruction => PromptInstruction.Masked(draft.Person.Account ?? draft.Person.Mobile ?? ""),
        RedirectInstruction => draft.ReturnUrl is { } page ? page + WalletPath : "",
        _ => draft.Reference,
    };

    /// <summary>What is wrong with the account's settings of this way; null when nothing is. A code is made to see that it can be.</summary>
    public string? Check(ChannelAccount account)
    {
        try
        {
            (Instruction as QrInstruction)?.Encode(new QrOrder(new string('0', ReferenceLength), 1, "Merchant", account.Settings));
            return Shape?.Check(account);
        }
        catch (ArgumentException wrong)
        {
            return $"{Way}: the account's settings make no code: {wrong.Message}";
        }
    }

    /// <summary>The bank, store network or wallet that takes the payment.</summary>
    public string BankOf(ChannelAccount account) => Instruction switch
    {
        NumberInstruction number => account.Settings.GetValueOrDefault(number.BankSetting) ?? number.DefaultBank,
        QrInstruction qr => qr.Network,
        PromptInstruction prompt => prompt.Network,
        RedirectInstruction redirect => redirect.Network,
        _ => "",
    };

    /// <summary>True when a reference may be one that we made for this way without telling the rail.</summary>
    public bool IsOurs(ChannelAccount account, string reference) =>
        !IsRemote && !SandboxSettings.IsRemote(account)
        && (Shape is { } shape
            ? shape.Fits(account, reference)
            : reference.Length == ReferenceLength && reference.StartsWith(SandboxSession.PayInMark, StringComparison.Ordinal)
                && reference.All(char.IsAsciiLetterOrDigit));
}

/// <summary>The ways of the sandbox: whatever the countries offer.</summary>
internal static class SandboxWays
{
    public static IReadOnlyList<SandboxWay> Table { get; } =
    [
        .. CountryCatalog.BuiltIn.Countries.SelectMany(country => country.PayInWays
            .Select(way => new SandboxWay(country.IsoCode, Direction.PayIn, way.Code, way.Instruction))
            .Concat(country.PayoutKinds.Select(kind => new SandboxWay(country.IsoCode, Direction.Payout, kind)))),
    ];

    private static readonly Dictionary<(string Country, Direction Direction, string Way), SandboxWay> ByKey =
        Table.ToDictionary(way => (way.Country, way.Direction, way.Way));

    private static readonly Dictionary<string, Country> ByCurrency = CountryCatalog.BuiltIn.Countries.ToDictionary(country => country.Currency.Code);

    /// <summary>The country of an order at the rail, which knows it by its currency: no two of them share one.</summary>
    public static Country? CountryOf(SandboxOrder order) => ByCurrency.GetValueOrDefault(order.Currency);

    /// <summary>The line of a way. A country that names no kinds of account takes them all.</summary>
    public static SandboxWay? Find(string country, Direction direction, string way) =>
        ByKey.GetValueOrDefault((country, direction, way)) ?? (direction == Direction.Payout ? ByKey.GetValueOrDefault((country, direction, "*")) : null);

    /// <exception cref="ArgumentException">The sandbox has no such pay-in way in the account's country.</exception>
    public static SandboxWay PayIn(ChannelAccount account, string way) => Find(account.Country, Direction.PayIn, way)
        ?? throw new ArgumentException($"The channel sandbox has no way {way} in {account.Country}.", nameof(way));
}

/// <summary>The numbers of a way, as one channel account has them.</summary>
internal sealed class NumberShape(NumberInstruction number)
{
    /// <summary>The first two digits behind the prefix are the bucket; 64 and above are no bucket, so the rail's own numbers begin there.</summary>
    private const int FirstOwnBlock = 64;

    public string Prefix(ChannelAccount account) => account.Settings.GetValueOrDefault(number.PrefixSetting) ?? number.DefaultPrefix;

    public NumberSpace Space(ChannelAccount account)
    {
        var prefix = Prefix(account);
        return new NumberSpace(number.Space, prefix, number.Digits - prefix.Length - 3, number.Complete);
    }

    public string? Check(ChannelAccount account)
    {
        var prefix = Prefix(account);
        return prefix.Length < number.PrefixAtLeast || prefix.Length > number.PrefixAtMost || !prefix.All(char.IsAsciiDigit)
            ? $"{number.PrefixSetting}: must be {number.PrefixAtLeast} to {number.PrefixAtMost} digits" : null;
    }

    /// <summary>True when the account's numbers look like this one.</summary>
    public bool Fits(ChannelAccount account, string text) =>
        text.Length == number.Digits && text.All(char.IsAsciiDigit)
        && text.StartsWith(Prefix(account), StringComparison.Ordinal) && number.Complete(text[..^1]) == text;

    /// <summary>A number that the rail itself gives out, apart from all that can be leased.</summary>
    /// <param name="account">The account.</param>
    /// <param name="seed">Another seed gives another number, most likely.</param>
    public string Own(ChannelAccount account, ulong seed)
    {
        var prefix = Prefix(account);
        var block = FirstOwnBlock + (int)(seed % (100 - FirstOwnBlock));
        var serial = (seed / 100).ToString("D20", CultureInfo.InvariantCulture);
        return number.Complete($"{prefix}{block}{serial[^(number.Digits - prefix.Length - 3)..]}");
    }
}
