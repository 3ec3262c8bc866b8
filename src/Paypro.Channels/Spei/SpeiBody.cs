using System.Text.Json;

namespace Paypro.Channels.Spei;

/// <summary>
/// An object that STP wrote. Its names come in three spellings and its numbers quoted or not, so that names are compared without regard to case and every value that is a
/// text or a number is read as its very text.
/// </summary>
internal sealed class SpeiBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    private readonly Dictionary<string, object?> _members = new(StringComparer.OrdinalIgnoreCase);

    private SpeiBody()
    {
    }

    /// <summary>Reads a body; null when it is no object, or has a name twice.</summary>
    public static SpeiBody? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return Of(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what half a surrogate pair throws.
            return null;
        }
    }

    /// <summary>A text or number, without blanks at its ends; null where there is none. May be empty.</summary>
    public string? Text(string name) => _members.GetValueOrDefault(name) as string;

    /// <summary>As <see cref="Text"/>, where an empty one is none.</summary>
    public string? Filled(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number, quoted or not.</summary>
    public long? Number(string name) =>
        long.TryParse(Text(name), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An amount above zero.</summary>
    public bool TryAmount(string name, out long minor) => SpeiAmount.TryRead(Text(name), out minor) && minor > 0;

    /// <summary>An object within.</summary>
    public SpeiBody? Object(string name) => _members.GetValueOrDefault(name) as SpeiBody;

    /// <summary>The objects of a list; what is no object in it is left out, since old lists end in a null. Null where there is no list.</summary>
    public IReadOnlyList<SpeiBody>? List(string name) => _members.GetValueOrDefault(name) as IReadOnlyList<SpeiBody>;

    /// <summary>Every text of a name, however deep it stands.</summary>
    public IEnumerable<string> Everywhere(string name) => _members.SelectMany(pair => pair.Value switch
    {
        string text => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase) ? [text] : [],
        SpeiBody within => within.Everywhere(name),
        IReadOnlyList<SpeiBody> list => list.SelectMany(each => each.Everywhere(name)),
        _ => Enumerable.Empty<string>(),
    });

    /// <summary>Hides everything: it may hold personal data.</summary>
    public override string ToString() => "SpeiBody";

    private static SpeiBody? Of(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var body = new SpeiBody();
        foreach (var member in element.EnumerateObject())
        {
            object? value = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!.Trim(),
                JsonValueKind.Number => member.Value.GetRawText(),
                JsonValueKind.Object => Of(member.Value),
                JsonValueKind.Array => member.Value.EnumerateArray().Select(Of).OfType<SpeiBody>().ToList(),
                _ => null,
            };
            if (!body._members.TryAdd(member.Name, value))
            {
                throw new JsonException("A name comes twice.");
            }
        }

        return body;
    }
}
