using System.Globalization;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.DLocal;

/// <summary>A pay-in as dLocal keeps it.</summary>
internal sealed class HousePayment
{
    public required string Id { get; init; }

    public required string OrderId { get; init; }

    public required string Country { get; init; }

    public required string Currency { get; init; }

    public required string Method { get; init; }

    public required bool IsDirect { get; init; }

    public required long AmountMinor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string NotifyUrl { get; init; }

    public required JsonObject Asked { get; init; }

    public string Status { get; set; } = "PENDING";

    public string Code { get; set; } = "100";

    public long PaidMinor { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public List<HouseRefund> Refunds { get; } = [];

    public long RefundedMinor => Refunds.Where(back => back.Status is "PENDING" or "SUCCESS").Sum(back => back.AmountMinor);
}

/// <summary>What goes back of it.</summary>
internal sealed class HouseRefund
{
    public required string Id { get; init; }

    public required string PaymentId { get; init; }

    public required string Currency { get; init; }

    public required long AmountMinor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string NotifyUrl { get; init; }

    public string Status { get; set; } = "PENDING";

    public int Code => Status switch { "PENDING" => 100, "SUCCESS" => 200, "REJECTED" => 300, _ => 400 };
}

/// <summary>A payout.</summary>
internal sealed class HousePayout
{
    public required string Id { get; init; }

    public required string ExternalId { get; init; }

    public required string Country { get; init; }

    public required string Currency { get; init; }

    public required long AmountMinor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string NotifyUrl { get; init; }

    public required JsonObject Asked { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string Status { get; set; } = "PENDING";

    public string Code { get; set; } = "100";
}

/// <summary>What dLocal posts.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Body">The very text.</param>
/// <param name="Headers">Login, date, signature.</param>
internal sealed record HouseNotice(Uri Address, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>How the double writes and reads money and times: its own code, so that a mistake of ours is not made twice.</summary>
internal static class DLocalForms
{
    public static readonly IReadOnlyDictionary<string, string> Currencies = new Dictionary<string, string>
    {
        ["MX"] = "MXN", ["BR"] = "BRL", ["NG"] = "NGN", ["EG"] = "EGP", ["PK"] = "PKR", ["PH"] = "PHP", ["BD"] = "BDT", ["IN"] = "INR", ["ID"] = "IDR", ["VN"] = "VND", ["KE"] = "KES",
    };

    public static string Text(long minor, string currency) => currency == "VND" ? minor.ToString(CultureInfo.InvariantCulture) : (minor / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A wanted amount; null where it is no number, or has more decimals than the currency.</summary>
    public static long? Minor(JsonNode? node, string currency)
    {
        if (node is not JsonValue value || value.GetValueKind() != System.Text.Json.JsonValueKind.Number || !decimal.TryParse(value.ToJsonString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return null;
        }

        var minor = amount * (currency == "VND" ? 1 : 100);
        return minor == decimal.Truncate(minor) && minor > 0 ? (long)minor : null;
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);

    public static string PayoutText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ff'Z'", CultureInfo.InvariantCulture);
}
