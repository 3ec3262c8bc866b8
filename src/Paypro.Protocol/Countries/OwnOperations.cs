using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>
/// The operations that no page documents and every country has: refund, its query, and the end of a pay-in that nobody has paid. They stand
/// under the country's own prefix. Their requests sign what they are for, since a signed body does not say it otherwise.
/// </summary>
public static class OwnOperations
{
    /// <summary>What they are called in <see cref="Operation.SignedName"/>.</summary>
    public const string Refund = "refund", QueryRefund = "queryRefund", CancelPayIn = "cancelPayIn";

    /// <summary>The longest reason of a refund, characters.</summary>
    public const int MostReason = 140;

    private static readonly ResponseMember[] Numbers =
        [new("tradeNo", TradeNo), new("refundNo", RefundNo), new("platFormTradeNo", Number), new("payproTradeNo", Number), new("refundNumber", RefundNumber)];

    private static readonly ResponseMember[] State = [new("status", Status), new("desc", Message), new("amount", OrderAmount, WholeOrFixedText)];

    /// <summary>The members of a refund's notification.</summary>
    public static IReadOnlyList<ResponseMember> RefundNotification { get; } =
    [
        new("tradeNo", TradeNo),
        new("refundNo", RefundNo),
        new("platFormTradeNo", Number),
        new("refundNumber", RefundNumber),
        new("amount", OrderAmount, WholeOrFixedText),
        new("status", Status),
        new("message", Message),
        new("successTime", SuccessAt, LocalTime),
        new("timestamp", Timestamp, MillisecondsText),
    ];

    /// <summary>A country's operations and these, unless they are among them already.</summary>
    /// <param name="documented">At least one; its path tells the country's prefix.</param>
    internal static IReadOnlyList<Operation> AddTo(IReadOnlyList<Operation> documented)
    {
        if (documented.Count == 0 || documented.Any(operation => operation.IsOurs))
        {
            return documented;
        }

        var path = documented[0].Path;
        return [.. documented, .. Under(path[..(path.LastIndexOf('/') + 1)])];
    }

    private static Operation[] Under(string prefix) =>
    [
        new()
        {
            Kind = OperationKind.CreateRefund,
            Path = prefix + "refund",
            SignedName = Refund,
            Fields =
            [
                SignedFor(Refund),
                Fields.Timestamp(),
                Fields.TradeNo("test_00000008") with { Description = "The pay-in's number." },
                RefundNumberField,
                Fields.Amount("1"),
                Fields.NotifyUrl(Presence.Optional) with { Description = "Address that is told the refund's result; without it nobody is told." },
                new("reason", FieldRole.Reason, Presence.Optional, MostReason, "Why; told to the rail where it takes a reason.", "goods sent back"),
                Fields.Sign(),
            ],
            Response = [.. Numbers, .. State],
        },
        new()
        {
            Kind = OperationKind.QueryRefund,
            Path = prefix + "queryRefundResult",
            SignedName = QueryRefund,
            Fields = [SignedFor(QueryRefund), Fields.Timestamp(), RefundNumberField, Fields.Sign()],
            Response = [.. Numbers, .. State, new("createTime", CreatedAt, LocalTime), new("successTime", SuccessAt, LocalTime)],
        },
        new()
        {
            Kind = OperationKind.CancelPayIn,
            Path = prefix + "cancelPayIn",
            SignedName = CancelPayIn,
            Fields = [SignedFor(CancelPayIn), Fields.Timestamp(), Fields.TradeNo("test_00000008"), Fields.Sign()],
            Response = [.. Responses.Numbers, new("status", Status), new("desc", Message)],
        },
    ];

    private static Field RefundNumberField =>
        new("refundNo", FieldRole.RefundNo, Presence.Required, 128, "The merchant's number of the refund, unique among its refunds.", "refund_00000008")
        {
            Rules = [Rules.PrintableAscii],
        };

    private static Field SignedFor(string name) => new("operation", FieldRole.Operation, Presence.Required, 16, "What the request is signed for.", name)
    {
        Rules = [Rules.OneOf(name)],
    };
}
