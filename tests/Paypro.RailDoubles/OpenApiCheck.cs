using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using NJsonSchema;
using YamlDotNet.RepresentationModel;

namespace Paypro.RailDoubles;

/// <summary>Holds calls and answers against an OpenAPI document. Patterns are of the whole text, as their prose means them, also where they stand between strokes.</summary>
internal sealed class OpenApiCheck
{
    private readonly JsonObject _document;
    private readonly ConcurrentDictionary<string, (JsonNode Node, JsonSchema Schema)> _schemas = new(StringComparer.Ordinal);

    private OpenApiCheck(JsonObject document) => _document = document;

    /// <summary>Reads a document that stands in this assembly.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mend">Puts right what is a known slip of the document.</param>
    public static OpenApiCheck Read(string name, Action<JsonObject> mend)
    {
        using var stream = typeof(OpenApiCheck).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no {name}.");
        using var text = new StreamReader(stream);
        var yaml = new YamlStream();
        yaml.Load(text);
        var document = (JsonObject)ToJson(yaml.Documents[0].RootNode)!;
        mend(document);
        return new OpenApiCheck(document);
    }

    /// <summary>What is wrong with a body by one of the document's named schemas; members that it does not name are wrong too where that is asked.</summary>
    public IReadOnlyList<string> Faults(string schema, string body, bool namedOnly)
    {
        var (node, read) = _schemas.GetOrAdd(schema, name =>
        {
            var whole = Expand(new JsonObject { ["$ref"] = $"#/components/schemas/{name}" }, 0)!;
            return (whole, JsonSchema.FromJsonAsync(whole.ToJsonString()).GetAwaiter().GetResult());
        });
        var faults = read.Validate(body).Select(error => $"{schema}: {error.ToString().ReplaceLineEndings(" ")}").ToList();
        if (namedOnly && faults.Count == 0)
        {
            Unknown(node, JsonNode.Parse(body)!, "", faults);
        }

        return faults;
    }

    /// <summary>The schema of an answer; null where the document has none for this status.</summary>
    public string? SchemaOf(string path, string method, int status)
    {
        var answer = _document["paths"]?[path]?[method]?["responses"]?[status.ToString(CultureInfo.InvariantCulture)];
        if (answer?["$ref"]?.GetValue<string>() is { } shared)
        {
            answer = At(shared);
        }

        var schema = answer?["content"]?.AsObject().First().Value?["schema"]?["$ref"]?.GetValue<string>();
        return schema?[(schema.LastIndexOf('/') + 1)..];
    }

    private static void Unknown(JsonNode schema, JsonNode? body, string at, List<string> faults)
    {
        if (body is JsonArray list)
        {
            foreach (var each in list)
            {
                Unknown(Parts(schema).FirstOrDefault(part => part["items"] is not null)?["items"] ?? new JsonObject(), each, at + "[]", faults);
            }
        }
        else if (body is JsonObject members)
        {
            var named = Parts(schema).SelectMany(part => part["properties"]?.AsObject() ?? []).ToLookup(pair => pair.Key, pair => pair.Value!);
            foreach (var (name, value) in members)
            {
                if (!named.Contains(name))
                {
                    faults.Add($"{at}/{name} is not named");
                }
                else
                {
                    Unknown(new JsonObject { ["allOf"] = new JsonArray([.. named[name].Select(one => one.DeepClone())]) }, value, $"{at}/{name}", faults);
                }
            }
        }
    }

    private static IEnumerable<JsonNode> Parts(JsonNode schema) =>
        new[] { schema }.Concat(new[] { "allOf", "oneOf", "anyOf" }.SelectMany(kind => schema[kind]?.AsArray() ?? []).SelectMany(part => Parts(part!)));

    private JsonNode At(string reference) => reference[2..].Split('/').Aggregate((JsonNode)_document, (node, part) => node[part]!);

    /// <summary>The schema with its references put in place.</summary>
    private JsonNode? Expand(JsonNode? node, int depth)
    {
        if (depth > 60)
        {
            throw new InvalidOperationException("The schema refers to itself.");
        }

        switch (node)
        {
            case JsonObject { Count: > 0 } members when members["$ref"]?.GetValue<string>() is { } reference:
                return Expand(At(reference), depth + 1);
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var (name, value) in members.Where(pair => pair.Key is not ("example" or "examples" or "description" or "title" or "format" or "externalDocs")
                    || pair.Value is JsonObject))
                {
                    copy[name] = name == "pattern" && value is JsonValue pattern ? $"^(?:{pattern.GetValue<string>().Trim('/').TrimStart('^').TrimEnd('$')})$" : Expand(value, depth + 1);
                }

                return copy;
            case JsonArray list:
                return new JsonArray([.. list.Select(each => Expand(each, depth + 1))]);
            default:
                return node?.DeepClone();
        }
    }

    private static JsonNode? ToJson(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var members = new JsonObject();
                foreach (var (name, value) in map.Children)
                {
                    members[((YamlScalarNode)name).Value!] = ToJson(value);
                }

                return members;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(ToJson)]);
            default:
                var scalar = (YamlScalarNode)node;
                return scalar.Style != YamlDotNet.Core.ScalarStyle.Plain ? JsonValue.Create(scalar.Value)
                    : scalar.Value is null or "" or "null" or "~" ? null
                    : scalar.Value is "true" or "false" ? JsonValue.Create(scalar.Value == "true")
                    : long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
                    : JsonValue.Create(scalar.Value);
        }
    }
}
