using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;

namespace Paypro.Server.Operator;

/// <summary>The operator API as an OpenAPI 3.1 document, made from the same list as its routes and from the types that are read and written.</summary>
internal static partial class OperatorOpenApi
{
    private static readonly JsonSchemaExporterOptions Export = new() { TreatNullObliviousAsNonNullable = true };

    public static byte[] Make()
    {
        var schemas = new JsonObject { ["Problem"] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("error"), ["properties"] = new JsonObject { ["error"] = new JsonObject { ["type"] = "string", ["description"] = "What to mend." } } } };
        var paths = new JsonObject();
        foreach (var operation in OperatorApiRoutes.All)
        {
            if (!paths.ContainsKey(operation.Address))
            {
                paths[operation.Address] = new JsonObject();
            }

            paths[operation.Address]!.AsObject()[operation.Method.ToLowerInvariant()] = Operation(operation, schemas);
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Paypro operator API", ["version"] = "1",
                ["description"] = "What operators do on the screens of the back office, for programs. A token has some of its maker's permissions. What gives or reopens something is proposed and answered 202; a person approves it.",
                ["contact"] = new JsonObject { ["name"] = "Whoever runs this installation" },
                ["license"] = new JsonObject { ["name"] = "Apache License 2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This installation" }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. OperatorApiRoutes.All.Select(TagOf).Distinct().Order(StringComparer.Ordinal).Select(t => new JsonObject { ["name"] = t, ["description"] = $"Calls under {OperatorApiRoutes.Root}/{t}." })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "paypro_op_..., made under Tokens." } },
                ["schemas"] = schemas,
            },
        });
    }

    /// <summary>The JSON of an example, as it is sent.</summary>
    public static string? ExampleOf(OperatorOperation operation) => operation.Example is { } example ? JsonSerializer.Serialize(example, OperatorJson.Options) : null;

    private static JsonObject Operation(OperatorOperation operation, JsonObject schemas)
    {
        var parameters = new JsonArray([.. ParameterNames().Matches(operation.Path).Select(m => Parameter("path", m.Groups[1].Value, m.Groups[2].Length > 0 ? "integer" : "string", MeaningOf(m.Groups[1].Value), required: true))]);
        if (operation.IsList)
        {
            parameters.Add(Parameter("query", "after", "string", "What the last page gave as next.", required: false));
        }

        foreach (var (name, means) in operation.Query)
        {
            parameters.Add(Parameter("query", name, "string", means, required: false));
        }

        if (operation.Method == "POST")
        {
            parameters.Add(Parameter("header", "Idempotency-Key", "string", "Of the caller's choice, at most 100 characters. The same request with the same key is done once and answered the same for a week.", required: true));
        }

        if (operation.NeedsTag)
        {
            parameters.Add(Parameter("header", "If-Match", "string", "The ETag of what was read, or *.", required: true));
        }

        var answer = new JsonObject { ["description"] = operation.Status == StatusCodes.Status202Accepted ? "Proposed; a person decides." : "Done." };
        answer["content"] = operation.Answers is { } type
            ? new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(type, schemas) } }
            : new JsonObject { ["application/octet-stream"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "binary" } } };
        var made = new JsonObject
        {
            ["operationId"] = operation.Id, ["summary"] = operation.Summary, ["description"] = $"Needs the permission {operation.Permission}.", ["tags"] = new JsonArray(TagOf(operation)), ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                [$"{operation.Status}"] = answer,
                ["4XX"] = new JsonObject { ["description"] = "Refused; the sentence says what to mend.", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } } } },
            },
        };
        if (operation.Example is { } example)
        {
            made["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Reference(example.GetType(), schemas), ["example"] = JsonNode.Parse(ExampleOf(operation)!) } },
            };
        }

        return made;
    }

    private static JsonObject Reference(Type type, JsonObject schemas)
    {
        var name = type.IsGenericType ? $"{type.GetGenericArguments()[0].Name}List" : type.Name;
        var schema = Inlined(OperatorJson.Options.GetJsonSchemaAsNode(type, Export), name);
        if (schemas[name] is not { } known)
        {
            schemas[name] = schema;
        }
        else if (!JsonNode.DeepEquals(known, schema))
        {
            throw new InvalidOperationException($"Two types of the operator API are called {name}.");
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    /// <summary>A reference within one type counts from that type's root; in the document it counts from the document's.</summary>
    private static JsonNode Inlined(JsonNode schema, string name) => JsonNode.Parse(schema.ToJsonString().Replace("\"$ref\":\"#", $"\"$ref\":\"#/components/schemas/{name}", StringComparison.Ordinal))!;

    private static JsonObject Parameter(string place, string name, string type, string means, bool required) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = required, ["description"] = means, ["schema"] = type == "integer" ? new JsonObject { ["type"] = type, ["format"] = "int64" } : new JsonObject { ["type"] = type },
    };

    private static string TagOf(OperatorOperation operation) => operation.Path[(OperatorApiRoutes.Root.Length + 1)..].Split('/')[0];

    private static string MeaningOf(string parameter) => parameter switch
    {
        "no" => "The merchant's, or the proposal's, number.",
        "key" => "The key's number.",
        "code" => "The paper's code.",
        "file" => "The file's number.",
        "user" => "The user's number.",
        "account" => "The channel account's number.",
        "pot" => "The pot's name.",
        "notice" => "The number of the notice.",
        "month" => "The month, yyyyMM.",
        "window" => "The number of the time of maintenance.",
        "rule" => "The routing rule's number.",
        "country" => "ISO 3166, two letters.",
        _ => "The token's number.",
    };

    [GeneratedRegex(@"\{([a-z]+)(:long)?\}")]
    private static partial Regex ParameterNames();
}
