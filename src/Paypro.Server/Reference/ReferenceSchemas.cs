using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>JSON Schemas of requests, answers and notifications.</summary>
internal static class ReferenceSchemas
{
    public static OpenApiSchema Request(OperationReference operation, Country country)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = operation.Fields.Where(field => field.Field.Presence == Presence.Required).Select(field => field.Field.Name).ToHashSet(),
            Properties = operation.Fields.ToDictionary(field => field.Field.Name, IOpenApiSchema (field) => Property(field, country)),
        };
        if (operation.Operation.Fields.FirstOrDefault(field => field.Role == FieldRole.Sign) is { } sign)
        {
            schema.Properties.Add(sign.Name, SignSchema);
            if (!operation.Operation.SignMayBeHeader)
            {
                schema.Required.Add(sign.Name);
            }
        }

        return schema;
    }

    /// <summary>The outer object.</summary>
    /// <param name="codes">The codes it may carry.</param>
    /// <param name="quoted">Whether <c>timestamp</c> and <c>success</c> are strings.</param>
    /// <param name="data">Its data.</param>
    public static OpenApiSchema Envelope(IReadOnlyList<string> codes, bool quoted, IOpenApiSchema data)
    {
        var isSuccess = codes[0] == ResponseCode.Accepted;
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "msg", "code", "timestamp", "success", "data" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["msg"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = isSuccess ? "success" : "One sentence that names the field." },
                ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = Texts(codes) },
                ["timestamp"] = new OpenApiSchema { Type = quoted ? JsonSchemaType.String : JsonSchemaType.Integer, Description = "Unix milliseconds." },
                ["success"] = quoted
                    ? new OpenApiSchema { Type = JsonSchemaType.String, Enum = Texts([isSuccess ? "true" : "false"]) }
                    : new OpenApiSchema { Type = JsonSchemaType.Boolean },
                ["data"] = data,
            },
        };
    }

    public static OpenApiSchema Data(OperationReference operation) => operation.Members.Count == 0
        ? new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "true" }
        : Object(operation.Members);

    public static OpenApiSchema Notification(NotificationReference notification)
    {
        var schema = Object(notification.Members);
        schema.Properties!.Add("sign", SignSchema);
        return schema;
    }

    private static OpenApiSchema SignSchema =>
        new() { Type = JsonSchemaType.String, Pattern = "^([0-9a-fA-F]{32})?$", Description = "MD5 signature over the other members; left out with a key of the kind HMAC-SHA256." };

    private static OpenApiSchema Object(IReadOnlyList<MemberReference> members) => new()
    {
        Type = JsonSchemaType.Object,
        Required = members.Where(member => member.IsAlways).Select(member => member.Name).ToHashSet(),
        Properties = members.ToDictionary(member => member.Name, IOpenApiSchema (member) => new OpenApiSchema
        {
            Type = member.IsNumber ? JsonSchemaType.Number : JsonSchemaType.String,
            Pattern = member.Pattern,
            Description = member.Description,
        }),
    };

    private static OpenApiSchema Property(FieldReference field, Country country)
    {
        var patterns = field.Patterns.Concat(field.Field.Role switch
        {
            FieldRole.Amount when country is { AmountDecimals: true, Currency.MinorDigits: > 0 } => [$@"^[0-9]+(\.[0-9]{{1,{country.Currency.MinorDigits}}}0*)?$"],
            FieldRole.Amount => [@"^[0-9]+(\.0+)?$"],
            FieldRole.Timestamp => ["^[0-9]{10}([0-9]{3})?$"],
            _ => Array.Empty<string>(),
        }).ToList();
        return new OpenApiSchema
        {
            Type = field.MayBeNumber ? JsonSchemaType.String | JsonSchemaType.Number : JsonSchemaType.String,
            Description = Description(field),
            MinLength = field.Field.Presence == Presence.Required ? 1 : null,
            MaxLength = field.Field.MaxLength,
            Format = field.Format,
            Pattern = patterns.FirstOrDefault(),
            AllOf = patterns.Count > 1 ? [.. patterns.Skip(1).Select(pattern => new OpenApiSchema { Pattern = pattern })] : null,
            Enum = field.Choices.Count > 0 ? Texts(field.Choices) : null,
        };
    }

    private static string Description(FieldReference field)
    {
        var text = field.Field.Description;
        if (field.Field.Presence == Presence.RequiredWithoutDefault)
        {
            text += " Required unless the merchant has a default for it.";
        }

        return field.Rules.Count == 0 ? text : $"{text}\n\nRefused with:\n{string.Join('\n', field.Rules.Select(rule => $"- {rule}"))}";
    }

    private static List<JsonNode> Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
