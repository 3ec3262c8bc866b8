using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// Tells withdrawals what became of their orders: state, audit line, mail, and the end of the row that brought it are one transaction. Of two nodes one does it.
/// </summary>
internal sealed class WithdrawalResults(AuditedStore store, AccessMails mails, IContexts contexts)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private const int Portion = 200;

    /// <summary>One turn.</summary>
    /// <returns>Whether there may be more to do at once.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<WithdrawalResultRow> told;
        await using (var context = contexts.Create())
        {
            told = await context.WithdrawalResults.OrderBy(r => r.Bucket).ThenBy(r => r.OrderId).ThenBy(r => r.Version).Take(Portion).ToListAsync(cancellation);
        }

        var learned = 0;
        foreach (var one in told)
        {
            learned += await LearnAsync(one) ? 1 : 0;
        }

        return learned == Portion;
    }

    /// <summary>False when somebody else does it, or the withdrawal is being booked: then it is looked at again.</summary>
    private async Task<bool> LearnAsync(WithdrawalResultRow told)
    {
        try
        {
            return await store.SaveAsync((context, trail) => LearnAsync(context, trail, told));
        }
        catch (NotYetException)
        {
            return false;
        }
    }

    private async Task<bool> LearnAsync(PayproContext context, AuditTrail trail, WithdrawalResultRow told)
    {
        // Whoever deletes it does all of it.
        if (await context.WithdrawalResults.Where(r => r.Bucket == told.Bucket && r.OrderId == told.OrderId && r.Version == told.Version).ExecuteDeleteAsync() == 0)
        {
            return false;
        }

        var order = await context.Orders.SingleAsync(o => o.Bucket == told.Bucket && o.Id == told.OrderId);
        var id = long.Parse(order.TradeNo, CultureInfo.InvariantCulture);
        var row = await context.Withdrawals.AsNoTracking().SingleAsync(w => w.Id == id);
        var state = order.State switch
        {
            OrderState.Paid => WithdrawalState.Paid, OrderState.Failed => WithdrawalState.Failed, OrderState.Returned => WithdrawalState.Returned, _ => WithdrawalState.Sending,
        };
        var outcome = state is WithdrawalState.Failed or WithdrawalState.Returned ? order.Message : "";
        if (await context.Withdrawals.Where(w => w.Id == id && w.State == row.State && w.Wants == WithdrawalMove.None && w.OrderNumber == order.Number)
            .ExecuteUpdateAsync(s => s.SetProperty(w => w.State, state).SetProperty(w => w.Reference, order.Utr).SetProperty(w => w.Outcome, outcome)) == 0)
        {
            throw new NotYetException();
        }

        if (state != row.State)
        {
            trail.Add(Actor.Program, "withdrawal.result", Withdrawals.SubjectOf(row), new { state = row.State.ToString() }, new { state = state.ToString(), order = order.Number, reference = order.Utr }, chain: row.Bucket);
            if (state is WithdrawalState.Failed or WithdrawalState.Returned)
            {
                await mails.WithdrawalBackAsync(context, row.MerchantNo, WithdrawalDecision.AmountOf(row), outcome);
            }
        }

        return true;
    }

    /// <summary>The withdrawal is being booked, or has just learned of another result: nothing of this turn is kept.</summary>
    private sealed class NotYetException : Exception;
}
