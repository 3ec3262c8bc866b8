using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Paypro.Channels.DLocal;

// The bodies that the rail answers and posts, as far as they are read. Amounts are JSON numbers alone, codes are numbers or texts.

/// <summary>A pay-in: the answer to its creation, to a question, and a notification.</summary>
internal sealed record DLocalPayment(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("order_id")] string? OrderId,
    [property: JsonPropertyName("amount"), JsonConverter(typeof(DLocalNumberConverter))] string? Amount,
    [property: JsonPropertyName("currency")] string? Currency,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("status_code"), JsonConverter(typeof(DLocalCodeConverter))] string? Code,
    [property: JsonPropertyName("status_detail")] string? Detail,
    [property: JsonPropertyName("approved_date")] string? ApprovedAt,
    [property: JsonPropertyName("payment_method_flow")] string? Flow,
    [property: JsonPropertyName("redirect_url")] string? Redirect,
    [property: JsonPropertyName("bank_transfer")] JsonElement? Transfer,
    [property: JsonPropertyName("ticket")] JsonElement? Ticket,
    [property: JsonPropertyName("payment_id")] string? OfPayment);

/// <summary>What is told of an order of ours.</summary>
internal sealed record DLocalOrder([property: JsonPropertyName("order_id")] string? OrderId, [property: JsonPropertyName("payment_id")] string? PaymentId);

/// <summary>A refund.</summary>
internal sealed record DLocalRefund(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("payment_id")] string? PaymentId,
    [property: JsonPropertyName("amount"), JsonConverter(typeof(DLocalNumberConverter))] string? Amount,
    [property: JsonPropertyName("currency")] string? Currency,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("created_date")] string? CreatedAt);

/// <summary>A payout.</summary>
internal sealed record DLocalPayout(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("external_id")] string? ExternalId,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("status_code"), JsonConverter(typeof(DLocalCodeConverter))] string? Code,
    [property: JsonPropertyName("last_updated")] string? UpdatedAt,
    [property: JsonPropertyName("currency_to_pay")] string? Currency,
    [property: JsonPropertyName("amount"), JsonConverter(typeof(DLocalNumberConverter))] string? Amount);

/// <summary>One of the account's ways to pay in.</summary>
internal sealed record DLocalMethod([property: JsonPropertyName("id")] string? Id, [property: JsonPropertyName("allowed_flows")] IReadOnlyList<string?>? Flows);

/// <summary>A token that is asked for.</summary>
internal sealed record DLocalTokenWish(
    [property: JsonPropertyName("grant_type")] string Grant, [property: JsonPropertyName("client_id")] string ClientId, [property: JsonPropertyName("client_secret")] string ClientSecret);

/// <summary>A token.</summary>
internal sealed record DLocalToken(
    [property: JsonPropertyName("access_token")] string? Token,
    [property: JsonPropertyName("expires_in"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? ExpiresIn);

/// <summary>Reads and writes the bodies.</summary>
[JsonSerializable(typeof(DLocalPayment))]
[JsonSerializable(typeof(DLocalOrder))]
[JsonSerializable(typeof(DLocalRefund))]
[JsonSerializable(typeof(DLocalPayout))]
[JsonSerializable(typeof(IReadOnlyList<DLocalMethod>))]
[JsonSerializable(typeof(DLocalTokenWish))]
[JsonSerializable(typeof(DLocalToken))]
internal sealed partial class DLocalJson : JsonSerializerContext;

/// <summary>A number as it is written, so that no digit of it is lost; a text is none.</summary>
internal sealed class DLocalNumberConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? DLocalCodeConverter.Raw(ref reader) : throw new JsonException("An amount is a number.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A code, which is a text in one place and a number in another.</summary>
internal sealed class DLocalCodeConverter : JsonConverter<string>
{
    public static string Raw(ref Utf8JsonReader reader) => Encoding.ASCII.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => Raw(ref reader),
        JsonTokenType.String => reader.GetString()!,
        _ => throw new JsonException("A code is a number or a text."),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
}
