using System.Net;
using System.Text;
using System.Text.Json;
using Paypro.Client;
using Paypro.Client.Mexico;
using Paypro.Protocol;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.UnitTests.Client;

/// <summary>The vectors that the TypeScript client must pass as well. Their signatures were computed by another program.</summary>
public sealed class ClientVectorTests
{
    private const string MerchantNo = "1000000001";

    private static readonly JsonElement Vectors = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(Repository.Root, "clients", "vectors.json")));

    [Fact]
    public void Signs_as_the_vectors_say() => Assert.All(List("signatures"), vector =>
    {
        var secret = Encoding.UTF8.GetBytes(Text(vector, "secret")!);
        var members = vector.GetProperty("members").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        Assert.Equal(Text(vector, "sign"), Md5Signature.Compute(members, secret));
        Assert.Equal(Text(vector, "sign"), Md5Signature.Compute(body, secret));
        Assert.Equal(Text(vector, "text"), Md5Signature.TextOf(body));
    });

    [Fact]
    public void Makes_and_takes_the_headers() => Assert.All(List("hmacHeaders"), vector =>
    {
        var (body, secret) = (Encoding.UTF8.GetBytes(Text(vector, "body")!), Encoding.UTF8.GetBytes(Text(vector, "secret")!));
        var header = HmacSignature.Header(Text(vector, "purpose")!, Text(vector, "path")!, Text(vector, "merchantNo")!, vector.GetProperty("unixSeconds").GetInt64(), body, secret);
        Assert.Equal(Text(vector, "header"), header);
    });

    [Fact]
    public void Knows_a_signed_return() => Assert.All(List("returns"), vector => Assert.Equal(
        vector.GetProperty("valid").GetBoolean(),
        new NotificationCheck(MerchantNo, Text(vector, "secret")!).IsReturnSigned(Text(vector, "tradeNo")!, Text(vector, "status")!, Text(vector, "time")!, Text(vector, "sign")!)));

    [Fact]
    public void Takes_and_refuses_the_notifications() => Assert.All(List("notifications"), vector =>
    {
        var algorithm = Text(vector, "algorithm") == "md5" ? SigningAlgorithm.Md5 : SigningAlgorithm.HmacSha256;
        var now = new FixedTime(DateTimeOffset.FromUnixTimeMilliseconds(vector.GetProperty("nowMs").GetInt64()));
        var body = Encoding.UTF8.GetBytes(Text(vector, "body")!);
        var (path, header, expect) = (Text(vector, "path")!, Text(vector, "signatureHeader"), vector.GetProperty("expect"));

        var read = new NotificationCheck(Text(vector, "merchantNo")!, Text(vector, "secret")!, algorithm, now).TryRead(body, path, header);
        var typed = new MexicoClient(new HttpClient(), new PayproOptions
        {
            Address = new Uri("https://gateway.example"), MerchantNo = Text(vector, "merchantNo")!, Secret = Text(vector, "secret")!, Algorithm = algorithm, Time = now,
        }).TryReadPayIn(body, path, header);

        if (expect.ValueKind == JsonValueKind.Null)
        {
            Assert.Equal((null, null), (read, typed));
            return;
        }

        Assert.Equal(
            new ReceivedNotification(Text(expect, "tradeNo")!, Text(expect, "number")!, Text(expect, "status")!, Text(expect, "amount")!, Text(expect, "message")!, Text(expect, "railReference"), Text(expect, "successTime")),
            read);
        Assert.Equal(decimal.Parse(Text(expect, "amount")!, System.Globalization.CultureInfo.InvariantCulture), typed!.Amount);
    });

    [Fact]
    public async Task Understands_the_answers()
    {
        foreach (var vector in List("answers"))
        {
            var (_, end, _) = await CallAsync([vector], RetryPolicy.None);
            var expected = Text(vector, "outcome") is "failed" or "busy" ? "notStored" : Text(vector, "outcome");
            Assert.True(expected == end, $"{Text(vector, "name")}: {end}");
        }
    }

    [Fact]
    public async Task Repeats_what_is_unknown_and_nothing_else()
    {
        foreach (var vector in Vectors.GetProperty("retries").GetProperty("cases").EnumerateArray())
        {
            var (sent, end, waits) = await CallAsync([.. vector.GetProperty("attempts").EnumerateArray()], new RetryPolicy { Jitter = () => 1 });
            var name = Text(vector, "name")!;
            Assert.True(vector.GetProperty("sends").GetInt32() == sent.Count, $"{name}: {sent.Count} sends");
            Assert.True(Text(vector, "end") == end, $"{name}: {end}");
            Assert.Equal(vector.GetProperty("waitsMs").EnumerateArray().Select(wait => (double)wait.GetInt32()), waits.Select(wait => wait.TotalMilliseconds));

            // A repeat is the same request to the last byte, so the number and the signature are the same.
            Assert.Single(sent.Distinct());
        }
    }

    [Fact]
    public void Knows_what_a_status_means() => Assert.All(
        List("states"), vector => Assert.Equal(Text(vector, "state"), OrderStates.Of(Text(vector, "status")!).ToString(), ignoreCase: true));

    private static async Task<(List<string> Sent, string End, List<TimeSpan> Waits)> CallAsync(JsonElement[] attempts, RetryPolicy retry)
    {
        var time = new WaitingTime(DateTimeOffset.FromUnixTimeMilliseconds(1728609257212));
        var gateway = new ScriptedGateway(attempts);
        var client = new MexicoClient(new HttpClient(gateway), new PayproOptions { Address = new Uri("https://gateway.example"), MerchantNo = MerchantNo, Secret = "sandbox-secret-mx", Retry = retry, Time = time });
        try
        {
            var answer = await client.CreatePayInAsync(new PayInRequest { TradeNo = "order-1", Amount = 300, WayCode = Ways.Va, NotifyUrl = new Uri("https://merchant.example/hook") });
            Assert.Equal(answer.IsAccepted, answer.Outcome == CallOutcome.Accepted);
            return (gateway.Sent, JsonNamingPolicy.CamelCase.ConvertName(answer.Outcome.ToString()), time.Waits);
        }
        catch (PayproUnknownOutcomeException)
        {
            return (gateway.Sent, "unknown", time.Waits);
        }
    }

    private static List<JsonElement> List(string name) => [.. Vectors.GetProperty(name).EnumerateArray()];

    private static string? Text(JsonElement vector, string name) => vector.GetProperty(name).GetString();

    /// <summary>Answers each attempt as the vector says.</summary>
    private sealed class ScriptedGateway(JsonElement[] attempts) : HttpMessageHandler
    {
        public List<string> Sent { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var attempt = attempts[Sent.Count];
            Sent.Add($"{request.RequestUri} {request.Headers} {await request.Content!.ReadAsStringAsync(cancellationToken)}");
            if (attempt.TryGetProperty("lost", out _))
            {
                throw new HttpRequestException("lost");
            }

            var answer = new HttpResponseMessage((HttpStatusCode)attempt.GetProperty("http").GetInt32()) { Content = new StringContent(Text(attempt, "body")!) };
            answer.Headers.RetryAfter = attempt.TryGetProperty("retryAfter", out var seconds) ? new(TimeSpan.FromSeconds(seconds.GetInt32())) : null;
            return answer;
        }
    }
}
