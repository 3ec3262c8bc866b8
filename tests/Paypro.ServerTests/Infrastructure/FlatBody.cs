using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// A flat JSON object, member by member in order, each value kept as its literal JSON token. It signs as the documentation
/// says and on purpose shares no line with the server's own signing, so that each checks the other.
/// </summary>
public sealed class FlatBody
{
    private readonly List<(string Name, string Token)> members = [];

    /// <summary>An empty body, or one with these members; values are strings, numbers, booleans or null.</summary>
    public FlatBody(params (string Name, object? Value)[] members)
    {
        foreach (var (name, value) in members)
        {
            Add(name, value);
        }
    }

    /// <summary>Reads an object as it was sent.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static FlatBody Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("Not an object.");
        }

        var body = new FlatBody();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            body.AddToken(member.Name, member.Value.GetRawText());
        }

        return body;
    }

    /// <summary>Adds a member, also one that is there already.</summary>
    public FlatBody Add(string name, object? value) => AddToken(name, value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => JsonSerializer.Serialize(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{name}: no JSON scalar."),
    });

    /// <summary>Adds a member whose value is this very JSON text, such as <c>1.0E7</c> or something broken.</summary>
    public FlatBody AddToken(string name, string token)
    {
        members.Add((name, token));
        return this;
    }

    /// <summary>Gives a member another value, or adds it.</summary>
    public FlatBody With(string name, object? value) => Without(name).Add(name, value);

    /// <summary>Leaves a member out.</summary>
    public FlatBody Without(string name)
    {
        members.RemoveAll(member => member.Name == name);
        return this;
    }

    /// <summary>The value as text: a string's content, anything else literally; null when the member is absent.</summary>
    public string? TextOf(string name)
    {
        var index = members.FindIndex(member => member.Name == name);
        return index < 0 ? null : Text(members[index].Token);
    }

    /// <summary>Lower-case hexadecimal MD5 over the sorted, joined members and the secret; nulls and empty strings left out.</summary>
    public string Md5(string secret)
    {
        var text = new StringBuilder();
        foreach (var (name, token) in members.OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (name != "sign" && token is not ("null" or "\"\""))
            {
                text.Append(name).Append('=').Append(Text(token));
            }
        }

        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.Append(secret).ToString())));
    }

    /// <summary>Puts the right <c>sign</c> in.</summary>
    public FlatBody SignedWith(string secret) => With("sign", Md5(secret));

    /// <summary>The JSON text.</summary>
    public override string ToString() =>
        "{" + string.Join(',', members.Select(member => JsonSerializer.Serialize(member.Name) + ":" + member.Token)) + "}";

    private static string Text(string token) =>
        token.StartsWith('"') ? JsonSerializer.Deserialize<string>(token) ?? "" : token;
}
