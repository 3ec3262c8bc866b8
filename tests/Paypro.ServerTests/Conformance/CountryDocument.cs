using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using NJsonSchema;
using Paypro.Protocol.Countries;
using Paypro.Server.Reference;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Fuzz;

namespace Paypro.ServerTests.Conformance;

/// <summary>A country's OpenAPI document of a sandbox, and the JSON Schemas in it.</summary>
internal sealed class CountryDocument
{
    private static readonly ConcurrentDictionary<string, Task<CountryDocument>> Documents = new(StringComparer.Ordinal);
    private readonly JsonNode json;

    private CountryDocument(CountryReference reference, JsonNode json) => (Reference, this.json) = (reference, json);

    public CountryReference Reference { get; }

    /// <summary>The document as it is served.</summary>
    public string Text => json.ToJsonString();

    public static Task<CountryDocument> OfAsync(Country country) => Documents.GetOrAdd(country.IsoCode, async _ =>
    {
        var reference = ReferenceBuilder.Build(country, MerchantOf(country));
        var utf8 = await ReferenceDocument.WriteAsync(reference, publicUrl: null, CancellationToken.None);
        return new CountryDocument(reference, JsonNode.Parse(utf8)!);
    });

    /// <summary>The public merchant of a country.</summary>
    public static ExampleMerchant MerchantOf(Country country)
    {
        var merchant = SandboxMerchants.All.Single(merchant => merchant.Country == country.IsoCode);
        return new ExampleMerchant($"{merchant.No}", merchant.Secret);
    }

    public OperationReference Describe(Operation operation) => Reference.Operations.Single(described => described.Operation == operation);

    /// <summary>What the operation's schema says against a request; empty when nothing.</summary>
    public Task<string> CheckRequestAsync(OperationReference operation, string body) => CheckAsync(Post(operation)["requestBody"]!, body);

    /// <summary>What the operation's schema says against an answer of HTTP 200; empty when nothing.</summary>
    public Task<string> CheckAnswerAsync(OperationReference operation, string body) => CheckAsync(Post(operation)["responses"]!["200"]!, body);

    /// <summary>What a notification's schema says against it; empty when nothing.</summary>
    public Task<string> CheckNotificationAsync(NotificationReference notification) =>
        CheckAsync(json["webhooks"]![notification.Id]!["post"]!["requestBody"]!, notification.Example.ToJsonString());

    private JsonNode Post(OperationReference operation) => json["paths"]![operation.Address]!["post"]!;

    private async Task<string> CheckAsync(JsonNode owner, string body)
    {
        var schema = ApiDocument.Inlined(json.AsObject(), owner["content"]!["application/json"]!["schema"]!);
        var errors = (await JsonSchema.FromJsonAsync(schema.ToJsonString(), CancellationToken.None)).Validate(body);
        return errors.Aggregate(new StringBuilder(), (text, error) => text.AppendLine(error.ToString())).ToString();
    }
}
