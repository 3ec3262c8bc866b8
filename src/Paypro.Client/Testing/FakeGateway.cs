using System.Globalization;
using System.Net;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Client.Testing;

/// <summary>
/// A gateway within your own tests: give it to an <see cref="HttpClient"/>. It checks signatures, keeps orders by their numbers, answers a repeat
/// as the first call and refuses other content under the same number. <see cref="Next"/> makes it refuse, fail or lose a connection;
/// <see cref="Tell"/> makes signed notifications. It knows no rules of fields, banks or limits: for those there is the sandbox.
/// </summary>
/// <param name="options">Whose calls it takes; its address does not matter.</param>
public sealed class FakeGateway(PayproOptions options) : HttpMessageHandler
{
    private readonly Lock theLock = new();
    private readonly byte[] secret = Encoding.UTF8.GetBytes(options.Secret);
    private readonly Dictionary<string, FakeOrder> orders = new(StringComparer.Ordinal);
    private readonly Queue<FakeAnswer> next = new();
    private readonly List<FakeCall> calls = [];

    /// <summary>What can be paid out, as the balance query says. Default: 1,000,000.</summary>
    public decimal Available { get; set; } = 1_000_000;

    /// <summary>Who holds every account that is asked about.</summary>
    public string AccountHolder { get; set; } = "KEVIN ZHANG";

    /// <summary>The signed calls that came, in order, repeats among them.</summary>
    public IReadOnlyList<FakeCall> Calls
    {
        get
        {
            lock (theLock)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>What shall happen to the next call that has nothing of its own yet; may be called several times, for the calls after it.</summary>
    public FakeGateway Next(FakeAnswer answer)
    {
        lock (theLock)
        {
            next.Enqueue(answer);
        }

        return this;
    }

    /// <summary>The pay-in of a number; null when there is none.</summary>
    public FakeOrder? PayIn(string tradeNo) => Find("payIn", tradeNo);

    /// <summary>The payout of a number; null when there is none.</summary>
    public FakeOrder? Payout(string tradeNo) => Find("payout", tradeNo);

    /// <summary>The refund of a number; null when there is none.</summary>
    public FakeOrder? Refund(string refundNo) => Find("refund", refundNo);

    /// <summary>A signed notification of an order as it is now.</summary>
    /// <exception cref="InvalidOperationException">The order was made without a <c>notifyUrl</c>.</exception>
    public FakeNotification Tell(FakeOrder order)
    {
        var address = new Uri(order.Call["notifyUrl"] ?? throw new InvalidOperationException("The order was made without a notifyUrl."));
        var segment = CallLine.All.First(line => line.Path == order.Call.Path).Segment;
        var line = CallLine.All.First(line => line.Segment == segment && line.Name == KindOf(order.Call.Name));
        var now = options.Time.GetUtcNow();
        var body = FakeText.Notification(line, (source, form) => TextOf(order, line, source, form, now));
        if (options.Algorithm == SigningAlgorithm.HmacSha256)
        {
            return new FakeNotification(address, body, HmacSignature.Header(HmacSignature.Notify, address.AbsolutePath, options.MerchantNo, now.ToUnixTimeSeconds(), body, secret));
        }

        var sign = Md5Signature.Compute(FlatBody.Read(body, out _)!, secret);
        return new FakeNotification(address, [.. body[..^1], .. Encoding.ASCII.GetBytes($",\"sign\":\"{sign}\"}}")], null);
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        lock (theLock)
        {
            return Answer(request, body);
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (CallLine.All.FirstOrDefault(line => line.Path.Equals(path, StringComparison.OrdinalIgnoreCase)) is not { } line)
        {
            return Say(HttpStatusCode.NotFound, FakeText.Envelope(ResponseCode.Refused, "the path is no operation of this API"));
        }

        if (FlatBody.Read(body, out _) is not { } members || !IsSigned(request, path, members, body))
        {
            return Say(HttpStatusCode.OK, FakeText.Envelope(ResponseCode.Refused, "sign: the merchant or its sign is wrong"));
        }

        var call = new FakeCall(line.Name, line.Path, Enumerable.Range(0, members.Count).ToDictionary(at => members[at].NameText, at => members[at].Text));
        calls.Add(call);
        var wish = next.Count > 0 ? next.Dequeue() : null;
        var answer = wish is null or { Stores: true } ? Do(line, call) : [];
        if (wish is { IsLost: true })
        {
            throw new HttpRequestException("The fake gateway lost the connection.");
        }

        var response = wish is null ? Say(HttpStatusCode.OK, Encoding.UTF8.GetString(answer)) : Say(wish.HttpStatus, wish.Body);
        response.Headers.RetryAfter = wish?.RetryAfter is { } wait ? new(wait) : null;
        return response;
    }

    private bool IsSigned(HttpRequestMessage request, string path, FlatBody members, byte[] body) =>
        request.Headers.TryGetValues("merchantNo", out var numbers) && numbers.Single() == options.MerchantNo
        && (options.Algorithm == SigningAlgorithm.Md5
            ? Md5Signature.Verify(members, secret)
            : request.Headers.TryGetValues(HmacSignature.HeaderName, out var header)
                && HmacSignature.Verify(header.Single(), HmacSignature.Request, path, options.MerchantNo, body, secret, out _));

    private byte[] Do(CallLine line, FakeCall call)
    {
        var now = options.Time.GetUtcNow();
        if (line.Name is "queryBalance" or "verifyAccount" or "getProof" or "submitReference")
        {
            return FakeText.Accepted(line, (source, form) => FactOf(call, source, form));
        }

        var kind = KindOf(line.Name);
        var number = kind == "refund" ? call["refundNo"] : line.Name == "queryByCode" ? NumberOfCode(call["code"]) : call["tradeNo"];
        var key = $"{kind} {number}";
        if (line.Name.StartsWith("create", StringComparison.Ordinal))
        {
            var payIn = kind == "refund" ? orders.GetValueOrDefault($"payIn {call["tradeNo"]}") : null;
            if (kind == "refund" && payIn is null)
            {
                return Refused("tradeNo: no such order");
            }

            if (!orders.TryGetValue(key, out var known))
            {
                orders[key] = known = Make(line, call, payIn, now);
            }
            else if (known.Call.Path != call.Path || line.Content.Any(name => !IsSame(known.Call[name], call[name])))
            {
                return Refused("tradeNo: was used for another order");
            }

            return FakeText.Accepted(line, (source, form) => TextOf(known, line, source, form, now));
        }

        if (!orders.TryGetValue(key, out var order))
        {
            return Refused("tradeNo: no such order");
        }

        if (line.Name == "cancelPayIn")
        {
            if (order.Held is not null)
            {
                return Refused("tradeNo: money has come");
            }

            order.Fail(message: "CANCELLED");
        }

        return FakeText.Accepted(line, (source, form) => TextOf(order, line, source, form, now));
    }

    private FakeOrder Make(CallLine line, FakeCall call, FakeOrder? payIn, DateTimeOffset now)
    {
        var number = "fake" + (orders.Count + 1).ToString("000000000000", CultureInfo.InvariantCulture);
        _ = decimal.TryParse(call["amount"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount);
        return new FakeOrder(call, number, amount, now)
        {
            PayIn = payIn,
            PaymentInfo = line.Name == "createPayIn" && line.Members.Any(member => member.Source == "PaymentInfo") ? "fake-payment-" + number : null,
            PaymentUrl = line.Members.All(member => member.Source != "PaymentInfo") && line.Name != "createPayout" ? "https://fake.example/pay/" + number : null,
        };
    }

    private static string? TextOf(FakeOrder order, CallLine line, string source, string form, DateTimeOffset now) => source switch
    {
        "TradeNo" => order.Call["tradeNo"],
        "Number" => (order.PayIn ?? order).Number,
        "RefundNo" => order.Call["refundNo"],
        "RefundNumber" => order.Number,
        "Status" => order.Status,
        "Message" => order.Message,
        "Remark" => order.Call["remark"],
        "PaymentInfo" => order.PaymentInfo,
        "PaymentUrl" => order.PaymentUrl,
        "RailReference" => order.RailReference,
        "Way" => order.Call["wayCode"] ?? order.Call["paymentType"] ?? order.Call["payType"],
        "Channel" => order.Call["channelCode"],
        "OrderAmount" => FakeText.Amount(order.Amount, form),
        "PaidAmount" => FakeText.Amount(order.Held ?? 0, form),
        "PaidOrOrderAmount" => FakeText.Amount(order.Held ?? order.Amount, form),
        "CreatedAt" => Local(order.CreatedAt, line.Zone),
        "SuccessAt" => order.SuccessAt is { } at ? Local(at, line.Zone) : null,
        "Timestamp" => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private string? FactOf(FakeCall call, string source, string form) => source switch
    {
        "Available" => FakeText.Amount(Available, form),
        "Frozen" or "Unsettled" => FakeText.Amount(0, form),
        "Account" => call["bankAccountNo"],
        "AccountHolder" => AccountHolder,
        "DocumentUrl" => "https://fake.example/proof/" + call["tradeNo"],
        "Message" => "SUCCESS",
        _ => null,
    };

    private FakeOrder? Find(string kind, string number)
    {
        lock (theLock)
        {
            return orders.GetValueOrDefault($"{kind} {number}");
        }
    }

    private string? NumberOfCode(string? code) => orders.Values.FirstOrDefault(order => order.RailReference == code)?.Call["tradeNo"];

    private static string KindOf(string name) => name.EndsWith("Refund", StringComparison.Ordinal) ? "refund" : name.EndsWith("Payout", StringComparison.Ordinal) ? "payout" : "payIn";

    private static bool IsSame(string? one, string? other) => one == other
        || (decimal.TryParse(one, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var left)
            && decimal.TryParse(other, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var right) && left == right);

    private static string Local(DateTimeOffset at, string zone) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static byte[] Refused(string sentence) => Encoding.UTF8.GetBytes(FakeText.Envelope(ResponseCode.Refused, sentence));

    private static HttpResponseMessage Say(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
