using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Notifications;

/// <summary>What a merchant receives, when, and what is remembered of it.</summary>
public sealed class DeliveryTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ASignedNotificationArrivesWithExactlyTheDocumentedMembers(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var payIn = await ground.AddResultAsync(receiver.AddressOf("payin"));
        var payout = await ground.AddResultAsync(
            receiver.AddressOf("payout"), o => o with { Direction = Direction.Payout, State = OrderState.Failed, PaidMinor = 0, Utr = "", SuccessAtMs = 0, Message = "Refused by the bank" });

        await NotificationGround.RunAsync(ground.Deliveries());

        var told = Assert.Single(receiver.ReceivedAt("payin"));
        Assert.Equal(
            ["platFormTradeNo", "tradeNo", "amount", "status", "message", "utr", "successTime", "timestamp", "sign"],
            System.Text.Json.JsonDocument.Parse(told.Body).RootElement.EnumerateObject().Select(m => m.Name));
        Assert.Equal(
            (payIn.Number, payIn.TradeNo, "300", "0000", "SUCCESS", "111111111111", "2024-10-10 20:25:13"),
            (told["platFormTradeNo"], told["tradeNo"], told["amount"], told["status"], told["message"], told["utr"], told["successTime"]));
        Assert.Contains("\"amount\":300,", told.Body, StringComparison.Ordinal);
        Assert.True(told.IsSignedWith(SignedClient.MexicoSecret));
        Assert.Equal("application/json; charset=utf-8", told.Headers["Content-Type"]);
        Assert.DoesNotContain("traceparent", told.Headers.Keys);
        Assert.Equal(("Paypro/0.1.0", "*/*", "identity"), (told.Headers["User-Agent"], told.Headers["Accept"], told.Headers["Accept-Encoding"]));
        Assert.Equal($"{payIn.Number}-1", told.Headers["Paypro-Notification-Id"]);

        var failed = Assert.Single(receiver.ReceivedAt("payout"));
        Assert.Equal(("00029", "Refused by the bank", "0", null), (failed["status"], failed["message"], failed["amount"], failed["successTime"]));
        Assert.True(failed.IsSignedWith(SignedClient.MexicoSecret));

        foreach (var order in new[] { payIn, payout })
        {
            Assert.Null(await ground.RowAsync(order));
            var attempt = Assert.Single(await ground.AttemptsAsync(order));
            Assert.Equal((1, (short)1, (short)200, true, "OK"), (attempt.Version, attempt.TryNo, attempt.HttpStatus, attempt.Taken, attempt.Answer));
            Assert.InRange(attempt.AtMs, TimeProvider.System.NowMs() - 60_000, TimeProvider.System.NowMs());
        }
    }

    [Fact]
    public async Task AnHmacKeySignsInTheHeaderAndNotInTheBody()
    {
        await using var ground = await NotificationGround.StartAsync(Engine.Sqlite);
        await using var receiver = await RecordingReceiver.StartAsync();
        await ground.AddResultAsync(receiver.AddressOf("hmac"), merchantNo: NotificationGround.HmacMerchantNo);

        await NotificationGround.RunAsync(ground.Deliveries());

        var told = Assert.Single(receiver.ReceivedAt("hmac"));
        Assert.Null(told["sign"]);
        var header = told.Headers["Paypro-Signature"].Split(',');
        var time = header[0]["t=".Length..];
        var signed = Encoding.UTF8.GetBytes($"notify\n/hmac\n{NotificationGround.HmacMerchantNo}\n{time}\n{told.Body}");
        Assert.Equal(
            "v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(NotificationGround.HmacSecret), signed)), header[1]);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EverythingButOkIsAFailureAndIsRememberedAsItWas(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        using var garbage = new TcpListener(IPAddress.Loopback, 0);
        garbage.Start();
        var babble = BabbleAsync(garbage);
        var url = new (string Url, short Status, string Answer)[]
        {
            (receiver.AddressOf("error", ReceiverAnswer.Error), 500, "broken"),
            (receiver.AddressOf("other", new ReceiverAnswer(200, "success")), 200, "success"),
            (receiver.AddressOf("created", new ReceiverAnswer(201, "OK")), 201, "OK"),
            (receiver.AddressOf("redirect", ReceiverAnswer.Redirect(receiver.AddressOf("target"))), 302, ""),
            (receiver.AddressOf("long", new ReceiverAnswer(200, "OK" + new string('x', 5000))), 200, "OK" + new string('x', 2046)),
            (receiver.AddressOf("nul", new ReceiverAnswer(200, "O\0K")), 200, "O\uFFFDK"),
            (receiver.AddressOf("never", ReceiverAnswer.Never), 0, "No answer within 1 seconds."),
            ($"http://127.0.0.1:{((IPEndPoint)garbage.LocalEndpoint).Port}/", 0, "The answer is not HTTP."),
            ($"http://127.0.0.1:{FreePort.Take()}/", 0, "No connection could be made."),
            ("http://user:pass@127.0.0.1/", 0, "Not sent: the notifyUrl is not an http or https address without a user name."),
        };
        var orders = new List<OrderRow>();
        foreach (var (address, _, _) in url)
        {
            orders.Add(await ground.AddResultAsync(address));
        }

        var deliveries = ground.Deliveries(new NotificationOptions { TimeoutSeconds = 1 });
        await deliveries.RunOnceAsync(TestContext.Current.CancellationToken);
        await deliveries.WhenIdleAsync();

        for (var i = 0; i < url.Length; i++)
        {
            var attempt = Assert.Single(await ground.AttemptsAsync(orders[i]));
            Assert.Equal((url[i].Url, false, url[i].Status, url[i].Answer), (url[i].Url, attempt.Taken, attempt.HttpStatus, attempt.Answer));
            Assert.Equal(1, (await ground.RowAsync(orders[i]))!.Tries);
        }

        Assert.Empty(receiver.ReceivedAt("target"));
        garbage.Stop();
        await babble;
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AFailedDeliveryIsTriedOnTheScheduleThenRestsAndCanBeSentAgain(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var order = await ground.AddResultAsync(receiver.AddressOf("down", n => n.Number <= 9 ? ReceiverAnswer.Error : ReceiverAnswer.Ok));
        var deliveries = ground.Deliveries();
        var waits = new List<long>();
        for (var tries = 1; tries <= 8; tries++)
        {
            var beforeMs = TimeProvider.System.NowMs();
            await NotificationGround.RunAsync(deliveries);
            var row = (await ground.RowAsync(order))!;
            Assert.Equal((tries, 0L), (row.Tries, row.LeaseUntilMs));

            // Counted from this attempt: the documented wait, give or take how long the test machine took.
            waits.Add((row.DueAtMs - beforeMs) / 1000);
            Assert.Equal(tries, receiver.ReceivedAt("down").Count);
            await ground.MakeDueAsync();
        }

        long[] documented = [2, 5, 10, 30, 3_600, 10_800, 10_800, 10_800];
        Assert.All(documented.Zip(waits), w => Assert.InRange(w.Second, w.First, w.First + 20));

        await NotificationGround.RunAsync(deliveries);
        Assert.Null(await ground.RowAsync(order));
        Assert.Equal(Enumerable.Range(1, 9), (await ground.AttemptsAsync(order)).Select(a => (int)a.TryNo));

        var resends = ground.Services.GetRequiredService<Resends>();
        Assert.True(await resends.ResendAsync(order.Key, "operator"));
        await NotificationGround.RunAsync(deliveries);
        Assert.Equal(10, receiver.ReceivedAt("down").Count);

        // One name for all tries of a result, and another when somebody sends it again.
        string[] named = [.. receiver.ReceivedAt("down").Select(n => n.Headers["Paypro-Notification-Id"])];
        Assert.Equal([.. Enumerable.Repeat($"{order.Number}-1", 9), $"{order.Number}-2"], named);
        Assert.Null(await ground.RowAsync(order));
        Assert.True((await ground.AttemptsAsync(order))[^1] is { Version: 2, TryNo: 1, Taken: true });
        Assert.False(await resends.ResendAsync(new OrderKey(order.Bucket, 1), "operator"));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ARangeIsSentAgainWithoutWhatWasTaken(Engine engine)
    {
        await using var ground = await NotificationGround.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var fromMs = TimeProvider.System.NowMs() - 1000;
        var taken = await ground.AddResultAsync(receiver.AddressOf("taken"));
        await NotificationGround.RunAsync(ground.Deliveries());
        var rested = await ground.AddResultAsync(receiver.AddressOf("rested"));
        var foreign = await ground.AddResultAsync(receiver.AddressOf("foreign"), merchantNo: NotificationGround.OtherMerchantNo);
        await ground.ExecuteAsync("DELETE FROM notifications");
        var toMs = TimeProvider.System.NowMs() + 60_000;
        var resends = ground.Services.GetRequiredService<Resends>();

        Assert.Equal(0, await resends.ResendRangeAsync(rested.MerchantNo, fromMs - 60_000, fromMs, true, "operator", int.MaxValue, TestContext.Current.CancellationToken));
        Assert.Equal(1, await resends.ResendRangeAsync(rested.MerchantNo, fromMs, toMs, true, "operator", int.MaxValue, TestContext.Current.CancellationToken));
        Assert.NotNull(await ground.RowAsync(rested));
        Assert.Null(await ground.RowAsync(taken));
        Assert.Equal(2, await resends.ResendRangeAsync(rested.MerchantNo, fromMs, toMs, false, "operator", int.MaxValue, TestContext.Current.CancellationToken));
        Assert.NotNull(await ground.RowAsync(taken));
        Assert.Null(await ground.RowAsync(foreign));
    }

    /// <summary>Answers whatever comes with something that is no HTTP, until it is stopped.</summary>
    private static async Task BabbleAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("what do you want?\r\n\r\n"u8.ToArray());
                client.LingerState = new LingerOption(true, 1);
                await client.GetStream().ReadAtLeastAsync(new byte[64], 1, throwOnEndOfStream: false);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
