using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>The answer to a developer: a status and either the result or one sentence.</summary>
internal sealed record SandboxAnswer(int Status, object Content)
{
    public static SandboxAnswer Ok(object content) => new(200, content);

    public static SandboxAnswer Refused(int status, string sentence) => new(status, new { error = sentence });

    public static SandboxAnswer NoOrder(string what) => Refused(404, $"No {what} has this number.");
}

/// <summary>
/// Moves the payer's and the bank's actions. It changes the simulated bank's memory alone; what the service makes of it comes back
/// through the same signed callback as from a real bank. Only a time that runs out is the service's own affair.
/// </summary>
internal sealed class SandboxCommands(
    SandboxActions actions, ISandboxRail rail, OrderQueries queries, SnapshotStore snapshots, BatchWriter writer, AssignSuspense suspense,
    Resends resends, NotificationSignal notifications, TimeProvider time)
{
    public async Task<SandboxAnswer> PayInAsync(string number, FlatBody body, CancellationToken cancellation)
    {
        if (await FindAsync(number, Direction.PayIn, cancellation) is not { } picture)
        {
            return SandboxAnswer.NoOrder("pay-in");
        }

        var action = body.Text("action");
        if (action is not ("pay" or "fail" or "expire" or "return"))
        {
            return SandboxAnswer.Refused(400, "action: must be pay, fail, expire or return");
        }

        if (action == "expire")
        {
            return await ExpireAsync(picture, cancellation);
        }

        var needsAmount = action == "pay";
        var amountError = body.Amount(Currency.Get(picture.Order.Currency), needsAmount, out var amountMinor);
        if (action != "fail" && amountError is not null)
        {
            return SandboxAnswer.Refused(400, amountError);
        }

        if (picture.Current is not { } attempt)
        {
            return SandboxAnswer.Refused(409, "The payer has not chosen a way of paying yet: open the payment page first.");
        }

        if (snapshots.Current.Accounts.GetValueOrDefault(attempt.ChannelAccountId)?.Account is not { } account)
        {
            return SandboxAnswer.Refused(409, "The order's channel account is not here.");
        }

        var outcome = action switch
        {
            "pay" => await actions.PayAsync(account, attempt.Reference, amountMinor, body.Text("utr"), cancellation),
            "fail" => await actions.FailPayInAsync(account, attempt.Reference, cancellation),
            _ => await actions.ReturnPayInAsync(account, attempt.Reference, amountMinor == 0 ? null : amountMinor, cancellation),
        };
        return await AnswerAsync(outcome, picture);
    }

    public async Task<SandboxAnswer> PayoutAsync(string number, FlatBody body, CancellationToken cancellation)
    {
        if (await FindAsync(number, Direction.Payout, cancellation) is not { } picture)
        {
            return SandboxAnswer.NoOrder("payout");
        }

        var action = body.Text("action");
        if (action is not ("succeed" or "fail" or "return"))
        {
            return SandboxAnswer.Refused(400, "action: must be succeed, fail or return");
        }

        if (picture.Order.IsHeld)
        {
            return SandboxAnswer.Refused(409, "The payout waits for approval; it is not at a rail yet.");
        }

        var attempt = picture.Attempts[^1];
        if (snapshots.Current.Accounts.GetValueOrDefault(attempt.ChannelAccountId)?.Account is not { } account)
        {
            return SandboxAnswer.Refused(409, "The order's channel account is not here.");
        }

        var outcome = action switch
        {
            "succeed" => await actions.SucceedPayoutAsync(account, attempt.Reference, cancellation),
            "fail" => await actions.FailPayoutAsync(account, attempt.Reference, cancellation),
            _ => await actions.ReturnPayoutAsync(account, attempt.Reference, cancellation),
        };
        return await AnswerAsync(outcome, picture);
    }

    /// <summary>Pays a number that nobody ordered with: the money has to land in suspense.</summary>
    public async Task<SandboxAnswer> PayUnknownNumberAsync(long accountId, FlatBody body, CancellationToken cancellation)
    {
        if (snapshots.Current.Accounts.GetValueOrDefault(accountId)?.Account is not { } account)
        {
            return SandboxAnswer.Refused(404, "channelAccountId: no channel account has this number");
        }

        if (body.Text("number") is not { Length: > 0 and <= 64 } number)
        {
            return SandboxAnswer.Refused(400, "number: must be the number that is paid to");
        }

        if (body.Amount(Currency.Get(account.Currency), required: true, out var amountMinor) is { } wrong)
        {
            return SandboxAnswer.Refused(400, wrong);
        }

        var outcome = await actions.PayAsync(account, number, amountMinor, body.Text("utr"), cancellation);
        await EffectAsync(outcome, async () => outcome is not HandOutcome.Done done || await suspense.FindKeyAsync(accountId, done.Utr, cancellation) is not null);
        return Answer(outcome, state: null);
    }

    /// <summary>Does what an operator does with money in suspense: says which order it was meant for.</summary>
    public async Task<SandboxAnswer> AssignAsync(long accountId, FlatBody body, CancellationToken cancellation)
    {
        if (body.Text("platFormTradeNo") is not { } number)
        {
            return SandboxAnswer.Refused(400, "platFormTradeNo: is required");
        }

        var key = body.Text("dedupeKey");
        if (key is null && body.Text("utr") is { } utr)
        {
            key = await suspense.FindKeyAsync(accountId, utr, cancellation);
            if (key is null)
            {
                return SandboxAnswer.Refused(404, "No money in suspense has this utr, or more than one transfer has it: use dedupeKey.");
            }
        }

        return key is null ? SandboxAnswer.Refused(400, "dedupeKey: is required, or utr instead") : await suspense.AssignAsync(accountId, key, number, "sandbox", cancellation) switch
        {
            AssignResult.Assigned => SandboxAnswer.Ok(new { assigned = true, dedupeKey = key }),
            AssignResult.Repeated => SandboxAnswer.Ok(new { assigned = false, dedupeKey = key }),
            AssignResult.NoReceipt => SandboxAnswer.Refused(404, "No money of this channel account has this dedupeKey."),
            AssignResult.NoOrder => SandboxAnswer.NoOrder("pay-in"),
            AssignResult.Taken => SandboxAnswer.Refused(409, "This money belongs to another order."),
            AssignResult.WentBack => SandboxAnswer.Refused(409, "The rail took this money back, or a part of it meanwhile."),
            AssignResult.OtherCurrency => SandboxAnswer.Refused(409, "The order is in another currency."),
            var other => throw new InvalidOperationException($"{other} is no result of assigning."),
        };
    }

    /// <summary>Tells the order's newest result again.</summary>
    public async Task<SandboxAnswer> ResendAsync(string number, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { } picture)
        {
            return SandboxAnswer.NoOrder("order");
        }

        return await resends.ResendAsync(picture.Order.Key, "sandbox")
            ? SandboxAnswer.Ok(new { resent = true })
            : SandboxAnswer.Refused(409, "The order has no result yet, or no notifyUrl to tell it to.");
    }

    /// <summary>What the simulated bank remembers of an order: what a bank's statement would show.</summary>
    public async Task<SandboxAnswer> RailAsync(string number, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { } picture)
        {
            return SandboxAnswer.NoOrder("order");
        }

        var currency = Currency.Get(picture.Order.Currency);
        var attempts = new List<object>();
        foreach (var attempt in picture.Attempts)
        {
            var known = await rail.FindAsync(attempt.ChannelAccountId, attempt.Direction, attempt.Reference, cancellation);
            attempts.Add(new
            {
                channelAccountId = attempt.ChannelAccountId,
                reference = attempt.Reference,
                state = known?.State.ToString() ?? "Unknown",
                script = (known?.Script ?? SandboxScript.Normal).ToString(),
                sends = known?.Sends ?? 0,
                movements = (known?.Movements ?? []).Select(m => new
                {
                    kind = m.Kind.ToString(),
                    amount = AmountText.WholeOrFixed(m.AmountMinor, currency),
                    occurredAtMs = m.OccurredAtMs,
                    utr = m.Utr,
                    reason = m.Reason,
                }),
                waiting = known?.Agenda.Count ?? 0,
            });
        }

        return SandboxAnswer.Ok(new { platFormTradeNo = number, attempts });
    }

    private async Task<OrderPicture?> FindAsync(string number, Direction direction, CancellationToken cancellation) =>
        await queries.FindAsync(number, cancellation) is { } picture && picture.Order.Direction == direction ? picture : null;

    private async Task<SandboxAnswer> ExpireAsync(OrderPicture picture, CancellationToken cancellation)
    {
        if (await writer.WriteAsync(new ExpirePayIn(picture.Order.Key, "sandbox", time.NowMs()) { LateAfterMs = LateAsks.EveryMs }) != Expiry.Nothing)
        {
            notifications.Wake();
            return SandboxAnswer.Ok(new { state = await StateAsync(picture.Order.Key, cancellation) });
        }

        return SandboxAnswer.Refused(409, picture.Order.State == OrderState.Pending
            ? "The order cannot expire while the bank has not answered whether it knows it."
            : $"The order cannot expire: it is {picture.Order.State} already.");
    }

    private async Task<SandboxAnswer> AnswerAsync(HandOutcome outcome, OrderPicture before)
    {
        await EffectAsync(outcome, async () => await StateAsync(before.Order.Key, CancellationToken.None) != before.Order.State.ToString());
        return Answer(outcome, await StateAsync(before.Order.Key, CancellationToken.None));
    }

    /// <summary>The bank's own loop may have taken the callback before it could be told here: its effect is waited for, for a second at most.</summary>
    private static async Task EffectAsync(HandOutcome outcome, Func<Task<bool>> isThere)
    {
        for (var tries = 0; tries < 20 && outcome is HandOutcome.Done { Turn.Delivered: 0 } && !await isThere(); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private static SandboxAnswer Answer(HandOutcome outcome, string? state) => outcome switch
    {
        HandOutcome.Done done => SandboxAnswer.Ok(new
        {
            utr = done.Utr,
            callbacksDelivered = done.Turn.Delivered,
            callbacksUndelivered = done.Turn.Undelivered,
            state,
        }),
        HandOutcome.Refused refused => SandboxAnswer.Refused(refused.Reason.Contains(": ", StringComparison.Ordinal) ? 400 : 409, refused.Reason),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of the actions."),
    };

    private async Task<string> StateAsync(OrderKey key, CancellationToken cancellation) =>
        (await queries.FindAsync(key, cancellation))?.Order.State.ToString() ?? "";
}
