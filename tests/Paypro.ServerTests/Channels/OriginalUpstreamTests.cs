using Paypro.Server.Storage;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An upstream of which only the documents are known: what they leave open is asked about, and never taken for a failure.</summary>
[Collection("chained")]
public sealed class OriginalUpstreamTests(ChainedGround ground) : IAsyncLifetime
{
    private readonly OriginalStub stub = new();

    private string address = "";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await stub.StartAsync();
        stub.Time = ground.Gateway.Time;
        ground.Mend();
        await ground.ChangeAsync(
            "MX",
            settings =>
            {
                address = settings["base"];
                settings["base"] = stub.Base;
                settings["flavour"] = "original";
            },
            OriginalStub.Secret);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ground.ChangeAsync(
            "MX",
            settings =>
            {
                settings["base"] = address;
                settings["flavour"] = "own";
            },
            "sandbox-secret-mx");
        await stub.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_notification_is_answered_by_a_question_and_the_answer_is_booked(bool isSigned)
    {
        var created = await ground.PayInAsync(OriginalStub.QuotedClabe);
        Assert.Equal("646180110400000007", created["paymentInfo"]);
        var tradeNo = stub.TradeNoOf(OriginalStub.QuotedClabe);

        // It claims too much, and the query is what counts.
        Assert.Equal("200 OK", await stub.NotifyAsync(tradeNo, "999.0", isSigned));
        Assert.Equal(0, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).PaidMinor);
        stub.Set(tradeNo, "0000");
        Assert.Equal("200 OK", await stub.NotifyAsync(tradeNo, "999.0", isSigned));
        Assert.Equal(311_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        Assert.Equal("200 OK", await stub.NotifyAsync(tradeNo, "311.0000", isSigned));
        Assert.Equal(311_00, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).PaidMinor);
    }

    [Fact]
    public async Task A_number_that_is_no_clabe_is_shown_to_nobody()
    {
        var created = await ground.PayInAsync(OriginalStub.LongClabe);
        Assert.Equal(("0015", null), (created.Status, created["paymentInfo"]));
    }

    [Fact]
    public async Task What_a_creation_leaves_open_the_query_decides()
    {
        (string Amount, string Status, OrderState State)[] stories =
        [
            (OriginalStub.FailsButPays, "0000", OrderState.Paid), (OriginalStub.CallsItRepeated, "0000", OrderState.Paid),
            (OriginalStub.ShowsAPage, "00029", OrderState.Failed), (OriginalStub.Packs, "0000", OrderState.Paid),
        ];
        await Task.WhenAll(stories.Select(async story =>
        {
            var created = await ground.PayoutAsync(story.Amount);
            var tradeNo = "";
            Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(TryFind(story.Amount, out tradeNo))));
            Assert.Equal(OrderState.Pending, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).State);
            stub.Set(tradeNo, story.Status);
            if (story.Amount == OriginalStub.Packs)
            {
                Assert.Equal("200 OK", await stub.NotifyAsync(tradeNo, story.Amount, isSigned: true));
            }

            await ground.UntilAsync(created, o => o.State == story.State);
        }));
    }

    private bool TryFind(string amount, out string tradeNo)
    {
        try
        {
            tradeNo = stub.TradeNoOf(amount);
            return true;
        }
        catch (InvalidOperationException)
        {
            tradeNo = "";
            return false;
        }
    }
}
