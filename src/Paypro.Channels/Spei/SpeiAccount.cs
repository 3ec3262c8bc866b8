using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.Spei;

/// <summary>A channel account whose settings have been read.</summary>
internal sealed class SpeiAccount
{
    private const int LongestList = 4_096, PrefixAtLeast = 6, PrefixAtMost = 13, BucketAndCheckDigits = 3;

    private SpeiAccount(ChannelAccount account, Uri orders, Uri queries)
    {
        (Account, Orders, Queries) = (account, orders, queries);
        CreditStates = ListOf(SpeiSettings.CreditStates) is { Length: > 0 } states ? states : ["LQ", "TLQ"];
        FundsErrors = ListOf(SpeiSettings.FundsErrors);
        CallbackAddresses = ListOf(SpeiSettings.CallbackAddresses);
        Days = new SpeiDays(ListOf(SpeiSettings.Holidays).Select(SpeiDays.Read).OfType<DateOnly>());
    }

    /// <summary>As it is stored.</summary>
    public ChannelAccount Account { get; }

    /// <summary>Where orders are sent, without a path.</summary>
    public Uri Orders { get; }

    /// <summary>Where questions are asked, without a path.</summary>
    public Uri Queries { get; }

    /// <summary>The path before <c>/ordenPago</c>.</summary>
    public string OrdersPath => Setting(SpeiSettings.OrdersPath) ?? "/speiws/rest";

    /// <summary>Our alias.</summary>
    public string Company => Setting(SpeiSettings.Company) ?? "";

    /// <summary>What our CLABEs begin with.</summary>
    public string Prefix => Setting(SpeiSettings.ClabePrefix) ?? "";

    /// <summary>The bank that payers are shown.</summary>
    public string Bank => Setting(SpeiSettings.ClabeBank) ?? "STP";

    /// <summary>The CLABE that payouts are paid from.</summary>
    public string OrderingAccount => Setting(SpeiSettings.OrderingAccount) ?? "";

    /// <summary>Its holder, as it is sent.</summary>
    public string OrderingName => SpeiTexts.Plain(Setting(SpeiSettings.OrderingName) ?? "");

    /// <summary>The holder's tax number.</summary>
    public string OrderingTaxNumber => SpeiTexts.TaxNumber(Setting(SpeiSettings.OrderingTaxNumber));

    /// <summary>What recipients read.</summary>
    public string Concept => SpeiTexts.Plain(Setting(SpeiSettings.Concept) ?? "PAGO");

    /// <summary>Whether debit cards are paid to.</summary>
    public bool AcceptsCards => Setting(SpeiSettings.AcceptsCards) == "yes";

    /// <summary>Whether the members that public code calls optional are sent.</summary>
    public bool SendsOptional => Setting(SpeiSettings.SendsOptional) != "no";

    /// <summary>What says that our money is used up.</summary>
    public IReadOnlyList<string> FundsErrors { get; }

    /// <summary>States in which a received payment is ours.</summary>
    public IReadOnlyList<string> CreditStates { get; }

    /// <summary>Where callbacks may come from; empty for anywhere.</summary>
    public IReadOnlyList<string> CallbackAddresses { get; }

    /// <summary>The rail's calendar.</summary>
    public SpeiDays Days { get; }

    /// <summary>The numbers that payers get.</summary>
    public NumberSpace Numbers => new("clabe", Prefix, Clabe.Length - BucketAndCheckDigits - Prefix.Length, Clabe.Complete);

    /// <summary>Reads an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="nowMs">For the secrets' validity, Unix milliseconds UTC.</param>
    /// <param name="problem">What is wrong, without a secret; null when nothing is.</param>
    public static SpeiAccount? Read(ChannelAccount account, long nowMs, out string? problem)
    {
        if (account.Country != "MX" || account.Currency != Currency.Mxn.Code)
        {
            problem = "country: SPEI is Mexico's, with MXN";
            return null;
        }

        if (AddressOf(account, SpeiSettings.Orders, out problem) is not { } orders || AddressOf(account, SpeiSettings.Queries, out problem) is not { } queries)
        {
            return null;
        }

        var read = new SpeiAccount(account, orders, queries);
        problem = read.FindInChoices() ?? read.FindInNames() ?? read.FindInLists() ?? read.FindInSecrets(nowMs);
        return problem is null ? read : null;
    }

    /// <summary>A setting that is a whole number; its default where it is not one of the range.</summary>
    public static int NumberOf(ChannelAccount account, string name, int usual, int least, int most) =>
        int.TryParse(account.Settings.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : usual;

    /// <summary>Whether a CLABE is one that we may have given out.</summary>
    public bool IsOurs(string clabe) => Clabe.IsValid(clabe) && clabe.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The authority of STP's servers; null for the machine's own.</summary>
    public X509Certificate2? OpenAuthority() => Setting(SpeiSettings.ServerAuthority) is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <summary>The key that signs now; null when it cannot be opened.</summary>
    public RSA? OpenKey(long nowMs)
    {
        var key = RSA.Create();
        try
        {
            var pem = Encoding.UTF8.GetString(Account.Secrets.Current(SpeiChannel.PrivateKey, nowMs).Span);
            if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            {
                key.ImportFromEncryptedPem(pem, Encoding.UTF8.GetString(Account.Secrets.Current(SpeiChannel.Passphrase, nowMs).Span));
            }
            else
            {
                key.ImportFromPem(pem);
            }

            // A public key alone opens as well.
            key.SignData("?"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return key;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>What the addresses that STP calls must hold, from each version of the secret that counts, the newest first.</summary>
    public IEnumerable<string> CallbackSecrets(long nowMs) => Account.Secrets.Valid(SpeiChannel.CallbackToken, nowMs).Where(static token => !token.IsEmpty)
        .Select(token => Convert.ToHexStringLower(HMACSHA256.HashData(token.Span, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"spei:{Account.Id}"))).AsSpan(0, 16)));

    /// <summary>Whether a text of the rail's says that our money is used up.</summary>
    public bool SaysFunds(string text) => text.Length > 0 && FundsErrors.Any(word => SpeiTexts.Folded(text).Contains(SpeiTexts.Folded(word), StringComparison.Ordinal));

    /// <summary>Hides everything but the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"SpeiAccount {Account.Id}");

    /// <summary>Whether a payer could be given a CLABE: the two digits behind the prefix are an order's bucket.</summary>
    private bool GivesOut(string clabe) => IsOurs(clabe) && clabe.AsSpan(Prefix.Length, 2).CompareTo("64", StringComparison.Ordinal) < 0;

    private string? Setting(string name) => Account.Settings.GetValueOrDefault(name);

    private string[] ListOf(string name) => (Setting(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Uri? AddressOf(ChannelAccount account, string name, out string? problem)
    {
        var text = (account.Settings.GetValueOrDefault(name) ?? "").TrimEnd('/');
        problem = Rules.HttpAddress(text, new RequestContext(IsSandbox: false, BankDirectory.None)) is { } wrong ? $"{name}: {wrong}" : null;
        if (problem is not null)
        {
            return null;
        }

        var read = new Uri(text);
        problem = read.AbsolutePath != "/" || read.Query.Length > 0 || read.Fragment.Length > 0 ? $"{name}: must be without a path"
            : read.Scheme != Uri.UriSchemeHttps && (account.Live || !read.IsLoopback) ? $"{name}: must be https, or http on loopback for an account that moves no real money"
            : null;
        return problem is null ? read : null;
    }

    private string? FindInChoices() =>
        Other(SpeiSettings.AcceptsCards, "yes", "no")
        ?? Other(SpeiSettings.SendsOptional, "yes", "no")
        ?? Number(SpeiSettings.QueriesPerHour, 10, 100_000)
        ?? Number(SpeiSettings.MaxInFlight, 1, 64)
        ?? (OrdersPath.Length is > 0 and <= 64 && OrdersPath[0] == '/' && OrdersPath[^1] != '/' && OrdersPath.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.')
            ? null : $"{SpeiSettings.OrdersPath}: must be a path such as /speiws/rest");

    private string? FindInNames() =>
        Company.Length is 0 or > 40 || Company.Any(static letter => letter is <= ' ' or > '~' or '|') ? $"{SpeiSettings.Company}: must be the alias that STP gave, of 1 to 40 characters without blanks"
        : Prefix.Length is < PrefixAtLeast or > PrefixAtMost || !Prefix.All(char.IsAsciiDigit) ? $"{SpeiSettings.ClabePrefix}: must be {PrefixAtLeast} to {PrefixAtMost} digits"
        : !Clabe.IsValid(OrderingAccount) ? $"{SpeiSettings.OrderingAccount}: must be a CLABE: 18 digits with a right check digit"
        : GivesOut(OrderingAccount) ? $"{SpeiSettings.OrderingAccount}: must be none of the CLABEs that payers get; ask STP for a {SpeiSettings.ClabePrefix} of its own"
        : OrderingName.Length == 0 ? $"{SpeiSettings.OrderingName}: must have letters"
        : Setting(SpeiSettings.OrderingTaxNumber) is { } tax && tax != "ND" && SpeiTexts.TaxNumber(tax) == "ND" ? $"{SpeiSettings.OrderingTaxNumber}: must be an RFC of 12 or 13 letters and digits, or ND"
        : Concept.Length == 0 ? $"{SpeiSettings.Concept}: must have letters"
        : Bank.Length > 40 ? $"{SpeiSettings.ClabeBank}: must have at most 40 characters"
        : null;

    private string? FindInLists()
    {
        foreach (var name in new[] { SpeiSettings.FundsErrors, SpeiSettings.CreditStates, SpeiSettings.Holidays, SpeiSettings.CallbackAddresses })
        {
            if (Setting(name) is { } text && (text.Length > LongestList || ListOf(name).Length == 0))
            {
                return $"{name}: must be one or more with commas between, or be left out";
            }
        }

        if (FundsErrors.Any(static word => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number >= -1 : word.Length < 4))
        {
            return $"{SpeiSettings.FundsErrors}: must be numbers below -1, or words of at least four letters";
        }

        if (CallbackAddresses.Any(static address => !IPAddress.TryParse(address, out _)))
        {
            return $"{SpeiSettings.CallbackAddresses}: must be IP addresses";
        }

        if (ListOf(SpeiSettings.Holidays).Any(static day => SpeiDays.Read(day) is null))
        {
            return $"{SpeiSettings.Holidays}: must be days as yyyyMMdd";
        }

        if (CreditStates.Any(static state => state.Length > 4 || !state.All(char.IsAsciiLetterUpper)))
        {
            return $"{SpeiSettings.CreditStates}: must be states of two to four capital letters";
        }

        try
        {
            OpenAuthority()?.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            return $"{SpeiSettings.ServerAuthority}: must be a certificate in PEM";
        }
    }

    private string? FindInSecrets(long nowMs)
    {
        foreach (var name in new[] { SpeiChannel.PrivateKey, SpeiChannel.CallbackToken })
        {
            if (Account.Secrets.Current(name, nowMs).IsEmpty)
            {
                return $"{name}: is missing or not valid now";
            }
        }

        if (Account.Secrets.Valid(SpeiChannel.CallbackToken, nowMs).Any(static token => token.Length < 16))
        {
            return $"{SpeiChannel.CallbackToken}: must have at least 16 bytes";
        }

        if (Account.Secrets.Current(SpeiChannel.BasicUser, nowMs).IsEmpty != Account.Secrets.Current(SpeiChannel.BasicPassword, nowMs).IsEmpty)
        {
            return $"{SpeiChannel.BasicUser}: needs {SpeiChannel.BasicPassword} beside it, and the other way round";
        }

        using var key = OpenKey(nowMs);
        return key is null ? $"{SpeiChannel.PrivateKey}: is no RSA key in PEM that opens with {SpeiChannel.Passphrase}" : null;
    }

    private string? Other(string name, params string[] choices) =>
        Account.Settings.TryGetValue(name, out var value) && !choices.Contains(value) ? $"{name}: must be {string.Join(" or ", choices)}" : null;

    private string? Number(string name, int least, int most) =>
        Setting(name) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            ? $"{name}: must be a whole number from {least} to {most}" : null;
}
