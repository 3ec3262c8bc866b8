using System.Text.Json;

namespace Paypro.Protocol.Countries;

/// <summary>Where a response's or notification's member comes from.</summary>
public enum ResponseSource : byte
{
    /// <summary>The merchant's number.</summary>
    TradeNo,

    /// <summary>Our number.</summary>
    Number,

    /// <summary>The status code.</summary>
    Status,

    /// <summary>The text beside the status.</summary>
    Message,

    /// <summary>The request's remark.</summary>
    Remark,

    /// <summary>What the payer needs to pay.</summary>
    PaymentInfo,

    /// <summary>The hosted page.</summary>
    PaymentUrl,

    /// <summary>The ordered amount.</summary>
    OrderAmount,

    /// <summary>The paid total.</summary>
    PaidAmount,

    /// <summary>The paid total once something is paid, before that the ordered amount.</summary>
    PaidOrOrderAmount,

    /// <summary>When the order was created.</summary>
    CreatedAt,

    /// <summary>When it succeeded.</summary>
    SuccessAt,

    /// <summary>The rail's reference.</summary>
    RailReference,

    /// <summary>The way, as merchants write it.</summary>
    Way,

    /// <summary>The group of ways.</summary>
    Channel,

    /// <summary>When this text is made.</summary>
    Timestamp,

    /// <summary>The available balance.</summary>
    Available,

    /// <summary>The frozen balance.</summary>
    Frozen,

    /// <summary>The balance that is not settled yet.</summary>
    Unsettled,

    /// <summary>The account that was asked about.</summary>
    Account,

    /// <summary>Who holds <see cref="Account"/>.</summary>
    AccountHolder,

    /// <summary>Address of a document (Indonesia's voucher).</summary>
    DocumentUrl,

    /// <summary>The merchant's number of a refund.</summary>
    RefundNo,

    /// <summary>Our number of a refund.</summary>
    RefundNumber,
}

/// <summary>How a member is written.</summary>
public enum ResponseForm : byte
{
    /// <summary>A string; the member is left out when there is nothing.</summary>
    Text,

    /// <summary>A string, empty when there is nothing: for members that the documentation marks required.</summary>
    TextOrEmpty,

    /// <summary>An amount as <c>"300"</c> or <c>"300.50"</c>.</summary>
    WholeOrFixedText,

    /// <summary>An amount as <c>"300.00"</c>.</summary>
    FixedText,

    /// <summary>An amount as <c>300</c>, <c>300.5</c>.</summary>
    ShortestNumber,

    /// <summary>An amount as <c>"9998989.0000"</c>.</summary>
    FourDecimalsText,

    /// <summary>An amount as <c>9998989.0000</c>.</summary>
    FourDecimalsNumber,

    /// <summary><c>"2024-10-11 10:30:13"</c> in the country's zone; left out when unknown.</summary>
    LocalTime,

    /// <summary>Unix milliseconds as a string.</summary>
    MillisecondsText,
}

/// <summary>One member of <c>data</c> or of a notification.</summary>
/// <param name="Name">Its exact name.</param>
/// <param name="Source">Where its value comes from.</param>
/// <param name="Form">How it is written.</param>
public sealed record ResponseMember(string Name, ResponseSource Source, ResponseForm Form = ResponseForm.Text)
{
    /// <summary><see cref="Name"/>, encoded once.</summary>
    public JsonEncodedText EncodedName { get; } = JsonEncodedText.Encode(Name);
}
