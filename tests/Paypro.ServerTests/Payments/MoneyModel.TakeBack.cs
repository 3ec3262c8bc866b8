using Paypro.Server.PayIns;

namespace Paypro.ServerTests.Payments;

/// <summary>Money that was assigned to the wrong order, and is taken back.</summary>
internal sealed partial class MoneyModel
{
    /// <summary>
    /// All is as if it had not come: the merchant loses what it brought, and gets back what it cost. What a refund of it has taken, or what is
    /// not there any more, is not taken back.
    /// </summary>
    private async Task TakeBackAsync(PayIn order, int pick)
    {
        if (order.Assigned.Count == 0)
        {
            return;
        }

        var (key, amountMinor) = order.Assigned[pick % order.Assigned.Count];
        var result = await shop.TakeBackAsync(order.Placed, key);
        var leftMinor = order.LeftMinor;
        if (leftMinor < amountMinor && order.HeldMinor < amountMinor)
        {
            Assert.Contains(result, new[] { UndoResult.TooLittle, UndoResult.Refunded, UndoResult.Disputed });
            return;
        }

        if (result == UndoResult.Refunded)
        {
            // The model does not follow which receipt a refund gives back.
            Assert.True(order.HasRefunds);
            return;
        }

        if (result == UndoResult.Disputed)
        {
            Assert.Contains(order.Disputes, d => d.ExpectedMinor > 0);
            return;
        }

        Assert.Equal(UndoResult.Undone, result);
        order.Assigned.RemoveAt(pick % order.Assigned.Count);
        if (leftMinor < amountMinor)
        {
            // It waited for the rest, and had never reached the merchant.
            order.HeldMinor -= amountMinor;
            return;
        }

        var withheld = WithheldOf(order, amountMinor);
        order.PaidMinor -= amountMinor;
        order.HasLess();
        var backMinor = amountMinor - order.UnchargeFor(order.OrderFee, amountMinor) - withheld;
        Withhold(order, -withheld);
        Credit(-(backMinor - Take(order, backMinor).Sum(t => t.Minor)));
    }
}
