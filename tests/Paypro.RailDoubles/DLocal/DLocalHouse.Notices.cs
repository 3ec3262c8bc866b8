using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.DLocal;

/// <summary>What dLocal posts of its own accord.</summary>
internal sealed partial class DLocalHouse
{
    private static readonly JsonSerializerOptions Blanks = new() { WriteIndented = true };

    private readonly Callers _callers = new();

    /// <summary>How notifications of pay-ins are signed: <c>Authorization</c>, bare in <c>Signature</c>, or (empty) not at all.</summary>
    public string SignsIn { get; set; } = "Authorization";

    public HouseNotice NoticeOf(HousePayment payment) => Signed(payment.NotifyUrl, BodyOf(payment));

    public HouseNotice NoticeOf(HouseRefund refund) => Signed(refund.NotifyUrl, BodyOf(refund));

    /// <summary>No page seen says how such are signed.</summary>
    public static HouseNotice NoticeOf(HousePayout payout) => new(new Uri(payout.NotifyUrl), BodyOf(payout).ToJsonString(Blanks), new Dictionary<string, string>());

    /// <summary>A body with blanks and line ends, which count in its signature.</summary>
    public HouseNotice Signed(string address, JsonObject body) => Signed(address, body.ToJsonString(Blanks));

    public HouseNotice Signed(string address, string body, string? login = null, DateTimeOffset? at = null)
    {
        var date = (at ?? _time.GetUtcNow()).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string> { ["X-Login"] = login ?? Login, ["X-Date"] = date };
        var hex = Hex(Encoding.UTF8.GetBytes((login ?? Login) + date + body));
        if (SignsIn.Length > 0)
        {
            headers[SignsIn] = SignsIn == "Authorization" ? $"V2-HMAC-SHA256, Signature: {hex}" : hex;
        }

        return new HouseNotice(new Uri(address), body, headers);
    }

    /// <summary>Posts it.</summary>
    public async Task<HttpStatusCode> DeliverAsync(HouseNotice notice)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, notice.Address) { Content = new StringContent(notice.Body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in notice.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _callers.SendAsync(message);
        return answer.StatusCode;
    }
}
