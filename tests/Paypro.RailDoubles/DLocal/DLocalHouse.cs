using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Paypro.RailDoubles.DLocal;

/// <summary>
/// dLocal with pay-ins, refunds and payouts v3, over HTTPS. It keeps its own memory of money, verifies each call's signature over the raw body or its token, and
/// remembers whatever our channel may not send.
/// </summary>
internal sealed partial class DLocalHouse : IAsyncDisposable
{
    public const string Login = "login-of-the-tests", TransKey = "trans-key-of-the-tests", SecretKey = "secret-key-of-the-tests", ClientId = "client-of-the-tests", ClientSecret = "client-secret-of-the-tests";

    private readonly Lock _gate = new();
    private readonly List<(string On, DLocalTrouble Trouble)> _troubles = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly TimeProvider _time;
    private WebApplication? _app;

    private DLocalHouse(TimeProvider time) => _time = time;

    public Uri Address { get; private set; } = new("https://localhost/");

    /// <summary>Whose certificate we show to its callbacks; null where they come over http.</summary>
    public TestCertificates? Trusts
    {
        get => _callers.Authority;
        set => _callers.Authority = value;
    }

    public TestCertificates Certificates { get; } = new("The aggregator's authority");

    /// <summary>Breaks of the protocol by our channel; a test that ends well leaves none.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Calls that came, as <c>METHOD path?query</c>.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What can be paid out, minor units of whatever currency.</summary>
    public long BalanceMinor { get; set; } = 100_000_000_00;

    /// <summary>How much the server's clock differs from the tests'.</summary>
    public TimeSpan Skew { get; set; }

    public static async Task<DLocalHouse> StartAsync(TimeProvider? time = null)
    {
        var house = new DLocalHouse(time ?? TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(house.Certificates.Server());
        }));
        var app = builder.Build();
        app.Run(house.ServeAsync);
        await app.StartAsync();
        house._app = app;
        house.Address = new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return house;
    }

    /// <summary>The next calls that begin so go wrong; in this order.</summary>
    public void Trouble(string on, DLocalTrouble trouble, int times = 1)
    {
        lock (_gate)
        {
            _troubles.AddRange(Enumerable.Repeat((on, trouble), times));
        }
    }

    /// <summary>Ends every token that was given out.</summary>
    public void EndTokens()
    {
        lock (_gate)
        {
            _tokens.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
        _callers.Dispose();
        Certificates.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var call = $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}";
        Log.Enqueue(call);
        using var raw = new MemoryStream();
        await http.Request.Body.CopyToAsync(raw, http.RequestAborted);
        http.Response.Headers.Date = (_time.GetUtcNow() + Skew).ToString("r", System.Globalization.CultureInfo.InvariantCulture);
        var trouble = TroubleOf(call);
        if (trouble?.Kind == DLocalTroubleKind.CutBefore)
        {
            http.Abort();
            return;
        }

        var (status, answer) = trouble?.Kind == DLocalTroubleKind.Instead ? (trouble.Status, null) : Answer(http.Request, raw.ToArray());
        if (trouble?.Before is { } before)
        {
            await before();
        }

        switch (trouble?.Kind)
        {
            case DLocalTroubleKind.CutAfter:
                http.Abort();
                return;
            case DLocalTroubleKind.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            case DLocalTroubleKind.Instead or DLocalTroubleKind.After:
                if (trouble.Header is var (name, value))
                {
                    http.Response.Headers[name] = value;
                }

                await WriteAsync(http, trouble.Status, trouble.Body, trouble.ContentType);
                return;
            default:
                var changed = answer?.DeepClone();
                trouble?.Change?.Invoke(changed!.AsObject());
                await WriteAsync(http, status, changed?.ToJsonString() ?? "NOT_FOUND", changed is null ? "text/plain" : "application/json");
                return;
        }
    }

    private static Task WriteAsync(HttpContext http, int status, string body, string contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(body);
    }

    private DLocalTrouble? TroubleOf(string call)
    {
        lock (_gate)
        {
            var at = _troubles.FindIndex(each => call.StartsWith(each.On, StringComparison.Ordinal));
            if (at < 0)
            {
                return null;
            }

            var trouble = _troubles[at].Trouble;
            _troubles.RemoveAt(at);
            return trouble;
        }
    }

    /// <summary>An answer without a body is the bare 404 of an address that is not there.</summary>
    private (int Status, JsonNode? Body) Answer(HttpRequest request, byte[] raw)
    {
        lock (_gate)
        {
            var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (request.Headers.UserAgent.Count == 0)
            {
                _faults.Enqueue("A call without User-Agent.");
            }

            return parts switch
            {
                ["oauth", "token"] when request.Method == "POST" => Token(raw),
                ["payouts", "v3"] => WithToken(request, () => request.Method == "POST" ? Send(raw) : TellPayout(request.Query["external_id"].ToString())),
                _ => FaultIn(request, raw) is { } fault ? fault : (request.Method, parts) switch
                {
                    ("POST", ["payments"]) => MakePayment(raw),
                    ("GET", ["payments", var id]) => TellPayment(id),
                    ("GET", ["payments", var id, "status"]) => TellStatus(id),
                    ("GET", ["orders", var id]) => TellOrder(id),
                    ("GET", ["payments-methods"]) => TellMethods(request.Query["country"].ToString()),
                    ("POST", ["refunds"]) => MakeRefund(raw),
                    ("GET", ["refunds", var id]) => TellRefund(id),
                    _ => (404, null),
                },
            };
        }
    }

    /// <summary>What is wrong with the headers of a signed call; null when nothing is.</summary>
    private (int Status, JsonNode? Body)? FaultIn(HttpRequest request, byte[] raw)
    {
        foreach (var name in new[] { "X-Date", "X-Login", "X-Trans-Key", "X-Version", "User-Agent", "Content-Type", "Authorization" })
        {
            if (request.Headers[name].Count != 1)
            {
                _faults.Enqueue($"A signed call without {name}.");
                return Wrong(400, 5001, name);
            }
        }

        if (request.Headers["X-Login"] != Login || request.Headers["X-Trans-Key"] != TransKey)
        {
            return Wrong(403, 3001);
        }

        var signed = Encoding.UTF8.GetBytes(Login + request.Headers["X-Date"]).Concat(raw).ToArray();
        var mine = "V2-HMAC-SHA256, Signature: " + Hex(signed);
        if (request.Headers.Authorization != mine)
        {
            return Wrong(400, 5000);
        }

        if (request.Headers["X-Version"] != "2.1" || request.Headers.ContentType != "application/json")
        {
            _faults.Enqueue("A signed call of another version or content type.");
        }

        return null;
    }

    private static string Hex(byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SecretKey), signed));

    private static (int Status, JsonNode? Body) Wrong(int status, int code, string param = "") => (status, JsonNode.Parse(DLocalTrouble.Problem(code, param)));

    private (int Status, JsonNode? Body) Token(byte[] raw)
    {
        if (Parse(raw) is not { } wish || Text(wish, "grant_type") != "client_credentials" || Text(wish, "client_id") != ClientId || Text(wish, "client_secret") != ClientSecret)
        {
            return (401, new JsonObject { ["error"] = "invalid_client" });
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _tokens.Add(token);
        return (200, new JsonObject { ["access_token"] = token, ["scope"] = "payouts", ["expires_in"] = 180, ["token_type"] = "Bearer" });
    }

    private (int Status, JsonNode? Body) WithToken(HttpRequest request, Func<(int Status, JsonNode? Body)> run)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.Contains(header["Bearer ".Length..]) ? run() : (401, new JsonObject { ["error"] = "invalid_token" });
    }

    private static JsonObject? Parse(byte[] raw)
    {
        try
        {
            return JsonNode.Parse(raw) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? from, string path)
    {
        foreach (var part in path.Split('.'))
        {
            from = (from as JsonObject)?[part];
        }

        return from is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
    }

    private static string NewName(string mark) => $"{mark}-4-{Guid.NewGuid()}";
}
