namespace Paypro.Channels.Pix;

/// <summary>The settings of a channel account at a bank that serves Banco Central do Brasil's API Pix. Required are <see cref="Base"/> and <see cref="Key"/>.</summary>
public static class PixSettings
{
    /// <summary>The bank's address without a path: <c>https://pix.api.efipay.com.br</c>. http only on loopback, and only for accounts that move no real money.</summary>
    public const string Base = "base";

    /// <summary>The path before the standard's own: <c>/v2</c> (default). Empty where there is none.</summary>
    public const string ApiPath = "apiPath";

    /// <summary>Where tokens are given: a path at <see cref="Base"/> (<c>/oauth/token</c> by default) or a whole https address.</summary>
    public const string Token = "token";

    /// <summary>How a token is asked for: <c>json</c> (default) or <c>form</c>.</summary>
    public const string TokenBody = "tokenBody";

    /// <summary>Our PIX key that payers pay to, in the directory's own form.</summary>
    public const string Key = "pixKey";

    /// <summary>The receiver's name that a payer's app shows, where we make the code; <c>Merchant</c> by default.</summary>
    public const string MerchantName = "merchantName";

    /// <summary>The city that a payer's app shows, where we make the code; <c>Sao Paulo</c> by default.</summary>
    public const string City = "pixCity";

    /// <summary><c>none</c> (default), or <c>efi</c>: payouts and balances by Efí's own calls, which no other bank has.</summary>
    public const string Payouts = "payouts";

    /// <summary>Our key that payouts are paid from; <see cref="Key"/> by default.</summary>
    public const string PayingKey = "payingKey";

    /// <summary>Payouts and refunds under way at once in one process: 1 (default) to 64. Efí advises to send one after another.</summary>
    public const string MaxInFlight = "maxInFlight";

    /// <summary>Names of the bank's errors, with commas between, that say that our balance does not suffice. None by default: no documentation that was seen names one.</summary>
    public const string FundsErrors = "fundsErrors";

    /// <summary>Whether the balance that the bank tells holds what is blocked too: <c>yes</c> (default, so that less is sent) or <c>no</c>.</summary>
    public const string BlockedInBalance = "blockedInBalance";

    /// <summary>Where the callback's secret stands: <c>path</c> (default), or <c>query</c>, for banks whose <c>/pix</c> at the end is unwanted in the path.</summary>
    public const string CallbackSecretIn = "callbackSecretIn";

    /// <summary>Addresses that callbacks may come from, with commas between; any by default.</summary>
    public const string CallbackAddresses = "callbackAddresses";

    /// <summary>SHA-256 digests, hex, with commas between, of the client certificates that callbacks may show; without it none is asked for.</summary>
    public const string CallbackCertificates = "callbackCertificates";

    /// <summary><c>yes</c>: the registration tells the bank (Efí) that it need not test our asking for its certificate. <c>no</c> by default.</summary>
    public const string SkipMtlsChecking = "skipMtlsChecking";

    /// <summary>The only authority whose server certificates are taken, PEM; by default those of the machine.</summary>
    public const string ServerAuthority = "serverAuthority";

    /// <summary>How many days back payments are looked through once a day for what was sent back: 0 to 100, 90 by default. 0: only callbacks tell it.</summary>
    public const string ReturnDays = "returnDays";

    /// <summary>All of them; one that ends with a point begins a name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Base, ApiPath, Token, TokenBody, Key, MerchantName, City, Payouts, PayingKey, MaxInFlight, FundsErrors, BlockedInBalance, CallbackSecretIn, CallbackAddresses,
        CallbackCertificates, SkipMtlsChecking, ServerAuthority, ReturnDays,
    ];
}
