using System.Globalization;
using System.Text;

namespace Paypro.Protocol.Qr;

/// <summary>
/// One data object of a merchant-presented code: an id, and a value that may itself be a row of data objects. Source: EMVCo,
/// QR Code Specification for Payment Systems, Merchant-Presented Mode, section 3.
/// </summary>
public sealed record EmvObject
{
    /// <summary>The most characters that a two-digit length can count.</summary>
    public const int MaxLength = 99;

    /// <summary>A data object with a plain value.</summary>
    /// <param name="id">Two decimal digits.</param>
    /// <param name="value">1 to <see cref="MaxLength"/> characters, none of them a control character.</param>
    /// <exception cref="ArgumentException">The id or the value cannot be written so.</exception>
    public EmvObject(string id, string value)
    {
        if (id is not [>= '0' and <= '9', >= '0' and <= '9'])
        {
            throw new ArgumentException($"'{id}' is no id: it must be two digits.", nameof(id));
        }

        if (!TryCount(value, out var length) || length is 0 or > MaxLength)
        {
            throw new ArgumentException($"The value of id {id} must be 1 to {MaxLength} characters of plain text.", nameof(value));
        }

        (Id, Value, Length) = (id, value, length);
    }

    /// <summary>Two decimal digits; what they mean depends on the template that holds the object.</summary>
    public string Id { get; }

    /// <summary>The value as it stands in the code.</summary>
    public string Value { get; }

    /// <summary>Characters of the value, 1 to 99, each Unicode character counted once whatever its bytes.</summary>
    public int Length { get; }

    /// <summary>A data object whose value is other data objects.</summary>
    /// <param name="id">Two decimal digits.</param>
    /// <param name="parts">At least one that is not null; null ones are left out, so that a caller can name what is optional in its place.</param>
    /// <exception cref="ArgumentException">Nothing is left, an id comes twice, or all together are longer than a value may be.</exception>
    public static EmvObject Template(string id, params ReadOnlySpan<EmvObject?> parts) => new(id, Join(parts));

    /// <summary>Id, length in two digits, value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}{Length:00}{Value}");

    /// <summary>The objects one after another, without the null ones.</summary>
    internal static string Join(ReadOnlySpan<EmvObject?> parts)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            if (part is not null && !seen.Add(part.Id))
            {
                throw new ArgumentException($"Id {part.Id} comes twice.", nameof(parts));
            }

            text.Append(part);
        }

        return text.ToString();
    }

    /// <summary>Counts the characters of a value.</summary>
    /// <returns>False when it holds half a character or a control character, which no payer's app could show.</returns>
    internal static bool TryCount(ReadOnlySpan<char> value, out int count)
    {
        count = 0;
        for (var at = 0; at < value.Length; count++)
        {
            if (Rune.DecodeFromUtf16(value[at..], out var rune, out var used) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            at += used;
        }

        return true;
    }
}
