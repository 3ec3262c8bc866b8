using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>What each kind of operation does, in words.</summary>
internal static class OperationTexts
{
    public static (string Id, string Title, string Summary) Of(Operation operation) => operation.Kind switch
    {
        OperationKind.CreatePayIn => ("createPayIn", "Create a pay-in",
            "Stores an order and answers with what the payer needs to pay. The same tradeNo with the same content is answered again and stored once."),
        OperationKind.CreateHostedPayIn => ("createHostedPayIn", "Create a pay-in on the hosted page",
            "Stores an order and answers with the address of the page on which the payer pays. The same tradeNo with the same content is answered again and stored once."),
        OperationKind.CreatePayout => ("createPayout", "Create a payout",
            "Reserves the amount and its fees and sends the money. The same tradeNo with the same content is answered again and sent once."),
        OperationKind.QueryPayIn => ("queryPayIn", "Query a pay-in", "Answers with the present state of a pay-in."),
        OperationKind.QueryPayout => ("queryPayout", "Query a payout", "Answers with the present state of a payout."),
        OperationKind.QueryBalance => ("queryBalance", "Query the balances", "Answers with the merchant's balances."),
        OperationKind.VerifyAccount => ("verifyAccount", "Verify an account", "Answers with the name of an account's holder, before money is sent there."),
        OperationKind.Proof => ("getProof", "Get a proof of payment", "Answers with the address of a PDF that proves a payout. The address ends after a time."),
        OperationKind.QueryByCode => ("queryByCode", "Query a payment by its code", "Answers with the order that was paid under the network's code."),
        OperationKind.SubmitReference => ("submitReference", "Submit the payer's reference",
            "Submits the number that the payer's wallet showed. The money is booked when the network confirms it, never on this word alone."),
        OperationKind.CreateRefund => ("createRefund", "Refund a pay-in",
            "Gives money of a pay-in back to its payer, by the rail's own refund or to the account that the money came from. One refund gives back at most one payment. "
            + "The same refundNo with the same content is answered again and sent once."),
        OperationKind.QueryRefund => ("queryRefund", "Query a refund", "Answers with the present state of a refund."),
        OperationKind.CancelPayIn => ("cancelPayIn", "Cancel a pay-in",
            "Ends a pay-in that nobody has paid. While an attempt is under way it stays 0015, and it is told when it has ended. Money that comes later is credited and told all the same."),
        var kind => throw new InvalidOperationException($"{kind} is not described."),
    };
}
