namespace Paypro.Protocol.Countries;

/// <summary>
/// What a request's field means, whatever a country calls it. After the request has been read, only roles are known.
/// </summary>
public enum FieldRole : byte
{
    /// <summary>The signature. Never read as a field: the signature check has seen it before.</summary>
    Sign,

    /// <summary>When the request was made.</summary>
    Timestamp,

    /// <summary>The merchant's order number.</summary>
    TradeNo,

    /// <summary>Our order number.</summary>
    Number,

    /// <summary>The rail's reference by which an order is looked up (Kenya's M-PESA code).</summary>
    RailReference,

    /// <summary>The amount ordered.</summary>
    Amount,

    /// <summary>How a payer pays (<c>va</c>, <c>GrabPay</c> …).</summary>
    Way,

    /// <summary>The group of ways (<c>EWALLET</c>, <c>VA</c> …) in countries that have groups.</summary>
    Channel,

    /// <summary>The recipient's bank.</summary>
    Bank,

    /// <summary>Kind of <see cref="Account"/>.</summary>
    AccountType,

    /// <summary>The account, card, wallet number or PIX key that money goes to; a payer's wallet where it is charged directly.</summary>
    Account,

    /// <summary>The customer's full name.</summary>
    Name,

    /// <summary>First name, where it is asked for by itself.</summary>
    FirstName,

    /// <summary>Last name, where it is asked for by itself.</summary>
    LastName,

    /// <summary>The customer's phone.</summary>
    Mobile,

    /// <summary>The customer's e-mail.</summary>
    Email,

    /// <summary>The customer's identity number (CPF, CNIC …).</summary>
    Identity,

    /// <summary>Kind of <see cref="Identity"/>.</summary>
    IdentityType,

    /// <summary>The merchant's own number for the customer.</summary>
    CustomerId,

    /// <summary>The payer's date of birth.</summary>
    BirthDate,

    /// <summary>The payer's IP address.</summary>
    IpAddress,

    /// <summary>The sub-merchant for whom the order is.</summary>
    SubMerchant,

    /// <summary>Where the result is sent.</summary>
    NotifyUrl,

    /// <summary>Where the payer goes afterwards.</summary>
    ReturnUrl,

    /// <summary>Handed back unchanged.</summary>
    Remark,

    /// <summary>What the request is signed for, in operations of our own.</summary>
    Operation,

    /// <summary>The merchant's number of a refund.</summary>
    RefundNo,

    /// <summary>Why a refund is made.</summary>
    Reason,
}
