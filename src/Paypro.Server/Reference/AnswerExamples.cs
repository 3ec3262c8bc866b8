using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Reference;

/// <summary>Answers and notifications as the service itself writes them, about an order that nobody made.</summary>
internal sealed class AnswerExamples(Country country)
{
    private const string OrderNumber = "8f3kq0z7m2x4c6va";
    private const string Page = $"https://pay.example.com/pay/{OrderNumber}-k3v9";
    private const string RailReference = "0910273645";

    /// <summary>The moment of the documented examples.</summary>
    private const long NowMs = 1728609277476;

    private readonly ArrayBufferWriter<byte> output = new(1024);

    /// <summary>The answer to a request.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="fields">The request, read.</param>
    public JsonNode AnswerTo(Operation operation, RequestFields fields)
    {
        output.ResetWrittenCount();
        switch (operation.Kind)
        {
            case OperationKind.QueryBalance:
                var unit = country.Currency.UnitMinor;
                ResponseWriter.WriteBalance(output, country, operation, new BalanceView(9_998_989 * unit, 1_011 * unit, 250 * unit), NowMs);
                break;
            case OperationKind.VerifyAccount or OperationKind.Proof or OperationKind.SubmitReference:
                ResponseWriter.WriteFacts(output, operation, Facts(operation, fields), NowMs);
                break;
            default:
                ResponseWriter.WriteOrder(output, country, operation, operation.Stores ? Created(operation, fields) : Paid(fields), NowMs);
                break;
        }

        var answer = JsonNode.Parse(output.WrittenSpan)!;
        if (operation.Response.Count == 0)
        {
            answer["data"] = true;
        }

        return answer;
    }

    /// <summary>A notification that an order succeeded.</summary>
    /// <param name="members">The country's table.</param>
    /// <param name="request">The creation that it is about.</param>
    /// <param name="merchant">Whose key signs it.</param>
    public JsonObject Notify(IReadOnlyList<ResponseMember> members, RequestFields request, ExampleMerchant merchant)
    {
        var notification = Notification.Make(
            country, members, Paid(request), SigningAlgorithm.Md5, Encoding.UTF8.GetBytes(merchant.Secret), merchant.Number, new Uri("https://merchant.example.com/notify"), NowMs);
        return JsonNode.Parse(notification.Body)!.AsObject();
    }

    /// <summary>A refusal as every operation can give it.</summary>
    public static JsonNode Refused(string code, string sentence, bool quoted)
    {
        var output = new ArrayBufferWriter<byte>(256);
        Envelope.WriteRefused(output, code, sentence, NowMs, quoted);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private OrderView Created(Operation operation, RequestFields fields)
    {
        var way = operation.ConcernsPayIns ? fields.Way ?? country.PayInWays[0] : null;
        var onPage = operation.Kind == OperationKind.CreateHostedPayIn || way is { Redirects: true };
        return Order(fields, ResultStatus.Processing, ResultMessage.Created, way) with
        {
            PaymentInfo = way is null || onPage ? null : InstructionOf(way, fields),
            PaymentUrl = onPage ? Page : null,
        };
    }

    private OrderView Paid(RequestFields fields)
    {
        var order = Order(fields, ResultStatus.Success, ResultMessage.Success, fields.Way ?? country.PayInWays[0]);
        return order with { HeldMinor = order.OrderAmountMinor, RailReference = RailReference, SuccessAtMs = NowMs + 95_000 };
    }

    private OrderView Order(RequestFields fields, string status, string message, PayInWay? way) => new()
    {
        TradeNo = fields.TradeNo.Length > 0 ? fields.TradeNo : "test_00000008",
        Number = OrderNumber,
        Status = status,
        Message = message,
        OrderAmountMinor = fields.AmountMinor > 0 ? fields.AmountMinor : 300 * country.Currency.UnitMinor,
        Remark = fields.Remark,
        RefundNo = fields.RefundNo.Length > 0 ? fields.RefundNo : null,
        RefundNumber = fields.RefundNo.Length > 0 ? "r4w9t2p6d1n8b5hs" : null,
        WayCode = way?.WayCode,
        ChannelCode = way?.ChannelCode,
        CreatedAtMs = NowMs,
    };

    private static FactsView Facts(Operation operation, RequestFields fields) => new(operation.Response.Select(member => member.Source).Distinct().ToDictionary(
        source => source,
        source => source switch
        {
            ResponseSource.Account => fields.Account ?? "",
            ResponseSource.AccountHolder => "KEVIN ZHANG",
            ResponseSource.DocumentUrl => "https://pay.example.com/vouchers/8f3kq0z7m2x4c6va-k3v9.pdf",
            ResponseSource.TradeNo => fields.TradeNo,
            ResponseSource.Number => OrderNumber,
            ResponseSource.Status => ResultStatus.Success,
            ResponseSource.Message => ResultMessage.Success,
            _ => "",
        }));

    /// <summary>A number or code in the true form of its rail.</summary>
    private static string InstructionOf(PayInWay way, RequestFields fields) => way.Instruction switch
    {
        NumberInstruction number => number.Complete(number.DefaultPrefix.PadRight(number.Digits - 2, '0') + "1"),
        QrInstruction code => code.Encode(new QrOrder(new string('1', code.ReferenceLength), fields.AmountMinor, "Sandbox", new Dictionary<string, string>())),
        _ => fields.Account ?? fields.Mobile ?? "",
    };
}
