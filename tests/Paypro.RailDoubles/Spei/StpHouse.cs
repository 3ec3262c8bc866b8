using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Paypro.RailDoubles.Spei;

/// <summary>
/// STP, as its public clients know it, over HTTPS: orders, questions, days' lists, balance, and what it posts to us. It keeps its own memory of money and operating days, and takes no call whose
/// signature is not that of the public key that it has.
/// </summary>
internal sealed partial class StpHouse : IAsyncDisposable
{
    public const string Company = "PAYPROMX", OwnAccount = "646180000000000012", Prefix = "6461800001", User = "stp", Password = "a password of STP's";

    private const string NobodysNumber = "No se encontraron datos relacionados";

    private readonly Lock _gate = new();
    private readonly List<(string On, StpTrouble Trouble)> _troubles = [];
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Dictionary<string, StpOrder> _orders = new(StringComparer.Ordinal);
    private readonly List<StpCredit> _credits = [];
    private readonly List<DateTimeOffset> _asked = [];
    private readonly TimeProvider _time;
    private readonly RSA _key;
    private WebApplication? _app;
    private long _ids = 21_785_010;
    private int _calls;

    private StpHouse(TimeProvider time, RSA key) => (_time, _key) = (time, key);

    public Uri Address { get; private set; } = new("https://localhost/");

    /// <summary>Whose certificate we show to its callbacks; null where they come over http.</summary>
    public TestCertificates? Trusts
    {
        get => _callers.Authority;
        set => _callers.Authority = value;
    }

    public TestCertificates Certificates { get; } = new("STP's authority");

    /// <summary>What the account holds, centavos.</summary>
    public long BalanceMinor { get; set; } = 1_000_000_00;

    /// <summary>Days without operation beside weekends.</summary>
    public HashSet<string> Holidays { get; } = [];

    /// <summary>Lines of a page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Questions about one order in an hour.</summary>
    public int QuestionsAnHour { get; set; } = int.MaxValue;

    /// <summary>Whether the contract takes debit cards.</summary>
    public bool TakesCards { get; set; } = true;

    /// <summary>Whether an order for which there is no money is taken, and cancelled afterwards.</summary>
    public bool CancelsForFunds { get; set; }

    /// <summary>The member that holds the balance; no public document shows it.</summary>
    public string BalanceName { get; set; } = "saldo";

    /// <summary>Calls that broke the documented form; a test that ends well leaves none.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Calls that came, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public int Calls => Volatile.Read(ref _calls);

    public string Today => StpForms.Day(_time.GetUtcNow(), Holidays);

    public IReadOnlyList<StpOrder> Orders
    {
        get
        {
            lock (_gate)
            {
                return [.. _orders.Values];
            }
        }
    }

    public IReadOnlyList<StpCredit> Credits
    {
        get
        {
            lock (_gate)
            {
                return [.. _credits];
            }
        }
    }

    /// <param name="publicKeyPem">The key that calls are verified with.</param>
    /// <param name="time">The clock.</param>
    public static async Task<StpHouse> StartAsync(string publicKeyPem, TimeProvider? time = null)
    {
        var key = RSA.Create();
        key.ImportFromPem(publicKeyPem);
        var house = new StpHouse(time ?? TimeProvider.System, key);
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
    public void Trouble(string on, StpTrouble trouble, int times = 1)
    {
        lock (_gate)
        {
            _troubles.AddRange(Enumerable.Repeat((on, trouble), times));
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

    private async Task ServeAsync(HttpContext http)
    {
        Interlocked.Increment(ref _calls);
        var call = $"{http.Request.Method} {http.Request.Path}";
        Log.Enqueue(call);
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var trouble = TroubleOf(call);
        if (trouble?.Kind == StpTroubleKind.CutBefore)
        {
            http.Abort();
            return;
        }

        var (status, answer) = trouble?.Kind == StpTroubleKind.Instead ? (trouble.Status, new JsonObject()) : Answer(call, http.Request.ContentType ?? "", body);
        if (trouble?.Before is { } before)
        {
            await before();
        }

        switch (trouble?.Kind)
        {
            case StpTroubleKind.CutAfter:
                http.Abort();
                return;
            case StpTroubleKind.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            case StpTroubleKind.Instead or StpTroubleKind.After:
                await WriteAsync(http, trouble.Status, trouble.Body, trouble.ContentType);
                return;
            default:
                trouble?.Change?.Invoke(answer);
                await WriteAsync(http, status, answer.ToJsonString(), "application/json");
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

    private StpTrouble? TroubleOf(string call)
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

    private (int Status, JsonObject Body) Answer(string call, string contentType, string body)
    {
        lock (_gate)
        {
            if (contentType != "application/json" || JsonNode.Parse(body) is not JsonObject asked)
            {
                _faults.Enqueue($"{call}: no JSON object");
                return (400, new JsonObject { ["mensaje"] = "JSON" });
            }

            return call switch
            {
                "PUT /speiws/rest/ordenPago/registra" => (200, new JsonObject { ["resultado"] = Register(asked) }),
                "POST /efws/API/consultaOrden" => TellOrder(asked),
                "POST /efws/API/V2/conciliacion" => TellDay(asked),
                "POST /efws/API/consultaSaldoCuenta" => TellBalance(asked),
                _ => (404, new JsonObject { ["error"] = "Not Found" }),
            };
        }
    }

    /// <summary>Whether a signature is over this string, by the key that STP has.</summary>
    private bool IsSigned(JsonObject asked, string original)
    {
        try
        {
            var isSigned = _key.VerifyData(Encoding.UTF8.GetBytes(original), Convert.FromBase64String(asked["firma"]?.GetValue<string>() ?? ""), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            if (!isSigned)
            {
                _faults.Enqueue($"signature of {original.Length} characters");
            }

            return isSigned;
        }
        catch (FormatException)
        {
            _faults.Enqueue("signature: no base 64");
            return false;
        }
    }

    /// <summary>A member as it is signed: a text, or the number's digits.</summary>
    private static string TextOf(JsonObject asked, string name) => asked[name] is not JsonValue value ? "" : value.TryGetValue<string>(out var text) ? text : value.ToJsonString();
}
