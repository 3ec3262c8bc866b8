namespace Paypro.Channels.Sandbox;

/// <summary>What became of an action of the payer or the bank.</summary>
public abstract record HandOutcome
{
    private HandOutcome() { }

    /// <summary>It happened, and the callbacks that are due were made before this was returned.</summary>
    /// <param name="Utr">The tracking key.</param>
    /// <param name="Turn">The callbacks made.</param>
    public sealed record Done(string Utr, SandboxTurn Turn) : HandOutcome;

    /// <summary>It cannot happen.</summary>
    /// <param name="Reason">One sentence for the merchant's developer.</param>
    public sealed record Refused(string Reason) : HandOutcome;
}

/// <summary>
/// What the payer and the bank do, for tests and for a merchant's developer. It changes what the rail remembers and makes the
/// callbacks; the rest of the service learns of it from them alone.
/// </summary>
/// <param name="rail">The bank's memory.</param>
/// <param name="loop">Makes the callbacks.</param>
/// <param name="faults">How the bank misbehaves.</param>
/// <param name="time">The clock.</param>
public sealed class SandboxActions(ISandboxRail rail, SandboxRailLoop loop, SandboxFaultPlans faults, TimeProvider time)
{
    private const int UtrAtMostCharacters = 64;

    /// <summary>
    /// The payer pays, any amount, as often as he likes. The same <paramref name="utr"/> for the same order again moves nothing: the
    /// bank tells of the first payment once more.
    /// </summary>
    /// <param name="account">The channel account.</param>
    /// <param name="reference">The pay-in's reference, or the number that the payer was shown.</param>
    /// <param name="amountMinor">Minor units of the account's currency, above zero.</param>
    /// <param name="utr">Tracking key, 1 to 64 characters <c>A-Z a-z 0-9 . _ -</c>; null makes a new one.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<HandOutcome> PayAsync(
        ChannelAccount account, string reference, long amountMinor, string? utr, CancellationToken cancellation)
    {
        if (amountMinor <= 0)
        {
            return Refuse("amount: must be above zero");
        }

        if (utr is not null && (utr.Length is 0 or > UtrAtMostCharacters || !utr.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
        {
            return Refuse("utr: must be 1 to 64 letters, digits, dots, dashes or underscores");
        }

        return PayWhenTakenAsync(account, reference, amountMinor, utr, cancellation);
    }

    /// <summary>A bank that asks first takes the money only if the order does. A payment that it has taken already is not asked about again.</summary>
    private async Task<HandOutcome> PayWhenTakenAsync(ChannelAccount account, string reference, long amountMinor, string? utr, CancellationToken cancellation)
    {
        if (SandboxSettings.AsksFirst(account))
        {
            var key = await ResolveAsync(account, Direction.PayIn, reference, cancellation).ConfigureAwait(false);
            var known = await rail.FindAsync(account.Id, Direction.PayIn, key, cancellation).ConfigureAwait(false);
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            if ((known is null || utr is null || Find(known, m => m.Kind == ObservationKind.Paid && m.Utr == utr) < 0)
                && await loop.AskAsync(account, known ?? SandboxBank.Fresh(account, Direction.PayIn, key, 0, account.Currency, nowMs), amountMinor, cancellation)
                    .ConfigureAwait(false) is { } refusal)
            {
                return new HandOutcome.Refused(refusal);
            }
        }

        return await ActAsync(account, Direction.PayIn, reference, (order, nowMs) =>
            order.State == SandboxState.Cancelled ? (order, 0, "The bank takes no more money for this number.")
            : order.Script == SandboxScript.InsufficientFunds
                ? order.State == SandboxState.Open ? Last(SandboxStory.FailAsScripted(SandboxStory.TakeInHand(order), nowMs)) : Fail(order, nowMs, "")
            : utr is not null && Find(order, m => m.Kind == ObservationKind.Paid && m.Utr == utr) is >= 0 and var told
                ? (order, told, null)
                : Last(SandboxStory.Pay(order, amountMinor, nowMs, utr)), cancellation).ConfigureAwait(false);
    }

    /// <summary>The payment fails before any money moves.</summary>
    public Task<HandOutcome> FailPayInAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.PayIn, reference, (order, nowMs) => Fail(order, nowMs, "The payment failed."), cancellation);

    /// <summary>The last payment is reversed: all of it, or <paramref name="amountMinor"/> of it.</summary>
    public Task<HandOutcome> ReturnPayInAsync(ChannelAccount account, string reference, long? amountMinor, CancellationToken cancellation) =>
        ActAsync(account, Direction.PayIn, reference, (order, nowMs) => Return(order, amountMinor, nowMs), cancellation);

    /// <summary>The payout reaches the recipient now. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> SucceedPayoutAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Payout, reference, Succeed, cancellation);

    /// <summary>The payout fails before any money moves. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> FailPayoutAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Payout, reference, (order, nowMs) => Fail(order, nowMs, "The recipient's bank rejected the payout."), cancellation);

    /// <summary>The recipient's bank sends the paid payout back. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> ReturnPayoutAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Payout, reference, (order, nowMs) => Return(order, null, nowMs), cancellation);

    /// <summary>The refund reaches the payer now. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> SucceedRefundAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Refund, reference, Succeed, cancellation);

    /// <summary>The refund fails before any money moves. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> FailRefundAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Refund, reference, (order, nowMs) => Fail(order, nowMs, "The payer's bank rejected the refund."), cancellation);

    /// <summary>The payer's bank sends the paid refund back. Once more: the bank tells it again.</summary>
    public Task<HandOutcome> ReturnRefundAsync(ChannelAccount account, string reference, CancellationToken cancellation) =>
        ActAsync(account, Direction.Refund, reference, (order, nowMs) => Return(order, null, nowMs), cancellation);

    private async Task<HandOutcome> ActAsync(
        ChannelAccount account, Direction direction, string reference,
        Func<SandboxOrder, long, (SandboxOrder Order, int Movement, string? Refusal)> act, CancellationToken cancellation)
    {
        var key = await ResolveAsync(account, direction, reference, cancellation).ConfigureAwait(false);
        var (refusal, utr) = ((string?)null, "");
        var changed = await rail.ChangeAsync(account.Id, direction, key, found =>
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var order = found ?? (IsOurNumber(account, direction, key)
                ? SandboxBank.Fresh(account, direction, key, 0, account.Currency, nowMs) : null);
            if (order is null)
            {
                refusal = direction == Direction.PayIn ? "The bank does not know this number." : "The bank has received no such payout.";
                return null;
            }

            var before = order;
            (order, var movement, refusal) = act(order, nowMs);
            if (refusal is not null)
            {
                return null;
            }

            utr = order.Movements[movement].Utr;
            return SandboxStory.Tell(SandboxStory.Noted(before, order, nowMs), movement, nowMs, faults[account.Id]);
        }, cancellation).ConfigureAwait(false);

        return refusal is not null || changed is null
            ? new HandOutcome.Refused(refusal ?? "Nothing was changed.")
            : new HandOutcome.Done(utr, await loop.FireAsync(changed, cancellation).ConfigureAwait(false));
    }

    /// <summary>Leads from a number that the rail gave out to the order that it belongs to.</summary>
    private async Task<string> ResolveAsync(ChannelAccount account, Direction direction, string reference, CancellationToken cancellation)
    {
        var found = await rail.FindAsync(account.Id, direction, reference, cancellation).ConfigureAwait(false);
        return found is { AliasOf.Length: > 0 } ? found.AliasOf : reference;
    }

    private static bool IsOurNumber(ChannelAccount account, Direction direction, string number) =>
        direction == Direction.PayIn
        && SandboxWays.Table.Any(way => way.Country == account.Country && way.Direction == direction && way.IsOurs(account, number));

    private static (SandboxOrder Order, int Movement, string? Refusal) Succeed(SandboxOrder order, long nowMs) => order.State switch
    {
        SandboxState.Open => Last(SandboxStory.Pay(SandboxStory.TakeInHand(order), order.AmountMinor, nowMs)),
        SandboxState.Paid => (order, Find(order, m => m.Kind == ObservationKind.Paid), null),
        SandboxState.Failed => (order, 0, "The payout has already failed."),
        _ => (order, 0, "The payout has already been returned."),
    };

    private static (SandboxOrder Order, int Movement, string? Refusal) Fail(SandboxOrder order, long nowMs, string reason) => order.State switch
    {
        SandboxState.Open => Last(SandboxStory.Fail(SandboxStory.TakeInHand(order), nowMs, reason)),
        SandboxState.Failed or SandboxState.Cancelled => (order, Find(order, m => m.Kind == ObservationKind.Failed), null),
        _ => (order, 0, "The money has already moved."),
    };

    private static (SandboxOrder Order, int Movement, string? Refusal) Return(SandboxOrder order, long? amountMinor, long nowMs) => order.State switch
    {
        SandboxState.Paid when amountMinor is <= 0 || amountMinor > order.Movements.Last(m => m.Kind == ObservationKind.Paid).AmountMinor =>
            (order, 0, "amount: must be above zero and at most what was paid last"),
        SandboxState.Paid => Last(SandboxStory.Return(SandboxStory.TakeInHand(order), amountMinor, nowMs)),
        SandboxState.Returned => (order, Find(order, m => m.Kind == ObservationKind.Returned), null),
        _ => (order, 0, "No money has moved that could go back."),
    };

    private static (SandboxOrder Order, int Movement, string? Refusal) Last(SandboxOrder order) => (order, order.Movements.Count - 1, null);

    private static int Find(SandboxOrder order, Predicate<SandboxMovement> fits) => order.Movements.ToList().FindLastIndex(fits);

    private static Task<HandOutcome> Refuse(string reason) => Task.FromResult<HandOutcome>(new HandOutcome.Refused(reason));
}
