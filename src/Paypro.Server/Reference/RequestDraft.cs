using System.Buffers;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>
/// A request body made from an operation's own examples: member by member in the documented order, each value the JSON it is
/// written as. It never changes; what differs is a new draft.
/// </summary>
internal sealed class RequestDraft
{
    private readonly (string Name, string Token)[] members;

    private RequestDraft(IEnumerable<(string Name, string Token)> members) => this.members = [.. members];

    /// <summary>The members without a signature, in order; values as JSON.</summary>
    public IReadOnlyList<(string Name, string Token)> Members => members;

    /// <summary>The request that the examples of the fields make, with what a sample changes.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="sample">What differs.</param>
    /// <param name="isSandbox">Which examples: a live installation refuses some of the documented ones.</param>
    public static RequestDraft Of(Operation operation, Sample sample, bool isSandbox)
    {
        var changed = sample.Texts.ToDictionary(text => text.Role, text => text.Text);
        return new RequestDraft(
            from field in operation.Fields
            where field.Role != FieldRole.Sign
            let text = changed.TryGetValue(field.Role, out var other) ? other : isSandbox ? field.Example : field.LiveExample ?? field.Example
            where !string.IsNullOrEmpty(text)
            select (field.Name, Quote(text)));
    }

    /// <summary>Those of an operation's examples that an installation takes; none means that the country lacks <see cref="Operation.Examples"/>.</summary>
    public static IEnumerable<RequestDraft> Rights(Country country, Operation operation, bool isSandbox) =>
        Samples(operation).Select(sample => Of(operation, sample, isSandbox)).Where(draft => draft.ErrorIn(country, operation, isSandbox) is null);

    /// <summary>The example that the fields make, then the others.</summary>
    public static IEnumerable<Sample> Samples(Operation operation) => [new Sample("example"), .. operation.Examples];

    /// <summary>With a member's value replaced or added.</summary>
    /// <param name="name">The member.</param>
    /// <param name="token">Its value as JSON; null leaves it out.</param>
    public RequestDraft With(string name, string? token)
    {
        var others = members.Where(member => member.Name != name);
        return new RequestDraft(token is null ? others : others.Append((name, token)));
    }

    /// <summary>With a sample's changes.</summary>
    public RequestDraft With(Operation operation, Sample sample)
    {
        var draft = this;
        foreach (var (role, text) in sample.Texts)
        {
            var field = operation.Fields.First(candidate => candidate.Role == role);
            draft = draft.With(field.Name, text is null ? null : Quote(text));
        }

        return draft;
    }

    /// <summary>What the operation's rules say to it; null when they take it.</summary>
    public string? ErrorIn(Country country, Operation operation, bool isSandbox)
    {
        var body = FlatBody.Read(ToUtf8(), out var broken);
        if (body is null)
        {
            return broken;
        }

        RequestReader.Read(country, operation, body, new RequestContext(isSandbox, country.Banks), out var error);
        return error;
    }

    /// <summary>The body without a signature.</summary>
    public byte[] ToUtf8()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            foreach (var (name, token) in members)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(token);
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>A text as JSON.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
