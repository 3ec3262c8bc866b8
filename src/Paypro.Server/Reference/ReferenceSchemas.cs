using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>Puts the JSON Schemas of requests, answers and notifications among a document's components, each under a name of its own.</summary>
internal sealed class ReferenceSchemas
{
    private const string Status = "OrderStatus", Refused = "Refused";
    private readonly OpenApiDocument document;
    private readonly Country country;

    public ReferenceSchemas(OpenApiDocument document, Country country)
    {
        (this.document, this.country) = (document, country);
        Add(Status, OrderStatus(StatusCode.Of(country)));
        Add(Refused, Envelope([ResponseCode.Refused, ResponseCode.Failed], quoted: false, Nothing));
    }

    /// <summary>What refuses in every operation.</summary>
    public OpenApiSchemaReference Refusal => new(Refused, document);

    private static OpenApiSchema Nothing => new() { Type = JsonSchemaType.Object, Description = "Empty." };

    private static OpenApiSchema SignSchema => new()
    {
        Type = JsonSchemaType.String,
        Pattern = "^([0-9a-fA-F]{32})?$",
        Description = "For keys of the kind MD5 alone, and required with them: the signature over the other members. With a key of the kind HMAC-SHA256 it is left out, and the header Paypro-Signature signs.",
    };

    public OpenApiSchemaReference Request(OperationReference operation)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = operation.Title,
            Required = operation.Fields.Where(field => field.Field.Presence == Presence.Required).Select(field => field.Field.Name).ToHashSet(),
            Properties = operation.Fields.ToDictionary(field => field.Field.Name, IOpenApiSchema (field) => Property(field)),
        };
        if (operation.Operation.Fields.FirstOrDefault(field => field.Role == FieldRole.Sign) is { } sign)
        {
            schema.Properties.Add(sign.Name, SignSchema);
        }

        return Add($"{NameOf(operation.Id)}Request", schema);
    }

    /// <summary>What comes with HTTP 200: accepted or refused, told apart by <c>code</c>.</summary>
    public OpenApiSchema Answer(OperationReference operation)
    {
        var (name, quoted) = (NameOf(operation.Id), operation.Operation.QuotesEnvelope);
        IOpenApiSchema data = operation.Members.Count == 0
            ? new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "true" }
            : Add($"{name}Data", Object(operation.Members));
        var accepted = Add($"{name}Accepted", Envelope([ResponseCode.Accepted], quoted, data));
        var refused = quoted ? Add($"{name}Refused", Envelope([ResponseCode.Refused, ResponseCode.Failed], quoted, Nothing)) : Refusal;
        return new OpenApiSchema
        {
            OneOf = [accepted, refused],
            Discriminator = new OpenApiDiscriminator
            {
                PropertyName = "code",
                Mapping = new Dictionary<string, OpenApiSchemaReference> { [ResponseCode.Accepted] = accepted, [ResponseCode.Refused] = refused, [ResponseCode.Failed] = refused },
            },
        };
    }

    public OpenApiSchemaReference Notification(NotificationReference notification)
    {
        var schema = Object(notification.Members);
        schema.Properties!.Add("sign", SignSchema);
        return Add(NameOf(notification.Id), schema);
    }

    private static string NameOf(string id) => char.ToUpperInvariant(id[0]) + id[1..];

    private OpenApiSchemaReference Add(string name, OpenApiSchema schema)
    {
        document.AddComponent<IOpenApiSchema>(name, schema);
        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>The names and sentences stand in the text for readers, and in the members that generators of clients know.</summary>
    private static OpenApiSchema OrderStatus(IReadOnlyList<StatusCode> codes) => new()
    {
        Type = JsonSchemaType.String,
        Description = "The state of an order.\n\n" + string.Join('\n', codes.Select(code => $"- `{code.Code}` {code.Title}. {code.Meaning}")),
        Enum = Texts(codes.Select(code => code.Code)),
        Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-enum-varnames"] = new JsonNodeExtension(new JsonArray([.. Texts(codes.Select(code => code.Name))])),
            ["x-enum-descriptions"] = new JsonNodeExtension(new JsonArray([.. Texts(codes.Select(code => code.Meaning))])),
            ["x-ms-enum"] = new JsonNodeExtension(new JsonObject
            {
                ["name"] = Status,
                ["modelAsString"] = false,
                ["values"] = new JsonArray([.. codes.Select(code => new JsonObject { ["value"] = code.Code, ["name"] = code.Name, ["description"] = code.Meaning })]),
            }),
        },
    };

    /// <summary>The outer object.</summary>
    /// <param name="codes">The codes it may carry.</param>
    /// <param name="quoted">Whether <c>timestamp</c> and <c>success</c> are strings.</param>
    /// <param name="data">Its data.</param>
    private static OpenApiSchema Envelope(IReadOnlyList<string> codes, bool quoted, IOpenApiSchema data)
    {
        var isSuccess = codes[0] == ResponseCode.Accepted;
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "msg", "code", "timestamp", "success", "data" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["msg"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = isSuccess ? "success" : "One sentence that names the field." },
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = Texts(codes),
                    Description = isSuccess ? "0000: accepted." : "8000: refused, nothing was stored. 5000: failed, certainly nothing was stored.",
                },
                ["timestamp"] = quoted
                    ? new OpenApiSchema { Type = JsonSchemaType.String, Description = "Unix milliseconds." }
                    : new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "Unix milliseconds." },
                ["success"] = quoted
                    ? new OpenApiSchema { Type = JsonSchemaType.String, Enum = Texts([isSuccess ? "true" : "false"]) }
                    : new OpenApiSchema { Type = JsonSchemaType.Boolean },
                ["data"] = data,
            },
        };
    }

    private OpenApiSchema Object(IReadOnlyList<MemberReference> members) => new()
    {
        Type = JsonSchemaType.Object,
        Required = members.Where(member => member.IsAlways).Select(member => member.Name).ToHashSet(),
        Properties = members.ToDictionary(member => member.Name, IOpenApiSchema (member) => member.IsStatus ? new OpenApiSchemaReference(Status, document) : new OpenApiSchema
        {
            Type = member.IsNumber ? JsonSchemaType.Number : JsonSchemaType.String,
            Format = member.IsNumber ? "decimal" : member.IsAddress ? "uri" : null,
            Pattern = member.Pattern,
            Description = member.Description,
        }),
    };

    private OpenApiSchema Property(FieldReference field)
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
            Type = JsonSchemaType.String,
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
        if (field.MayBeNumber)
        {
            text += " Send it as text: the digits are signed as they stand. A bare number is taken too.";
        }

        if (field.Field.Presence == Presence.RequiredWithoutDefault)
        {
            text += " Required unless the merchant has a default for it.";
        }

        return field.Rules.Count == 0 ? text : $"{text}\n\nRefused with:\n{string.Join('\n', field.Rules.Select(rule => $"- {rule}"))}";
    }

    private static List<JsonNode> Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
