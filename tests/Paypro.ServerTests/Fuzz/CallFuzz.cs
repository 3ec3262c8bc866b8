using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Fuzz;

/// <summary>
/// Sends a country's API right requests with one thing changed, knowing the document and nothing else. No answer is a failure of ours,
/// each fits the document, what the document forbids is refused by the member's name, and a refusal stores nothing.
/// </summary>
internal sealed class CallFuzz
{
    private readonly ApiHost _host;
    private readonly Country _country;
    private readonly TestMerchant _merchant;
    private readonly Mutator _mutator;
    private readonly Random _random;
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);
    private Dictionary<string, long> _stored = [];
    private int _calls;

    private CallFuzz(ApiHost host, Country country, ApiDocument document, TestMerchant merchant, Random random)
    {
        (_host, _country, Document, _merchant, _random) = (host, country, document, merchant, random);
        _mutator = new Mutator(random);
    }

    public ApiDocument Document { get; }

    public int Accepted { get; private set; }

    public int Refused { get; private set; }

    public List<string> Problems { get; } = [];

    /// <summary>As the country's public merchant, with which the document's examples are made.</summary>
    public static async Task<CallFuzz> OfAsync(ApiHost host, Country country, Random random) =>
        new(host, country, await ApiDocument.FetchAsync(host.Http, country.Segment), await host.AddKeyAsync(country, new TestKey(SigningAlgorithm.HmacSha256, "secret-of-the-fuzzer")), random);

    /// <summary>The document's own requests: all are taken, but for questions about orders that do not exist.</summary>
    public async Task SendExamplesAsync(ApiOperation operation, bool creates)
    {
        foreach (var example in operation.Examples)
        {
            var body = NewOrder(operation, FlatBody.Parse(example).Without("sign")).ToString();
            var answer = await SendAsync(operation, body);
            Expect(!operation.Forbids(body), operation, body, answer, "the document forbids its own example");
            Expect(answer.Code == "0000" || !creates, operation, body, answer, "the document's own example was refused");
            await CheckAsync(operation, body, answer, field: null, mustRefuse: false);
        }
    }

    public async Task SendMutationAsync(ApiOperation operation)
    {
        var example = operation.Examples[_random.Next(operation.Examples.Count)];
        var mutation = _mutator.Next(operation, NewOrder(operation, FlatBody.Parse(example).Without("sign")));
        var answer = await SendAsync(operation, mutation.Body);
        var mustRefuse = mutation.Field is { } field
            ? mutation.LeavesOut ? operation.IsRequired(field) : !mutation.IsNumber && Forbids(operation, mutation.Body)
            : !IsObject(mutation.Body);
        await CheckAsync(operation, mutation.Body, answer, mutation.Field, mustRefuse);
    }

    private FlatBody NewOrder(ApiOperation operation, FlatBody body) =>
        operation.Fields.Contains("tradeNo") && body.TextOf("tradeNo") is not null
            ? body.With("tradeNo", string.Create(CultureInfo.InvariantCulture, $"fuzz_{_merchant.No}_{_calls++}")) : body;

    /// <summary>By the key that signs whatever the bytes are.</summary>
    private Task<ApiAnswer> SendAsync(ApiOperation operation, string body) => _host.SendHmacAsync(operation.Address, _merchant.NoText, _merchant.Secret, body);

    private async Task CheckAsync(ApiOperation operation, string body, ApiAnswer answer, string? field, bool mustRefuse)
    {
        var problem = operation.CheckAnswer(answer);
        Expect(problem.Length == 0, operation, body, answer, problem);
        if ((int)answer.Http >= 500 || problem.Length > 0)
        {
            Expect((int)answer.Http < 500, operation, body, answer, "failed");
            return;
        }

        var accepted = answer.Code == "0000";
        (Accepted, Refused) = accepted ? (Accepted + 1, Refused) : (Accepted, Refused + 1);
        Expect(!(accepted && mustRefuse), operation, body, answer, "the document forbids it");
        Expect(answer.Code != "5000", operation, body, answer, "failed");
        if (!accepted && answer.Http == HttpStatusCode.OK)
        {
            var message = answer.Message!;
            var named = message.Split(':', 2)[0];
            Expect(
                mustRefuse && field is not null ? named == field : operation.Fields.Contains(named) || named is "body" or "sign",
                operation, body, answer, $"the sentence names {named}");
        }

        var before = _stored;
        _stored = await StoredRows.CountAsync(_host.The<IContexts>());
        if (before.Count > 0)
        {
            var isNew = accepted && answer["platFormTradeNo"] is { } number && _numbers.Add(number);
            Expect(isNew || StoredRows.Difference(before, _stored).Length == 0, operation, body, answer, $"left behind {StoredRows.Difference(before, _stored)}");
        }
    }

    private void Expect(bool isSo, ApiOperation operation, string body, ApiAnswer answer, string problem)
    {
        if (!isSo)
        {
            Problems.Add($"{operation.Address}: {problem}\n  sent {Short(body)}\n  answer {(int)answer.Http} {Short(answer.Text)}");
        }
    }

    private static string Short(string text) => text.Length <= 900 ? text : $"{text[..900]}… ({text.Length})";

    /// <summary>Whether the document forbids it as it was sent and in the one form in which it is read, which the document describes.</summary>
    private bool Forbids(ApiOperation operation, string body)
    {
        try
        {
            return operation.Forbids(body) && operation.Forbids(Normal(operation, body));
        }
        catch (Exception error) when (error is Newtonsoft.Json.JsonException or InvalidCastException or OverflowException)
        {
            // The library reads no lone surrogates and no numbers beyond a double; the server has to.
            return false;
        }
    }

    private string Normal(ApiOperation operation, string body)
    {
        var members = JsonNode.Parse(body)!.AsObject();
        foreach (var field in _country.Operations.Single(o => operation.Address == $"/{_country.Segment}{o.Path}").Fields)
        {
            if (members[field.Name] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                members.Remove(field.Name);
                if (field.Normal(value.GetValue<string>()) is { Length: > 0 } text)
                {
                    members.Add(field.Name, text);
                }
            }
        }

        return members.ToJsonString();
    }

    /// <summary>Whether it is JSON, an object, and no member is there twice.</summary>
    private static bool IsObject(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
