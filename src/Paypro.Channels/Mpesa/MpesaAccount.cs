using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>A channel account whose settings have been read.</summary>
internal sealed class MpesaAccount
{
    /// <summary>Names of the secrets.</summary>
    public const string ConsumerKey = "consumer-key", ConsumerSecret = "consumer-secret", Passkey = "passkey", InitiatorPassword = "initiator-password",
        Certificate = "certificate", CallbackToken = "callback-token";

    private const int LongestList = 4_096, MostPerSecond = 1_000;

    private MpesaAccount(ChannelAccount account, Uri address)
    {
        Account = account;
        Base = address;
    }

    /// <summary>As it is stored.</summary>
    public ChannelAccount Account { get; }

    /// <summary>Daraja's address, without a path.</summary>
    public Uri Base { get; }

    /// <summary>Who prompts.</summary>
    public string ShortCode => Setting(MpesaSettings.ShortCode) ?? "";

    /// <summary>How a prompt pays.</summary>
    public string TransactionType => Setting(MpesaSettings.TransactionType) ?? PayBill;

    /// <summary>Whom a prompt pays.</summary>
    public string PartyB => Setting(MpesaSettings.PartyB) ?? ShortCode;

    /// <summary>Whether payments from the payer's menu are told to us.</summary>
    public bool HasC2b => C2b != "none";

    /// <summary>Whether such a confirmation is proof.</summary>
    public bool BooksC2b => C2b == "booked";

    /// <summary>What happens where our validation does not answer.</summary>
    public string C2bUnanswered => Setting(MpesaSettings.C2bUnanswered) ?? "Completed";

    /// <summary>Whether there is a list of what came.</summary>
    public bool Pulls => Setting(MpesaSettings.Pull) == "yes";

    /// <summary>Whether the list's offset counts pages.</summary>
    public bool PullsByPages => Setting(MpesaSettings.PullOffset) == "pages";

    /// <summary>The number that the list is registered with.</summary>
    public string PullNumber => Setting(MpesaSettings.PullNumber) ?? "";

    /// <summary>Whether the list's times are UTC.</summary>
    public bool PullsUtc => Setting(MpesaSettings.PullTimes) == "utc";

    /// <summary>Who makes payouts and reversals; null where nobody does.</summary>
    public string? InitiatorName => Setting(MpesaSettings.InitiatorName);

    /// <summary>What payouts are paid from; null where there are none.</summary>
    public string? B2cShortCode => Setting(MpesaSettings.B2cShortCode);

    /// <summary>The short code whose pots are asked for.</summary>
    public string PotsOf => B2cShortCode ?? ShortCode;

    /// <summary>What a payout is.</summary>
    public string CommandId => Setting(MpesaSettings.CommandId) ?? "BusinessPayment";

    /// <summary>Whether part of a payment can be reversed.</summary>
    public bool ReversesPartly => Setting(MpesaSettings.PartialReversals) == "yes";

    /// <summary>Results of a status question that say that there is nothing.</summary>
    public IReadOnlyList<string> NotFoundCodes => ListOf(MpesaSettings.NotFoundCodes);

    /// <summary>Where callbacks may come from; empty for anywhere.</summary>
    public IReadOnlyList<string> CallbackAddresses => ListOf(MpesaSettings.CallbackAddresses);

    private static string PayBill => "CustomerPayBillOnline";

    private string C2b => Setting(MpesaSettings.C2b) ?? "none";

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">For the secrets' validity, Unix milliseconds UTC.</param>
    /// <param name="problem">What is wrong, without a secret; null when nothing is.</param>
    public static MpesaAccount? Read(ChannelAccount account, long nowMs, out string? problem)
    {
        if (account.Country != "KE" || account.Currency != Currency.Kes.Code)
        {
            problem = "country: this M-PESA is Kenya's, with KES";
            return null;
        }

        var text = (account.Settings.GetValueOrDefault(MpesaSettings.Base) ?? "").TrimEnd('/');
        if (Rules.HttpAddress(text, new RequestContext(IsSandbox: false, BankDirectory.None)) is { } wrong)
        {
            problem = $"{MpesaSettings.Base}: {wrong}";
            return null;
        }

        var address = new Uri(text);
        problem = address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0 ? $"{MpesaSettings.Base}: must have neither path nor query"
            : address.Scheme != Uri.UriSchemeHttps && (account.Live || !address.IsLoopback) ? $"{MpesaSettings.Base}: must be https, or http on loopback for an account that moves no real money"
            : null;
        if (problem is not null)
        {
            return null;
        }

        var read = new MpesaAccount(account, address);
        problem = read.FindInChoices() ?? read.FindInNumbers() ?? read.FindInNeeds() ?? read.FindInLists() ?? read.FindInSecrets(nowMs);
        return problem is null ? read : null;
    }

    /// <summary>How many sends may begin in a second.</summary>
    public static int PerSecondOf(ChannelAccount account) =>
        int.TryParse(account.Settings.GetValueOrDefault(MpesaSettings.MaxPerSecond), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= MostPerSecond ? most : 5;

    /// <summary>A secret's text as it counts now.</summary>
    public string Text(string name, long nowMs) => Encoding.UTF8.GetString(Account.Secrets.Current(name, nowMs).Span);

    /// <summary>
    /// The initiator's password as Safaricom wants it: encrypted to its certificate's key, PKCS#1 v1.5. Its dates count for nothing: published ones have ended long ago and are in use.
    /// Null where the certificate cannot be read.
    /// </summary>
    public string? SecurityCredential(long nowMs)
    {
        using var key = OpenKey(nowMs);
        return key is null ? null : Convert.ToBase64String(key.Encrypt(Account.Secrets.Current(InitiatorPassword, nowMs).Span, RSAEncryptionPadding.Pkcs1));
    }

    /// <summary>The authority of Daraja's server; null for the machine's own.</summary>
    public X509Certificate2? OpenAuthority() => Setting(MpesaSettings.ServerAuthority) is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <summary>Hides everything but the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"MpesaAccount {Account.Id}");

    private RSA? OpenKey(long nowMs)
    {
        var pem = Text(Certificate, nowMs);
        try
        {
            if (pem.Contains("PUBLIC KEY", StringComparison.Ordinal))
            {
                var key = RSA.Create();
                key.ImportFromPem(pem);
                return key;
            }

            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetRSAPublicKey();
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private string? Setting(string name) => Account.Settings.GetValueOrDefault(name);

    private string[] ListOf(string name) => (Setting(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string? FindInChoices() =>
        Other(MpesaSettings.TransactionType, PayBill, "CustomerBuyGoodsOnline")
        ?? Other(MpesaSettings.C2b, "none", "hint", "booked")
        ?? Other(MpesaSettings.C2bUnanswered, "Completed", "Cancelled")
        ?? Other(MpesaSettings.Pull, "no", "yes")
        ?? Other(MpesaSettings.PullOffset, "rows", "pages")
        ?? Other(MpesaSettings.PullTimes, "nairobi", "utc")
        ?? Other(MpesaSettings.CommandId, "BusinessPayment", "SalaryPayment", "PromotionPayment")
        ?? Other(MpesaSettings.PartialReversals, "no", "yes")
        ?? (Setting(MpesaSettings.MaxPerSecond) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= MostPerSecond)
            ? $"{MpesaSettings.MaxPerSecond}: must be a whole number from 1 to {MostPerSecond}" : null);

    private string? FindInNumbers() =>
        !IsDigits(ShortCode, 5, 7) ? $"{MpesaSettings.ShortCode}: must have 5 to 7 digits"
        : !IsDigits(PartyB, 5, 10) ? $"{MpesaSettings.PartyB}: must have 5 to 10 digits"
        : B2cShortCode is { } from && !IsDigits(from, 5, 7) ? $"{MpesaSettings.B2cShortCode}: must have 5 to 7 digits"
        : PullNumber.Length > 0 && !MpesaWire.IsPhone(PullNumber) ? $"{MpesaSettings.PullNumber}: must be 12 digits beginning with 2541 or 2547"
        : InitiatorName is { } name && (name.Length is 0 or > 64 || name.AsSpan().ContainsAnyExceptInRange('!', '~')) ? $"{MpesaSettings.InitiatorName}: must be 1 to 64 characters without blanks"
        : null;

    /// <summary>What one setting needs of another.</summary>
    private string? FindInNeeds() =>
        TransactionType != PayBill && Setting(MpesaSettings.PartyB) is null ? $"{MpesaSettings.PartyB}: is required for tills, whose number it is"
        : Pulls && Setting(MpesaSettings.PullOffset) is null ? $"{MpesaSettings.PullOffset}: is required with {MpesaSettings.Pull}; ask Safaricom whether it counts rows or pages"
        : Pulls && PullNumber.Length == 0 ? $"{MpesaSettings.PullNumber}: is required with {MpesaSettings.Pull}"
        : C2b == "hint" && !Pulls ? $"{MpesaSettings.C2b}: hint needs {MpesaSettings.Pull}, since a payment that names no order would be in no book"
        : BooksC2b && CallbackAddresses.Count == 0 ? $"{MpesaSettings.C2b}: booked needs {MpesaSettings.CallbackAddresses}, since nothing else proves a confirmation"
        : B2cShortCode is not null && InitiatorName is null ? $"{MpesaSettings.InitiatorName}: is required for payouts"
        : Account.CallbackAddress is not { } own ? "callback address: the server must know its own, since M-PESA is told it with every request"
        : own.Scheme != Uri.UriSchemeHttps && Account.Live ? "callback address: must be https"
        : MpesaAddress.ForbiddenIn(own.AbsoluteUri) is { } word ? $"callback address: Safaricom takes none that holds the word {word}"
        : null;

    private string? FindInLists()
    {
        foreach (var name in new[] { MpesaSettings.NotFoundCodes, MpesaSettings.CallbackAddresses })
        {
            if (Setting(name) is { } text && (text.Length > LongestList || ListOf(name).Length == 0))
            {
                return $"{name}: must be one or more with commas between, or be left out";
            }
        }

        if (CallbackAddresses.Any(static address => !IPAddress.TryParse(address, out _)))
        {
            return $"{MpesaSettings.CallbackAddresses}: must be IP addresses";
        }

        try
        {
            OpenAuthority()?.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            return $"{MpesaSettings.ServerAuthority}: must be a certificate in PEM";
        }
    }

    private string? FindInSecrets(long nowMs)
    {
        string[] needed = [ConsumerKey, ConsumerSecret, Passkey, CallbackToken, .. InitiatorName is null ? [] : new[] { InitiatorPassword, Certificate }];
        if (needed.FirstOrDefault(name => Account.Secrets.Current(name, nowMs).IsEmpty) is { } missing)
        {
            return $"{missing}: is missing or not valid now";
        }

        if (Account.Secrets.Valid(CallbackToken, nowMs).Any(static token => token.Length < 16))
        {
            return $"{CallbackToken}: must have at least 16 bytes";
        }

        if (Text(ConsumerKey, nowMs).Contains(':', StringComparison.Ordinal))
        {
            return $"{ConsumerKey}: must have no colon";
        }

        if (InitiatorName is null)
        {
            return null;
        }

        using var key = OpenKey(nowMs);
        return key is null ? $"{Certificate}: must be Safaricom's certificate or its public key in PEM, RSA"
            : Account.Secrets.Current(InitiatorPassword, nowMs).Length > (key.KeySize / 8) - 11 ? $"{InitiatorPassword}: is too long for the certificate's key"
            : null;
    }

    private string? Other(string name, params string[] choices) =>
        Account.Settings.TryGetValue(name, out var value) && !choices.Contains(value) ? $"{name}: must be {string.Join(" or ", choices)}" : null;

    private static bool IsDigits(string text, int least, int most) => text.Length >= least && text.Length <= most && text.All(char.IsAsciiDigit);
}
