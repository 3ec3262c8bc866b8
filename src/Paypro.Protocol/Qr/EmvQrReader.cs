using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Paypro.Protocol.Qr;

/// <summary>
/// Reads merchant-presented codes as strictly as the most careful payer's app: structure, lengths, the fixed forms of the root
/// and the checksum. It never throws, whatever text it is given, and its work grows only with the text's length.
/// </summary>
public static class EmvQrReader
{
    /// <summary>Two digits of id and two of length come before every value.</summary>
    private const int HeadLength = 4;

    /// <summary>Ids of the root whose value has a fixed form, and how to say that it has not.</summary>
    private static readonly (string Id, string Rule, Func<EmvObject, bool> Holds)[] Forms =
    [
        ("01", "must be 11 or 12", each => each.Value is "11" or "12"),
        ("52", "must be four digits", each => each.Length == 4 && IsDigits(each.Value)),
        ("53", "must be three digits", each => each.Length == 3 && IsDigits(each.Value)),
        ("54", "must be a plain decimal number of at most 13 characters", each => each.Length <= EmvMerchant.MaxAmountLength && IsAmount(each.Value)),
        ("58", "must be two capital letters", each => each.Value is [>= 'A' and <= 'Z', >= 'A' and <= 'Z']),
        ("59", "must be at most 25 characters", each => each.Length <= EmvMerchant.MaxNameLength),
        ("60", "must be at most 15 characters", each => each.Length <= EmvMerchant.MaxCityLength),
    ];

    /// <summary>Reads a code.</summary>
    /// <param name="text">What a camera read or a payer pasted.</param>
    /// <param name="payload">The objects, when the code is whole.</param>
    /// <param name="problem">Otherwise what is wrong, in one sentence.</param>
    public static bool TryRead([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EmvQrPayload? payload, [NotNullWhen(false)] out string? problem)
    {
        payload = null;
        problem = Check(text, out var objects);
        if (problem is not null)
        {
            return false;
        }

        payload = new EmvQrPayload(objects);
        return true;
    }

    /// <summary>Reads a row of data objects to its very end.</summary>
    internal static bool TryReadObjects(string text, out IReadOnlyList<EmvObject> objects, [NotNullWhen(false)] out string? problem)
    {
        var read = new List<EmvObject>();
        objects = read;
        problem = null;
        for (var at = 0; at < text.Length;)
        {
            if (text.Length - at < HeadLength || !IsDigits(text.AsSpan(at, HeadLength)))
            {
                problem = $"At {at} there must be two digits of id and two of length.";
                return false;
            }

            var id = text.Substring(at, 2);
            var length = ((text[at + 2] - '0') * 10) + text[at + 3] - '0';
            at += HeadLength;
            if (length == 0 || !TryTake(text, at, length, out var taken))
            {
                problem = $"The value of id {id} has not the length that is said.";
                return false;
            }

            var value = text.Substring(at, taken);
            if (FindIn(read, id) is not null)
            {
                problem = $"Id {id} comes twice.";
                return false;
            }

            read.Add(new EmvObject(id, value));
            at += taken;
        }

        return true;
    }

    /// <summary>The object with an id, or null.</summary>
    internal static EmvObject? FindIn(IReadOnlyList<EmvObject> objects, string id)
    {
        foreach (var each in objects)
        {
            if (each.Id == id)
            {
                return each;
            }
        }

        return null;
    }

    private static string? Check(string? text, out IReadOnlyList<EmvObject> objects)
    {
        objects = [];
        if (string.IsNullOrEmpty(text))
        {
            return "There is no text.";
        }

        // The length in characters first, so that no more than that is ever looked at.
        if (text.Length > EmvQr.MaxBytes || !EmvObject.TryCount(text, out _) || Encoding.UTF8.GetByteCount(text) > EmvQr.MaxBytes)
        {
            return $"A code is plain text of at most {EmvQr.MaxBytes} bytes.";
        }

        if (!TryReadObjects(text, out objects, out var problem))
        {
            return problem;
        }

        if (objects[0] is not { Id: EmvQr.FormatId, Value: EmvQr.Format })
        {
            return $"A code begins with payload format {EmvQr.Format}.";
        }

        if (objects[^1] is not { Id: EmvQr.CrcId, Length: EmvQr.CrcLength })
        {
            return "A code ends with its checksum.";
        }

        return objects[^1].Value != EmvCrc.Of(text.AsSpan(0, text.Length - EmvQr.CrcLength))
            ? "The checksum is wrong."
            : CheckForms(objects) ?? CheckTemplates(objects);
    }

    private static string? CheckForms(IReadOnlyList<EmvObject> objects)
    {
        foreach (var (id, rule, holds) in Forms)
        {
            if (FindIn(objects, id) is { } found && !holds(found))
            {
                return $"Id {id} {rule}.";
            }
        }

        return FindIn(objects, "53") is null || FindIn(objects, "58") is null ? "A code names its currency (id 53) and country (id 58)." : null;
    }

    /// <summary>Ids 26 to 51, 62, 64 and 80 to 99 of the root are templates, so their values must be data objects in turn.</summary>
    private static string? CheckTemplates(IReadOnlyList<EmvObject> objects)
    {
        foreach (var each in objects)
        {
            var number = ((each.Id[0] - '0') * 10) + each.Id[1] - '0';
            if (number is (>= 26 and <= 51) or 62 or 64 or >= 80 && !TryReadObjects(each.Value, out _, out var problem))
            {
                return $"In id {each.Id}: {problem}";
            }
        }

        return null;
    }

    /// <summary>How many chars hold so many characters; the text is known to be well formed.</summary>
    private static bool TryTake(string text, int start, int characters, out int taken)
    {
        var at = start;
        for (; characters > 0 && at < text.Length; characters--)
        {
            at += char.IsHighSurrogate(text[at]) ? 2 : 1;
        }

        taken = at - start;
        return characters == 0;
    }

    private static bool IsAmount(string value)
    {
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? value : value[..dot];
        return whole.Length > 0 && IsDigits(whole) && (dot < 0 || IsDigits(value.AsSpan(dot + 1)));
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
