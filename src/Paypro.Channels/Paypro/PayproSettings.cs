namespace Paypro.Channels.Paypro;

/// <summary>
/// The settings of a channel account at another gateway with our merchant API. Required are <see cref="Base"/> and <see cref="MerchantNo"/>. The
/// rail's codes of banks stand in the account's own table.
/// </summary>
public static class PayproSettings
{
    /// <summary>
    /// <c>own</c>: the upstream runs our software, and everything holds that our documentation says. <c>original</c> (default): only what the
    /// original documents holds, and what it leaves open is an outcome that is not known.
    /// </summary>
    public const string Flavour = "flavour";

    /// <summary>Address of the upstream with the country's segment: <c>https://gateway.example/mex-pay</c>. http only on loopback, and only for accounts that move no real money.</summary>
    public const string Base = "base";

    /// <summary><c>paypro</c> (default) or <c>vexora</c>, the names that the original's twin brand gives its paths.</summary>
    public const string Paths = "paths";

    /// <summary>Our merchant number at the upstream: 1 to 32 letters and digits.</summary>
    public const string MerchantNo = "merchantNo";

    /// <summary>The kind of the key: <c>md5</c> (default) or <c>hmac</c>, which flavour <c>own</c> alone has.</summary>
    public const string Signing = "signing";

    /// <summary>Where the MD5 signature of a request stands: <c>body</c> (default) or <c>header</c>, Brazil's older form.</summary>
    public const string SignIn = "signIn";

    /// <summary>With a way's code behind it (<c>way.DANA</c>): what the upstream calls that way.</summary>
    public const string WayPrefix = "way.";

    /// <summary><c>*</c>: the upstream has our list of banks. Without it, a bank without a line in the account's table is declined where the country has a list.</summary>
    public const string BankCodes = "bankCodes";

    /// <summary>The payer's address that is told where the country asks for one (India).</summary>
    public const string IpAddress = "ipAddress";

    /// <summary>Our sub-merchant at the upstream, where the country has some (South Korea).</summary>
    public const string SubMerchantNo = "subMerchantNo";

    /// <summary>Flavour <c>original</c>: the exact sentence with which a query says that there is no such order. Without it no order is ever taken for unknown there.</summary>
    public const string NotFoundMessage = "notFoundMessage";

    /// <summary>Whole units of the currency: a balance below it is an error in the log.</summary>
    public const string FloatAlarm = "floatAlarm";

    /// <summary>All of them; one that ends with a point begins a name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Flavour, Base, Paths, MerchantNo, Signing, SignIn, WayPrefix, BankCodes, IpAddress, SubMerchantNo, NotFoundMessage, FloatAlarm,
    ];
}
