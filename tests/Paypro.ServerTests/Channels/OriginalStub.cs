using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// An upstream as the original's documents have it, with its oddities: quoted envelope, another name for its number, decimals, answers that say
/// nothing. What it does with an order is told by the amount.
/// </summary>
internal sealed class OriginalStub : IAsyncDisposable
{
    public const string Secret = "secret-at-the-original";

    /// <summary>What it answers to the creation of an order of so many units.</summary>
    public const string QuotedClabe = "311", LongClabe = "312", FailsButPays = "313", CallsItRepeated = "314", ShowsAPage = "315", Packs = "316";

    private readonly int port = FreePort.Take();
    private readonly ConcurrentDictionary<string, FlatBody> orders = new();
    private readonly ConcurrentDictionary<string, string> status = new();
    private readonly HttpClient http = new();
    private readonly WebApplication app;

    public OriginalStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Its clock: that of whoever it tells, which tests put forward.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Base => $"http://127.0.0.1:{port}/mex-pay";

    public async Task<OriginalStub> StartAsync()
    {
        await app.StartAsync();
        return this;
    }

    /// <summary>The number that the gateway sent for the order of an amount, once it has come.</summary>
    public string TradeNoOf(string amount) => orders.Single(order => order.Value.TextOf("amount") == amount).Key;

    /// <summary>What queries say from now on.</summary>
    public void Set(string tradeNo, string said) => status[tradeNo] = said;

    /// <summary>Tells the gateway, with a member that no page documents.</summary>
    public async Task<string> NotifyAsync(string tradeNo, string amountToken, bool isSigned)
    {
        var body = new FlatBody(("platFormTradeNo", "p" + tradeNo[^15..].ToLowerInvariant()), ("tradeNo", tradeNo))
            .AddToken("amount", amountToken).Add("status", status[tradeNo]).Add("message", "SUCCESS").Add("utr", "MBAN0100" + tradeNo[^8..]).Add("successTime", "2026-11-28 9:30:13")
            .AddToken("timestamp", Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)).Add("channelFee", "1.0");
        using var content = new StringContent((isSigned ? body.SignedWith(Secret) : body).ToString(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(orders[tradeNo].TextOf("notifyUrl")!), content);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = FlatBody.Parse(await reader.ReadToEndAsync(context.RequestAborted));
        var tradeNo = body.TextOf("tradeNo")!;
        if (body.TextOf("sign") != body.Md5(Secret))
        {
            await context.Response.WriteAsync(Envelope("8000", "sign error", ""));
            return;
        }

        if (context.Request.Path.Value!.Contains("query", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(Query(tradeNo));
            return;
        }

        orders[tradeNo] = body;
        status.TryAdd(tradeNo, "0015");
        var accepted = $"\"payproTradeNo\":\"p{tradeNo[^15..].ToLowerInvariant()}\",\"tradeNo\":\"{tradeNo}\",\"status\":\"0015\",\"desc\":\"Create\"";
        var amount = body.TextOf("amount");
        var answer = amount switch
        {
            QuotedClabe => Envelope("0000", "success", accepted + ",\"paymentInfo\":\"646180110400000007\""),
            LongClabe => Envelope("0000", "success", accepted + ",\"paymentInfo\":\"6841800930023213210\""),
            FailsButPays => Envelope("5000", "system error", ""),
            CallsItRepeated => Envelope("8000", "tradeNo repeated", ""),
            ShowsAPage => "<html><body>Welcome</body></html>",
            _ => Envelope("0000", "success", accepted),
        };
        if (amount != Packs)
        {
            await context.Response.WriteAsync(answer);
            return;
        }

        context.Response.Headers.ContentEncoding = "gzip";
        await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await packed.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }

    /// <summary>A failed order has a time of success here, and the ordered amount.</summary>
    private string Query(string tradeNo) => !orders.TryGetValue(tradeNo, out var order) ? Envelope("8000", "query error", "") : Envelope(
        "0000", "success",
        $"\"payproTradeNo\":\"p{tradeNo[^15..].ToLowerInvariant()}\",\"tradeNo\":\"{tradeNo}\",\"status\":\"{status[tradeNo]}\",\"amount\":{order.TextOf("amount")}.0000,\"message\":\"x\",\"successTime\":\"2026-11-28 9:30:13\"");

    private static string Envelope(string code, string message, string data) =>
        $"{{\"msg\":\"{message}\",\"code\":\"{code}\",\"timestamp\":\"1728609277476\",\"success\":\"{(code == "0000" ? "true" : "false")}\",\"data\":{{{data}}}}}";
}
