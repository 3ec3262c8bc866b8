using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;

namespace Paypro.Server.Calls;

/// <summary>
/// What of a request's body may be kept. Only values that cannot be a person's are shown, and only while they look like what they should be; of every
/// other one the length alone, members that we do not know included. Signatures and keys are never shown.
/// </summary>
internal static class CallMask
{
    private const int MostDigits = 8, LongestCode = 40, LongestNumber = 128, LongestName = 64;
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>The body as JSON, in the order of its members, cut after a member.</summary>
    /// <param name="body">As it came.</param>
    /// <param name="operation">Says what the members mean; null where nothing may be shown.</param>
    /// <param name="merchant">Whose keys must not stand in it.</param>
    /// <param name="atMost">Bytes.</param>
    public static string Body(FlatBody body, Operation? operation, Merchant merchant, int atMost)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Written))
        {
            json.WriteStartObject();
            for (var i = 0; i < body.Count; i++)
            {
                var member = body[i];
                if (member.Name.SequenceEqual("sign"u8))
                {
                    continue;
                }

                if (json.BytesCommitted + json.BytesPending + member.Name.Length + Math.Min(member.Literal.Length, LongestNumber) + 64 > atMost)
                {
                    json.WriteString("…", "cut");
                    break;
                }

                var shown = Value(member, operation);
                json.WritePropertyName(Name(member));
                if (shown is null)
                {
                    json.WriteNullValue();
                }
                else if (member.Kind is ValueKind.Number or ValueKind.Boolean && shown == member.Text)
                {
                    json.WriteRawValue(member.Literal);
                }
                else
                {
                    json.WriteStringValue(shown);
                }
            }

            json.WriteEndObject();
        }

        return WithoutKeys(OutsideText.Lines(Encoding.UTF8.GetString(buffer.ToArray()), atMost), merchant);
    }

    /// <summary>The text that an MD5 signature is over, with the same values hidden.</summary>
    public static string SignedText(FlatBody body, Operation? operation, Merchant merchant, int atMost)
    {
        var members = new List<(string Name, string Shown, string Value)>();
        for (var i = 0; i < body.Count; i++)
        {
            var member = body[i];
            if (!member.Name.SequenceEqual("sign"u8) && !member.Literal.IsEmpty && member.Kind != ValueKind.Null)
            {
                members.Add((member.NameText, Name(member), Value(member, operation)!));
            }
        }

        var text = string.Concat(members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Shown}={m.Value}"));
        return WithoutKeys(OutsideText.Lines(text, atMost), merchant);
    }

    /// <summary>The merchant's number in a request; empty where it names none, or what could be none.</summary>
    public static string TradeNo(FlatBody body, Operation operation, Merchant merchant) =>
        Shown(FieldRole.TradeNo, RequestReader.TradeNoOf(operation, body)) is { } number ? WithoutKeys(number, merchant) : "";

    /// <summary>A text in which a key may stand by a mistake of whoever sent it.</summary>
    public static string WithoutKeys(string text, Merchant merchant) =>
        merchant.Keys.Aggregate(text, (shown, key) => shown.Replace(Encoding.UTF8.GetString(key.Secret), "[the key]", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null for null.</summary>
    private static string? Value(in BodyMember member, Operation? operation)
    {
        if (member.Kind == ValueKind.Null)
        {
            return null;
        }

        var text = member.Text;
        return text.Length == 0 || member.Kind == ValueKind.Boolean ? text : Shown(FieldOf(operation, member)?.Role, text) ?? string.Create(CultureInfo.InvariantCulture, $"[{text.Length} characters]");
    }

    private static string? Shown(FieldRole? role, string text) => role switch
    {
        FieldRole.Amount or FieldRole.Timestamp when text.Length <= LongestCode && text.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '+' or 'e' or 'E' or ' ') => text,
        FieldRole.TradeNo or FieldRole.Number or FieldRole.RefundNo or FieldRole.RailReference or FieldRole.SubMerchant when text.Length <= LongestNumber && text.All(c => c is > ' ' and <= '~' and not '@') => text,
        FieldRole.Way or FieldRole.Channel or FieldRole.Bank or FieldRole.AccountType or FieldRole.IdentityType or FieldRole.Operation
            when text.Length <= LongestCode && text.Count(char.IsDigit) <= MostDigits && !text.Contains('@', StringComparison.Ordinal) => text,
        FieldRole.NotifyUrl or FieldRole.ReturnUrl when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.UserInfo.Length == 0 && !url.AbsolutePath.Contains('@', StringComparison.Ordinal) =>
            OutsideText.Line($"{url.Scheme}://{url.Authority}{url.AbsolutePath}{(url.Query.Length > 0 ? "?[…]" : "")}", 200),
        _ => null,
    };

    private static string Name(in BodyMember member)
    {
        var name = member.NameText;
        return name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? name : string.Create(CultureInfo.InvariantCulture, $"[name of {name.Length} characters]");
    }

    private static Field? FieldOf(Operation? operation, in BodyMember member)
    {
        foreach (var field in operation?.Fields ?? [])
        {
            if (member.Name.SequenceEqual(field.Utf8Name.Span) || member.NameText == field.AlsoNamed)
            {
                return field;
            }
        }

        return null;
    }
}
