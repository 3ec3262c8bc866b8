using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Paypro.Protocol;

namespace Paypro.Server.Reference;

/// <summary>A country's calls as an OpenAPI 3.1 document.</summary>
internal sealed class ReferenceDocument
{
    private const string Json = "application/json";
    private const string OursTag = "Operations of our own";
    private readonly OpenApiDocument document = new() { Components = new OpenApiComponents() };
    private readonly CountryReference reference;

    private ReferenceDocument(CountryReference reference) => this.reference = reference;

    /// <summary>The document as JSON, UTF-8.</summary>
    public static async Task<byte[]> WriteAsync(CountryReference reference, CancellationToken cancellation)
    {
        var document = new ReferenceDocument(reference).Build();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellation);
        return stream.ToArray();
    }

    private OpenApiDocument Build()
    {
        var country = reference.Country;
        document.Info = new OpenApiInfo
        {
            Title = $"Paypro {country.Name}",
            Version = "1",
            Description = string.Join(
                "\n\n",
                $"Payments in {country.Name} ({country.Currency.Code}). {ReferenceTexts.Requests}",
                ReferenceTexts.Answers,
                "Status codes: " + string.Join(", ", country.Codes.Select(code => $"`{code.Code}` {code.Text}")) + ".",
                $"How to sign:\n\n{Steps}\n\n{ReferenceTexts.Hmac}"),
        };
        document.Tags = new HashSet<OpenApiTag> { new() { Name = OursTag, Description = ReferenceTexts.Ours } };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.AddComponent<IOpenApiSecurityScheme>("signature", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "merchantNo",
            Description = $"The merchant number; the request is signed with its key.\n\n{Steps}",
        });
        document.AddComponent<IOpenApiSchema>("Refused", ReferenceSchemas.Envelope([ResponseCode.Refused, ResponseCode.Failed], quoted: false, Nothing));
        foreach (var (status, title, code) in ReferenceTexts.HttpRefusals)
        {
            document.AddComponent<IOpenApiResponse>(NameOf(status), HttpRefusal(status, title, code));
        }

        document.AddComponent<IOpenApiResponse>(NameOf(504), new OpenApiResponse { Description = "Whether the request was stored is not known; send the same request again." });
        document.Paths = [];
        foreach (var operation in reference.Operations)
        {
            var item = new OpenApiPathItem();
            item.AddOperation(HttpMethod.Post, Describe(operation));
            document.Paths.Add(operation.Address, item);
        }

        document.Webhooks = reference.Notifications.ToDictionary(notification => notification.Id, Describe);
        return document;
    }

    private static string Steps => string.Join('\n', ReferenceTexts.Signing.Select((step, index) => $"{index + 1}. {step}"));

    private static OpenApiSchema Nothing => new() { Type = JsonSchemaType.Object, Description = "Empty." };

    private OpenApiOperation Describe(OperationReference operation) => new()
    {
        OperationId = operation.Id,
        Summary = operation.Title,
        Description = operation.Operation.IsOurs ? $"{operation.Summary} {ReferenceTexts.Ours}" : operation.Summary,
        Tags = operation.Operation.IsOurs ? new HashSet<OpenApiTagReference> { new(OursTag, document) } : null,
        Parameters = [.. Parameters(operation)],
        Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("signature", document)] = [] }],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Json] = new OpenApiMediaType
                {
                    Schema = ReferenceSchemas.Request(operation, reference.Country),
                    Examples = operation.Requests.ToDictionary(
                        request => request.Name.Replace(' ', '-'),
                        IOpenApiExample (request) => new OpenApiExample { Summary = request.Name, Value = request.Body.DeepClone() }),
                },
            },
        },
        Responses = Responses(operation),
    };

    private IEnumerable<IOpenApiParameter> Parameters(OperationReference operation)
    {
        yield return Header("merchantNo", "The merchant number.", required: true, reference.Merchant?.Number);
        yield return Header("Paypro-Signature", "For keys of the kind HMAC-SHA256: t=<unix seconds>,v1=<hex>.", required: false, null);
        if (operation.Operation.SignMayBeHeader)
        {
            yield return Header("sign", "The sign, in place of the body's.", required: false, null);
        }
    }

    private static OpenApiParameter Header(string name, string description, bool required, string? example) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = example is null ? null : JsonValue.Create(example),
    };

    private OpenApiResponses Responses(OperationReference operation)
    {
        var quoted = operation.Operation.QuotesEnvelope;
        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "Accepted (code 0000), refused (8000) or failed (5000).",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Json] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema
                        {
                            OneOf =
                            [
                                ReferenceSchemas.Envelope([ResponseCode.Accepted], quoted, ReferenceSchemas.Data(operation)),
                                quoted
                                    ? ReferenceSchemas.Envelope([ResponseCode.Refused, ResponseCode.Failed], quoted, Nothing)
                                    : new OpenApiSchemaReference("Refused", document),
                            ],
                        },
                        Examples = new Dictionary<string, IOpenApiExample>
                        {
                            ["accepted"] = new OpenApiExample { Summary = "accepted", Value = operation.Answer.DeepClone() },
                            ["refused"] = new OpenApiExample { Summary = "refused", Value = AnswerExamples.Refused(ResponseCode.Refused, RefusalOf(operation), quoted) },
                        },
                    },
                },
            },
        };
        foreach (var status in ReferenceTexts.HttpRefusals.Select(refusal => refusal.Status).Append(504))
        {
            responses.Add(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponseReference(NameOf(status), document));
        }

        return responses;
    }

    private static string RefusalOf(OperationReference operation) =>
        operation.Fields.Count == 0 ? "sign: is wrong, or the merchant is unknown" : $"{operation.Fields[0].Field.Name}: is required";

    private OpenApiResponse HttpRefusal(int status, string title, string code) => new()
    {
        Description = title,
        Headers = status is 429 or 503
            ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } } }
            : null,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [Json] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference("Refused", document),
                Example = AnswerExamples.Refused(code, title, quoted: false),
            },
        },
    };

    private static string NameOf(int status) => $"Http{status.ToString(CultureInfo.InvariantCulture)}";

    private IOpenApiPathItem Describe(NotificationReference notification)
    {
        var item = new OpenApiPathItem();
        item.AddOperation(HttpMethod.Post, new OpenApiOperation
        {
            OperationId = notification.Id,
            Summary = notification.Title,
            Description = ReferenceTexts.Notifications,
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Json] = new OpenApiMediaType { Schema = ReferenceSchemas.Notification(notification), Example = notification.Example.DeepClone() },
                },
            },
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "Received.",
                    Content = new Dictionary<string, IOpenApiMediaType>
                    {
                        ["text/plain"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Const = "OK" } },
                    },
                },
            },
        });
        return item;
    }
}
