using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.Security;

/// <summary>OWASP API4 and API8 (resource consumption, misconfiguration): what HTTP can be bent into reaches no operation, costs little and never gets a 500.</summary>
public sealed class HttpTricksTests(ApiHosts hosts)
{
    [Fact]
    public async Task APackedBodyIsRefusedUnread()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var plain = Bytes(PayInBody("packed").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString());
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(plain);
        }

        foreach (var (coding, body) in new (string, byte[])[] { ("gzip", packed.ToArray()), ("gzip", plain), ("br", plain), ("deflate", plain), ("gzip, gzip", plain), ("x", plain) })
        {
            using var request = Post(PayIn, body, merchant.NoText);
            request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            using var response = await host.Http.SendAsync(request);
            var answer = new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, "8000"), (answer.Http, answer.Code));
            Assert.StartsWith("Content-Encoding:", answer.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await host.CountOrdersAsync(merchant));
        using var unpacked = Post(PayIn, plain, merchant.NoText);
        unpacked.Content!.Headers.TryAddWithoutValidation("Content-Encoding", "identity");
        using var taken = await host.Http.SendAsync(unpacked);
        Assert.Equal("0000", new ApiAnswer(taken.StatusCode, await taken.Content.ReadAsStringAsync()).Code);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("post2")]
    public async Task OnlyPostIsAMethodAndNoHeaderMakesItOne(string method)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        using var request = Post(PayIn, Bytes(PayInBody("method").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString()), merchant.NoText);
        request.Method = new HttpMethod(method);
        request.Headers.Add("X-HTTP-Method-Override", "POST");
        request.Headers.Add("X-Method-Override", "POST");
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(0, await host.CountOrdersAsync(merchant));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/mex-pay/v1/paypro/payInApi%00")]
    [InlineData("/mex-pay/v1/paypro%2FpayInApi")]
    [InlineData("/mex-pay/v1/paypro%252FpayInApi")]
    [InlineData("/mex-pay/v1/paypro/%70%61yInApi%2f")]
    [InlineData("/mex-pay/v1/paypro/payInApi;x=1")]
    [InlineData("/mex-pay/v1/paypro/payInApi%20")]
    [InlineData("/mex-pay/v1/paypro/payInApi.json")]
    [InlineData("/mex-pay//v1/paypro/payInApi")]
    [InlineData("//mex-pay/v1/paypro/payInApi")]
    [InlineData("/mex-pay/v1/paypro/..%2f..%2fpayInApi")]
    [InlineData("/mex-pay/v1/paypro/%2e%2e%2fpayInApi")]
    [InlineData("/mex-pay\\v1\\paypro\\payInApi")]
    [InlineData("/mex-pay/v1/paypro/payİnApi")]
    [InlineData("/..%c0%af..%c0%afetc/passwd")]
    [InlineData("/%ff%fe")]
    public async Task ABentPathIsNoOperation(string path)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var body = PayInBody("path").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString();

        var answer = await SayAsync(host, $"POST {path} HTTP/1.1\r\nHost: x\r\nmerchantNo: {merchant.NoText}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.Equal(0, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [InlineData("X: 1\r\n", 200, "431")]
    [InlineData("", 1, "200")]
    public async Task HeadersAreCounted(string header, int times, string status)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var answer = await SayAsync(host, Request(string.Concat(Enumerable.Repeat(header, times)), "{}", 2));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongHeadersLinesAndDoubtfulLengthsAreRefused()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        foreach (var (request, status) in new[]
        {
            (Request("X: " + new string('x', 40_000) + "\r\n", "{}", 2), "431"),
            (Request("Content-Length: 3\r\n", "{}", 2), "400"),
            (Request("", "{}", -1), "400"),
            ("POST " + PayIn + "?" + new string('q', 10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n{}", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\r\nX:\u0000y\r\n\r\n", "400"),
            ("POST " + PayIn + " HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\nContent-Length: 2\r\n\r\n{}", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\n\r\n{}", "400"),
            ("POST " + PayIn + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a\n{}\r\n0\r\n\r\n", "400"),
        })
        {
            var answer = await SayAsync(host, request);
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{request[..Math.Min(120, request.Length)]}: {answer}");
        }
    }

    /// <summary>A body that hardly comes is broken off by the server, and meanwhile holds nobody else up.</summary>
    [Fact]
    public async Task ASlowBodyEndsAndDelaysNobody()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var slow = Enumerable.Range(0, 20).Select(_ => SayAsync(host, Request("", "{", 4000))).ToArray();

        Assert.Equal("0000", (await merchant.CreateAsync("while-others-dawdle")).Code);
        var answers = await Task.WhenAll(slow).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.All(answers, answer => Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer));
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[")]
    [InlineData("{\"a\":[")]
    public async Task DepthIsNoBomb(string opening)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync();
        var text = new StringBuilder();
        while (text.Length + opening.Length <= 16 * 1024)
        {
            text.Append(opening);
        }

        var answer = await merchant.Client.PostRawAsync(PayIn, text.ToString());

        Assert.Equal((HttpStatusCode.OK, "8000"), (answer.Http, answer.Code));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static HttpRequestMessage Post(string path, byte[] body, string merchantNo)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("merchantNo", merchantNo);
        return request;
    }

    private static string Request(string headers, string body, int announced) =>
        $"POST {PayIn} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}Content-Length: {announced}\r\nConnection: close\r\n\r\n{body}";

    /// <summary>Sends these very bytes, as no HTTP client would.</summary>
    /// <returns>All that came back until the server closed; empty when it only closed.</returns>
    private static async Task<string> SayAsync(ApiHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Bytes(request), TestContext.Current.CancellationToken);
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A server that refuses may reset what it has not read; what it said before counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
