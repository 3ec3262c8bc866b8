using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>How the clients name and describe what a country's file holds.</summary>
internal static class ClientTexts
{
    /// <summary>A call: its method, the record of its request where it has one, the record of its answer, and what it does.</summary>
    public static (string Method, string? Request, string Answer, string Summary) Of(OperationKind kind) => kind switch
    {
        OperationKind.CreatePayIn => ("createPayIn", "PayInRequest", "PayInCreated", "Creates a pay-in; the answer has what the payer needs to pay. The same tradeNo with the same content is stored once."),
        OperationKind.CreateHostedPayIn => ("createHostedPayIn", "HostedPayInRequest", "HostedPayInCreated", "Creates a pay-in on the hosted page; the answer has its address. The same tradeNo with the same content is stored once."),
        OperationKind.CreatePayout => ("createPayout", "PayoutRequest", "PayoutCreated", "Creates a payout: reserves the amount and its fees and sends the money. The same tradeNo with the same content is sent once."),
        OperationKind.QueryPayIn => ("queryPayIn", null, "PayInState", "Queries a pay-in."),
        OperationKind.QueryPayout => ("queryPayout", null, "PayoutState", "Queries a payout."),
        OperationKind.QueryBalance => ("queryBalance", null, "Balance", "Queries the balances."),
        OperationKind.VerifyAccount => ("verifyAccount", null, "VerifiedAccount", "Asks who holds an account, before money is sent there."),
        OperationKind.Proof => ("getProof", null, "Proof", "Asks for a PDF that proves a payment."),
        OperationKind.QueryByCode => ("queryByCode", null, "PaymentByCode", "Queries the order that was paid under the network's code."),
        OperationKind.SubmitReference => ("submitReference", null, "SubmittedReference", "Hands in the reference that the payer's wallet showed. The money is booked when the network confirms it, never on this word alone."),
        OperationKind.CreateRefund => ("createRefund", "RefundRequest", "RefundCreated", "Gives money of a pay-in back to its payer. The same refundNo with the same content is sent once."),
        OperationKind.QueryRefund => ("queryRefund", null, "RefundState", "Queries a refund."),
        OperationKind.CancelPayIn => ("cancelPayIn", null, "CancelledPayIn", "Ends a pay-in that nobody has paid. While an attempt is under way it stays 0015. Money that comes later is credited and told."),
        _ => throw new InvalidOperationException($"{kind} has no name in the clients."),
    };

    /// <summary>A member of an answer or a notification: its name in the record, and what it is.</summary>
    /// <param name="source">Where its value comes from.</param>
    /// <param name="isOneAmount">Whether its amount is the only one: then it is called so.</param>
    public static (string Name, string Summary) Of(ResponseSource source, bool isOneAmount) => source switch
    {
        ResponseSource.TradeNo => ("tradeNo", "Your order number."),
        ResponseSource.Number => ("number", "The gateway's order number, 16 characters a-z and 0-9."),
        ResponseSource.Status => ("status", "Status code of the order."),
        ResponseSource.Message => ("message", "The status in words."),
        ResponseSource.Remark => ("remark", "The request's remark; empty without one."),
        ResponseSource.PaymentInfo => ("paymentInfo", "What the payer needs to pay: the number, reference or code of the way. Absent while it is not known."),
        ResponseSource.PaymentUrl => ("paymentUrl", "Address of the page to which the payer goes."),
        ResponseSource.OrderAmount when isOneAmount => ("amount", "The amount, in units of the currency."),
        ResponseSource.OrderAmount => ("orderAmount", "The ordered amount, in units of the currency."),
        ResponseSource.PaidAmount when isOneAmount => ("amount", "What the order holds: paid less returned, in units of the currency."),
        ResponseSource.PaidAmount => ("paidAmount", "What the order holds: paid less returned, in units of the currency."),
        ResponseSource.PaidOrOrderAmount => ("amount", "What the order holds once something is paid, before that the ordered amount, in units of the currency."),
        ResponseSource.CreatedAt => ("createTime", "When the order was created."),
        ResponseSource.SuccessAt => ("successTime", "When it succeeded; absent before."),
        ResponseSource.RailReference => ("railReference", "The reference of the bank or network; absent until it is known."),
        ResponseSource.Way => ("way", "How the payer pays."),
        ResponseSource.Channel => ("channel", "Group of ways."),
        ResponseSource.Available => ("available", "What can be paid out, in units of the currency."),
        ResponseSource.Frozen => ("frozen", "What is reserved for payouts under way, or held, in units of the currency."),
        ResponseSource.Unsettled => ("unsettled", "What was received and is not settled yet, in units of the currency."),
        ResponseSource.Account => ("account", "The account that was asked about."),
        ResponseSource.AccountHolder => ("holder", "Who holds the account."),
        ResponseSource.DocumentUrl => ("url", "Address of the document; it ends after a time."),
        ResponseSource.RefundNo => ("refundNo", "Your number of the refund."),
        ResponseSource.RefundNumber => ("refundNumber", "The gateway's number of the refund, 16 characters a-z and 0-9."),
        _ => throw new InvalidOperationException($"{source} has no name in the clients."),
    };
}
