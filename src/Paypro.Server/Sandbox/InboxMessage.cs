using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Sandbox;

/// <summary>One request that came to an inbox.</summary>
/// <param name="Id">Grows with each.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Path">The path, which an HMAC signature covers.</param>
/// <param name="Headers">Names and values, cut where they are too many or too long.</param>
/// <param name="Body">As it came.</param>
/// <param name="MerchantNo">Whose order it speaks of; null when no order here has its number.</param>
internal sealed record InboxMessage(long Id, long AtMs, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, long? MerchantNo)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public InboxCheck Check() => InboxCheck.Of(this);
}

/// <summary>Whether a signature is right, in the steps in which a merchant's program finds out.</summary>
/// <param name="IsRight">Whether a public key of the sandbox made it.</param>
/// <param name="Verdict">In one sentence.</param>
/// <param name="Steps">What is done, and what comes of it.</param>
internal sealed record InboxCheck(bool IsRight, string Verdict, IReadOnlyList<(string Title, string Text)> Steps)
{
    public static InboxCheck Of(InboxMessage message)
    {
        var header = message.Headers.FirstOrDefault(header => header.Key.Equals(HmacSignature.HeaderName, StringComparison.OrdinalIgnoreCase)).Value;
        if (header is not null)
        {
            return OfHeader(message, header);
        }

        return FlatBody.Read(message.Body, out var error) is { } body ? OfBody(message, body) : new(false, $"The body is no flat JSON: {error}.", []);
    }

    private static InboxCheck OfBody(InboxMessage message, FlatBody body)
    {
        if (!body.TryGet("sign"u8, out var sign))
        {
            return new(false, "There is neither a member sign nor a header Paypro-Signature: nobody signed it.", []);
        }

        // Chosen before the loop, since a ref struct cannot be caught in a lambda.
        var given = sign.Text;
        var keys = KeysOf(message, SigningAlgorithm.Md5);
        var right = keys.FirstOrDefault(key => Md5Signature.Verify(body, Encoding.UTF8.GetBytes(key.Secret)));
        var text = Md5Signature.TextOf(body);
        var shown = right ?? keys.FirstOrDefault();
        return Verdicts(right, shown, message,
            [("Members without sign and without empty values, sorted by name, joined", text), ("sign, as it came", given)],
            key => Md5Signature.Compute(body, Encoding.UTF8.GetBytes(key.Secret)), "MD5 of the text with the secret behind it", shown is null ? "" : text + shown.Secret);
    }

    private static InboxCheck OfHeader(InboxMessage message, string header)
    {
        var t = header.Split(',')[0].Replace("t=", "", StringComparison.Ordinal);
        var keys = KeysOf(message, SigningAlgorithm.HmacSha256);
        var right = keys.FirstOrDefault(key =>
            HmacSignature.Verify(header, HmacSignature.Notify, message.Path, NoOf(key), message.Body, Encoding.UTF8.GetBytes(key.Secret), out _));
        var shown = right ?? keys.FirstOrDefault();
        var text = shown is null ? "" : $"{HmacSignature.Notify}\n{message.Path}\n{NoOf(shown)}\n{t}\n{message.Text}";
        return Verdicts(right, shown, message,
            [("The word notify, the path, the merchant number, t and the raw body, joined by line feeds", text), (HmacSignature.HeaderName + ", as it came", header)],
            key => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Secret), Encoding.UTF8.GetBytes(text))), "HMAC-SHA256 of the text with the secret", shown?.Secret ?? "");
    }

    private static InboxCheck Verdicts(
        SandboxMerchant? right, SandboxMerchant? shown, InboxMessage message, List<(string, string)> steps, Func<SandboxMerchant, string> sign, string title, string input)
    {
        if (shown is null)
        {
            return new(false, $"Merchant {message.MerchantNo?.ToString(CultureInfo.InvariantCulture)} has no public key of this kind, so that it cannot be checked here.", steps);
        }

        steps.Insert(1, (title, input));
        steps.Insert(2, ("The signature that this gives", sign(shown)));
        return right is not null
            ? new(true, $"The signature is right: it was made with the key of merchant {NoOf(right)}.", steps)
            : new(false, message.MerchantNo is null
                ? $"The signature is wrong: no public key of this sandbox made it. The steps are those of merchant {NoOf(shown)}."
                : $"The signature is wrong: the key of merchant {NoOf(shown)} did not make it.", steps);
    }

    private static List<SandboxMerchant> KeysOf(InboxMessage message, SigningAlgorithm kind) =>
        [.. SandboxMerchants.Public.Where(merchant => merchant.Kind == kind && (message.MerchantNo is null || merchant.No == message.MerchantNo))];

    private static string NoOf(SandboxMerchant merchant) => merchant.No.ToString(CultureInfo.InvariantCulture);
}
