using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Notifications;

/// <summary>What the operator sets or breaks costs a merchant no notification.</summary>
public sealed class NotOursToLoseTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheLongestTimeOutStillSends(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        foreach (var seconds in (int[])[1, 30, 60])
        {
            var place = $"t{seconds}";
            var order = await ground.AddResultAsync(receiver.AddressOf(place));
            await NotificationGround.RunAsync(ground.Deliveries(new NotificationOptions { TimeoutSeconds = seconds }));
            Assert.Single(receiver.ReceivedAt(place));
            Assert.Null(await ground.RowAsync(order));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AClosedMerchantIsToldAndAKeyThatDoesNotOpenCostsNoTry(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var waiting = await ground.AddResultAsync(receiver.AddressOf("waiting"), merchantNo: NotificationGround.OtherMerchantNo);
        var closed = await ground.AddResultAsync(receiver.AddressOf("closed"), merchantNo: NotificationGround.HmacMerchantNo);
        var keyId = NotificationGround.OtherMerchantNo * 10;
        var masterKey = "";
        await SaveAsync(ground, async context =>
        {
            (await context.Merchants.SingleAsync(m => m.MerchantNo == NotificationGround.HmacMerchantNo)).Open = false;
            var key = await context.MerchantKeys.SingleAsync(k => k.Id == keyId);
            (masterKey, key.MasterKeyId) = (key.MasterKeyId, "gone");
        });
        await NotificationGround.RunAsync(ground.Deliveries());
        Assert.Single(receiver.ReceivedAt("closed"));
        Assert.Null(await ground.RowAsync(closed));
        Assert.Equal(0, (await ground.RowAsync(waiting))!.Tries);
        Assert.Empty(await ground.AttemptsAsync(waiting));

        await SaveAsync(ground, async context => (await context.MerchantKeys.SingleAsync(k => k.Id == keyId)).MasterKeyId = masterKey);
        await ground.EndLeasesAsync();
        await NotificationGround.RunAsync(ground.Deliveries());
        Assert.Single(receiver.ReceivedAt("waiting"));
    }

    private static async Task SaveAsync(NotificationGround ground, Func<PayproContext, Task> change)
    {
        await ground.Services.GetRequiredService<ConfigStore>().SaveAsync(change);
        await ground.Services.GetRequiredService<SnapshotStore>().RefreshOnceAsync(TestContext.Current.CancellationToken);
    }
}
