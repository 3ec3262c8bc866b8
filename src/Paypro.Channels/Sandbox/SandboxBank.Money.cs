using System.Globalization;

namespace Paypro.Channels.Sandbox;

/// <summary>Refunds, cancellations, the list of what moved, and what the pots hold.</summary>
internal sealed partial class SandboxBank
{
    /// <summary>Orders on a page of the list.</summary>
    internal const int OrdersPerPage = 100;

    /// <summary>What was written down less than this ago is not on the list yet, so that nothing is written behind a page that was given out.</summary>
    internal const long ListedAfterMs = 1_000;

    public async Task<SendOutcome> RefundAsync(ChannelAccount account, RefundDraft draft, CancellationToken limit)
    {
        var script = SandboxSteering.ScriptOf(Direction.Refund, draft.AmountMinor, draft.Currency);
        if (script == SandboxScript.NeverArrived)
        {
            return new SendOutcome.Unknown(NoAnswer);
        }

        var paid = await rail.FindAsync(account.Id, Direction.PayIn, draft.PaidReference, limit).ConfigureAwait(false);
        paid = paid is { AliasOf.Length: > 0 } ? await rail.FindAsync(account.Id, Direction.PayIn, paid.AliasOf, limit).ConfigureAwait(false) : paid;
        var tellsKeys = !SandboxSettings.TellsTotals(account) && !SandboxSettings.OnlyConfirms(account);
        if (paid?.Movements.Any(m => m.Kind == ObservationKind.Paid && (!tellsKeys || m.DedupeKey == draft.PaymentKey)) != true)
        {
            return new SendOutcome.Declined("The rail does not know this payment.");
        }

        var nowMs = NowMs();
        await rail.ChangeAsync(account.Id, Direction.Refund, draft.Reference, found => SandboxStory.Send(
            (found ?? Fresh(account, Direction.Refund, draft.Reference, draft.AmountMinor, draft.Currency, nowMs)) with { PaidReference = paid.Reference },
            script, nowMs, SandboxSettings.PayoutDelay(account)), limit).ConfigureAwait(false);
        if (script == SandboxScript.Decline)
        {
            return new SendOutcome.Declined("The rail declined the refund.");
        }

        // First written down, then counted: two at once may both be declined, but never take more than there is.
        var leftMinor = paid.MovedMinor + await rail.BalanceAsync(account.Id, Direction.Refund, paid.Reference, limit).ConfigureAwait(false);
        return leftMinor < 0 && await TakeBackAsync(account, Direction.Refund, draft.Reference, "It is more than is left of the payment.", limit).ConfigureAwait(false)
            ? new SendOutcome.Declined("It is more than is left of the payment.")
            : TimesOut(account, script) ? new SendOutcome.Unknown(NoAnswer)
            : new SendOutcome.Accepted();
    }

    public async Task<SendOutcome> CancelAsync(ChannelAccount account, QueryTarget target, CancellationToken limit)
    {
        var nowMs = NowMs();
        var order = await rail.ChangeAsync(account.Id, Direction.PayIn, target.Reference, found =>
        {
            var order = found ?? (IsOurNumber(account, target) ? Fresh(account, Direction.PayIn, target.Reference, 0, account.Currency, nowMs) : null);
            return order?.State switch
            {
                SandboxState.Open => SandboxStory.Cancel(order, nowMs),
                SandboxState.Failed => order with { State = SandboxState.Cancelled },
                _ => null,
            };
        }, limit).ConfigureAwait(false);
        return order switch
        {
            null => new SendOutcome.Declined("The rail does not know this payment."),
            { Script: SandboxScript.NeverAnswers } => new SendOutcome.Unknown(NoAnswer),
            { State: SandboxState.Cancelled } => new SendOutcome.Accepted(),
            _ => new SendOutcome.Declined("The payment has been made."),
        };
    }

    /// <summary>Whole orders: the movements of one that moved again are told again.</summary>
    public async Task<ListPage?> ListAsync(ChannelAccount account, string cursor, long sinceMs, CancellationToken limit)
    {
        if (PlaceOf(cursor, sinceMs) is not { } after)
        {
            return null;
        }

        var found = await rail.MovedAsync(account.Id, after, NowMs() - ListedAfterMs, OrdersPerPage + 1, limit).ConfigureAwait(false);
        var page = found.Take(OrdersPerPage).ToList();
        var last = page.Count > 0 ? page[^1].Place : after;
        return new ListPage(
            [.. page.SelectMany(order => order.Movements.Where(m => m.Kind != ObservationKind.Failed).Select(m => SandboxCallback.Observe(order, m))).OrderBy(o => o.OccurredAtMs)],
            string.Create(CultureInfo.InvariantCulture, $"{last.MovedAtMs}:{(short)last.Direction}:{last.Reference}"),
            found.Count > OrdersPerPage);
    }

    /// <summary>What payers paid, and what was put there for payouts where the account says how much.</summary>
    public async Task<IReadOnlyList<PotBalance>> BalancesAsync(ChannelAccount account, CancellationToken limit)
    {
        var collected = await rail.BalanceAsync(account.Id, Direction.PayIn, "", limit).ConfigureAwait(false)
            + await rail.BalanceAsync(account.Id, Direction.Refund, "", limit).ConfigureAwait(false);
        return SandboxSettings.PayoutFunds(account) is { } funds
            ? [new("collection", collected), new("payout", funds + await rail.BalanceAsync(account.Id, Direction.Payout, "", limit).ConfigureAwait(false))]
            : [new("collection", collected)];
    }

    /// <summary>Ends what was just taken, unless its money has moved already.</summary>
    private async Task<bool> TakeBackAsync(ChannelAccount account, Direction direction, string reference, string reason, CancellationToken limit)
    {
        var order = await rail.ChangeAsync(account.Id, direction, reference, found =>
            found is { State: SandboxState.Open } ? SandboxStory.Fail(SandboxStory.TakeInHand(found), NowMs(), reason) : null, limit).ConfigureAwait(false);
        return order?.State == SandboxState.Failed;
    }

    private static SandboxPlace? PlaceOf(string cursor, long sinceMs) =>
        cursor.Length == 0 ? new SandboxPlace(sinceMs, "", 0)
        : cursor.Split(':', 3) is [var at, var direction, var reference]
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var atMs)
            && short.TryParse(direction, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new SandboxPlace(atMs, reference, (Direction)code)
            : null;
}
