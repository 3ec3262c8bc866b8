using System.Net;
using System.Text;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>Bodies that are no requests, and what HTTP itself refuses.</summary>
public sealed class BadBodyTests(ApiHosts hosts)
{
    private const int MaxBytes = 16 * 1024;

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatIsNoFlatJsonObjectIsRefusedWithASentence(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var good = PayInBody("broken").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString();
        var bodies = new (byte[] Body, string Sentence)[]
        {
            (Bytes(""), "body:"), (Bytes(" "), "body:"), (Bytes("{"), "body:"), (Bytes("[]"), "body:"), (Bytes("null"), "body:"), (Bytes("\"text\""), "body:"),
            (Bytes(good[..^1]), "body:"), (Bytes(good + good), "body:"), (Bytes(good[..^1] + ",}"), "body:"), (Bytes("/* */" + good), "body:"),
            (Bytes(good.Replace('"', '\'')), "body:"), (Bytes("a=b&c=d"), "body:"),
            (Bytes(good[..^1] + ",\"remark\":\"again\"}"), "remark: occurs twice"),
            (Bytes(good[..^1] + ",\"extra\":{\"a\":1}}"), "extra: must not be an object"), (Bytes(good[..^1] + ",\"extra\":[1]}"), "extra: must not be an object"),
            (Bytes(good[..^1] + ",\"extra\":\"\\u0000\"}"), "extra: must not contain the character NUL"),
            (Bytes(good[..^1] + ",\"extra\":\"\\ud800\"}"), "body:"), (Bytes(good[..^1] + ",\"\\udc00\":\"x\"}"), "body:"),
            ([0xEF, 0xBB, 0xBF, .. Bytes(good)], "body:"), ([.. Bytes(good[..^1]), .. Bytes(",\"extra\":\""), 0xC3, 0x28, .. Bytes("\"}")], "body:"),
            (Encoding.Unicode.GetBytes(good), "body:"),
            (Bytes("{" + string.Join(",", Enumerable.Range(0, 200).Select(i => $"\"m{i}\":1")) + "}"), "body:"),
            (Bytes(new string('[', 5000)), "body:"),
        };
        foreach (var (body, sentence) in bodies)
        {
            var answer = await host.SendAsync(PayIn, body, "application/json", chunked: false, ("merchantNo", merchant.NoText));
            Assert.Equal((HttpStatusCode.OK, "8000"), (answer.Http, answer.Code));
            Assert.StartsWith(sentence, answer.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ABodyMayHave16KiBAndNotOneByteMore(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var header = ("merchantNo", merchant.NoText);
        var full = Bytes(PayInBody("full").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString().PadRight(MaxBytes));

        var most = await host.SendAsync(PayIn, full, "application/json", chunked: false, header);
        var mostInChunks = await host.SendAsync(PayIn, full, "application/json", chunked: true, header);
        var tooLong = await host.SendAsync(PayIn, [.. full, (byte)' '], "application/json", chunked: false, header);
        var tooLongInChunks = await host.SendAsync(PayIn, [.. full, (byte)' '], "application/json", chunked: true, header);
        var huge = await host.SendAsync(PayIn, Bytes(new string(' ', 1 << 20)), "application/json", chunked: true, header);

        Assert.Equal(("0000", "0000"), (most.Code, mostInChunks.Code));
        foreach (var refused in (ApiAnswer[])[tooLong, tooLongInChunks, huge])
        {
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "8000"), (refused.Http, refused.Code));
            Assert.StartsWith("body:", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HttpKeepsItsMeaningWithTheEnvelope()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var body = Bytes(PayInBody("http").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString());
        var header = ("merchantNo", merchant.NoText);

        foreach (var path in (string[])["/mex-pay/v1/paypro/nothing", "/v1/paypro", "/", "/nowhere-pay/v1/paypro/payInApi", "/mex-pay/v1/paypro/payInApi/x"])
        {
            var unknown = await host.SendAsync(path, body, "application/json", chunked: false, header);
            Assert.Equal((HttpStatusCode.NotFound, "8000"), (unknown.Http, unknown.Code));
        }

        foreach (var type in (string[])["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/json; charset=iso-8859-1", "application/json; charset=utf-16", "application/json; charset=utf-7"])
        {
            var wrongType = await host.SendAsync(PayIn, body, type, chunked: false, header);
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, "8000"), (wrongType.Http, wrongType.Code));
        }

        Assert.Equal(0, await host.CountOrdersAsync(merchant));
        foreach (var type in (string?[])[null, "application/json", "Application/JSON; charset=UTF-8", "application/json; charset=\"utf-8\"", "application/json;charset=utf8", "application/json; charset=UTF8", "application/json; charset=csUTF8"])
        {
            Assert.Equal("0000", (await host.SendAsync(PayIn, body, type, chunked: false, header)).Code);
        }

        using var get = await host.Http.GetAsync(new Uri(PayIn, UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(["POST"], get.Content.Headers.Allow);
        Assert.Equal("8000", new ApiAnswer(get.StatusCode, await get.Content.ReadAsStringAsync()).Code);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
