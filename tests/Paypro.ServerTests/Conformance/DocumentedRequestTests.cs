using System.Text;
using System.Text.Json;
using Paypro.Protocol.Countries;
using Paypro.Server.Reference;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Conformance;

/// <summary>Every documented request runs, and every documented member of the answer is there.</summary>
public sealed class DocumentedRequestTests(ApiHosts hosts, PlayedSandboxes sandboxes) : IClassFixture<PlayedSandboxes>
{
    private static int orders;

    public static TheoryData<string, string> Creations => Calls(operation => operation.Creates);

    public static TheoryData<string, string> Questions => Calls(operation => !operation.Creates);

    /// <summary>The examples that create something, as they stand in the documents; only the number is new.</summary>
    [Theory]
    [MemberData(nameof(Creations))]
    public async Task AnExampleIsTakenAndAnsweredAsDocumented(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);
        var document = await CountryDocument.OfAsync(call.Country);
        var operation = document.Describe(call.Operation);
        var merchant = CountryDocument.MerchantOf(call.Country);
        var problems = new List<string>();
        foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
        {
            var host = await hosts.SandboxAsync(engine);
            var client = new SignedClient(host.Http, merchant.Number, merchant.Secret);
            foreach (var request in operation.Requests)
            {
                var body = FlatBody.Parse(request.Body.ToJsonString()).With("tradeNo", NewTradeNo()).SignedWith(merchant.Secret);
                var answer = await client.PostRawAsync(operation.Address, body.ToString());
                problems.Add(await document.CheckRequestAsync(operation, body.ToString()));
                problems.Add(await document.CheckAnswerAsync(operation, answer.Text));
                problems.Add(Compare(operation, answer, request == operation.Requests[0]));
            }

            if (call.Operation.SignMayBeHeader)
            {
                problems.Add(Compare(operation, await PostWithHeaderAsync(host, operation, merchant), isFirst: true));
            }
        }

        Assert.Equal("", string.Concat(problems));
    }

    /// <summary>What is asked about an order that was paid, so that every member has a value.</summary>
    [Theory]
    [MemberData(nameof(Questions))]
    public async Task AQuestionIsAnsweredWithEveryDocumentedMember(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);
        var document = await CountryDocument.OfAsync(call.Country);
        var operation = document.Describe(call.Operation);
        var problems = new List<string>();
        foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
        {
            var host = await sandboxes.GetAsync(engine);
            var order = await host.PlayAsync(document, call.Operation, NewTradeNo());
            foreach (var request in operation.Requests)
            {
                var answer = await host.AskAsync(document, operation, request, order);
                problems.Add(await document.CheckRequestAsync(operation, request.Body.ToJsonString()));
                problems.Add(await document.CheckAnswerAsync(operation, answer.Text));
                problems.Add(Compare(operation, answer, request == operation.Requests[0]));
            }
        }

        Assert.Equal("", string.Concat(problems));
    }

    /// <summary>Every member that the documented answer has, of the same JSON kind; empty when so.</summary>
    private static string Compare(OperationReference operation, ApiAnswer answer, bool isFirst)
    {
        if (answer.Code != "0000")
        {
            return $"{operation.Id}: {(int)answer.Http} {answer.Text}\n";
        }

        var data = answer.Envelope.GetProperty("data");
        if (operation.Members.Count == 0)
        {
            return data.ValueKind == JsonValueKind.True ? "" : $"{operation.Id}: {answer.Text}\n";
        }

        var documented = operation.Answer["data"]!.AsObject();
        var wrong = new StringBuilder();
        foreach (var (name, value) in documented)
        {
            // Another way than the first example's is answered with other payment data.
            if (!data.TryGetProperty(name, out var real) ? isFirst : real.ValueKind != value!.GetValueKind())
            {
                wrong.Append(System.Globalization.CultureInfo.InvariantCulture, $"{operation.Id}: {name} is not as documented: {answer.Text}\n");
            }
        }

        return wrong.ToString();
    }

    private static async Task<ApiAnswer> PostWithHeaderAsync(ApiHost host, OperationReference operation, ExampleMerchant merchant)
    {
        var body = FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).With("tradeNo", NewTradeNo()).Without("sign");
        return await host.SendAsync(
            operation.Address, Encoding.UTF8.GetBytes(body.ToString()), "application/json", chunked: false, ("merchantNo", merchant.Number), ("sign", body.Md5(merchant.Secret)));
    }

    private static string NewTradeNo() => $"documented_{Interlocked.Increment(ref orders)}";

    private static TheoryData<string, string> Calls(Func<Operation, bool> which)
    {
        var data = new TheoryData<string, string>();
        foreach (var call in DocumentedCall.Every().Where(call => which(call.Operation)))
        {
            data.Add(call.Country.Segment, call.Operation.Path);
        }

        return data;
    }
}
