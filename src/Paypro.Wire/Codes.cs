namespace Paypro.Protocol;

/// <summary>The outer <c>code</c> of a response: only whether the call was accepted.</summary>
public static class ResponseCode
{
    /// <summary>Accepted; the result of the transaction is <c>data.status</c>.</summary>
    public const string Accepted = "0000";

    /// <summary>Refused: nothing was stored, and the <c>tradeNo</c> stays free.</summary>
    public const string Refused = "8000";

    /// <summary>The system failed, and certainly nothing was stored.</summary>
    public const string Failed = "5000";
}

/// <summary>The status of an order, <c>data.status</c>. Merchants treat everything but the first three as final failure.</summary>
public static class ResultStatus
{
    /// <summary>Success.</summary>
    public const string Success = "0000";

    /// <summary>Partly paid; only in countries whose pages list it.</summary>
    public const string Partial = "0001";

    /// <summary>Processing, and every outcome that we do not know.</summary>
    public const string Processing = "0015";

    /// <summary>Failed, rejected, expired, cancelled, returned: certainly.</summary>
    public const string Failed = "00029";

    /// <summary>Failed because the recipient's daily amount is reached.</summary>
    public const string DailyAmountReached = "0100019";

    /// <summary>Failed for an unknown reason; for pay-ins alone.</summary>
    public const string UnknownError = "00032";
}

/// <summary>The texts of <c>desc</c> and <c>message</c> that the documentation shows or this project fixes.</summary>
public static class ResultMessage
{
    /// <summary><c>desc</c> of a direct pay-in or payout just created.</summary>
    public const string Created = "Create";

    /// <summary><c>desc</c> of a hosted page just created.</summary>
    public const string Paying = "Paying";

    /// <summary>An order without a result.</summary>
    public const string Processing = "In processing";

    /// <summary>Success.</summary>
    public const string Success = "SUCCESS";

    /// <summary>Partly paid.</summary>
    public const string Partial = "PARTIAL PAYMENT";

    /// <summary>A payout that came back after success, or a pay-in that was reversed.</summary>
    public const string Returned = "RETURNED";

    /// <summary>All went back, and less than ordered came since, in a country that lists no <c>0001</c>; the amount tells what is held.</summary>
    public const string PartlyReturned = "PARTLY_RETURNED";

    /// <summary>A pay-in of which the merchant has given everything back.</summary>
    public const string Refunded = "REFUNDED";

    /// <summary>A pay-in that the merchant has cancelled.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>A pay-in that expired unpaid.</summary>
    public const string Expired = "Collection order timed out without payment";

    /// <summary>A failure of which nothing more is known.</summary>
    public const string Rejected = "REJECTED_TRANSACTION";
}
