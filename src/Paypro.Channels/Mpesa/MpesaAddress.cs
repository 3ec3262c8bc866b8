using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Mpesa;

/// <summary>What a callback to one of our addresses is about.</summary>
internal enum MpesaTopic
{
    /// <summary>A prompt's end.</summary>
    Prompt,

    /// <summary>A payout's result.</summary>
    Payout,

    /// <summary>A payout whose request waited too long at the rail.</summary>
    PayoutTimeout,

    /// <summary>The answer to what became of a payout.</summary>
    PayoutStatus,

    /// <summary>A reversal's result.</summary>
    Reversal,

    /// <summary>A reversal whose request waited too long at the rail.</summary>
    ReversalTimeout,

    /// <summary>The answer to what became of a reversal.</summary>
    ReversalStatus,

    /// <summary>A payment from the payer's menu, before it is taken.</summary>
    Validation,

    /// <summary>The same, taken.</summary>
    Confirmation,

    /// <summary>The answer to what the account holds.</summary>
    Balance,

    /// <summary>What nobody waits for.</summary>
    Nothing,
}

/// <summary>
/// The addresses that M-PESA is told, one for each request: what it calls about, the reference, and a secret made of both (HMAC), so that one that becomes known opens no other.
/// None holds a word that Safaricom forbids: the alphabets of secrets and references have not its letters.
/// </summary>
internal static class MpesaAddress
{
    private const string Letters = "iptsrufvcbn";

    private const int SecretLength = 32;

    /// <summary>As the documentation lists them, and the name without its dash.</summary>
    private static readonly string[] Forbidden = ["M-PESA", "MPESA", "SAFARICOM", "EXE", "CMD", "SQL", "QUERY"];

    /// <summary>A word that an address may not hold; null when it holds none.</summary>
    public static string? ForbiddenIn(string address) => Array.Find(Forbidden, word => address.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The address for one request.</summary>
    public static string Of(MpesaAccount account, MpesaTopic topic, string reference, long nowMs) =>
        $"{account.Account.CallbackAddress!.AbsoluteUri.TrimEnd('/')}/{SecretsOf(account, topic, reference, nowMs).First()}/{Letters[(int)topic]}/{reference}";

    /// <summary>What a called path is about; null when it holds no secret of ours, which is compared in constant time.</summary>
    public static (MpesaTopic Topic, string Reference)? Read(MpesaAccount account, string path, long nowMs)
    {
        var parts = path.Split('/');
        if (parts.Length != 4 || parts[0].Length > 0 || parts[1].Length != SecretLength || parts[2].Length != 1 || Letters.IndexOf(parts[2][0], StringComparison.Ordinal) is var at && at < 0 || parts[3].Length is 0 or > 64)
        {
            return null;
        }

        var shown = Encoding.UTF8.GetBytes(parts[1]);
        var isKnown = false;
        foreach (var secret in SecretsOf(account, (MpesaTopic)at, parts[3], nowMs))
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(secret), shown);
        }

        return isKnown ? ((MpesaTopic)at, parts[3]) : null;
    }

    private static IEnumerable<string> SecretsOf(MpesaAccount account, MpesaTopic topic, string reference, long nowMs) =>
        account.Account.Secrets.Valid(MpesaAccount.CallbackToken, nowMs).Where(static token => !token.IsEmpty).Select(token => Convert.ToHexStringLower(
            HMACSHA256.HashData(token.Span, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"daraja:{account.Account.Id}:{Letters[(int)topic]}:{reference}"))).AsSpan(0, SecretLength / 2)));
}
