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
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Paypro.RailDoubles.Mpesa;

/// <summary>
/// Safaricom's Daraja, over HTTPS. It keeps its own memory of money, ends the former token with each new one, checks passwords, opens security credentials with its own key and
/// remembers the numbers of payouts. What it refuses of ours, a test that ends well has none of (<see cref="Faults"/>).
/// </summary>
internal sealed partial class MpesaOperator : IAsyncDisposable
{
    public const string ConsumerKey = "key_of_the_tests", ConsumerSecret = "secret_of_the_tests", Passkey = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";

    public const string ShortCode = "174379", B2cShortCode = "600992", Initiator = "testapi", InitiatorPassword = "TestInitiator#1";

    /// <summary>The operator's own code of a question about a transaction that is none.</summary>
    public const string NoSuchTransaction = "2032";

    private static readonly TimeSpan Nairobi = TimeSpan.FromHours(3);

    /// <summary>Made once in a run: it takes long.</summary>
    private static readonly Lazy<byte[]> Key = new(static () =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKey();
    });

    private readonly Lock _gate = new();
    private readonly List<(string On, MpesaTrouble Trouble)> _troubles = [];
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly RSA _key = RSA.Create();
    private readonly TimeProvider _time;
    private readonly Callers _callers = new();
    private string _token = "";
    private WebApplication? _app;
    private long _number;
    private readonly Dictionary<string, (DateTimeOffset Second, int Calls)> _paces = new(StringComparer.Ordinal);

    private MpesaOperator(TimeProvider time) => _time = time;

    public Uri Address { get; private set; } = new("https://localhost/");

    /// <summary>Of the operator's server.</summary>
    /// <summary>Whose certificate we show to its callbacks; null where they come over http.</summary>
    public TestCertificates? Trusts
    {
        get => _callers.Authority;
        set => _callers.Authority = value;
    }

    public TestCertificates Certificates { get; } = new("The operator's authority");

    /// <summary>What initiators encrypt their passwords to: a certificate that ended long ago, as the published ones have.</summary>
    public string CertificatePem { get; private set; } = "";

    /// <summary>Payouts and prompts that may come in a second; null for any number.</summary>
    public int? MostPerSecond { get; set; }

    /// <summary>Whether the list's offset counts pages.</summary>
    public bool OffsetIsPages { get; set; }

    /// <summary>Lines on a page of the list.</summary>
    public int PageSize { get; set; } = 3;

    /// <summary>Where what it posts goes; null for over the network.</summary>
    public Func<OperatorPost, Task>? Posts { get; set; }

    /// <summary>What we did that the documentation does not allow.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Calls that came, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public static async Task<MpesaOperator> StartAsync(TimeProvider? time = null)
    {
        var it = new MpesaOperator(time ?? TimeProvider.System);
        it._key.ImportPkcs8PrivateKey(Key.Value, out _);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=apicrypt.example", it._key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using (var certificate = request.CreateSelfSigned(new DateTimeOffset(2014, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2016, 1, 1, 0, 0, 0, TimeSpan.Zero)))
        {
            it.CertificatePem = certificate.ExportCertificatePem();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = it.Certificates.Server() });
        }));
        var app = builder.Build();
        app.Run(it.ServeAsync);
        await app.StartAsync();
        it._app = app;
        it.Address = new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return it;
    }

    /// <summary>The next calls that begin so go wrong; in this order.</summary>
    public void Trouble(string on, MpesaTrouble trouble, int times = 1)
    {
        lock (_gate)
        {
            _troubles.AddRange(Enumerable.Repeat((on, trouble), times));
        }
    }

    /// <summary>Another program with the same key asks for a token, which ends ours.</summary>
    public void StealToken()
    {
        lock (_gate)
        {
            _token = NewToken();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
        _callers.Dispose();
        _key.Dispose();
        Certificates.Dispose();
    }

    private static string NewToken() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(21));

    private async Task ServeAsync(HttpContext http)
    {
        var call = $"{http.Request.Method} {http.Request.Path}";
        Log.Enqueue(call);
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var trouble = TroubleOf(call);
        if (trouble?.Kind == MpesaTroubleKind.CutBefore)
        {
            http.Abort();
            return;
        }

        List<OperatorPost> posts = [];
        var (status, answer) = trouble?.Kind == MpesaTroubleKind.Instead ? (trouble.Status, null) : Answer(http.Request, body, posts);
        if (trouble?.Before is { } before)
        {
            await before();
        }

        switch (trouble?.Kind)
        {
            case MpesaTroubleKind.CutAfter:
                http.Abort();
                break;
            case MpesaTroubleKind.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
            case MpesaTroubleKind.Instead or MpesaTroubleKind.After:
                await WriteAsync(http, trouble.Status, trouble.Body, trouble.ContentType);
                break;
            default:
                var changed = answer?.DeepClone().AsObject();
                trouble?.Change?.Invoke(changed!);
                await WriteAsync(http, status, changed?.ToJsonString() ?? "", "application/json");
                break;
        }

        foreach (var post in posts)
        {
            _ = DeliverAsync(post);
        }
    }

    /// <summary>Posts something of ours, and gives the status that came; 0 where nobody took it.</summary>
    public async Task<int> DeliverAsync(OperatorPost post)
    {
        if (Posts is { } posts)
        {
            await posts(post);
            return 200;
        }

        try
        {
            using var content = new StringContent(post.Body, Encoding.UTF8, "application/json");
            using var answer = await _callers.PostAsync(post.To, content);
            return (int)answer.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or ObjectDisposedException)
        {
            // It does not come again.
            return 0;
        }
    }

    private static async Task WriteAsync(HttpContext http, int status, string body, string contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        await http.Response.WriteAsync(body);
        await http.Response.CompleteAsync();
    }

    private MpesaTrouble? TroubleOf(string call)
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

    private (int Status, JsonObject? Body) Answer(HttpRequest request, string body, List<OperatorPost> posts)
    {
        lock (_gate)
        {
            if (request.Path == "/oauth/v1/generate")
            {
                return Token(request);
            }

            if (_token.Length == 0 || request.Headers.Authorization.ToString() != $"Bearer {_token}")
            {
                return Error(404, "404.001.03", "Invalid Access Token");
            }

            if (request.Method != "POST")
            {
                return Error(405, "405.001", "Method Not Allowed");
            }

            JsonObject asked;
            try
            {
                asked = JsonNode.Parse(body)!.AsObject();
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
            {
                return Error(400, "400.002.05", "Invalid Request Payload");
            }

            // Every value of every documented request is a text in quotes.
            if (asked.FirstOrDefault(pair => pair.Value?.GetValueKind() != JsonValueKind.String).Key is { } odd)
            {
                return Wrong($"{odd} is no text");
            }

            return request.Path.Value switch
            {
                "/mpesa/stkpush/v1/processrequest" => MakePrompt(asked),
                "/mpesa/stkpushquery/v1/query" => TellPrompt(asked),
                "/mpesa/c2b/v2/registerurl" => RegisterMenu(asked),
                "/pulltransactions/v1/register" => RegisterList(asked),
                "/pulltransactions/v1/query" => TellList(asked),
                "/mpesa/b2c/v3/paymentrequest" => Send(asked),
                "/mpesa/reversal/v1/request" => Reverse(asked),
                "/mpesa/transactionstatus/v1/query" => TellStatus(asked, posts),
                "/mpesa/accountbalance/v1/query" => TellBalance(asked, posts),
                _ => Error(404, "404.002.01", "Resource not found"),
            };
        }
    }

    private (int Status, JsonObject? Body) Token(HttpRequest request)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ConsumerKey}:{ConsumerSecret}"));
        if (request.Headers.Authorization.ToString() != basic)
        {
            return Error(400, "400.008.01", "Invalid Authentication passed");
        }

        if (request.Query["grant_type"] != "client_credentials")
        {
            return Error(400, "400.008.02", "Invalid grant type passed");
        }

        _token = NewToken();
        return (200, new JsonObject { ["access_token"] = _token, ["expires_in"] = "3599" });
    }
}
