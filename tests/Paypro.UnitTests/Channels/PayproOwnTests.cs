using System.Text;
using Paypro.Channels;
using Paypro.Channels.Paypro;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Channels;

/// <summary>What only an upstream with our own software has: refunds, and the end of a pay-in that nobody has paid.</summary>
public sealed class PayproOwnTests
{
    private const string Created = """{"tradeNo":"{0}","refundNo":"{1}","platFormTradeNo":"68o0uwogz7mnzutt","refundNumber":"r8o0uwogz7mnzutt","status":"{2}","desc":"{3}","amount":"100"}""";

    private static readonly CancellationToken Stop = CancellationToken.None;

    private static readonly string PayIn = PayproReference.Make(Direction.PayIn, new byte[16]);

    private static readonly RefundDraft Draft = new()
    {
        Number = "98o0uwogz7mnzutt",
        Reference = PayproReference.Make(Direction.Refund, new byte[16]),
        Way = "va",
        PaidReference = PayIn,
        PaidRailId = "68o0uwogz7mnzutt",
        PaymentReference = "MBAN01002611280000000001",
        PaymentKey = "",
        PaymentMinor = 300_00,
        AmountMinor = 100_00,
        Currency = "MXN",
        Reason = "sold out",
    };

    [Fact]
    public async Task A_refund_names_its_operation_in_what_is_signed()
    {
        var ground = Ground("0015");
        Assert.Equal(new SendOutcome.Accepted("r8o0uwogz7mnzutt"), await ((IRefunds)ground.Session).SendRefundAsync(Draft, Stop));

        var call = Assert.Single(ground.Upstream.Calls);
        Assert.Equal("/mex-pay/v1/paypro/refund", call.Address.AbsolutePath);
        Assert.Equal(
            ("refund", PayIn, Draft.Reference, "100", "https://gw.example.com/c/9", "sold out", "1795860000000"),
            (call["operation"], call["tradeNo"], call["refundNo"], call["amount"], call["notifyUrl"], call["reason"], call["timestamp"]));
        Assert.True(Md5Signature.Verify(call.Flat, Encoding.ASCII.GetBytes(PayproGround.Secret)));
        Assert.Matches("^SR[A-Z2-7]{26}$", ((IRefunds)ground.Session).MakeRefundReference(Draft, new byte[16]));
    }

    [Theory]
    [InlineData("amount: at most 50 can be refunded", "declined Order")]
    [InlineData("tradeNo: was paid in cash; make a payout", "declined Order")]
    [InlineData("amount: is more than the available balance", "declined Funds")]
    [InlineData("refundNo: was used before for a refund with other content", "unknown")]
    public async Task A_refused_refund_is_certain_unless_its_number_is_alive(string message, string expected)
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("8000", message);
        var outcome = await ((IRefunds)ground.Session).SendRefundAsync(Draft, Stop);
        Assert.Equal(expected, outcome is SendOutcome.Declined declined ? $"declined {declined.Scope}" : "unknown");
        Assert.DoesNotContain(message, (outcome as SendOutcome.Declined)?.Reason ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0015", "", "Pending")]
    [InlineData("0000", "SUCCESS", "Paid 10000 r8o0uwogz7mnzutt:paid")]
    [InlineData("00029", "REJECTED_TRANSACTION", "Failed 0 ")]
    [InlineData("00029", "RETURNED", "Paid 10000 r8o0uwogz7mnzutt:paid,Returned 10000 r8o0uwogz7mnzutt:returned")]
    public async Task A_refund_is_asked_about_by_its_own_number(string status, string message, string expected)
    {
        var ground = Ground(status, message, amount: message == "RETURNED" ? "0" : "100");
        var said = await ground.Queries.QueryAsync(new QueryTarget(Direction.Refund, Draft.Reference, "va", 100_00, 1), Stop);

        Assert.Equal(expected, string.Join(',', said.Select(one => one.Kind == ObservationKind.Pending ? "Pending" : $"{one.Kind} {one.AmountMinor} {one.DedupeKey}")));
        Assert.All(said, one => Assert.Equal((Direction.Refund, Draft.Reference, "r8o0uwogz7mnzutt"), (one.Direction, one.Reference, one.RailId)));
        var call = Assert.Single(ground.Upstream.Calls);
        Assert.Equal(("/mex-pay/v1/paypro/queryRefundResult", "queryRefund", Draft.Reference), (call.Address.AbsolutePath, call["operation"], call["refundNo"]));
    }

    [Theory]
    [InlineData("0000", "00029", "CANCELLED", "Accepted")]
    [InlineData("0000", "00029", "RETURNED", "Unknown")]
    [InlineData("0000", "0015", "In processing", "Unknown")]
    [InlineData("0000", "0000", "SUCCESS", "Unknown")]
    [InlineData("8000", "", "", "Declined")]
    [InlineData("5000", "", "", "Unknown")]
    public async Task A_pay_in_is_ended_only_when_the_upstream_says_so(string code, string status, string message, string expected)
    {
        var ground = Ground(status, message, code);
        var outcome = await ((ICancellations)ground.Session).CancelPayInAsync(new QueryTarget(Direction.PayIn, PayIn, "va", 300_00, 1), Stop);
        Assert.Equal(expected, outcome.GetType().Name);
        var call = Assert.Single(ground.Upstream.Calls);
        Assert.Equal(("/mex-pay/v1/paypro/cancelPayIn", "cancelPayIn", PayIn), (call.Address.AbsolutePath, call["operation"], call["tradeNo"]));
    }

    [Theory]
    [InlineData("PK", "/pak-pay/v1/payproPK/refund")]
    [InlineData("VN", "/vietnam-pay/v1/payproVN/refund")]
    [InlineData("KE", "/ken-pay/api/refund")]
    public async Task Our_own_operations_stand_beside_the_countrys_others(string country, string path)
    {
        var ground = new PayproGround(country, own: true);
        await ((IRefunds)ground.Session).SendRefundAsync(Draft with { Currency = ground.Account.Currency }, Stop);
        Assert.Equal(path, ground.Upstream.Calls[0].Address.AbsolutePath);
    }

    private static PayproGround Ground(string status, string message = "", string code = "0000", string amount = "100")
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope(
            code, "said", code != "0000" ? "{}" : Created.Replace("{0}", PayIn, StringComparison.Ordinal).Replace("{1}", Draft.Reference, StringComparison.Ordinal)
                .Replace("{2}", status, StringComparison.Ordinal).Replace("{3}", message, StringComparison.Ordinal).Replace("\"100\"", $"\"{amount}\"", StringComparison.Ordinal));
        return ground;
    }
}
