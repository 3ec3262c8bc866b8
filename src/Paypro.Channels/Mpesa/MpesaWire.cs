using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Paypro.Channels.Mpesa;

/// <summary>The rail's forms of money, time, phones and bodies. What comes as a number and what comes as a text is read alike, by its characters and never as a binary fraction.</summary>
internal static class MpesaWire
{
    /// <summary>The most that a body may nest.</summary>
    private const int MaxDepth = 12;

    private const int LongestText = 2_000;

    private static readonly TimeSpan Nairobi = TimeSpan.FromHours(3);

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Whether it is a phone of M-PESA: 12 digits beginning with 2541 or 2547.</summary>
    public static bool IsPhone(string text) => text.Length == 12 && text.All(char.IsAsciiDigit) && text.StartsWith("254", StringComparison.Ordinal) && text[3] is '1' or '7';

    /// <summary>The phone of somebody; null where there is none that can be.</summary>
    public static string? PhoneOf(Person person) => (person.Account ?? person.Mobile ?? "").TrimStart('+') is var phone && IsPhone(phone) ? phone : null;

    /// <summary>Whether it is a receipt: ten capital letters and digits.</summary>
    public static bool IsReceipt(string? text) => text is { Length: 10 } && text.All(static letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter));

    /// <summary>Writes whole shillings; null where it is no whole number of them.</summary>
    public static string? Shillings(long minor) => minor > 0 && minor % 100 == 0 ? (minor / 100).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>Reads an amount: digits, and up to two behind a full stop. Above zero.</summary>
    public static bool TryReadAmount(string? text, out long minor)
    {
        minor = 0;
        if (text is not { Length: >= 1 and <= 16 })
        {
            return false;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? text : text[..dot];
        var part = dot < 0 ? "" : text[(dot + 1)..];
        return whole.Length is >= 1 and <= 12 && whole.All(char.IsAsciiDigit) && (dot < 0 || (part.Length is 1 or 2 && part.All(char.IsAsciiDigit)))
            && long.TryParse(whole + part.PadRight(2, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out minor) && minor > 0;
    }

    /// <summary>Reads what is in a pot, which may be nothing or less.</summary>
    public static bool TryReadBalance(string text, out long minor)
    {
        var isLess = text.StartsWith('-');
        var isRead = TryReadAmount(isLess ? text[1..] : text, out minor) || (minor == 0 && text is "0" or "0.0" or "0.00");
        minor = isLess ? -minor : minor;
        return isRead;
    }

    /// <summary>Nairobi's time as requests write it.</summary>
    public static string Timestamp(DateTimeOffset now) => now.ToOffset(Nairobi).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>Nairobi's time as the list is asked with.</summary>
    public static string ListTime(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToOffset(Nairobi).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A time in one of the rail's forms, Unix milliseconds UTC; 0 where it is none.</summary>
    public static long TimeOf(string? text, bool isUtc = false) =>
        text is { Length: >= 14 and <= 25 } && DateTime.TryParseExact(
            text, ["yyyyMMddHHmmss", "dd.MM.yyyy HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && time.Year is > 2000 and < 9000 ? new DateTimeOffset(time, isUtc ? TimeSpan.Zero : Nairobi).ToUnixTimeMilliseconds() : 0;

    /// <summary>A prompt's password: no encryption, only a form.</summary>
    public static string Password(string shortCode, string passkey, string timestamp) => Convert.ToBase64String(Encoding.UTF8.GetBytes(shortCode + passkey + timestamp));

    /// <summary>A body of texts, as all of the rail's requests are.</summary>
    public static byte[] Body(params ReadOnlySpan<(string Name, string Value)> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Writing))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a body that is an object; null when it is none.</summary>
    public static JsonElement? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Reading);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member as text, whether it came as one or as a number; null where it is neither or too long.</summary>
    public static string? TextOf(JsonElement from, string name) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? TextOf(value) : null;

    /// <summary>A member that is an object; null where there is none.</summary>
    public static JsonElement? ObjectOf(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    /// <summary>Pairs of name and value, of which one alone may stand for a list. The first of a name counts.</summary>
    public static IReadOnlyDictionary<string, string> PairsOf(JsonElement? from, string list, string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (from is { } holder && holder.TryGetProperty(list, out var items))
        {
            foreach (var item in items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().AsEnumerable() : [items])
            {
                if (TextOf(item, name) is { } key && TextOf(item, "Value") is { } value)
                {
                    pairs.TryAdd(key, value);
                }
            }
        }

        return pairs;
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            var text = value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null };
            return text is { Length: <= LongestText } ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
