using System.Net;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.Channels.Paypro;

/// <summary>A channel account whose settings have been read.</summary>
/// <param name="Account">As it is stored.</param>
/// <param name="Country">Of its orders.</param>
/// <param name="Base">The upstream's address with the country's segment.</param>
internal sealed record PayproAccount(ChannelAccount Account, Country Country, Uri Base)
{
    /// <summary>Name of the one secret.</summary>
    public const string Key = "key";

    /// <summary>Whether the upstream runs our software.</summary>
    public bool IsOwn => Account.Settings.GetValueOrDefault(PayproSettings.Flavour) == "own";

    /// <summary>Whether the upstream has the twin brand's paths.</summary>
    public bool IsVexora => Account.Settings.GetValueOrDefault(PayproSettings.Paths) == "vexora";

    /// <summary>Our number at the upstream.</summary>
    public string MerchantNo => Account.Settings[PayproSettings.MerchantNo];

    /// <summary>The kind of the key, in both directions.</summary>
    public SigningAlgorithm Signing =>
        Account.Settings.GetValueOrDefault(PayproSettings.Signing) == "hmac" ? SigningAlgorithm.HmacSha256 : SigningAlgorithm.Md5;

    /// <summary>Whether the MD5 signature stands in the header where the operation has it there.</summary>
    public bool SignsInHeader => Account.Settings.GetValueOrDefault(PayproSettings.SignIn) == "header";

    /// <summary>Where the upstream calls us.</summary>
    public Uri Callback => Account.CallbackAddress!;

    /// <summary>What the upstream says of a number that it does not know; null where that is not known.</summary>
    public string? NotFoundMessage => IsOwn ? "tradeNo: no such order" : Account.Settings.GetValueOrDefault(PayproSettings.NotFoundMessage);

    /// <summary>A balance below it is too little, minor units; 0 for none.</summary>
    public long FloatAlarmMinor =>
        Account.Settings.TryGetValue(PayproSettings.FloatAlarm, out var text) && TryReadUnits(text, Country.Currency, out var minor) ? minor : 0;

    /// <summary>The path of a documented operation at this upstream.</summary>
    public string PathOf(Operation operation) => !IsVexora ? operation.Path : "/v1/vexora/" + operation.Kind switch
    {
        OperationKind.CreatePayIn => "deposits",
        OperationKind.CreateHostedPayIn => "checkout",
        OperationKind.CreatePayout => "disbursements",
        _ => operation.Path[(operation.Path.LastIndexOf('/') + 1)..],
    };

    /// <summary>The path of an operation of our own software, which stands beside the country's others.</summary>
    public string PathOf(string name)
    {
        var path = Country.FindOperation(OperationKind.CreatePayIn)!.Path;
        return path[..(path.LastIndexOf('/') + 1)] + name;
    }

    /// <summary>The way of a code in this country.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PayInWay Way(string code) => Country.FindWay(code) ?? throw new ArgumentException($"The channel paypro has no way {code} in {Account.Country}.", nameof(code));

    /// <summary>
    /// The operation that can ask for a way: always the direct one, so that the payer stays on our page; where that cannot name the way and
    /// another would come of it, the one that leads to the upstream's page.
    /// </summary>
    public Operation PayInOperation(PayInWay way)
    {
        var direct = Country.FindOperation(OperationKind.CreatePayIn)!;
        return way == Country.PayInWays[0] || direct.Fields.Any(field => field.Role == FieldRole.Way)
            ? direct
            : Country.FindOperation(OperationKind.CreateHostedPayIn) ?? direct;
    }

    /// <summary>The bank's code in the upstream's list; null when it is not known.</summary>
    public string? BankCodeOf(string ours) =>
        Account.BankCodes.GetValueOrDefault(ours)
        ?? (Country.Banks.IsEmpty || Account.Settings.GetValueOrDefault(PayproSettings.BankCodes) == "*" ? ours : null);

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">Unix milliseconds UTC, for the secret.</param>
    /// <param name="problem">One sentence when it cannot be used.</param>
    public static PayproAccount? Read(ChannelAccount account, long nowMs, out string? problem)
    {
        problem = null;
        if (CountryCatalog.BuiltIn.FindCountry(account.Country) is not { } country || country.Currency.Code != account.Currency)
        {
            problem = $"country: {account.Country} with {account.Currency} is none of this channel";
            return null;
        }

        var text = account.Settings.GetValueOrDefault(PayproSettings.Base) ?? "";
        if (Rules.HttpAddress(text.TrimEnd('/'), new RequestContext(IsSandbox: false, country.Banks)) is { } wrong)
        {
            problem = $"{PayproSettings.Base}: {wrong}";
            return null;
        }

        var read = new PayproAccount(account, country, new Uri(text.TrimEnd('/')));
        problem = read.FindInAddresses() ?? read.FindInKinds() ?? read.FindInValues() ?? read.FindMissing(nowMs);
        return problem is null ? read : null;
    }

    /// <summary>Whole or decimal units as a person writes them.</summary>
    public static bool TryReadUnits(string text, Currency currency, out long minor) =>
        AmountReader.Read(System.Text.Encoding.UTF8.GetBytes(text), quoted: true, currency, decimalsAllowed: true, out minor) is null;

    private string? FindInAddresses()
    {
        if (Base.Query.Length > 0 || Base.Fragment.Length > 0)
        {
            return $"{PayproSettings.Base}: must have neither query nor fragment";
        }

        if (Base.Scheme != Uri.UriSchemeHttps && (Account.Live || !Base.IsLoopback))
        {
            return $"{PayproSettings.Base}: must be https, or http on loopback for an account that moves no real money";
        }

        if (Account.CallbackAddress is not { } own)
        {
            return "callback address: the server must know its own, since the upstream is told it with each order";
        }

        return Base.IdnHost.Equals(own.IdnHost, StringComparison.OrdinalIgnoreCase) && Base.Port == own.Port
            ? $"{PayproSettings.Base}: is this installation's own address, so that money would go in a circle"
            : null;
    }

    private string? FindInKinds() =>
        Other(PayproSettings.Flavour, "own", "original")
        ?? Other(PayproSettings.Paths, "paypro", "vexora")
        ?? Other(PayproSettings.Signing, "md5", "hmac")
        ?? Other(PayproSettings.SignIn, "body", "header")
        ?? Other(PayproSettings.BankCodes, "*")
        ?? (IsVexora && (IsOwn || !PathOf("").StartsWith("/v1/", StringComparison.Ordinal))
            ? $"{PayproSettings.Paths}: vexora is known for flavour original only, and not for {Country.Name}'s paths"
            : null)
        ?? (Signing == SigningAlgorithm.HmacSha256 && !IsOwn ? $"{PayproSettings.Signing}: hmac is known for flavour own only" : null)
        ?? (SignsInHeader && (Signing != SigningAlgorithm.Md5 || !Country.Operations.Any(operation => operation.Creates && operation.SignMayBeHeader))
            ? $"{PayproSettings.SignIn}: header is known for MD5 keys in Brazil only"
            : null);

    private string? FindInValues()
    {
        if (Account.Settings.GetValueOrDefault(PayproSettings.MerchantNo) is not { Length: > 0 and <= 32 } number || !number.All(char.IsAsciiLetterOrDigit))
        {
            return $"{PayproSettings.MerchantNo}: must be 1 to 32 letters and digits";
        }

        foreach (var (name, value) in Account.Settings.Where(setting => setting.Key.StartsWith(PayproSettings.WayPrefix, StringComparison.Ordinal)))
        {
            if (Country.FindWay(name[PayproSettings.WayPrefix.Length..]) is null)
            {
                return $"{name}: is no way of {Country.Name}";
            }

            if (value.Length is 0 or > 32 || value.Any(char.IsControl))
            {
                return $"{name}: must be 1 to 32 characters";
            }
        }

        return Account.Settings.TryGetValue(PayproSettings.IpAddress, out var address) && !IPAddress.TryParse(address, out _)
            ? $"{PayproSettings.IpAddress}: must be an IP address"
            : Account.Settings.TryGetValue(PayproSettings.NotFoundMessage, out var said) && (IsOwn || said.Trim().Length is 0 or > 200)
            ? $"{PayproSettings.NotFoundMessage}: must be 1 to 200 characters, for flavour original only"
            : Account.Settings.TryGetValue(PayproSettings.FloatAlarm, out var alarm) && !TryReadUnits(alarm, Country.Currency, out _)
            ? $"{PayproSettings.FloatAlarm}: must be an amount of {Account.Currency}"
            : null;
    }

    private string? FindMissing(long nowMs)
    {
        foreach (var field in Country.Operations.Where(o => o.Kind is OperationKind.CreatePayIn or OperationKind.CreatePayout).SelectMany(o => o.Fields))
        {
            if (field.Presence == Presence.Required && SettingOf(field.Role) is { } setting && !Account.Settings.ContainsKey(setting))
            {
                return $"{setting}: is missing; {Country.Name} requires it of every order";
            }
        }

        var versions = Account.Secrets.Valid(Key, nowMs).ToList();
        return versions.Count == 0 ? $"{Key}: is missing or not valid now"
            : versions.Any(version => version.Length < 8) ? $"{Key}: must have at least 8 bytes"
            : null;
    }

    /// <summary>The setting that a role's value comes from; null where it comes from the order.</summary>
    public static string? SettingOf(FieldRole role) => role switch
    {
        FieldRole.IpAddress => PayproSettings.IpAddress,
        FieldRole.SubMerchant => PayproSettings.SubMerchantNo,
        _ => null,
    };

    private string? Other(string name, params string[] choices) =>
        Account.Settings.TryGetValue(name, out var value) && !choices.Contains(value) ? $"{name}: must be {string.Join(" or ", choices)}" : null;
}
