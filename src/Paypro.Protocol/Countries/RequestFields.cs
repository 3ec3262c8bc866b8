using System.Globalization;

namespace Paypro.Protocol.Countries;

/// <summary>
/// A request whose fields are all right. From here on nobody needs to know what the country calls them. It holds personal
/// data and is never logged.
/// </summary>
public sealed class RequestFields
{
    private static readonly int RoleCount = Enum.GetValues<FieldRole>().Length;

    private readonly string?[] texts = new string?[RoleCount];

    internal RequestFields(Operation operation) => Operation = operation;

    /// <summary>What is asked for.</summary>
    public Operation Operation { get; }

    /// <summary>The merchant's order number; empty for operations that have none.</summary>
    public string TradeNo => this[FieldRole.TradeNo] ?? "";

    /// <summary>The merchant's number of a refund; empty for operations that have none.</summary>
    public string RefundNo => this[FieldRole.RefundNo] ?? "";

    /// <summary>Minor units, 1 to <see cref="AmountReader.MaxMinor"/>; 0 for operations without an amount.</summary>
    public long AmountMinor { get; internal set; }

    /// <summary>When the request was made, Unix milliseconds; null where the operation has no timestamp.</summary>
    public long? TimestampMs { get; internal set; }

    /// <summary>The way to pay in; null for payouts, and where a hosted page lets the payer choose.</summary>
    public PayInWay? Way { get; internal set; }

    /// <summary>The recipient's bank; null where there is none, or no list.</summary>
    public Bank? Bank { get; set; }

    /// <summary>The bank's code of our list; as sent where the country has no list.</summary>
    public string? BankCode => Bank?.Code ?? this[FieldRole.Bank];

    /// <summary>The group of ways that was asked for.</summary>
    public string? ChannelCode => this[FieldRole.Channel];

    /// <summary>Kind of <see cref="Account"/>.</summary>
    public string? AccountType => this[FieldRole.AccountType];

    /// <summary>Account, card or wallet number, PIX key, in its one form.</summary>
    public string? Account => this[FieldRole.Account];

    /// <summary>The same as the merchant wrote it, to be handed back.</summary>
    public string? SentAccount { get; internal set; }

    /// <summary>The customer's full name.</summary>
    public string? Name => this[FieldRole.Name] ?? JoinedName();

    /// <summary>The customer's phone.</summary>
    public string? Mobile => this[FieldRole.Mobile];

    /// <summary>The customer's e-mail.</summary>
    public string? Email => this[FieldRole.Email];

    /// <summary>The customer's identity number.</summary>
    public string? Identity => this[FieldRole.Identity];

    /// <summary>Kind of <see cref="Identity"/>.</summary>
    public string? IdentityType => this[FieldRole.IdentityType];

    /// <summary>The merchant's own number for the customer.</summary>
    public string? CustomerId => this[FieldRole.CustomerId];

    /// <summary>The sub-merchant's number.</summary>
    public string? SubMerchant => this[FieldRole.SubMerchant];

    /// <summary>Where the result is sent; null when the merchant's default holds.</summary>
    public string? NotifyUrl => this[FieldRole.NotifyUrl];

    /// <summary>Where the payer goes afterwards.</summary>
    public string? ReturnUrl => this[FieldRole.ReturnUrl];

    /// <summary>Handed back unchanged.</summary>
    public string? Remark => this[FieldRole.Remark];

    /// <summary>A field's text; null when it was left out.</summary>
    public string? this[FieldRole role]
    {
        get => texts[(int)role];
        internal set => texts[(int)role] = value;
    }

    /// <summary>
    /// What must be equal for a repeated <c>tradeNo</c> to be the same order: the operation, the amount as a number, way or bank,
    /// account and identity of the customer. None of the parts can contain a line break, so that no two contents give one text.
    /// It holds personal data: keep only a keyed hash of it.
    /// </summary>
    public string ContentText() => Operation.Kind == OperationKind.CreateRefund ? string.Create(CultureInfo.InvariantCulture, $"{(int)Operation.Kind}\n{AmountMinor}\n{TradeNo}") : string.Create(
        CultureInfo.InvariantCulture,
        $"{(int)Operation.Kind}\n{AmountMinor}\n{Way?.Code}\n{ChannelCode}\n{BankCode}\n{AccountType}\n{Account}\n{IdentityType}\n{Identity}");

    /// <summary>Hides everything: a request printed by mistake must not leak.</summary>
    public override string ToString() => "RequestFields";

    private string? JoinedName() =>
        this[FieldRole.FirstName] is { } first ? $"{first} {this[FieldRole.LastName]}".Trim() : this[FieldRole.LastName];
}
