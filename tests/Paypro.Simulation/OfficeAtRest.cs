using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>What must be true of disputes and withdrawals when everything had its time.</summary>
internal static class OfficeAtRest
{
    public static void Check(World world)
    {
        using var context = GroundFile.Open(world.File);
        if (context.DisputeSteps.Count(s => s.State == DisputeStepState.Decided) + context.WithdrawalResults.Count() is var left and not 0)
        {
            throw new ViolationException(Checks.Ends, $"{left} things that people or rails decided about disputes and withdrawals were not carried out");
        }

        foreach (var dispute in context.Disputes.AsNoTracking())
        {
            if (world.Mirror.Disputes.GetValueOrDefault(dispute.Key) != dispute)
            {
                throw new ViolationException(Checks.Stored, $"the dispute {dispute.Reference}: the database holds something else than what was committed");
            }

            if (dispute.Untold || (dispute.State == DisputeState.Open && dispute.DeadlineMs < world.Clock.NowMs))
            {
                throw new ViolationException(Checks.Ends, $"the dispute {dispute.Reference} is {dispute.State}, and its merchant was not told, or its deadline was not seen");
            }
        }

        foreach (var row in context.Withdrawals.AsNoTracking())
        {
            Check(world, row);
        }
    }

    /// <summary>A withdrawal says what its order says; one by hand has none, and its rail never heard of it.</summary>
    private static void Check(World world, WithdrawalRow row)
    {
        var order = world.Mirror.Trades.TryGetValue(row.TradeKey, out var key) ? world.Mirror.Orders[key] : null;
        if (row.Wants != WithdrawalMove.None || row.State is WithdrawalState.Requested or WithdrawalState.Waits or WithdrawalState.Approved or WithdrawalState.Sending)
        {
            throw new ViolationException(Checks.Ends, $"withdrawal {row.Id} is {row.State}, wants {row.Wants} and does not end");
        }

        var expected = order?.State switch
        {
            OrderState.Paid => WithdrawalState.Paid, OrderState.Failed => WithdrawalState.Failed, OrderState.Returned => WithdrawalState.Returned, _ => row.State,
        };
        var isByRail = row.ChannelAccountId != 0 && row.State != WithdrawalState.Refused;
        if (row.State != expected || row.OrderNumber != (order?.Number ?? "") || isByRail != order is not null)
        {
            throw new ViolationException(Checks.OneWay, $"withdrawal {row.Id} by account {row.ChannelAccountId} is {row.State} with order {row.OrderNumber}; its order {order?.Number} is {order?.State}");
        }
    }

    /// <summary>A withdrawal goes by the account that two people chose, with its amount.</summary>
    public static void CheckSend(World world, RailEntry sent)
    {
        if (world.Mirror.ByNumber(sent.Number) is not { Direction: Channels.Direction.Withdrawal } order)
        {
            return;
        }

        using var context = GroundFile.Open(world.File);
        var id = long.Parse(order.TradeNo, System.Globalization.CultureInfo.InvariantCulture);
        var row = context.Withdrawals.AsNoTracking().Single(w => w.Id == id);
        if (row.ChannelAccountId != sent.AccountId || row.AmountMinor != sent.AmountMinor)
        {
            throw new ViolationException(Checks.Elsewhere, $"withdrawal {id} of {row.AmountMinor} was to go by account {row.ChannelAccountId}; {sent.AmountMinor} were sent to {sent.AccountId}");
        }
    }
}
