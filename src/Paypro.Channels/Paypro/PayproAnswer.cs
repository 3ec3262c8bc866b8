using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Channels.Paypro;

/// <summary>A member of an answer.</summary>
/// <param name="Text">Its text; a number as it was written.</param>
/// <param name="IsQuoted">Whether it was a string.</param>
internal readonly record struct PayproMember(string Text, bool IsQuoted)
{
    /// <summary>The amount that it tells, zero included; -1 when it tells none.</summary>
    public long AmountMinor(Currency currency)
    {
        var isZero = Text[0] == '0' && Text[^1] == '0' && !Text.AsSpan().ContainsAnyExcept("0.") && Text.Count(letter => letter == '.') <= 1;
        return isZero ? 0
            : AmountReader.Read(Encoding.UTF8.GetBytes(Text), IsQuoted, currency, decimalsAllowed: true, out var minor) is null ? minor
            : -1;
    }
}

/// <summary>An answer in the upstream's own form: <c>{"msg","code","timestamp","success","data"}</c>.</summary>
/// <param name="HttpStatus">200 for what was accepted, refused or failed.</param>
/// <param name="Code">One of <see cref="ResponseCode"/>.</param>
/// <param name="Message">What the upstream says; never told to our merchants.</param>
/// <param name="Data">The scalars of the answer's <c>data</c> that have a text; null when there is no such object.</param>
internal sealed record PayproAnswer(int HttpStatus, string Code, string Message, IReadOnlyDictionary<string, PayproMember>? Data)
{
    private const int LongestMessage = 500;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Whether the call was accepted; the order's result is <see cref="Status"/>.</summary>
    public bool IsAccepted => HttpStatus == 200 && Code == ResponseCode.Accepted && Data is not null;

    /// <summary><c>data.status</c>; empty when it is missing.</summary>
    public string Status => this["status"] ?? "";

    /// <summary>The text beside the status.</summary>
    public string StatusMessage => this["message"] ?? this["desc"] ?? "";

    /// <summary>The upstream's number of the refund or of the order, under any of its three names; empty when there is none that can be kept.</summary>
    public string Number => NumberOf(name => this[name]);

    /// <summary>The text of a member of <see cref="Data"/>; null when it is missing or empty.</summary>
    public string? this[string name] => Data is not null && Data.TryGetValue(name, out var member) ? member.Text : null;

    /// <summary>An amount; null when the member is missing, -1 when it is no amount.</summary>
    public long? AmountOf(string name, Currency currency) => Data is not null && Data.TryGetValue(name, out var member) ? member.AmountMinor(currency) : null;

    /// <summary>Reads an answer. What contradicts itself is no answer.</summary>
    /// <returns>Null for anything else.</returns>
    public static PayproAnswer? Read(int httpStatus, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("code", out var code) || MemberOf(code) is not { Text.Length: <= 16 } read)
            {
                return null;
            }

            var success = root.TryGetProperty("success", out var said) ? MemberOf(said)?.Text : null;
            if (read.Text == ResponseCode.Accepted && "false".Equals(success, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            // A sandbox of ours repeats the request in its reason, with a person's name and account.
            var message = WrongSign.WithoutReason((root.TryGetProperty("msg", out var text) ? MemberOf(text)?.Text : null) ?? "");
            return new PayproAnswer(
                httpStatus, read.Text, message.Length <= LongestMessage ? message : message[..LongestMessage],
                root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? MembersOf(data) : null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what half a surrogate pair in a name or text throws.
            return null;
        }
    }

    /// <summary>The upstream's number among some members. A refund's own goes before that of its pay-in.</summary>
    public static string NumberOf(Func<string, string?> textOf) =>
        (textOf("refundNumber") ?? textOf("platFormTradeNo") ?? textOf("payproTradeNo") ?? textOf("serialNumber")) is { Length: > 0 and <= 128 } number
        && !number.AsSpan().ContainsAnyExceptInRange('!', '~') ? number : "";

    /// <summary>Hides the content, which names people and accounts.</summary>
    public override string ToString() => $"PayproAnswer {HttpStatus} {Code}";

    private static FrozenDictionary<string, PayproMember> MembersOf(JsonElement data) => data.EnumerateObject()
        .Select(member => (member.Name, Member: MemberOf(member.Value)))
        .Where(pair => pair.Member is not null)
        .ToFrozenDictionary(pair => pair.Name, pair => pair.Member!.Value, StringComparer.Ordinal);

    private static PayproMember? MemberOf(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? null : new PayproMember(text, value.ValueKind == JsonValueKind.String);
    }
}
