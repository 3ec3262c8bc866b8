using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Paypro.Bench.Reference;

/// <summary>
/// The frozen yardstick: parses the JSON body, checks the MD5 signature and answers in the same shape, storing nothing. It
/// shares no code with the server and must not be changed, or old ratios could no longer be compared with new ones.
/// </summary>
internal static class ReferenceEndpoint
{
    public static async Task RunAsync(int port, FrozenDictionary<string, string> secrets)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port);
        });
        await using var app = builder.Build();
        app.MapPost("/mex-pay/v1/paypro/payInApi", context => AnswerAsync(context, secrets));
        await app.RunAsync();
    }

    private static async Task AnswerAsync(HttpContext context, FrozenDictionary<string, string> secrets)
    {
        var reader = context.Request.BodyReader;
        ReadResult read;
        while (true)
        {
            read = await reader.ReadAsync();
            if (read.IsCompleted || read.Buffer.Length > 16384)
            {
                break;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        var secret = secrets.GetValueOrDefault(context.Request.Headers["merchantNo"].ToString());
        var answer = secret is null ? Refusal("sign: is wrong") : Answer(read.Buffer, secret);
        reader.AdvanceTo(read.Buffer.End);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory);
    }

    private static ArrayBufferWriter<byte> Answer(in ReadOnlySequence<byte> body, string secret)
    {
        var members = new List<(string Name, string Value)>(12);
        var sign = "";
        try
        {
            var json = new Utf8JsonReader(body);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                json.Read();
                var value = json.TokenType == JsonTokenType.String ? json.GetString()! : Encoding.UTF8.GetString(json.ValueSpan);
                if (name == "sign")
                {
                    sign = value;
                }
                else if (value.Length > 0)
                {
                    members.Add((name, value));
                }
            }
        }
        catch (JsonException)
        {
            return Refusal("The body is not JSON.");
        }

        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var text = new StringBuilder(512);
        foreach (var (name, value) in members)
        {
            text.Append(name).Append('=').Append(value);
        }

        var expected = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text.Append(secret).ToString())));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(sign)))
        {
            return Refusal("sign: is wrong");
        }

        var output = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("msg", "success");
        writer.WriteString("code", "0000");
        writer.WriteNumber("timestamp", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        writer.WriteBoolean("success", true);
        writer.WriteStartObject("data");
        var tradeNo = "";
        var remark = "";
        foreach (var (name, value) in members)
        {
            tradeNo = name == "tradeNo" ? value : tradeNo;
            remark = name == "remark" ? value : remark;
        }

        var number = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        writer.WriteString("tradeNo", tradeNo);
        writer.WriteString("platFormTradeNo", number);
        writer.WriteString("payproTradeNo", number);
        writer.WriteString("status", "0015");
        writer.WriteString("desc", "Create");
        writer.WriteString("remark", remark);
        writer.WriteString("paymentInfo", string.Create(CultureInfo.InvariantCulture, $"646180{Random.Shared.NextInt64(1_000_000_000_000):000000000000}"));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output;
    }

    private static ArrayBufferWriter<byte> Refusal(string sentence)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("msg", sentence);
        writer.WriteString("code", "8000");
        writer.WriteNumber("timestamp", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        writer.WriteBoolean("success", false);
        writer.WriteEndObject();
        writer.Flush();
        return output;
    }
}
