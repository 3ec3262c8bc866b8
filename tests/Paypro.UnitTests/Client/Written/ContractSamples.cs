using System.Text;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>
/// What the contract tests of both clients send: for each country the first example that its own rules take, in the client's own types, so that
/// every record is compiled and sent once.
/// </summary>
internal static class ContractSamples
{
    public static string CSharp(IReadOnlyList<ClientModel> models)
    {
        var code = new StringBuilder();
        code.Append("""
            // Long because eng/clients writes it: one class for every country.
            #nullable enable
            using Paypro.Client;

            namespace Paypro.ServerTests.Clients;

            /// <summary>The clients of all countries, for the one contract test.</summary>
            internal static class ContractCountries
            {
                public static ContractCalls Make(string segment, HttpClient http, PayproOptions options) => segment switch
                {

            """);
        code.Append(string.Concat(models.Select(model => $"        \"{model.Country.Segment}\" => new {model.Name}Calls(http, options),\n")));
        code.Append("        _ => throw new ArgumentOutOfRangeException(nameof(segment)),\n    };\n}\n");
        foreach (var model in models)
        {
            var (payIn, payout) = (CallOf(model, OperationKind.CreatePayIn), CallOf(model, OperationKind.CreatePayout));
            var space = $"Paypro.Client.{model.Name}";
            code.Append($$"""

                internal sealed class {{model.Name}}Calls(HttpClient http, PayproOptions options) : ContractCalls
                {
                    private readonly {{space}}.{{model.Name}}Client client = new(http, options);

                    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
                        Tell(await client.CreatePayInAsync(new {{space}}.PayInRequest { {{Initialiser(model, payIn)}} }), data => new(data.TradeNo, data.Number, data.State));

                    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
                        Tell(await client.CreatePayoutAsync(new {{space}}.PayoutRequest { {{Initialiser(model, payout)}} }), data => new(data.TradeNo, data.Number, data.State));

                    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

                    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

                    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

                    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
                        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

                    public override Told? ReadPayout(byte[] body, string path, string? header) =>
                        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
                }

                """);
        }

        return code.ToString();
    }

    public static string TypeScript(IReadOnlyList<ClientModel> models)
    {
        var code = new StringBuilder("// Written by eng/clients: for each country requests that its own rules take. The compiler checks their types.\n");
        code.Append($"import {{ {string.Join(", ", models.Select(model => model.Name + "Client"))} }} from \"../dist/index.js\";\n\nexport const samples = [\n");
        foreach (var model in models)
        {
            code.Append($"  {{\n    segment: \"{model.Country.Segment}\",\n    Client: {model.Name}Client,\n");
            foreach (var (name, kind, request) in new[] { ("payIn", OperationKind.CreatePayIn, "PayInRequest"), ("payout", OperationKind.CreatePayout, "PayoutRequest") })
            {
                var texts = Right(model.Country, CallOf(model, kind).Operation);
                code.Append($"    /** @type {{import(\"../dist/countries/{TypeScriptCountry.FileOf(model)}.js\").{request}}} */\n    {name}: {{\n");
                code.Append(string.Concat(CallOf(model, kind).Fields.Where(field => texts.ContainsKey(field.Field.Name))
                    .Select(field => $"      {field.Field.Name}: {JsonSerializer.Serialize(texts[field.Field.Name])},\n")));
                code.Append("    },\n");
            }

            code.Append("  },\n");
        }

        return code.Append("];\n").ToString();
    }

    private static WrittenCall CallOf(ClientModel model, OperationKind kind) => model.Calls.Single(call => call.Operation.Kind == kind);

    private static string Initialiser(ClientModel model, WrittenCall call)
    {
        var texts = Right(model.Country, call.Operation);
        return string.Join(", ", call.Fields.Where(field => texts.ContainsKey(field.Field.Name)).Select(field =>
            $"{char.ToUpperInvariant(field.Field.Name[0])}{field.Field.Name[1..]} = " + field.Field.Role switch
            {
                FieldRole.TradeNo => "tradeNo",
                FieldRole.NotifyUrl => "notifyUrl",
                FieldRole.Amount => texts[field.Field.Name],
                FieldRole.ReturnUrl => $"new Uri({JsonSerializer.Serialize(texts[field.Field.Name])})",
                _ => JsonSerializer.Serialize(texts[field.Field.Name]),
            }));
    }

    /// <summary>The first example that a live installation takes.</summary>
    private static Dictionary<string, string> Right(Country country, Operation operation)
    {
        foreach (var sample in (IEnumerable<Sample>)[new Sample("example"), .. operation.Examples])
        {
            var changed = sample.Texts.ToDictionary(text => text.Role, text => text.Text);
            var texts = operation.Fields.Where(field => field.Role != FieldRole.Sign)
                .Select(field => (field.Name, Text: changed.TryGetValue(field.Role, out var other) ? other : field.LiveExample ?? field.Example))
                .Where(text => !string.IsNullOrEmpty(text.Text)).ToDictionary(text => text.Name, text => text.Text!);
            var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(texts), out _);
            if (body is not null && RequestReader.Read(country, operation, body, new RequestContext(false, country.Banks), out _) is not null)
            {
                return texts;
            }
        }

        throw new InvalidOperationException($"{country} has no example of {operation.Kind} that a live installation takes.");
    }
}
