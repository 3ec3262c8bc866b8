using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>A merchant wants a pay-in no more.</summary>
public sealed class CancelCallTests
{
    private const string Cancel = "/mex-pay/v1/paypro/cancelPayIn";

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task UnpaidItEndsAndMoneyThatComesLaterIsCreditedAndTold(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, ScriptedChannel.Put);
        var merchant = await host.AddMerchantAsync();
        var created = await merchant.CreateAsync("o1");
        var answer = await CancelAsync(merchant, "o1");
        Assert.True(answer.Code == "0000", answer.Text);
        Assert.Equal(("o1", created["platFormTradeNo"], "00029", "CANCELLED"), (answer["tradeNo"], answer["payproTradeNo"], answer["status"], answer["desc"]));
        Assert.Equal("CANCELLED", (await CancelAsync(merchant, "o1"))["desc"]);
        var order = await OrderAsync(host, created);
        Assert.Equal((1, OrderState.Failed), (order.ResultVersion, order.State));

        await host.PayAsync(created["platFormTradeNo"]!, 300_00, $"UTR{merchant.NoText}");
        order = await OrderAsync(host, created);
        Assert.Equal((OrderState.Paid, OrderExceptions.Late, 2), (order.State, order.Exceptions, order.ResultVersion));
        Assert.Equal(("8000", CancelPayIn.MoneyCame), (await CancelAsync(merchant, "o1")) is var late ? (late.Code, late.Message) : default);
        Assert.Equal("tradeNo: no such order", (await CancelAsync(merchant, "nobody")).Message);
        Assert.Equal("operation: the request is signed for refund", (await merchant.Client.PostAsync(Cancel, ("operation", "refund"), ("tradeNo", "o1"))).Message);
    }

    /// <summary>While nobody knows whether the payer can pay, nothing final is said.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnUnknownAttemptAPromptOrASilentRailKeepsItProcessing(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, ScriptedChannel.Put);
        var (channel, merchant) = (host.The<ScriptedChannel>(), await host.AddMerchantAsync());
        var plain = await merchant.CreateAsync("silent");
        channel.Answers = target => Task.FromResult<IReadOnlyList<Observation>>(
            [new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);
        var answer = await CancelAsync(merchant, "silent");
        Assert.Equal(("0000", "0015"), (answer.Code, answer["status"]));
        var order = await OrderAsync(host, plain);
        Assert.Equal((OrderExceptions.CancelWanted, true), (order.Exceptions, order.TimerDueMs > 0 && order.ExpiresAtMs <= order.TimerDueMs));
        channel.Answers = null;
        Assert.Equal("CANCELLED", (await CancelAsync(merchant, "silent"))["desc"]);

        channel.Remote.Add("va");
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        channel.Instructs = _ => Task.FromResult<InstructionOutcome>(new InstructionOutcome.Unknown("no answer"));
        var unknown = await merchant.CreateAsync("unknown");
        Assert.Equal("0015", (await CancelAsync(merchant, "unknown"))["status"]);
        order = await OrderAsync(host, unknown);
        Assert.True(order.ExpiresAtMs > order.CreatedAtMs + 60_000 && order.Exceptions.HasFlag(OrderExceptions.CancelWanted));

        channel.Instructs = draft => Task.FromResult<InstructionOutcome>(
            new InstructionOutcome.Accepted(new PaymentInstruction { Kind = InstructionKinds.Prompt, Value = draft.Reference }));
        await merchant.CreateAsync("prompt");
        Assert.Equal("0015", (await CancelAsync(merchant, "prompt"))["status"]);
    }

    private static Task<ApiAnswer> CancelAsync(TestMerchant merchant, string tradeNo) => merchant.Client.PostAsync(Cancel, ("operation", "cancelPayIn"), ("tradeNo", tradeNo));

    private static async Task<OrderRow> OrderAsync(ApiHost host, ApiAnswer created)
    {
        await using var context = host.The<IContexts>().Create();
        return await context.Orders.AsNoTracking().SingleAsync(o => o.Number == created["platFormTradeNo"]);
    }
}
