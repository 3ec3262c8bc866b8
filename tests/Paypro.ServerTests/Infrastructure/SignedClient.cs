using System.Net;
using System.Text;
using System.Text.Json;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>A merchant's program: signs with the MD5 key and posts.</summary>
/// <param name="http">With the server's base address.</param>
/// <param name="merchantNo">Value of the header.</param>
/// <param name="secret">The merchant's key.</param>
public sealed class SignedClient(HttpClient http, string merchantNo, string secret)
{
    /// <summary>Number of the sandbox merchant for Mexico.</summary>
    public const string MexicoMerchantNo = "1000000001";

    /// <summary>Key of the sandbox merchant for Mexico.</summary>
    public const string MexicoSecret = "sandbox-secret-mx";

    /// <summary>The sandbox merchant for Mexico.</summary>
    public static SignedClient Mexico(HttpClient http) => new(http, MexicoMerchantNo, MexicoSecret);

    /// <summary>Signs the members, adding the present <c>timestamp</c> when none is given, and posts them.</summary>
    /// <param name="path">Such as <c>/mex-pay/v1/paypro/payInApi</c>.</param>
    /// <param name="members">Values are strings, numbers, booleans or null.</param>
    public Task<ApiAnswer> PostAsync(string path, params (string Name, object? Value)[] members) => PostAsync(path, new FlatBody(members));

    /// <summary>As <see cref="PostAsync(string, ValueTuple{string, object?}[])"/>, for a body made before.</summary>
    public Task<ApiAnswer> PostAsync(string path, FlatBody body)
    {
        if (body.TextOf("timestamp") is null)
        {
            body.Add("timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return PostRawAsync(path, body.SignedWith(secret).ToString());
    }

    /// <summary>Posts any text under the merchant's number, unsigned and unchecked.</summary>
    public async Task<ApiAnswer> PostRawAsync(string path, string body, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, contentType),
        };
        request.Headers.Add("merchantNo", merchantNo);
        using var response = await http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync()) { RetryAfter = response.Headers.RetryAfter?.Delta };
    }
}

/// <summary>An answer of the merchant API.</summary>
/// <param name="Http">HTTP status.</param>
/// <param name="Text">The body as it came.</param>
public sealed record ApiAnswer(HttpStatusCode Http, string Text)
{
    /// <summary>How long the client is asked to wait; null when it is not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The envelope.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public JsonElement Envelope => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>The outer code, <c>0000</c> when accepted.</summary>
    public string? Code => Envelope.GetProperty("code").GetString();

    /// <summary>The sentence that says what is wrong.</summary>
    public string? Message => Envelope.GetProperty("msg").GetString();

    /// <summary>The order's state.</summary>
    public string? Status => this["status"];

    /// <summary>A member of <c>data</c> as text, a number in its literal digits; null when it is absent.</summary>
    public string? this[string member] =>
        Envelope.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(member, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()
            : null;
}
