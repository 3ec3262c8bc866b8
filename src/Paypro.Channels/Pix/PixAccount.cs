using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.Pix;

/// <summary>A channel account whose settings have been read.</summary>
internal sealed class PixAccount
{
    /// <summary>Names of the secrets.</summary>
    public const string ClientId = "client-id", ClientSecret = "client-secret", Certificate = "certificate", CertificatePassword = "certificate-password", CallbackToken = "callback-token";

    private const int LongestList = 4_096;

    private PixAccount(ChannelAccount account, Uri address, Uri token)
    {
        Account = account;
        Base = address;
        TokenAddress = token;
    }

    /// <summary>As it is stored.</summary>
    public ChannelAccount Account { get; }

    /// <summary>The bank's address, without a path.</summary>
    public Uri Base { get; }

    /// <summary>Where tokens are given.</summary>
    public Uri TokenAddress { get; }

    /// <summary>Whether a token is asked for with a form.</summary>
    public bool AsksTokenByForm => Setting(PixSettings.TokenBody) == "form";

    /// <summary>The path before the standard's own.</summary>
    public string ApiPath => Setting(PixSettings.ApiPath) ?? "/v2";

    /// <summary>The key that payers pay to.</summary>
    public string Key => Account.Settings[PixSettings.Key];

    /// <summary>The key that payouts are paid from.</summary>
    public string PayingKey => Setting(PixSettings.PayingKey) ?? Key;

    /// <summary>Whose name a code of ours shows.</summary>
    public string MerchantName => Protocol.Qr.EmvMerchant.NameOf(Setting(PixSettings.MerchantName) ?? "");

    /// <summary>Which city a code of ours shows.</summary>
    public string City => Setting(PixSettings.City) ?? "Sao Paulo";

    /// <summary>Whether the bank sends payouts.</summary>
    public bool Sends => SendsOf(Account);

    /// <summary>Whether the told balance holds what is blocked.</summary>
    public bool BlockedInBalance => Setting(PixSettings.BlockedInBalance) != "no";

    /// <summary>Whether a registration tells that our asking for a certificate is not to be tested.</summary>
    public bool SkipsMtlsChecking => Setting(PixSettings.SkipMtlsChecking) == "yes";

    /// <summary>Days of the daily look for what was sent back.</summary>
    public int ReturnDays => int.Parse(Setting(PixSettings.ReturnDays) ?? "90", CultureInfo.InvariantCulture);

    /// <summary>Errors that say that our money is used up.</summary>
    public IReadOnlyList<string> FundsErrors => ListOf(PixSettings.FundsErrors);

    /// <summary>Where callbacks may come from; empty for anywhere.</summary>
    public IReadOnlyList<string> CallbackAddresses => ListOf(PixSettings.CallbackAddresses);

    /// <summary>Digests of certificates that a callback may show; empty when none is asked for.</summary>
    public IReadOnlyList<string> CallbackCertificates => ListOf(PixSettings.CallbackCertificates);

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">For the secrets' validity, Unix milliseconds UTC.</param>
    /// <param name="problem">What is wrong, without a secret; null when nothing is.</param>
    public static PixAccount? Read(ChannelAccount account, long nowMs, out string? problem)
    {
        if (account.Country != "BR" || account.Currency != Currency.Brl.Code)
        {
            problem = "country: Pix is Brazil's, with BRL";
            return null;
        }

        if (AddressOf(account, PixSettings.Base, account.Settings.GetValueOrDefault(PixSettings.Base) ?? "", out problem) is not { } address)
        {
            return null;
        }

        if (address.AbsolutePath != "/")
        {
            problem = $"{PixSettings.Base}: must have no path; {PixSettings.ApiPath} is for it";
            return null;
        }

        var token = account.Settings.GetValueOrDefault(PixSettings.Token) ?? "/oauth/token";
        if (AddressOf(account, PixSettings.Token, token.StartsWith('/') ? new Uri(address, token).AbsoluteUri : token, out problem) is not { } tokenAddress)
        {
            return null;
        }

        var read = new PixAccount(account, address, tokenAddress);
        problem = read.FindInChoices() ?? read.FindInKeys() ?? read.FindInLists() ?? read.FindInSecrets(nowMs);
        return problem is null ? read : null;
    }

    /// <summary>Whether an account sends payouts.</summary>
    public static bool SendsOf(ChannelAccount account) => account.Settings.GetValueOrDefault(PixSettings.Payouts) == "efi";

    /// <summary>How many sends may be under way at once.</summary>
    public static int InFlightOf(ChannelAccount account) =>
        int.TryParse(account.Settings.GetValueOrDefault(PixSettings.MaxInFlight), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= 64 ? most : 1;

    /// <summary>The client certificate with its key; null when it cannot be opened.</summary>
    public X509Certificate2? OpenCertificate(long nowMs)
    {
        try
        {
            var password = Encoding.UTF8.GetString(Account.Secrets.Current(CertificatePassword, nowMs).Span);
            return X509CertificateLoader.LoadPkcs12(Account.Secrets.Current(Certificate, nowMs).Span, password);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The authority of the bank's server; null for the machine's own.</summary>
    public X509Certificate2? OpenAuthority() => Setting(PixSettings.ServerAuthority) is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <summary>What a callback's address must hold for this account, from each version of the secret that counts, the newest first.</summary>
    public IEnumerable<string> CallbackSecrets(long nowMs) => Account.Secrets.Valid(CallbackToken, nowMs).Where(static token => !token.IsEmpty)
        .Select(token => Convert.ToHexStringLower(HMACSHA256.HashData(token.Span, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"pix:{Account.Id}"))).AsSpan(0, 16)));

    /// <summary>The address that the bank is told; it posts to this and <c>/pix</c>.</summary>
    public string CallbackAddress(long nowMs)
    {
        var secret = CallbackSecrets(nowMs).First();
        var own = Account.CallbackAddress!.AbsoluteUri.TrimEnd('/');
        return Setting(PixSettings.CallbackSecretIn) == "query" ? $"{own}?hmac={secret}&ignorar=" : $"{own}/{secret}";
    }

    /// <summary>Hides everything but the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PixAccount {Account.Id}");

    private string? Setting(string name) => Account.Settings.GetValueOrDefault(name);

    private string[] ListOf(string name) => (Setting(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Uri? AddressOf(ChannelAccount account, string name, string text, out string? problem)
    {
        var address = text.TrimEnd('/');
        problem = Rules.HttpAddress(address, new RequestContext(IsSandbox: false, BankDirectory.None)) is { } wrong ? $"{name}: {wrong}" : null;
        if (problem is not null)
        {
            return null;
        }

        var read = new Uri(address);
        problem = read.Query.Length > 0 || read.Fragment.Length > 0 ? $"{name}: must have neither query nor fragment"
            : read.Scheme != Uri.UriSchemeHttps && (account.Live || !read.IsLoopback) ? $"{name}: must be https, or http on loopback for an account that moves no real money"
            : null;
        return problem is null ? read : null;
    }

    private string? FindInChoices() =>
        Other(PixSettings.TokenBody, "json", "form")
        ?? Other(PixSettings.Payouts, "none", "efi")
        ?? Other(PixSettings.BlockedInBalance, "yes", "no")
        ?? Other(PixSettings.CallbackSecretIn, "path", "query")
        ?? Other(PixSettings.SkipMtlsChecking, "yes", "no")
        ?? Number(PixSettings.MaxInFlight, 1, 64)
        ?? Number(PixSettings.ReturnDays, 0, 100)
        ?? (ApiPath.Length == 0 || (ApiPath.Length <= 64 && ApiPath[0] == '/' && ApiPath[^1] != '/' && ApiPath.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.'))
            ? null : $"{PixSettings.ApiPath}: must be empty or a path such as /v2")
        ?? (Account.CallbackAddress is null ? "callback address: the server must know its own, since the bank is told it" : null);

    private string? FindInKeys() =>
        PixKey.TypeOf(Setting(PixSettings.Key) ?? "") is null ? $"{PixSettings.Key}: must be a PIX key in the directory's form"
        : PixKey.TypeOf(PayingKey) is null ? $"{PixSettings.PayingKey}: must be a PIX key in the directory's form"
        : Protocol.Qr.EmvMerchant.ToAscii(City, Protocol.Qr.EmvMerchant.MaxCityLength).Length == 0 ? $"{PixSettings.City}: must have letters"
        : null;

    private string? FindInLists()
    {
        foreach (var name in new[] { PixSettings.FundsErrors, PixSettings.CallbackAddresses, PixSettings.CallbackCertificates })
        {
            if (Setting(name) is { } text && (text.Length > LongestList || ListOf(name).Length == 0))
            {
                return $"{name}: must be one or more with commas between, or be left out";
            }
        }

        if (CallbackAddresses.Any(static address => !IPAddress.TryParse(address, out _)))
        {
            return $"{PixSettings.CallbackAddresses}: must be IP addresses";
        }

        if (CallbackCertificates.Any(static digest => digest.Length != 64 || !digest.All(char.IsAsciiHexDigit)))
        {
            return $"{PixSettings.CallbackCertificates}: must be SHA-256 digests of 64 hex digits";
        }

        try
        {
            OpenAuthority()?.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            return $"{PixSettings.ServerAuthority}: must be a certificate in PEM";
        }
    }

    private string? FindInSecrets(long nowMs)
    {
        foreach (var name in new[] { ClientId, ClientSecret, Certificate, CallbackToken })
        {
            if (Account.Secrets.Current(name, nowMs).IsEmpty)
            {
                return $"{name}: is missing or not valid now";
            }
        }

        if (Account.Secrets.Valid(CallbackToken, nowMs).Any(static token => token.Length < 16))
        {
            return $"{CallbackToken}: must have at least 16 bytes";
        }

        if (Encoding.UTF8.GetString(Account.Secrets.Current(ClientId, nowMs).Span).Contains(':', StringComparison.Ordinal))
        {
            return $"{ClientId}: must have no colon";
        }

        using var certificate = OpenCertificate(nowMs);
        return certificate is null ? $"{Certificate}: is no PKCS#12 file that opens with {CertificatePassword}"
            : !certificate.HasPrivateKey ? $"{Certificate}: has no private key"
            : null;
    }

    private string? Other(string name, params string[] choices) =>
        Account.Settings.TryGetValue(name, out var value) && !choices.Contains(value) ? $"{name}: must be {string.Join(" or ", choices)}" : null;

    private string? Number(string name, int least, int most) =>
        Setting(name) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            ? $"{name}: must be a whole number from {least} to {most}" : null;
}
