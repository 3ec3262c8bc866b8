using System.Globalization;
using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Mpesa;

/// <summary>What goes out: payouts and reversals, and the answers to questions, which are posted.</summary>
internal sealed partial class MpesaOperator
{
    private readonly List<OperatorOrder> _payouts = [], _reversals = [];

    /// <summary>What payers have paid in, and what payouts are paid from; cents.</summary>
    public long CollectionCents { get; private set; } = 700_000_00;

    public long UtilityCents { get; private set; } = 228_037_00;

    public IReadOnlyList<OperatorOrder> Payouts
    {
        get
        {
            lock (_gate)
            {
                return [.. _payouts];
            }
        }
    }

    public IReadOnlyList<OperatorOrder> Reversals
    {
        get
        {
            lock (_gate)
            {
                return [.. _reversals];
            }
        }
    }

    /// <summary>A payout ends.</summary>
    public OperatorOrder Settle(string originatorId, string code = "0")
    {
        lock (_gate)
        {
            var payout = _payouts.Single(each => each.OriginatorId == originatorId);
            if (payout.Code is null)
            {
                (payout.Code, payout.Receipt, payout.EndedAt) = (code, code == "0" ? NewReceipt() : "SIK0000000", _time.GetUtcNow());
                UtilityCents += code == "0" ? 0 : payout.Cents;
            }

            return payout;
        }
    }

    /// <summary>A reversal ends: what is more than is left of the payment is not done.</summary>
    public OperatorOrder SettleReversal(string originatorId)
    {
        lock (_gate)
        {
            var reversal = _reversals.Single(each => each.OriginatorId == originatorId);
            if (reversal.Code is null)
            {
                var payment = _payments.Find(each => each.Receipt == reversal.OfReceipt);
                reversal.Code = payment is null ? "R000002" : payment.ReversedCents + reversal.Cents > payment.Cents ? "2028" : "0";
                (reversal.Receipt, reversal.EndedAt) = (NewReceipt(), _time.GetUtcNow());
                if (reversal.Code == "0")
                {
                    payment!.ReversedCents += reversal.Cents;
                    CollectionCents -= reversal.Cents;
                }
            }

            return reversal;
        }
    }

    /// <summary>The result of a payout; the number that it names is not always ours.</summary>
    public OperatorPost Told(OperatorOrder payout) => new(payout.Result, payout.Code == "0"
        ? Result(payout, "0", payout.Receipt, ("TransactionAmount", JsonNode.Parse(Bare(payout.Cents))!), ("TransactionReceipt", payout.Receipt), ("ReceiverPartyPublicName", $"{payout.Phone} - TEST PERSON"),
            ("TransactionCompletedDateTime", NairobiTime(payout.EndedAt, "dd.MM.yyyy HH:mm:ss")), ("B2CUtilityAccountAvailableFunds", JsonNode.Parse(Decimal(UtilityCents))!),
            ("B2CRecipientIsRegisteredCustomer", "Y"), ("B2CChargesPaidAccountAvailableFunds", JsonNode.Parse("-1980.00")!))
        : Result(payout, payout.Code!, payout.Receipt));

    /// <summary>The result of a reversal.</summary>
    public static OperatorPost ToldReversal(OperatorOrder reversal) => new(reversal.Result, reversal.Code == "0"
        ? Result(reversal, "0", reversal.Receipt, ("OriginalTransactionID", reversal.OfReceipt), ("Amount", JsonNode.Parse(Bare(reversal.Cents))!), ("TransCompletedTime", JsonNode.Parse(NairobiTime(reversal.EndedAt, "yyyyMMddHHmmss"))!))
        : Result(reversal, reversal.Code!, "SIK0000000"));

    /// <summary>It waited too long, which says nothing.</summary>
    public static OperatorPost TimedOut(OperatorOrder order) => new(order.Timeout, Result(order, "17", "SIK0000000"));

    /// <summary>A result that says that it is not over.</summary>
    public static OperatorPost Cached(OperatorOrder payout) => new(payout.Result, Result(payout, "100000000", "SIK0000000"));

    private static string Result(OperatorOrder order, string code, string transaction, params (string Key, JsonNode Value)[] values)
    {
        var result = new JsonObject
        {
            ["ResultType"] = 0, ["ResultCode"] = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : code,
            ["ResultDesc"] = code == "0" ? "The service request is processed successfully." : "As the test says.", ["OriginatorConversationID"] = "53e3-4aa8-9fe0-8fb5e4092cdd3405976",
            ["ConversationID"] = order.ConversationId, ["TransactionID"] = transaction,
        };
        if (values.Length > 0)
        {
            var pairs = values.Select(pair => (JsonNode)new JsonObject { ["Key"] = pair.Key, ["Value"] = pair.Value }).ToArray();
            result["ResultParameters"] = new JsonObject { ["ResultParameter"] = pairs.Length == 1 ? pairs[0] : new JsonArray(pairs) };
        }

        result["ReferenceData"] = new JsonObject { ["ReferenceItem"] = new JsonObject { ["Key"] = "QueueTimeoutURL", ["Value"] = "https://internal.example/submit" } };
        return new JsonObject { ["Result"] = result }.ToJsonString();
    }

    private static (int Status, JsonObject? Body) Taken(string originatorId, string conversationId) => (200, new JsonObject
    {
        ["ConversationID"] = conversationId, ["OriginatorConversationID"] = originatorId, ["ResponseCode"] = "0", ["ResponseDescription"] = "Accept the service request successfully.",
    });

    private (int Status, JsonObject? Body)? Refused(JsonObject asked, string initiator) =>
        Text(asked, initiator) != Initiator ? Error(400, "400.002.02", $"Bad Request - Invalid {initiator}")
        : !Opens(asked) ? Wrong("SecurityCredential")
        : !IsAddress(Text(asked, "ResultURL")) || !IsAddress(Text(asked, "QueueTimeOutURL")) ? Wrong("ResultURL")
        : null;

    private (int Status, JsonObject? Body) Send(JsonObject asked)
    {
        if (IsTooQuick("send"))
        {
            return Error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
        }

        if (Members(asked, "OriginatorConversationID", "InitiatorName", "SecurityCredential", "CommandID", "Amount", "PartyA", "PartyB", "Remarks", "QueueTimeOutURL", "ResultURL", "Occassion") is { } odd)
        {
            return Wrong(odd);
        }

        if (Refused(asked, "InitiatorName") is { } refused)
        {
            return refused;
        }

        var id = Text(asked, "OriginatorConversationID");
        if (_payouts.Exists(each => each.OriginatorId == id))
        {
            return Error(500, "500.002.1001", "Duplicate OriginatorConversationID.");
        }

        if (Text(asked, "PartyA") is not (B2cShortCode or ShortCode) || !IsPhone(Text(asked, "PartyB")) || Text(asked, "CommandID") is not ("BusinessPayment" or "SalaryPayment" or "PromotionPayment")
            || Text(asked, "Remarks").Length is < 2 or > 100 || !long.TryParse(Text(asked, "Amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var shillings) || shillings < 1)
        {
            return Wrong("PartyB");
        }

        var payout = new OperatorOrder
        {
            OriginatorId = id, ConversationId = NewConversation(), Cents = shillings * 100, Phone = Text(asked, "PartyB"), Party = Text(asked, "PartyA"), Result = new Uri(Text(asked, "ResultURL")), Timeout = new Uri(Text(asked, "QueueTimeOutURL")),
        };
        _payouts.Add(payout);
        UtilityCents -= payout.Cents;
        return Taken(id, payout.ConversationId);
    }

    private (int Status, JsonObject? Body) Reverse(JsonObject asked)
    {
        if (Members(asked, "Initiator", "SecurityCredential", "CommandID", "TransactionID", "Amount", "ReceiverParty", "RecieverIdentifierType", "ResultURL", "QueueTimeOutURL", "Remarks") is { } odd)
        {
            return Wrong(odd);
        }

        if (Refused(asked, "Initiator") is { } refused)
        {
            return refused;
        }

        if (Text(asked, "CommandID") != "TransactionReversal" || Text(asked, "ReceiverParty") != ShortCode || Text(asked, "RecieverIdentifierType") != "11"
            || !long.TryParse(Text(asked, "Amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var shillings) || shillings < 1)
        {
            return Wrong("ReceiverParty");
        }

        var reversal = new OperatorOrder
        {
            OriginatorId = string.Create(CultureInfo.InvariantCulture, $"71840-27539181-{++_number}"), ConversationId = NewConversation(), Cents = shillings * 100, OfReceipt = Text(asked, "TransactionID"), Party = ShortCode,
            Result = new Uri(Text(asked, "ResultURL")), Timeout = new Uri(Text(asked, "QueueTimeOutURL")),
        };
        _reversals.Add(reversal);
        return Taken(reversal.OriginatorId, reversal.ConversationId);
    }

    private (int Status, JsonObject? Body) TellStatus(JsonObject asked, List<OperatorPost> posts)
    {
        if (IsTooQuick("question"))
        {
            return Error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
        }

        if (Members(asked, "Initiator", "SecurityCredential", "CommandID", "OriginalConversationID", "PartyA", "IdentifierType", "ResultURL", "QueueTimeOutURL", "Remarks", "Occasion") is { } odd)
        {
            return Wrong(odd);
        }

        if (Refused(asked, "Initiator") is { } refused)
        {
            return refused;
        }

        var of = Text(asked, "OriginalConversationID");
        var order = _payouts.Find(each => each.OriginatorId == of) ?? _reversals.Find(each => each.OriginatorId == of);
        var party = order is null ? Text(asked, "PartyA") : order.Party;
        if (Text(asked, "CommandID") != "TransactionStatusQuery" || Text(asked, "IdentifierType") != "4" || Text(asked, "PartyA") != party)
        {
            return Wrong("PartyA");
        }

        var question = new OperatorOrder { OriginatorId = NewConversation(), ConversationId = NewConversation(), Cents = 0, Result = new Uri(Text(asked, "ResultURL")), Timeout = new Uri(Text(asked, "QueueTimeOutURL")) };
        posts.Add(new OperatorPost(question.Result, order is null ? Result(question, NoSuchTransaction, "SIK0000000") : Result(
            question,
            "0",
            "SIK0000000",
            ("DebitPartyName", "600992 - TEST"),
            ("DebitPartyName", "254708374149 - TEST PERSON"),
            ("TransactionStatus", order.Code is null ? "Authorized" : order.Code == "0" ? "Completed" : "Declined"),
            ("Amount", Decimal(order.Cents)),
            ("ReceiptNo", order.Code == "0" ? order.Receipt : ""),
            ("FinalisedTime", order.Code is null ? "" : NairobiTime(order.EndedAt, "yyyyMMddHHmmss")),
            ("OriginatorConversationID", order.OriginatorId),
            ("ConversationID", order.ConversationId))));
        return Taken(question.OriginatorId, question.ConversationId);
    }

    private (int Status, JsonObject? Body) TellBalance(JsonObject asked, List<OperatorPost> posts)
    {
        if (Members(asked, "Initiator", "SecurityCredential", "CommandID", "PartyA", "IdentifierType", "Remarks", "QueueTimeOutURL", "ResultURL") is { } odd)
        {
            return Wrong(odd);
        }

        if (Refused(asked, "Initiator") is { } refused)
        {
            return refused;
        }

        if (Text(asked, "CommandID") != "AccountBalance" || Text(asked, "IdentifierType") != "4" || Text(asked, "PartyA") is not (ShortCode or B2cShortCode))
        {
            return Wrong("PartyA");
        }

        var question = new OperatorOrder { OriginatorId = NewConversation(), ConversationId = NewConversation(), Cents = 0, Result = new Uri(Text(asked, "ResultURL")), Timeout = new Uri(Text(asked, "QueueTimeOutURL")) };
        string Line(string name, long cents) => $"{name}|KES|{Decimal(cents)}|{Decimal(cents)}|0.00|0.00";
        var (working, utility) = Text(asked, "PartyA") == ShortCode ? (CollectionCents, UtilityCents) : (0L, UtilityCents);
        posts.Add(new OperatorPost(question.Result, Result(question, "0", NewReceipt(), ("AccountBalance", $"{Line("Working Account", working)}&{Line("Utility Account", utility)}&Charges Paid Account|KES|-1540.00|-1540.00|0.00|0.00"))));
        return Taken(question.OriginatorId, question.ConversationId);
    }
}
