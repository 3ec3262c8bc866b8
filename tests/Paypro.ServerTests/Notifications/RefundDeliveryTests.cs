using Paypro.Channels;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Notifications;

/// <summary>A refund is told by itself, and its pay-in is not told again for it.</summary>
public sealed class RefundDeliveryTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ARefundsNotificationHasItsOwnMembersAndThePayInsNumbers(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var payIn = await ground.AddResultAsync(receiver.AddressOf("payin"));
        var refund = await ground.AddResultAsync(
            receiver.AddressOf("refund"), o => o with { Direction = Direction.Refund, RefundOf = payIn.Id, AmountMinor = 120_50, PaidMinor = 120_50 });
        await NotificationGround.RunAsync(ground.Deliveries());

        var told = Assert.Single(receiver.ReceivedAt("refund"));
        Assert.Equal(
            ["tradeNo", "refundNo", "platFormTradeNo", "refundNumber", "amount", "status", "message", "successTime", "timestamp", "sign"],
            System.Text.Json.JsonDocument.Parse(told.Body).RootElement.EnumerateObject().Select(m => m.Name));
        Assert.Equal(
            (payIn.TradeNo, refund.TradeNo, payIn.Number, refund.Number, "120.50", "0000", "SUCCESS", "2024-10-10 20:25:13"),
            (told["tradeNo"], told["refundNo"], told["platFormTradeNo"], told["refundNumber"], told["amount"], told["status"], told["message"], told["successTime"]));
        Assert.True(told.IsSignedWith(SignedClient.MexicoSecret));
        Assert.Null(await ground.RowAsync(refund));
        Assert.Single(receiver.ReceivedAt("payin"));
    }
}
