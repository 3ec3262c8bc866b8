using System.Text.Json.Nodes;
using NJsonSchema;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Fuzz;

/// <summary>A country's API as a newcomer knows it: from the document that the running service hands out, and from nothing else.</summary>
internal sealed class ApiDocument
{
    private ApiDocument(IReadOnlyList<ApiOperation> operations) => Operations = operations;

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static async Task<ApiDocument> FetchAsync(HttpClient http, string segment)
    {
        var json = JsonNode.Parse(await http.GetStringAsync(new Uri($"openapi/{segment}.json", UriKind.Relative)))!.AsObject();
        var operations = new List<ApiOperation>();
        foreach (var (address, path) in json["paths"]!.AsObject())
        {
            var post = (JsonObject)Inlined(json, path!["post"]!);
            operations.Add(await ApiOperation.ReadAsync(address, post));
        }

        return new ApiDocument(operations);
    }

    /// <summary>
    /// The same with everything in its place that the document refers to. A discriminator refers by name to what is in its place then, and says nothing
    /// that the schemas do not say.
    /// </summary>
    internal static JsonNode Inlined(JsonObject root, JsonNode node)
    {
        switch (node)
        {
            case JsonObject reference when reference["$ref"]?.GetValue<string>() is { } target:
                return Inlined(root, target.Split('/').Skip(1).Aggregate((JsonNode)root, (at, name) => at[name]!));
            case JsonObject members:
                return new JsonObject(members.Where(member => member.Key != "discriminator").Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Inlined(root, member.Value))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => item is null ? null : Inlined(root, item))]);
            default:
                return node.DeepClone();
        }
    }
}

/// <summary>One operation of a document.</summary>
internal sealed class ApiOperation
{
    private readonly JsonSchema _request;
    private readonly Dictionary<int, JsonSchema?> _answers;

    private ApiOperation(string address, JsonSchema request, IReadOnlyList<string> examples, Dictionary<int, JsonSchema?> answers)
    {
        (Address, _request, Examples, _answers) = (address, request, examples, answers);
        Fields = [.. request.Properties.Keys.Where(name => name != "sign")];
    }

    /// <summary>The path, with the country's segment.</summary>
    public string Address { get; }

    /// <summary>The members of a request, without the sign.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>The document's own requests, as JSON.</summary>
    public IReadOnlyList<string> Examples { get; }

    public bool IsRequired(string field) => _request.RequiredProperties.Contains(field);

    /// <summary>The most characters that a member may have.</summary>
    public int MaxLength(string field) => _request.Properties[field].MaxLength ?? 100;

    /// <summary>The values that a member may have; empty where it may have others.</summary>
    public IReadOnlyList<string> Choices(string field) => [.. _request.Properties[field].Enumeration.OfType<string>()];

    public static async Task<ApiOperation> ReadAsync(string address, JsonObject post)
    {
        var content = post["requestBody"]!["content"]!["application/json"]!;
        var request = await JsonSchema.FromJsonAsync(content["schema"]!.ToJsonString());
        var answers = new Dictionary<int, JsonSchema?>();
        foreach (var (status, answer) in post["responses"]!.AsObject())
        {
            var schema = answer!["content"]?["application/json"]?["schema"];
            answers.Add(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), schema is null ? null : await JsonSchema.FromJsonAsync(schema.ToJsonString()));
        }

        return new ApiOperation(address, request, [.. content["examples"]!.AsObject().Select(example => example.Value!["value"]!.ToJsonString())], answers);
    }

    /// <summary>Whether the schema says something against a request.</summary>
    /// <exception cref="Newtonsoft.Json.JsonException">It is no JSON.</exception>
    public bool Forbids(string body) => _request.Validate(body).Count > 0;

    /// <summary>What the document says against an answer; empty when nothing.</summary>
    public string CheckAnswer(ApiAnswer answer)
    {
        if (!_answers.TryGetValue((int)answer.Http, out var schema))
        {
            return $"{(int)answer.Http} is not in the document";
        }

        if (schema is null)
        {
            return answer.Text.Length == 0 ? "" : "the document knows no content";
        }

        try
        {
            return string.Join("; ", schema.Validate(answer.Text).Select(error => error.ToString().ReplaceLineEndings(" ")));
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return "no JSON";
        }
    }
}
