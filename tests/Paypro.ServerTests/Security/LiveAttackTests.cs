using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;

namespace Paypro.ServerTests.Security;

/// <summary>What somebody without a key can try against the built program, started live.</summary>
public sealed partial class LiveAttackTests(LiveAttackTests.LiveServer live) : IClassFixture<LiveAttackTests.LiveServer>
{
    private const string Country = "/mex-pay/v1/paypro/";

    [Theory]
    [InlineData("/sandbox")]
    [InlineData("/sandbox/payins/68o0uwogz7mnzutt")]
    [InlineData("/sandbox/refunds/68o0uwogz7mnzutt")]
    [InlineData("/sandbox/terms")]
    [InlineData("/sandbox/accounts/101/balance")]
    [InlineData("/metrics")]
    [InlineData("/.git/config")]
    [InlineData("/appsettings.json")]
    [InlineData("/paypro.db")]
    [InlineData("/..%2f..%2fetc/passwd")]
    public async Task NothingInsideIsServed(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var answer = await live.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{method} {path} is answered {answer.StatusCode}.");
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/docs")]
    [InlineData("/pay/68o0uwogz7mnzutt-0123456789abcdef0123456789abcdef")]
    [InlineData(Country + "payInApi")]
    [InlineData("/nothing")]
    public async Task EveryAnswerSaysHttpsOnlyAndNothingOfTheServer(string path)
    {
        using var answer = await live.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        Assert.False(answer.Headers.Contains("Server") || answer.Headers.Contains("X-Powered-By"));
    }

    [Fact]
    public async Task ItSaysToWhomAVulnerabilityIsReported()
    {
        using var answer = await live.Http.GetAsync(new Uri("/.well-known/security.txt", UriKind.Relative), TestContext.Current.CancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal(("text/plain", "Contact: mailto:security@example.com"), (answer.Content.Headers.ContentType?.MediaType, lines[0]));
        var expires = DateTimeOffset.Parse(lines[1]["Expires: ".Length..], CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow();
        Assert.InRange(expires.TotalDays, 170, 190);
    }

    /// <summary>Whoever has no key learns nothing of merchants, keys or orders: five mistakes have one answer.</summary>
    [Fact]
    public async Task AWrongSignatureSaysNothing()
    {
        var body = new FlatBody(("tradeNo", "order-1"), ("timestamp", Now()));
        var signed = body.SignedWith("another-secret-of-a-merchant").ToString();
        using var http = live.From("127.0.0.3");
        var answers = new[]
        {
            await Client(http, "2").PostRawAsync(Country + "queryPayInResult", signed),
            await Client(http, "2").PostRawAsync(Country + "queryPayInResult", body.ToString()),
            await Client(http, "999999").PostRawAsync(Country + "queryPayInResult", signed),
            await Client(http, "").PostRawAsync(Country + "queryPayInResult", signed),
            await Client(http, "2").PostRawAsync("/brz-pay/v1/paypro/queryPayInResult", signed),
        };
        Assert.Single(answers.Select(a => (a.Http, Timestamp().Replace(a.Text, ""))).Distinct());
    }

    [Fact]
    public async Task AStormOfWrongSignaturesLeavesTheRightOnesIn()
    {
        using var http = live.From("127.0.0.4");
        for (var i = 0; i < 60; i++)
        {
            var wrong = await Client(http, "2", "another-secret-of-a-merchant").PostAsync(Country + "queryPayInResult", ("tradeNo", "order-1"));
            Assert.True(wrong.Http is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, wrong.Text);
        }

        var right = await Client(http, "2", LiveServer.Secret).PostAsync(Country + "queryPayInResult", ("tradeNo", "order-1"));
        Assert.Equal("tradeNo: no such order", right.Message);
    }

    [Fact]
    public async Task ARequestOfYesterdayIsRefused()
    {
        var old = TimeProvider.System.GetUtcNow().AddHours(-25).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var answer = await Client(live.Http, "2", LiveServer.Secret).PostAsync(Country + "queryPayInResult", new FlatBody(("tradeNo", "order-1"), ("timestamp", old)));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Http);
    }

    [Fact]
    public async Task AForgedCallbackIsNoMoney()
    {
        using var content = new StringContent("""{"reference":"646180100000000006","amount":"300.00"}""", Encoding.UTF8, "application/json");
        using var answer = await live.Http.PostAsync(new Uri("/channels/0123456789abcdef0123456789abcdef", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, $"A forgery is answered {answer.StatusCode}.");
    }

    /// <summary>Whatever bytes come to whatever path: no fault of ours, no stack trace, and the program lives.</summary>
    [Fact]
    public async Task NothingThatIsSentIsAFaultOfOurs()
    {
        string[] paths = [Country + "payInApi", Country + "%00", "/pay/68o0uwogz7mnzutt-0123456789abcdef0123456789abcdef", "/pay/%zz", "/docs/%c0%ae", "/vouchers/x", "/health/live", "/channels/x", "/openapi/../x"];
        string[] heads =
        [
            "Content-Type: application/json", "Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=", "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/json; charset=utf-7", "Content-Type: \u0001", "Content-Encoding: gzip", "Expect: 100-continue", "Transfer-Encoding: chunked", "Content-Length: -1", "merchantNo: \u00ff",
        ];
        string[] bodies = ["", "{", "way=%00", "{\"tradeNo\":\"\\ud800\"}", "[[[[[[[[", "--x\r\n", "\u0000\u0000", "ffffffffffffffff\r\n"];
        foreach (var path in paths)
        {
            foreach (var head in heads)
            {
                foreach (var body in bodies)
                {
                    var length = head.StartsWith("Content-Length", StringComparison.Ordinal) || head.StartsWith("Transfer", StringComparison.Ordinal) ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
                    var answer = await RawHttp.SayAsync(live.BaseAddress, Encoding.Latin1.GetBytes($"POST {path} HTTP/1.1\r\nHost: pay.example\r\nConnection: close\r\n{length}{head}\r\n\r\n{body}"));
                    Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), $"{path} with {head} and {body} is answered {answer}");
                    Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
                }
            }
        }

        Assert.True(live.IsRunning);
        Assert.DoesNotContain("   at ", live.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(LiveServer.Secret, live.Output, StringComparison.Ordinal);
    }

    private static string Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static SignedClient Client(HttpClient http, string merchantNo, string secret = "none") => new(http, merchantNo, secret);

    [GeneratedRegex("\"timestamp\":\\d+")]
    private static partial Regex Timestamp();

    /// <summary>The built program, live, on a database with one merchant.</summary>
    public sealed class LiveServer : IAsyncLifetime
    {
        internal const string Secret = "a-secret-of-a-live-merchant";
        private readonly MasterKeyFile key = new();
        private TestDatabase? database;
        private ServerProcess? server;

        internal HttpClient Http => server!.Http;

        internal Uri BaseAddress => server!.BaseAddress;

        internal string Output => server!.Output;

        internal bool IsRunning => server!.IsRunning;

        /// <summary>A caller from an address of its own, whose wrong signatures are nobody else's.</summary>
        internal HttpClient From(string address)
        {
            var handler = new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancellation) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    try
                    {
                        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                        await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                },
            };
            return new HttpClient(handler) { BaseAddress = BaseAddress };
        }

        /// <inheritdoc />
        public async ValueTask InitializeAsync()
        {
            MasterKeyFile.Own(key.Path);
            database = await TestDatabase.CreateAsync(Engine.Sqlite);
            string[] settings =
            [
                "--Paypro:Sandbox=false", "--Paypro:PublicUrl=https://pay.example", $"--Paypro:MasterKeyFile={key.Path}", "--Paypro:Metrics=off", "--Paypro:SecurityContact=mailto:security@example.com",
            ];
            await using (var app = Application.Build([.. settings, $"--ConnectionStrings:Paypro={database.ConnectionString}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None"]))
            {
                await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
                await app.Services.GetRequiredService<ConfigStore>().SaveAsync(context =>
                {
                    context.Merchants.Add(new MerchantRow { MerchantNo = 2, Bucket = 2, BusinessId = 1, Country = "MX", Currency = "MXN", Name = "A shop", CreatedAtMs = 1 });
                    context.MerchantKeys.Add(app.Services.GetRequiredService<KeyMaker>().Make(21, 2, SigningAlgorithm.Md5, Secret, signs: true, 0));
                    return Task.CompletedTask;
                });
            }

            server = await ServerProcess.StartAsync(new ServerStart { Database = database, Arguments = settings, Environment = new Dictionary<string, string> { ["Paypro__Sandbox"] = "false", ["ASPNETCORE_ENVIRONMENT"] = "Production" } });
        }

        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }

            if (database is not null)
            {
                await database.DisposeAsync();
            }

            key.Dispose();
        }
    }
}
