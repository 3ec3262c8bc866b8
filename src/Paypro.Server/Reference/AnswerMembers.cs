using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>What the members of answers and notifications are.</summary>
internal static class AnswerMembers
{
    public static MemberReference Describe(ResponseMember member, Currency currency) => new(
        member.Name,
        SentenceOf(member.Source),
        member.Form is ResponseForm.ShortestNumber or ResponseForm.FourDecimalsNumber,
        PatternOf(member.Form, currency),
        IsAlways(member))
    {
        IsStatus = member.Source == ResponseSource.Status,
        IsAddress = member.Source is ResponseSource.PaymentUrl or ResponseSource.DocumentUrl,
    };

    /// <summary>A text or time that may be unknown is left out, unless everything with an order has it.</summary>
    private static bool IsAlways(ResponseMember member) =>
        member.Form is not (ResponseForm.Text or ResponseForm.LocalTime)
        || member.Source is ResponseSource.TradeNo or ResponseSource.Number or ResponseSource.Status or ResponseSource.Message
            or ResponseSource.RefundNo or ResponseSource.RefundNumber;

    private static string? PatternOf(ResponseForm form, Currency currency) => form switch
    {
        ResponseForm.WholeOrFixedText when currency.MinorDigits > 0 => $@"^-?[0-9]+(\.[0-9]{{{currency.MinorDigits}}})?$",
        ResponseForm.WholeOrFixedText => "^-?[0-9]+$",
        ResponseForm.FixedText => @"^-?[0-9]+\.[0-9]{2}$",
        ResponseForm.FourDecimalsText => @"^-?[0-9]+\.[0-9]{4}$",
        ResponseForm.LocalTime => "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
        ResponseForm.MillisecondsText => "^[0-9]{13}$",
        _ => null,
    };

    private static string SentenceOf(ResponseSource source) => source switch
    {
        ResponseSource.TradeNo => "The merchant's order number.",
        ResponseSource.Number => "Our order number, 16 characters a-z and 0-9.",
        ResponseSource.Status => "Status code of the order.",
        ResponseSource.Message => "The status in words.",
        ResponseSource.Remark => "The request's remark; empty without one.",
        ResponseSource.PaymentInfo => "What the payer needs to pay: the number, reference or code of the way.",
        ResponseSource.PaymentUrl => "Address of the page to which the payer goes.",
        ResponseSource.OrderAmount => "The ordered amount.",
        ResponseSource.PaidAmount => "The paid total.",
        ResponseSource.PaidOrOrderAmount => "The paid total once something is paid, before that the ordered amount.",
        ResponseSource.CreatedAt => "When the order was created, in the country's time zone.",
        ResponseSource.SuccessAt => "When it succeeded, in the country's time zone; absent before.",
        ResponseSource.RailReference => "The reference of the bank or network; absent until it is known.",
        ResponseSource.Way => "How the payer pays.",
        ResponseSource.Channel => "Group of ways.",
        ResponseSource.Timestamp => "When this was sent, Unix milliseconds.",
        ResponseSource.Available => "What can be paid out.",
        ResponseSource.Frozen => "What is reserved for payouts under way, or held.",
        ResponseSource.Unsettled => "What was received and is not settled yet.",
        ResponseSource.Account => "The account that was asked about.",
        ResponseSource.AccountHolder => "Who holds the account.",
        ResponseSource.RefundNo => "The merchant's number of the refund.",
        ResponseSource.RefundNumber => "Our number of the refund, 16 characters a-z and 0-9.",
        ResponseSource.DocumentUrl => "Address of the document; it ends after a time.",
        _ => throw new InvalidOperationException($"{source} is not described."),
    };
}
