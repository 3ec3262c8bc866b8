using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Reference;

/// <summary>A country's calls as an OpenAPI 3.1 document.</summary>
internal sealed class ReferenceDocument
{
    private const string Json = "application/json";
    private const string MerchantNumber = "merchantNo", SignatureHeader = "signatureHeader";
    private readonly OpenApiDocument document = new() { Components = new OpenApiComponents() };
    private readonly CountryReference reference;
    private readonly ReferenceSchemas schemas;

    private ReferenceDocument(CountryReference reference)
    {
        this.reference = reference;
        schemas = new ReferenceSchemas(document, reference.Country);
    }

    /// <summary>The document as JSON, UTF-8.</summary>
    /// <param name="reference">What is told of the country.</param>
    /// <param name="publicUrl">Where payers and merchants reach the installation; null when nobody said.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<byte[]> WriteAsync(CountryReference reference, string? publicUrl, CancellationToken cancellation)
    {
        var document = new ReferenceDocument(reference).Build(publicUrl);
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellation);
        return stream.ToArray();
    }

    private OpenApiDocument Build(string? publicUrl)
    {
        var country = reference.Country;
        document.Info = new OpenApiInfo
        {
            Title = $"Paypro {country.Name}",
            Version = "1",
            Contact = new OpenApiContact { Name = "The operator of this installation", Url = publicUrl is null ? null : new Uri(publicUrl) },
            License = new OpenApiLicense { Name = "Apache License 2.0", Identifier = "Apache-2.0" },
            Description = string.Join(
                "\n\n",
                $"Payments in {country.Name} ({country.Currency.Code}). {ReferenceTexts.Requests}",
                ReferenceTexts.Answers,
                $"How to sign:\n\n{Steps}\n\n{ReferenceTexts.Hmac}"),
        };
        var tags = reference.Operations.Select(operation => ReferenceTexts.GroupOf(operation.Operation)).Append(ReferenceTexts.Results).ToHashSet();
        document.Tags = ReferenceTexts.Groups.Where(group => tags.Contains(group.Name)).Select(group => new OpenApiTag { Name = group.Name, Description = group.Description }).ToHashSet();
        document.Servers = [new OpenApiServer { Url = "/" }];
        AddScheme(MerchantNumber, MerchantNumber, $"The merchant number, in every call. With a key of the kind MD5 the body is signed by its member sign:\n\n{Steps}");
        AddScheme(SignatureHeader, HmacSignature.HeaderName, ReferenceTexts.Hmac);
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

    private void AddScheme(string id, string header, string description) => document.AddComponent<IOpenApiSecurityScheme>(
        id, new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = header, Description = description });

    /// <summary>All of the schemes at once.</summary>
    private OpenApiSecurityRequirement Needs(params string[] schemes)
    {
        var needs = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes)
        {
            needs.Add(new OpenApiSecuritySchemeReference(scheme, document), []);
        }

        return needs;
    }

    private HashSet<OpenApiTagReference> Tag(string name) => [new OpenApiTagReference(name, document)];

    private OpenApiOperation Describe(OperationReference operation) => new()
    {
        OperationId = operation.Id,
        Summary = operation.Title,
        Description = operation.Operation.IsOurs ? $"{operation.Summary} {ReferenceTexts.Ours}" : operation.Summary,
        Tags = Tag(ReferenceTexts.GroupOf(operation.Operation)),
        Parameters = [.. Parameters(operation)],
        Security = [Needs(MerchantNumber), Needs(MerchantNumber, SignatureHeader)],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Json] = new OpenApiMediaType
                {
                    Schema = schemas.Request(operation),
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
                        Schema = schemas.Answer(operation),
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
                Schema = schemas.Refusal,
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
            Description = $"{ReferenceTexts.Notifications} With a key of the kind MD5 the sign is a member of the body; with one of the kind HMAC-SHA256 it is the header {HmacSignature.HeaderName}.",
            Tags = Tag(ReferenceTexts.Results),
            Security = [Needs(SignatureHeader), Needs()],
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Json] = new OpenApiMediaType { Schema = schemas.Notification(notification), Example = notification.Example.DeepClone() },
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
