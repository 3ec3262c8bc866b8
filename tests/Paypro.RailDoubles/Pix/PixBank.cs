using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Paypro.RailDoubles.Pix;

/// <summary>
/// A receiving bank with the standard's API and Efí's payouts, over HTTPS with client certificates. It keeps its own memory of money, checks who calls, and holds
/// each call and each answer against the central bank's document.
/// </summary>
internal sealed partial class PixBank : IAsyncDisposable
{
    public const string ClientId = "Client_Id_of_the_tests", ClientSecret = "Client_Secret_of_the_tests";

    public const string DefaultKey = "7d9f0335-8dcc-4054-9bf9-0dbd61d36906";

    private static readonly OpenApiCheck Standard = OpenApiCheck.Read(
        "bacen-pix-api-2.9.0.yaml",
        // The document asks the list of Pix for a list of charges; its prose and examples have "pix".
        static document => document["components"]!["schemas"]!["PixConsultados"]!["required"] = new JsonArray("parametros", "pix"));

    private readonly Lock _gate = new();
    private readonly List<(string On, PixTrouble Trouble)> _troubles = [];
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly TimeProvider _time;
    private WebApplication? _app;
    private int _calls;

    private PixBank(TimeProvider time) => _time = time;

    public Uri Address { get; private set; } = new("https://localhost/");

    /// <summary>Of the bank's server and of those that it lets in.</summary>
    /// <summary>Whose certificate we show to its callbacks; null where they come over http.</summary>
    public TestCertificates? Trusts
    {
        get => _callers.Authority;
        set => _callers.Authority = value;
    }

    public TestCertificates Certificates { get; } = new("The bank's authority");

    /// <summary>The receiver's keys.</summary>
    public HashSet<string> Keys { get; } = [DefaultKey];

    /// <summary>What a token may do.</summary>
    public string Scope { get; set; } = "cob.read cob.write pix.read pix.write webhook.read webhook.write pix.send gn.pix.send.read gn.balance.read";

    /// <summary>Whether a second charge or payout of one number is refused with 409, as Efí does; else a charge is changed.</summary>
    public bool RefusesRepeats { get; set; } = true;

    /// <summary>Errors in the standard's form instead of Efí's.</summary>
    public bool SpeaksStandard { get; set; }

    /// <summary>Breaks of the document, by us or by the double itself; a test that ends well leaves none.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Calls that came, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public static async Task<PixBank> StartAsync(TimeProvider? time = null)
    {
        var bank = new PixBank(time ?? TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = bank.Certificates.Server(),
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = bank.LetsIn,
            });
        }));
        var app = builder.Build();
        app.Run(bank.ServeAsync);
        await app.StartAsync();
        bank._app = app;
        bank.Address = new Uri(app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return bank;
    }

    /// <summary>The next calls that begin so go wrong; in this order.</summary>
    public void Trouble(string on, PixTrouble trouble, int times = 1)
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

    private bool LetsIn(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors) => Certificates.HasIssued(certificate, _time.GetUtcNow());

    private async Task ServeAsync(HttpContext http)
    {
        Interlocked.Increment(ref _calls);
        var call = $"{http.Request.Method} {http.Request.Path}";
        Log.Enqueue(call);
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var trouble = TroubleOf(call);
        if (trouble?.Kind == PixTroubleKind.CutBefore)
        {
            http.Abort();
            return;
        }

        var (status, answer) = trouble?.Kind == PixTroubleKind.Instead ? (trouble.Status, null) : Answer(http.Request, call, body);
        if (trouble?.Before is { } before)
        {
            await before();
        }

        switch (trouble?.Kind)
        {
            case PixTroubleKind.CutAfter:
                http.Abort();
                return;
            case PixTroubleKind.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            case PixTroubleKind.Instead or PixTroubleKind.After:
                if (trouble.Header is var (name, value))
                {
                    http.Response.Headers[name] = value;
                }

                await WriteAsync(http, trouble.Status, trouble.Body, trouble.ContentType);
                return;
            default:
                var changed = answer?.DeepClone().AsObject();
                trouble?.Change?.Invoke(changed!);
                await WriteAsync(http, status, changed?.ToJsonString() ?? "", status >= 400 && SpeaksStandard ? "application/problem+json" : "application/json");
                return;
        }
    }

    private static async Task WriteAsync(HttpContext http, int status, string body, string contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (status is not 204)
        {
            await http.Response.WriteAsync(body);
        }
    }

    private PixTrouble? TroubleOf(string call)
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

    private (int Status, JsonObject? Body) Answer(HttpRequest request, string call, string body)
    {
        lock (_gate)
        {
            if (call == "POST /oauth/token")
            {
                return Token(request, body);
            }

            var header = request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.Ordinal) || !_tokens.Contains(header["Bearer ".Length..]))
            {
                return (401, new JsonObject { ["error"] = "invalid_token", ["error_description"] = "The token is not one that counts." });
            }

            var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return (request.Method, parts) switch
            {
                ("PUT", ["v2", "cob", var txid]) => Scoped("cob.write", () => MakeCharge(txid, body)),
                ("GET", ["v2", "cob", var txid]) => Scoped("cob.read", () => TellCharge(txid)),
                ("PATCH", ["v2", "cob", var txid]) => Scoped("cob.write", () => ChangeCharge(txid, body)),
                ("GET", ["v2", "pix"]) => Scoped("pix.read", () => ListPayments(request.Query)),
                ("GET", ["v2", "pix", var name]) => Scoped("pix.read", () => TellPayment(name)),
                ("PUT", ["v2", "pix", var name, "devolucao", var id]) => Scoped("pix.write", () => MakeReturn(name, id, body)),
                ("GET", ["v2", "pix", var name, "devolucao", var id]) => Scoped("pix.read", () => TellReturn(name, id)),
                ("PUT", ["v2", "webhook", var key]) => Scoped("webhook.write", () => Register(Uri.UnescapeDataString(key), body, request.Headers["x-skip-mtls-checking"] == "true")),
                ("GET", ["v2", "webhook", var key]) => Scoped("webhook.read", () => TellWebhook(Uri.UnescapeDataString(key))),
                ("PUT", ["v3", "gn", "pix", var id]) => Scoped("pix.send", () => Send(id, body)),
                ("GET", ["v2", "gn", "pix", "enviados", "id-envio", var id]) => Scoped("gn.pix.send.read", () => TellSent(id)),
                ("GET", ["v2", "gn", "saldo"]) => Scoped("gn.balance.read", () => TellBalance(request.Query)),
                _ => Wrong(404, "NaoEncontrado", "nao_encontrado"),
            };
        }
    }

    private (int Status, JsonObject? Body) Token(HttpRequest request, string body)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        var asks = request.ContentType == "application/x-www-form-urlencoded" ? body == "grant_type=client_credentials"
            : body.StartsWith('{') && JsonNode.Parse(body)?["grant_type"]?.GetValue<string>() == "client_credentials";
        if (request.Headers.Authorization.ToString() != basic || !asks)
        {
            return (401, new JsonObject { ["error"] = "invalid_client", ["error_description"] = "Invalid or inactive credentials" });
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _tokens.Add(token);
        return (200, new JsonObject { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = 3600, ["scope"] = Scope });
    }

    private (int Status, JsonObject? Body) Scoped(string scope, Func<(int Status, JsonObject? Body)> run) =>
        Scope.Split(' ').Contains(scope) ? run() : Wrong(403, "AcessoNegado", "acesso_negado");

    private (int Status, JsonObject? Body) Wrong(int status, string standard, string efi) =>
        (status, JsonNode.Parse(SpeaksStandard ? PixTrouble.Problem(standard, status) : PixTrouble.Named(efi))!.AsObject());

    /// <summary>Holds an answer of ours against the document.</summary>
    private (int Status, JsonObject? Body) Checked(string path, string method, int status, JsonObject body)
    {
        if (Standard.SchemaOf(path, method, status) is { } schema)
        {
            foreach (var fault in Standard.Faults(schema, body.ToJsonString(), namedOnly: false))
            {
                _faults.Enqueue($"answer to {method} {path}: {fault}");
            }
        }
        else
        {
            _faults.Enqueue($"answer to {method} {path}: {status} is not in the document");
        }

        return (status, body);
    }

    /// <summary>Whether a body that came keeps to the document; what does not is remembered, since our channel may send nothing of the kind.</summary>
    private bool Keeps(string schema, string body)
    {
        IReadOnlyList<string> faults;
        try
        {
            faults = Standard.Faults(schema, body, namedOnly: true);
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or Newtonsoft.Json.JsonException)
        {
            faults = ["It is no JSON."];
        }

        foreach (var fault in faults)
        {
            _faults.Enqueue($"call: {fault}");
        }

        return faults.Count == 0;
    }

    private string NewName(char first) => string.Concat(
        first.ToString(), "00416968", _time.GetUtcNow().UtcDateTime.ToString("yyyyMMddHHmm", System.Globalization.CultureInfo.InvariantCulture),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))[..11]);
}
