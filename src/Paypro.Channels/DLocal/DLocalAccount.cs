using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.DLocal;

/// <summary>How a way is paid: dLocal's method, and whether its own page shows what to pay with.</summary>
internal sealed record DLocalWay(string Method, bool IsDirect);

/// <summary>A channel account whose settings have been read.</summary>
internal sealed partial class DLocalAccount
{
    /// <summary>Names of the secrets.</summary>
    public const string Login = "login", TransKey = "trans-key", SecretKey = "secret-key", ClientId = "client-id", ClientSecret = "client-secret", CallbackToken = "callback-token";

    private static readonly string[] Always = [Login, TransKey, SecretKey, CallbackToken], ForPayouts = [ClientId, ClientSecret];

    private DLocalAccount(ChannelAccount account, Country country, DLocalCountry rules, Uri address, Uri payoutAddress)
    {
        Account = account;
        Country = country;
        Rules = rules;
        Base = address;
        PayoutBase = payoutAddress;
    }

    /// <summary>As it is stored.</summary>
    public ChannelAccount Account { get; }

    public Country Country { get; }

    public DLocalCountry Rules { get; }

    /// <summary>Where pay-ins are called, without a path.</summary>
    public Uri Base { get; }

    /// <summary>Where payouts are called, without a path.</summary>
    public Uri PayoutBase { get; }

    /// <summary>Whether payouts are sent.</summary>
    public bool Sends => SendsOf(Account);

    /// <summary>The ways that have a method.</summary>
    public IEnumerable<(string Way, DLocalWay Method)> Methods => Country.PayInWays.Select(way => (way.Code, Method: MethodOf(way.Code))).Where(static each => each.Method is not null).Select(static each => (each.Code, each.Method!));

    /// <summary>Codes that are wallets beside those of the list.</summary>
    public IReadOnlyList<string> Wallets => ListOf(DLocalSettings.Wallets);

    /// <summary>What may be missing.</summary>
    public IReadOnlyList<string> LeftOut => ListOf(DLocalSettings.LeftOut);

    /// <summary>Ways whose payments are given back by a call.</summary>
    public IReadOnlyList<string> Refunds => ListOf(DLocalSettings.Refunds);

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">For the secrets' validity, Unix milliseconds UTC.</param>
    /// <param name="problem">What is wrong, without a secret; null when nothing is.</param>
    public static DLocalAccount? Read(ChannelAccount account, long nowMs, out string? problem)
    {
        if (DLocalCountries.Find(account.Country) is not { } rules || CountryCatalog.BuiltIn.FindCountry(account.Country) is not { } country || country.Currency.Code != account.Currency)
        {
            problem = $"country: dLocal serves no {account.Country} with {account.Currency}";
            return null;
        }

        if (AddressOf(account, DLocalSettings.Base, out problem) is not { } address
            || (account.Settings.ContainsKey(DLocalSettings.PayoutBase) ? AddressOf(account, DLocalSettings.PayoutBase, out problem) : address) is not { } payoutAddress)
        {
            return null;
        }

        var read = new DLocalAccount(account, country, rules, address, payoutAddress);
        problem = read.FindInWays() ?? read.FindInPayouts() ?? read.FindInOthers() ?? read.FindInSecrets(nowMs);
        return problem is null ? read : null;
    }

    /// <summary>Whether an account sends payouts.</summary>
    public static bool SendsOf(ChannelAccount account) => account.Settings.GetValueOrDefault(DLocalSettings.Payouts) == "v3";

    /// <summary>How many calls may be under way at once.</summary>
    public static int InFlightOf(ChannelAccount account) =>
        int.TryParse(account.Settings.GetValueOrDefault(DLocalSettings.MaxInFlight), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= 64 ? most : 8;

    /// <summary>A setting's value; null when it is not there.</summary>
    public string? Setting(string name) => Account.Settings.GetValueOrDefault(name);

    /// <summary>How a way is paid; null when the account has no method for it.</summary>
    public DLocalWay? MethodOf(string way) => Setting(DLocalSettings.Method + way)?.Split(':') is [{ Length: > 0 } method, "DIRECT" or "REDIRECT"] parts ? new DLocalWay(method, parts[1] == "DIRECT") : null;

    /// <summary>dLocal's method for payouts there; null when nobody has said it.</summary>
    public string? PayoutMethodOf(DLocalTarget target, string bankCode) =>
        Setting($"{DLocalSettings.PayoutMethod}{NameOf(target)}.{bankCode}") ?? Setting(DLocalSettings.PayoutMethod + NameOf(target)) ?? (target == DLocalTarget.Bank ? "BANK_TRANSFER" : null);

    /// <summary>Where such an account's number goes, where the documentation does not say it.</summary>
    public string? PayoutMemberOf(DLocalTarget target) => Setting(DLocalSettings.PayoutMember + NameOf(target));

    /// <summary>Puts what the account has for missing members of a call, but for one branch of them.</summary>
    public void Complete(JsonObject body, string prefix, string? without = null)
    {
        foreach (var (name, value) in Account.Settings.Where(each => each.Key.StartsWith(prefix, StringComparison.Ordinal) && (without is null || !each.Key.StartsWith(prefix + without, StringComparison.Ordinal))))
        {
            Put(body, name[prefix.Length..], value);
        }
    }

    /// <summary>Puts a text where members with full stops between say, unless something is there.</summary>
    public static void Put(JsonObject body, string path, string value)
    {
        var parts = path.Split('.');
        var at = body;
        foreach (var part in parts[..^1])
        {
            switch (at[part])
            {
                case JsonObject next:
                    at = next;
                    break;
                case null:
                    var made = new JsonObject();
                    at[part] = made;
                    at = made;
                    break;
                default:
                    return;
            }
        }

        at[parts[^1]] ??= value;
    }

    /// <summary>The first of some members that a call lacks and that dLocal has not agreed to do without.</summary>
    public string? Lacks(JsonObject body, IEnumerable<string> needs) =>
        needs.FirstOrDefault(path => !LeftOut.Contains(path) && path.Split('.').Aggregate((JsonNode?)body, static (at, part) => (at as JsonObject)?[part]) is null);

    /// <summary>The authority of the rail's server; null for the machine's own.</summary>
    public X509Certificate2? OpenAuthority() => Setting(DLocalSettings.ServerAuthority) is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <summary>What a callback's address must hold for this account, from each version of the secret that counts, the newest first.</summary>
    public IEnumerable<string> CallbackSecrets(long nowMs) => Account.Secrets.Valid(CallbackToken, nowMs).Where(static token => !token.IsEmpty)
        .Select(token => Convert.ToHexStringLower(HMACSHA256.HashData(token.Span, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"dlocal:{Account.Id}"))).AsSpan(0, 16)));

    /// <summary>The address that notifications of one kind come to.</summary>
    public string CallbackAddress(long nowMs, string kind) => $"{Account.CallbackAddress!.AbsoluteUri.TrimEnd('/')}/{CallbackSecrets(nowMs).First()}/{kind}";

    /// <summary>A secret's text.</summary>
    public string Text(string name, long nowMs) => Encoding.UTF8.GetString(Account.Secrets.Current(name, nowMs).Span);

    /// <summary>Hides everything but the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"DLocalAccount {Account.Id}");

    private static string NameOf(DLocalTarget target) => target switch { DLocalTarget.Bank => "bank", DLocalTarget.Wallet => "wallet", _ => "key" };

    private string[] ListOf(string name) => (Setting(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Uri? AddressOf(ChannelAccount account, string name, out string? problem)
    {
        var address = (account.Settings.GetValueOrDefault(name) ?? "").TrimEnd('/');
        problem = Protocol.Countries.Rules.HttpAddress(address, new RequestContext(IsSandbox: false, BankDirectory.None)) is { } wrong ? $"{name}: {wrong}" : null;
        if (problem is not null)
        {
            return null;
        }

        var read = new Uri(address);
        problem = read.AbsolutePath != "/" || read.Query.Length > 0 || read.Fragment.Length > 0 ? $"{name}: must have neither path nor query nor fragment"
            : read.Scheme != Uri.UriSchemeHttps && (account.Live || !read.IsLoopback) ? $"{name}: must be https, or http on loopback for an account that moves no real money"
            : account.Live && read.Host.Contains("sandbox", StringComparison.OrdinalIgnoreCase) ? $"{name}: is dLocal's sandbox, and the account is live"
            : !account.Live && read.Host.Equals("api.dlocal.com", StringComparison.OrdinalIgnoreCase) ? $"{name}: is dLocal's live address, and the account is not live"
            : null;
        return problem is null ? read : null;
    }
}
