using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Disputes;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What is held for a dispute is let go by the dispute alone.</summary>
public sealed class DisputeReleaseTests
{
    private static readonly Actor Risk = Actor.User(7, "risk@example.com", 0, Caller.Program), Owner = Actor.User(8, "owner@example.com", 0, Caller.Program);

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADisputesMoneyIsNotReleasedByHand(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync();
        var payIn = await shop.PayInAsync(100_00);
        await shop.PaidAsync(payIn, 100_00, "a");
        Assert.Equal(LedgerOrderState.Booked, await BookAsync(TransferTemplates.Hold, 30_00));

        var (id, problem) = await ground.The<DisputeSteps>().OpenAsync(Risk, new DisputeWish(payIn.Order.Number, DisputeKind.Recall, 60_00, ground.NowMs + 12 * 3_600_000), "the bank's letter", []);
        Assert.Null(problem);
        Assert.Equal(new Holdings(10_00, 0, 0, 0, 90_00), await shop.HoldingsAsync());
        await OnlyThirtyAsync();

        // Answered it still holds its money; and more than is free is not booked either, however it was decided.
        Assert.Null(await ground.The<DisputeSteps>().AnswerAsync(Owner, (await ground.The<DisputeSteps>().FindAsync(id))!, "it was delivered", []));
        await OnlyThirtyAsync();
        Assert.Equal(LedgerOrderState.Refused, await BookAsync(TransferTemplates.Release, 31_00));

        // What was held by hand is released, and the loss finds its money.
        Assert.Equal(LedgerOrderState.Booked, await BookAsync(TransferTemplates.Release, 30_00));
        Assert.Equal(new Holdings(40_00, 0, 0, 0, 60_00), await shop.HoldingsAsync());
        Assert.Null(await ground.The<DisputeSteps>().LoseAsync(Risk, id, "the bank says so"));
        Assert.Equal(new Holdings(40_00, 0, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task OnlyThirtyAsync()
        {
            await using var context = ground.The<IContexts>().Create();
            Assert.Contains("only 30.00 MXN is held back by hand", (await ground.The<TransferCheck>().CheckAsync(context, Wish(TransferTemplates.Release, 30_01), 0)).Problem, StringComparison.Ordinal);
            Assert.Null((await ground.The<TransferCheck>().CheckAsync(context, Wish(TransferTemplates.Release, 30_00), 0)).Problem);
        }

        TransferWish Wish(string template, long amountMinor) => new(template, "a letter", "MXN", amountMinor) { MerchantNo = shop.Merchant.No };

        async Task<LedgerOrderState> BookAsync(string template, long amountMinor)
        {
            var order = await DecideAsync(template, amountMinor);
            await ground.The<BookByHand>().BookAsync(order);
            return await ground.ReadAsync(c => c.LedgerOrders.Where(o => o.Id == order.Id).Select(o => o.State).SingleAsync());
        }

        async Task<LedgerOrderRow> DecideAsync(string template, long amountMinor)
        {
            var order = new LedgerOrderRow
            {
                Id = ground.The<IdSource>().Next(), Template = template, Wish = BookJson.Write(Wish(template, amountMinor)), MerchantNo = shop.Merchant.No, Document = "a letter", MadeBy = "one", DecidedBy = "two",
                DecidedAtMs = ground.NowMs, ValueDate = 20261129, State = LedgerOrderState.Decided,
            };
            await ground.The<ConfigStore>().SaveAsync(context =>
            {
                context.LedgerOrders.Add(order);
                return Task.CompletedTask;
            });
            return order;
        }
    }
}
