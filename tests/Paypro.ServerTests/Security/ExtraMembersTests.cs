using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Security;

/// <summary>
/// OWASP API3 (object property level authorization): what a merchant may not set, it cannot set by naming it, in whatever letter case, and an
/// object or array where a scalar is due is refused by its name.
/// </summary>
public sealed class ExtraMembersTests(ApiHosts hosts)
{
    private static readonly (string Name, object Value)[] Wishes =
    [
        ("state", "Paid"), ("State", 2), ("orderState", "paid"), ("status", "0000"), ("code", "0000"), ("fee", "-5"), ("feeMinor", -500), ("feeAmount", 0),
        ("merchantNo", "9999999999"), ("merchantId", 1), ("merchant_no", "1"), ("MerchantNo", "1"), ("paidAmount", "300"), ("paidMinor", 30000), ("amountMinor", 1),
        ("Amount", "1"), ("AMOUNT", "999999"), ("currency", "USD"), ("country", "XX"), ("bucket", 63), ("id", 1), ("number", "0000000000000001"),
        ("platFormTradeNo", "0000000000000001"), ("pageToken", "known"), ("hosted", true), ("isSandbox", true), ("direction", 2), ("expiresAtMs", 1), ("TradeNo", "other"),
        ("$type", "System.Object"), ("__proto__", "x"), ("constructor", "x"), ("role", "admin"),
    ];

    private static int orders;

    public static TheoryData<string, string> Creations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var call in DocumentedCall.Every().Where(call => call.Operation.Creates))
            {
                data.Add(call.Country.Segment, call.Operation.Path);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task WhatIsNotTheMerchantsToSayChangesNothing(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);
        var document = await CountryDocument.OfAsync(call.Country);
        var operation = document.Describe(call.Operation);
        var merchant = CountryDocument.MerchantOf(call.Country);
        foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
        {
            var host = await hosts.SandboxAsync(engine);
            var (plainTrade, wishedTrade) = (NewTradeNo(), NewTradeNo());
            var plain = await SendAsync(FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).With("tradeNo", plainTrade));
            var body = FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).With("tradeNo", wishedTrade);
            foreach (var (name, value) in Wishes.Where(wish => body.TextOf(wish.Name) is null && call.Operation.Fields.All(field => field.Name != wish.Name)))
            {
                body.Add(name, value);
            }

            var wished = await SendAsync(body);

            // The numbers differ; all else is as without the wishes.
            Assert.Equal((wishedTrade, plainTrade), (wished.TradeNo, plain.TradeNo));
            Assert.NotEqual((plain.Id, plain.Number), (wished.Id, wished.Number));
            Assert.Equal(Said(plain), Said(wished));
            Assert.Equal(plain.HasPage, wished.HasPage);

            async Task<OrderRow> SendAsync(FlatBody signed)
            {
                var answer = await new SignedClient(host.Http, merchant.Number, merchant.Secret).PostRawAsync(operation.Address, signed.SignedWith(merchant.Secret).ToString());
                Assert.True(answer.Code == "0000", answer.Text);
                return (await host.The<OrderQueries>().FindAsync(answer["platFormTradeNo"]!, CancellationToken.None))!.Order;
            }
        }

        static object Said(OrderRow order) => (
            order.Bucket, order.MerchantNo, order.Direction, order.Country, order.Currency, order.Way, order.AmountMinor, order.PaidMinor, order.FeeMinor,
            (order.State, order.Hosted, order.NotifyUrl, order.ReturnUrl, order.Utr, order.FailureCode));
    }

    [Theory]
    [MemberData(nameof(DocumentedCall.All), MemberType = typeof(DocumentedCall))]
    public async Task AnObjectOrArrayForAScalarIsNamed(string segment, string path)
    {
        var call = DocumentedCall.Find(segment, path);
        var document = await CountryDocument.OfAsync(call.Country);
        var operation = document.Describe(call.Operation);
        var merchant = CountryDocument.MerchantOf(call.Country);
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var client = new SignedClient(host.Http, merchant.Number, merchant.Secret);
        var before = await CountAsync();
        foreach (var field in call.Operation.Fields)
        {
            foreach (var token in (string[])["{}", "[]", "[\"300\"]", """{"$ne":null}""", """[["x"]]""", """{"__proto__":{"state":"Paid"}}"""])
            {
                var body = FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).Without(field.Name).AddToken(field.Name, token);
                var answer = await client.PostRawAsync(operation.Address, body.ToString());

                Assert.Equal((HttpStatusCode.OK, "8000"), (answer.Http, answer.Code));
                Assert.StartsWith($"{field.Name}: must not be an object", answer.Message, StringComparison.Ordinal);
            }
        }

        // Other tests of this host may create orders meanwhile, but none under the documented example's own number.
        Assert.Equal(before, await CountAsync());

        async Task<int> CountAsync()
        {
            var tradeNo = FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).TextOf("tradeNo");
            var no = long.Parse(merchant.Number, CultureInfo.InvariantCulture);
            await using var context = host.The<IContexts>().Create();
            return await context.Orders.CountAsync(o => o.MerchantNo == no && o.TradeNo == tradeNo);
        }
    }

    private static string NewTradeNo() => string.Create(CultureInfo.InvariantCulture, $"wishes_{Interlocked.Increment(ref orders)}");
}
