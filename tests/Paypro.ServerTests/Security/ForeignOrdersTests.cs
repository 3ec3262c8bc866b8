using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Orders;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Security;

/// <summary>
/// OWASP API1 (object level authorization): another merchant's order is answered word for word as one that does not exist, by every
/// operation of every country that names an order, and it stays as it was.
/// </summary>
public sealed class ForeignOrdersTests(ApiHosts hosts)
{
    private static int orders;

    public static TheoryData<string, string> Questions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var call in DocumentedCall.Every().Where(call => !call.Operation.Creates && call.Operation.Fields.Any(NamesAnOrder)))
            {
                data.Add(call.Country.Segment, call.Operation.Path);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task AnotherMerchantsOrderIsAsGoodAsNone(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);
        var document = await CountryDocument.OfAsync(call.Country);
        var operation = document.Describe(call.Operation);
        foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
        {
            var host = await hosts.SandboxAsync(engine);
            var (tradeNo, number, code) = await PlayAsync(host, document, call);
            var before = await host.The<OrderQueries>().FindAsync(number, CancellationToken.None);
            var outsider = await host.AddMerchantAsync(0, call.Country.IsoCode, new TestKey(SigningAlgorithm.Md5, "secret-of-another-merchant"));

            var foreign = await AskAsync(outsider.NoText, outsider.Secret, tradeNo, number, code);
            var unknown = await AskAsync(outsider.NoText, outsider.Secret, "nobodys-order", Other(number), Other(code));

            Assert.Equal("8000", foreign.Code);
            Assert.Equal((unknown.Http, unknown.Code, unknown.Message, Data(unknown)), (foreign.Http, foreign.Code, foreign.Message, Data(foreign)));
            Assert.Equivalent(before, await host.The<OrderQueries>().FindAsync(number, CancellationToken.None), strict: true);

            // The same question is answered to the owner: the refusal was about whose it is, and nothing else.
            var owner = document.Reference.Merchant!;
            Assert.Equal("0000", (await AskAsync(owner.Number, owner.Secret, tradeNo, number, code)).Code);

            Task<ApiAnswer> AskAsync(string merchantNo, string secret, string tradeNo, string number, string code)
            {
                var body = FlatBody.Parse(operation.Requests[0].Body.ToJsonString());
                foreach (var field in call.Operation.Fields)
                {
                    _ = field.Role switch
                    {
                        FieldRole.TradeNo => body.With(field.Name, tradeNo),
                        FieldRole.RefundNo => body.With(field.Name, $"r{tradeNo}"),
                        FieldRole.Number => body.With(field.Name, number),
                        FieldRole.RailReference => body.With(field.Name, code),
                        _ => body,
                    };
                }

                return new SignedClient(host.Http, merchantNo, secret).PostRawAsync(operation.Address, body.SignedWith(secret).ToString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnotherMerchantsNumberIsFreeToUseAndTellsNothing(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var (first, second) = (await host.AddMerchantAsync(), await host.AddMerchantAsync());
        const string tradeNo = "used-by-two";

        var mine = await first.CreateAsync(tradeNo, "300");
        var theirs = await second.CreateAsync(tradeNo, "400");

        Assert.Equal(("0000", "0000"), (mine.Code, theirs.Code));
        Assert.NotEqual(mine["platFormTradeNo"], theirs["platFormTradeNo"]);
        Assert.Equal(first.No, (await FindAsync(mine)).MerchantNo);
        Assert.Equal((second.No, 400_00), ((await FindAsync(theirs)).MerchantNo, (await FindAsync(theirs)).AmountMinor));

        async Task<Server.Storage.OrderRow> FindAsync(ApiAnswer answer) =>
            (await host.The<OrderQueries>().FindAsync(answer["platFormTradeNo"]!, CancellationToken.None))!.Order;
    }

    private static bool NamesAnOrder(Field field) => field.Role is FieldRole.TradeNo or FieldRole.Number or FieldRole.RailReference;

    /// <summary>The owner's order, paid where the question is about what was paid.</summary>
    private static async Task<(string TradeNo, string Number, string Code)> PlayAsync(ApiHost host, CountryDocument document, DocumentedCall call)
    {
        var isPayout = call.Operation.Kind == OperationKind.QueryPayout;
        var creation = document.Reference.Operations
            .Where(operation => operation.Operation.Creates && operation.Operation.ConcernsPayIns != isPayout).OrderBy(operation => operation.Operation.Kind).First();
        var tradeNo = string.Create(CultureInfo.InvariantCulture, $"foreign_{Interlocked.Increment(ref orders)}");
        var owner = document.Reference.Merchant!;
        var body = FlatBody.Parse(creation.Requests[0].Body.ToJsonString()).With("tradeNo", tradeNo).SignedWith(owner.Secret);
        var created = await new SignedClient(host.Http, owner.Number, owner.Secret).PostRawAsync(creation.Address, body.ToString());
        Assert.True(created.Code == "0000", created.Text);
        var number = created["platFormTradeNo"]!;
        var code = call.Operation.Fields.FirstOrDefault(field => field.Role == FieldRole.RailReference)?.Example ?? $"UTR{number}";
        if (!isPayout && call.Operation.Kind is not (OperationKind.SubmitReference or OperationKind.CancelPayIn))
        {
            var order = (await host.The<OrderQueries>().FindAsync(number, CancellationToken.None))!.Order;
            await host.PayAsync(number, order.AmountMinor, code);
        }

        return (tradeNo, number, code);
    }

    /// <summary>Of the same form, and nobody's.</summary>
    private static string Other(string text) => text[..^2] + (text[^2..] == "77" ? "66" : "77");

    private static string Data(ApiAnswer answer) => answer.Envelope.TryGetProperty("data", out var data) ? data.GetRawText() : "";
}
