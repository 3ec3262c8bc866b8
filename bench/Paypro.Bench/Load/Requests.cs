using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Bench.Ground;

namespace Paypro.Bench.Load;

/// <summary>What a load generator sends.</summary>
internal enum RequestKind
{
    /// <summary><c>payInApi</c>, each with a trade number of its own.</summary>
    PayIn,

    /// <summary><c>queryPayInResult</c> of stored orders.</summary>
    Query,
}

/// <summary>
/// Signed HTTP requests, made before the clock starts: on a small machine the generator shares the cores with what it measures,
/// so it should do nothing but send and count.
/// </summary>
internal sealed class Requests
{
    private readonly int _port;
    private readonly RequestKind _kind;
    private readonly long _stored;
    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly List<byte[]> _made;
    private int _next;

    /// <param name="port">Where they go.</param>
    /// <param name="kind">Which operation.</param>
    /// <param name="stored">How many orders <see cref="OrderLoader"/> stored, for queries.</param>
    /// <param name="prepare">How many to make now; more are made when asked for.</param>
    public Requests(int port, RequestKind kind, long stored, int prepare)
    {
        (_port, _kind, _stored) = (port, kind, stored);
        _made = new List<byte[]>(prepare);
        for (var i = 0; i < prepare; i++)
        {
            _made.Add(Make(i));
        }
    }

    public byte[] Next()
    {
        var index = _next++;
        return index < _made.Count ? _made[index] : Make(index);
    }

    private byte[] Make(int index)
    {
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        if (_kind == RequestKind.Query)
        {
            var n = Random.Shared.NextInt64(_stored);
            return Http(OrderLoader.MerchantOf(n, BenchMerchants.Count), "queryPayInResult", ("timestamp", timestamp), ("tradeNo", OrderLoader.TradeNo(n)));
        }

        // Half of the number is chance: merchants number as they like, so the index on it is hit anywhere.
        var tradeNo = string.Create(CultureInfo.InvariantCulture, $"{(uint)(index * 2654435761L):x8}{_run}{index:x8}");
        return Http(
            index % BenchMerchants.Count,
            "payInApi",
            ("amount", "300"),
            ("email", "payer@example.com"),
            ("mobile", "15745896325"),
            ("notifyUrl", "http://127.0.0.1:9/notify"),
            ("payer", "kevin zhang"),
            ("remark", "test"),
            ("returnUrl", "http://127.0.0.1:9/back"),
            ("timestamp", timestamp),
            ("tradeNo", tradeNo),
            ("wayCode", "va"));
    }

    /// <param name="merchant">Index of the merchant.</param>
    /// <param name="operation">Last part of the path.</param>
    /// <param name="members">Sorted by name, as they are signed.</param>
    private byte[] Http(int merchant, string operation, params ReadOnlySpan<(string Name, string Value)> members)
    {
        var signed = new StringBuilder(400);
        var body = new StringBuilder(400).Append('{');
        foreach (var (name, value) in members)
        {
            signed.Append(name).Append('=').Append(value);
            body.Append('"').Append(name).Append("\":\"").Append(value).Append("\",");
        }

        signed.Append(BenchMerchants.Secret(merchant));
        body.Append("\"sign\":\"").Append(Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(signed.ToString())))).Append("\"}");
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /mex-pay/v1/paypro/{operation} HTTP/1.1\r\nHost: 127.0.0.1:{_port}\r\nContent-Type: application/json\r\nmerchantNo: {BenchMerchants.NoText(merchant)}\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
