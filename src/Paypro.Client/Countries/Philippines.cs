// Long because eng/clients writes it from src/Paypro.Protocol/Countries/Philippines.cs: change that, and run it.
#nullable enable
using Paypro.Protocol.Signing;

namespace Paypro.Client.Philippines;

/// <summary>The calls of Philippines, with the segment <c>phl-pay</c>. Units of PHP with at most 2 decimals. Safe for use by several threads.</summary>
/// <param name="http">Sends the calls.</param>
/// <param name="options">Whose calls, and where.</param>
public sealed class PhilippinesClient(HttpClient http, PayproOptions options)
{
    private readonly PayproClient client = new(http, options);
    private readonly NotificationCheck check = new(options.MerchantNo, options.Secret, options.Algorithm, options.Time);

    /// <summary>Makes calls that have no name here, and checks nothing of them.</summary>
    public PayproClient Calls => client;

    /// <summary>Creates a pay-in; the answer has what the payer needs to pay. The same tradeNo with the same content is stored once.</summary>
    /// <param name="request">What to create.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<PayInCreated>> CreatePayInAsync(PayInRequest request, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/payIn", request.Members(), PayInCreated.Read, cancellation);

    /// <summary>Creates a pay-in on the hosted page; the answer has its address. The same tradeNo with the same content is stored once.</summary>
    /// <param name="request">What to create.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<HostedPayInCreated>> CreateHostedPayInAsync(HostedPayInRequest request, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/paymentLink", request.Members(), HostedPayInCreated.Read, cancellation);

    /// <summary>Creates a payout: reserves the amount and its fees and sends the money. The same tradeNo with the same content is sent once.</summary>
    /// <param name="request">What to create.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<PayoutCreated>> CreatePayoutAsync(PayoutRequest request, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/payOut", request.Members(), PayoutCreated.Read, cancellation);

    /// <summary>Queries a pay-in.</summary>
    /// <param name="tradeNo">Your number of the pay-in.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<PayInState>> QueryPayInAsync(string tradeNo, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/queryPayInResult", [new("tradeNo", tradeNo)], PayInState.Read, cancellation);

    /// <summary>Queries a payout.</summary>
    /// <param name="tradeNo">Your number of the payout.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<PayoutState>> QueryPayoutAsync(string tradeNo, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/queryPayOutResult", [new("tradeNo", tradeNo)], PayoutState.Read, cancellation);

    /// <summary>Queries the balances.</summary>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<Balance>> QueryBalanceAsync(CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/queryBalance", [], Balance.Read, cancellation);

    /// <summary>Gives money of a pay-in back to its payer. The same refundNo with the same content is sent once.</summary>
    /// <param name="request">What to create.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<RefundCreated>> CreateRefundAsync(RefundRequest request, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/refund", request.Members(), RefundCreated.Read, cancellation);

    /// <summary>Queries a refund.</summary>
    /// <param name="refundNo">Your number of the refund.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<RefundState>> QueryRefundAsync(string refundNo, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/queryRefundResult", [new("operation", "queryRefund"), new("refundNo", refundNo)], RefundState.Read, cancellation);

    /// <summary>Ends a pay-in that nobody has paid. While an attempt is under way it stays 0015. Money that comes later is credited and told.</summary>
    /// <param name="tradeNo">Your number of the pay-in.</param>
    /// <param name="cancellation">Gives up waiting; what was sent may still be stored.</param>
    /// <exception cref="PayproUnknownOutcomeException">No attempt had an answer that is certain.</exception>
    public Task<PayproAnswer<CancelledPayIn>> CancelPayInAsync(string tradeNo, CancellationToken cancellation = default) =>
        client.CallAsync("/phl-pay/v1/paypro/cancelPayIn", [new("operation", "cancelPayIn"), new("tradeNo", tradeNo)], CancelledPayIn.Read, cancellation);

    /// <summary>Checks and reads a notification: a pay-in reached a result, or its result changed.</summary>
    /// <param name="body">The raw body, exactly as received.</param>
    /// <param name="path">The path that was called, without the query.</param>
    /// <param name="signatureHeader">The header <see cref="HmacSignature.HeaderName"/>; null when there is none.</param>
    /// <returns>Null when it is forged, too old or no such notification.</returns>
    public PayInNotification? TryReadPayIn(ReadOnlyMemory<byte> body, string path, string? signatureHeader) =>
        check.TryRead(body, path, signatureHeader, PayInNotification.Read, foreign: "refundNo");

    /// <summary>Checks and reads a notification: a payout reached a result, or its result changed.</summary>
    /// <param name="body">The raw body, exactly as received.</param>
    /// <param name="path">The path that was called, without the query.</param>
    /// <param name="signatureHeader">The header <see cref="HmacSignature.HeaderName"/>; null when there is none.</param>
    /// <returns>Null when it is forged, too old or no such notification.</returns>
    public PayoutNotification? TryReadPayout(ReadOnlyMemory<byte> body, string path, string? signatureHeader) =>
        check.TryRead(body, path, signatureHeader, PayoutNotification.Read, foreign: "refundNo");

    /// <summary>Checks and reads a notification: a refund reached a result, or its result changed.</summary>
    /// <param name="body">The raw body, exactly as received.</param>
    /// <param name="path">The path that was called, without the query.</param>
    /// <param name="signatureHeader">The header <see cref="HmacSignature.HeaderName"/>; null when there is none.</param>
    /// <returns>Null when it is forged, too old or no such notification.</returns>
    public RefundNotification? TryReadRefund(ReadOnlyMemory<byte> body, string path, string? signatureHeader) =>
        check.TryRead(body, path, signatureHeader, RefundNotification.Read);
}

/// <summary>How payers pay.</summary>
public static class Ways
{
    /// <summary>GCash.</summary>
    public const string GCash = "GCash";

    /// <summary>GrabPay.</summary>
    public const string GrabPay = "GrabPay";

    /// <summary>Maya.</summary>
    public const string Maya = "Maya";

    /// <summary>QR Ph.</summary>
    public const string Qrph = "QRPH";

    /// <summary>GCash QR.</summary>
    public const string GCashQR = "GCash QR";

    /// <summary>Maya QR.</summary>
    public const string MayaQR = "Maya QR";

    /// <summary>GoTyme QR.</summary>
    public const string GotymeQR = "Gotyme QR";

    /// <summary>UnionBank online.</summary>
    public const string UnionBank = "UnionBank";

    /// <summary>BPI online.</summary>
    public const string Bpi = "BPI";

    /// <summary>RCBC online.</summary>
    public const string Rcbc = "RCBC";
}

/// <summary>Request of createPayIn.</summary>
public sealed record PayInRequest
{
    /// <summary>Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Units of PHP with at most 2 decimals, above zero. At least 1, at most 100000 by GCash, GrabPay, Maya, QRPH, GCash QR, Maya QR, Gotyme QR; 500000 by UnionBank, BPI, RCBC, unless the gateway has other limits for you.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How the payer pays: GCash, GrabPay, Maya, QRPH, GCash QR, Maya QR, Gotyme QR, UnionBank, BPI or RCBC. At most 32 characters. See <see cref="Ways"/>.</summary>
    public required string PayType { get; init; }

    /// <summary>Address that is told the result. An absolute http or https address.</summary>
    public required Uri NotifyUrl { get; init; }

    /// <summary>Address to which the payer goes afterwards. An absolute http or https address.</summary>
    public required Uri ReturnUrl { get; init; }

    /// <summary>Handed back unchanged. At most 512 characters.</summary>
    public string? Remark { get; init; }

    /// <summary>Hides everything but the number: a request printed by mistake must not leak.</summary>
    public override string ToString() => $"PayInRequest {TradeNo}";

    internal KeyValuePair<string, string?>[] Members() =>
    [
        new("tradeNo", TradeNo),
        new("amount", RequestText.Of(Amount)),
        new("payType", PayType),
        new("notifyUrl", NotifyUrl.AbsoluteUri),
        new("returnUrl", ReturnUrl.AbsoluteUri),
        new("remark", Remark),
    ];
}

/// <summary>Answer to createPayIn.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Remark">The request's remark; empty without one.</param>
/// <param name="PaymentInfo">What the payer needs to pay: the number, reference or code of the way. Absent while it is not known.</param>
/// <param name="PaymentUrl">Address of the page to which the payer goes.</param>
public sealed record PayInCreated(string TradeNo, string Number, string Status, string Message, string Remark, string? PaymentInfo, string? PaymentUrl)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayInCreated Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("status"),
        members.Text("desc"),
        members.Text("remark"),
        members.Optional("paymentInfo"),
        members.Optional("paymentUrl"));
}

/// <summary>Request of createHostedPayIn.</summary>
public sealed record HostedPayInRequest
{
    /// <summary>Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Units of PHP with at most 2 decimals, above zero. At least 1, at most 100000 by GCash, GrabPay, Maya, QRPH, GCash QR, Maya QR, Gotyme QR; 500000 by UnionBank, BPI, RCBC, unless the gateway has other limits for you.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How the payer pays: GCash, GrabPay, Maya, QRPH, GCash QR, Maya QR, Gotyme QR, UnionBank, BPI or RCBC. At most 32 characters. See <see cref="Ways"/>.</summary>
    public required string PayType { get; init; }

    /// <summary>Address that is told the result. An absolute http or https address.</summary>
    public required Uri NotifyUrl { get; init; }

    /// <summary>Handed back unchanged. At most 512 characters.</summary>
    public string? Remark { get; init; }

    /// <summary>Address to which the payer goes afterwards. An absolute http or https address.</summary>
    public Uri? ReturnUrl { get; init; }

    /// <summary>Hides everything but the number: a request printed by mistake must not leak.</summary>
    public override string ToString() => $"HostedPayInRequest {TradeNo}";

    internal KeyValuePair<string, string?>[] Members() =>
    [
        new("tradeNo", TradeNo),
        new("amount", RequestText.Of(Amount)),
        new("payType", PayType),
        new("notifyUrl", NotifyUrl.AbsoluteUri),
        new("remark", Remark),
        new("returnUrl", ReturnUrl?.AbsoluteUri),
    ];
}

/// <summary>Answer to createHostedPayIn.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Remark">The request's remark; empty without one.</param>
/// <param name="PaymentUrl">Address of the page to which the payer goes.</param>
public sealed record HostedPayInCreated(string TradeNo, string Number, string Status, string Message, string Remark, string? PaymentUrl)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static HostedPayInCreated Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("status"),
        members.Text("desc"),
        members.Text("remark"),
        members.Optional("paymentUrl"));
}

/// <summary>Request of createPayout.</summary>
public sealed record PayoutRequest
{
    /// <summary>Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Units of PHP with at most 2 decimals, above zero.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The account holder's name. At most 128 characters.</summary>
    public required string AccountName { get; init; }

    /// <summary>The recipient's bank or wallet: a code of the bank list. At most 64 characters.</summary>
    public required string BankName { get; init; }

    /// <summary>The account number, or a wallet's phone number. At most 32 characters.</summary>
    public required string BankNumber { get; init; }

    /// <summary>Address that is told the result. An absolute http or https address.</summary>
    public required Uri NotifyUrl { get; init; }

    /// <summary>Handed back unchanged. At most 512 characters.</summary>
    public string? Remark { get; init; }

    /// <summary>Hides everything but the number: a request printed by mistake must not leak.</summary>
    public override string ToString() => $"PayoutRequest {TradeNo}";

    internal KeyValuePair<string, string?>[] Members() =>
    [
        new("tradeNo", TradeNo),
        new("amount", RequestText.Of(Amount)),
        new("accountName", AccountName),
        new("bankName", BankName),
        new("bankNumber", BankNumber),
        new("notifyUrl", NotifyUrl.AbsoluteUri),
        new("remark", Remark),
    ];
}

/// <summary>Answer to createPayout.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Remark">The request's remark; empty without one.</param>
public sealed record PayoutCreated(string TradeNo, string Number, string Status, string Message, string Remark)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayoutCreated Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("status"),
        members.Text("desc"),
        members.Text("remark"));
}

/// <summary>Answer to queryPayIn.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Amount">What the order holds once something is paid, before that the ordered amount, in units of the currency.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record PayInState(string TradeNo, string Number, decimal Amount, string Status, string Message, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayInState Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Amount("amount"),
        members.Text("status"),
        members.Text("message"),
        members.Optional("successTime"));
}

/// <summary>Answer to queryPayout.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Amount">What the order holds once something is paid, before that the ordered amount, in units of the currency.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record PayoutState(string TradeNo, string Number, decimal Amount, string Status, string Message, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayoutState Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Amount("amount"),
        members.Text("status"),
        members.Text("message"),
        members.Optional("successTime"));
}

/// <summary>Answer to queryBalance.</summary>
/// <param name="Available">What can be paid out, in units of the currency.</param>
/// <param name="Frozen">What is reserved for payouts under way, or held, in units of the currency.</param>
/// <param name="Unsettled">What was received and is not settled yet, in units of the currency.</param>
public sealed record Balance(decimal Available, decimal Frozen, decimal Unsettled)
{
    internal static Balance Read(MemberTexts members) => new(
        members.Amount("availableAmount", "availablAmount"),
        members.Amount("freezeAmount"),
        members.Amount("unsettledAmount"));
}

/// <summary>Request of createRefund.</summary>
public sealed record RefundRequest
{
    /// <summary>The pay-in's number. At most 128 characters.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Your number of the refund: 1 to 128 printable ASCII characters without blanks, unique among refunds.</summary>
    public required string RefundNo { get; init; }

    /// <summary>Units of PHP with at most 2 decimals, above zero.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Address that is told the refund's result; without it nobody is told. An absolute http or https address.</summary>
    public Uri? NotifyUrl { get; init; }

    /// <summary>Why; told to the rail where it takes a reason. At most 140 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Hides everything but the number: a request printed by mistake must not leak.</summary>
    public override string ToString() => $"RefundRequest {RefundNo}";

    internal KeyValuePair<string, string?>[] Members() =>
    [
        new("operation", "refund"),
        new("tradeNo", TradeNo),
        new("refundNo", RefundNo),
        new("amount", RequestText.Of(Amount)),
        new("notifyUrl", NotifyUrl?.AbsoluteUri),
        new("reason", Reason),
    ];
}

/// <summary>Answer to createRefund.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="RefundNo">Your number of the refund.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="RefundNumber">The gateway's number of the refund, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Amount">The amount, in units of the currency.</param>
public sealed record RefundCreated(string TradeNo, string RefundNo, string Number, string RefundNumber, string Status, string Message, decimal Amount)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static RefundCreated Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("refundNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("refundNumber"),
        members.Text("status"),
        members.Text("desc"),
        members.Amount("amount"));
}

/// <summary>Answer to queryRefund.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="RefundNo">Your number of the refund.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="RefundNumber">The gateway's number of the refund, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="Amount">The amount, in units of the currency.</param>
/// <param name="CreateTime">When the order was created. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record RefundState(string TradeNo, string RefundNo, string Number, string RefundNumber, string Status, string Message, decimal Amount, string? CreateTime, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static RefundState Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("refundNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("refundNumber"),
        members.Text("status"),
        members.Text("desc"),
        members.Amount("amount"),
        members.Optional("createTime"),
        members.Optional("successTime"));
}

/// <summary>Answer to cancelPayIn.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
public sealed record CancelledPayIn(string TradeNo, string Number, string Status, string Message)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static CancelledPayIn Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("platFormTradeNo", "payproTradeNo"),
        members.Text("status"),
        members.Text("desc"));
}

/// <summary>A pay-in reached a result, or its result changed.</summary>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Amount">What the order holds: paid less returned, in units of the currency.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record PayInNotification(string Number, string TradeNo, decimal Amount, string Status, string Message, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayInNotification Read(MemberTexts members) => new(
        members.Text("platFormTradeNo"),
        members.Text("tradeNo"),
        members.Amount("amount"),
        members.Text("status"),
        members.Text("message"),
        members.Optional("successTime"));
}

/// <summary>A payout reached a result, or its result changed.</summary>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="TradeNo">Your order number.</param>
/// <param name="Amount">What the order holds: paid less returned, in units of the currency.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record PayoutNotification(string Number, string TradeNo, decimal Amount, string Status, string Message, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static PayoutNotification Read(MemberTexts members) => new(
        members.Text("platFormTradeNo"),
        members.Text("tradeNo"),
        members.Amount("amount"),
        members.Text("status"),
        members.Text("message"),
        members.Optional("successTime"));
}

/// <summary>A refund reached a result, or its result changed.</summary>
/// <param name="TradeNo">Your order number.</param>
/// <param name="RefundNo">Your number of the refund.</param>
/// <param name="Number">The gateway's order number, 16 characters a-z and 0-9.</param>
/// <param name="RefundNumber">The gateway's number of the refund, 16 characters a-z and 0-9.</param>
/// <param name="Amount">The amount, in units of the currency.</param>
/// <param name="Status">Status code of the order.</param>
/// <param name="Message">The status in words.</param>
/// <param name="SuccessTime">When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Manila.</param>
public sealed record RefundNotification(string TradeNo, string RefundNo, string Number, string RefundNumber, decimal Amount, string Status, string Message, string? SuccessTime)
{
    /// <summary>What <see cref="Status"/> means.</summary>
    public OrderState State => OrderStates.Of(Status);

    internal static RefundNotification Read(MemberTexts members) => new(
        members.Text("tradeNo"),
        members.Text("refundNo"),
        members.Text("platFormTradeNo"),
        members.Text("refundNumber"),
        members.Amount("amount"),
        members.Text("status"),
        members.Text("message"),
        members.Optional("successTime"));
}
