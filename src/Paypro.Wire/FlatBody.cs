using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Paypro.Protocol;

/// <summary>The kind of a member's value. Objects and lists never occur: a body that has one is refused.</summary>
public enum ValueKind : byte
{
    /// <summary>A JSON string.</summary>
    Text = 1,

    /// <summary>A bare number.</summary>
    Number = 2,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean = 3,

    /// <summary><c>null</c>.</summary>
    Null = 4,
}

/// <summary>One member of a <see cref="FlatBody"/>. Its spans point into the body and live as long as that.</summary>
public readonly ref struct BodyMember
{
    internal BodyMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> literal, ValueKind kind)
    {
        Name = name;
        Literal = literal;
        Kind = kind;
    }

    /// <summary>The name, unescaped, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The literal text that is signed: a string unescaped, anything else the raw token.</summary>
    public ReadOnlySpan<byte> Literal { get; }

    /// <summary>What the value is.</summary>
    public ValueKind Kind { get; }

    /// <summary><see cref="Literal"/> as text.</summary>
    public string Text => Encoding.UTF8.GetString(Literal);

    /// <summary><see cref="Name"/> as text.</summary>
    public string NameText => Encoding.UTF8.GetString(Name);
}

/// <summary>
/// The body of a request or notification: one flat JSON object, kept as the bytes that came, because the signature is over
/// them. Only strings with escapes are copied. The caller must not change the bytes while the body is in use.
/// </summary>
public sealed class FlatBody
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>The most members a body may have; no documented one has twenty.</summary>
    public const int MaxMembers = 128;

    private readonly ReadOnlyMemory<byte> source;
    private byte[]? unescaped;
    private int unescapedLength;
    private Slot[] slots = new Slot[16];

    private FlatBody(ReadOnlyMemory<byte> source) => this.source = source;

    /// <summary>How many members there are, 0 to <see cref="MaxMembers"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The member at a position, in the order of the body.</summary>
    public BodyMember this[int index] =>
        index < Count ? MemberOf(slots[index]) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The bytes as received.</param>
    /// <param name="error">Null, or one sentence: what is wrong, beginning with <c>body</c> or with the member's name.</param>
    /// <returns>The body, or null with an <paramref name="error"/>.</returns>
    public static FlatBody? Read(ReadOnlyMemory<byte> utf8, out string? error)
    {
        var span = utf8.Span;
        if (span.Length > MaxBytes)
        {
            error = "body: must be at most 16 KiB";
            return null;
        }

        if (span.StartsWith("\uFEFF"u8))
        {
            error = "body: must not begin with a byte order mark";
            return null;
        }

        // The JSON reader does not look at the bytes inside strings.
        if (!Utf8.IsValid(span))
        {
            error = "body: must be UTF-8";
            return null;
        }

        var body = new FlatBody(utf8);
        try
        {
            error = body.Fill(span);
        }
        catch (JsonException)
        {
            error = "body: must be JSON";
        }
        catch (InvalidOperationException)
        {
            // What unescaping says to half a surrogate pair.
            error = "body: must not contain half a surrogate pair";
        }

        return error is null ? body : null;
    }

    /// <summary>Finds a member by its exact name.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out BodyMember member)
    {
        for (var index = 0; index < Count; index++)
        {
            ref readonly var slot = ref slots[index];
            if (slot.NameLength == name.Length && NameOf(slot).SequenceEqual(name))
            {
                member = MemberOf(slot);
                return true;
            }
        }

        member = default;
        return false;
    }

    /// <summary>Finds a member by its exact name.</summary>
    public bool TryGet(string name, out BodyMember member) => TryGet(Encoding.UTF8.GetBytes(name), out member);

    private string? Fill(ReadOnlySpan<byte> span)
    {
        var reader = new Utf8JsonReader(span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "body: must be a JSON object";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = default(Slot);
            if (!TryPlace(ref reader, out slot.NameStart, out slot.NameLength, out slot.NameIsUnescaped))
            {
                return "body: must not contain the character NUL";
            }

            var name = NameOf(slot);
            if (Count == MaxMembers)
            {
                return $"body: must have at most {MaxMembers} members";
            }

            if (TryGet(name, out _))
            {
                return $"{Shown(name)}: occurs twice";
            }

            reader.Read();
            slot.Kind = reader.TokenType switch
            {
                JsonTokenType.String => ValueKind.Text,
                JsonTokenType.Number => ValueKind.Number,
                JsonTokenType.True or JsonTokenType.False => ValueKind.Boolean,
                JsonTokenType.Null => ValueKind.Null,
                _ => default,
            };

            // The literal text of an object or a list is nowhere defined, so that nobody could sign it.
            if (slot.Kind == default)
            {
                return $"{Shown(name)}: must not be an object or a list";
            }

            if (!TryPlace(ref reader, out slot.ValueStart, out slot.ValueLength, out slot.ValueIsUnescaped))
            {
                return $"{Shown(name)}: must not contain the character NUL";
            }

            Add(slot);
        }

        // Throws for anything but blanks after the object.
        reader.Read();
        return null;
    }

    /// <summary>Notes where a token's text is; unescapes it first where needed. False when it holds a NUL.</summary>
    private bool TryPlace(ref Utf8JsonReader reader, out int start, out int length, out bool isUnescaped)
    {
        isUnescaped = reader.ValueIsEscaped;
        if (!isUnescaped)
        {
            var quote = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
            start = (int)reader.TokenStartIndex + quote;
            length = reader.ValueSpan.Length;
            return true;
        }

        // Unescaped text is never longer than escaped, so one buffer of the body's size holds it all.
        unescaped ??= new byte[source.Length];
        start = unescapedLength;
        length = reader.CopyString(unescaped.AsSpan(start));
        unescapedLength += length;
        return !unescaped.AsSpan(start, length).Contains((byte)0);
    }

    private void Add(in Slot slot)
    {
        if (Count == slots.Length)
        {
            Array.Resize(ref slots, slots.Length * 2);
        }

        slots[Count++] = slot;
    }

    private ReadOnlySpan<byte> NameOf(in Slot slot) => Span(slot.NameStart, slot.NameLength, slot.NameIsUnescaped);

    private BodyMember MemberOf(in Slot slot) => new(NameOf(slot), Span(slot.ValueStart, slot.ValueLength, slot.ValueIsUnescaped), slot.Kind);

    private ReadOnlySpan<byte> Span(int start, int length, bool isUnescaped) =>
        isUnescaped ? unescaped.AsSpan(start, length) : source.Span.Slice(start, length);

    /// <summary>A name in a message: short, and whole characters.</summary>
    private static string Shown(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        return text.Length <= 64 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[63]) ? 63 : 64), "…");
    }

    private struct Slot
    {
        public int NameStart;
        public int NameLength;
        public int ValueStart;
        public int ValueLength;
        public ValueKind Kind;
        public bool NameIsUnescaped;
        public bool ValueIsUnescaped;
    }
}
