using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>What happens to an order at the rail. Pure: an order goes in, the changed order comes out.</summary>
internal static class SandboxStory
{
    /// <summary>How long a node may take to deliver what it has claimed; after that another one repeats it.</summary>
    public const long LeaseMs = 30_000;

    /// <summary>A callback without an answer is tried again after 1 s, 2 s, 4 s … and at last every minute.</summary>
    private const long RetryAtMostMs = 60_000;

    /// <summary>The simulator's own bank in dedupe keys; no participant of SPEI has this number.</summary>
    private const string SendingBank = "90999";

    /// <summary>The rail takes a payout or a refund. A reference that it has seen before is paid once more: it trusts us to send once.</summary>
    public static SandboxOrder Send(SandboxOrder order, SandboxScript script, long nowMs, long delayMs)
    {
        order = order with { Sends = order.Sends + 1, Script = script };
        return script switch
        {
            SandboxScript.NeverAnswers => order,
            SandboxScript.Decline or SandboxScript.FundsUsedUp or SandboxScript.ChannelTrouble => Fail(order, nowMs, $"The rail declined the {Noun(order)}."),
            SandboxScript.EarlyCallback => Plan(order, SandboxAct.Settle, nowMs),
            SandboxScript.Fail or SandboxScript.MaximumBalance or SandboxScript.DailyAmount => Plan(order, SandboxAct.Fail, nowMs + delayMs),
            _ => Plan(order, SandboxAct.Settle, nowMs + delayMs),
        };
    }

    /// <summary>Money moves.</summary>
    public static SandboxOrder Pay(SandboxOrder order, long amountMinor, long atMs, string? utr = null) =>
        Happen(order, SandboxState.Paid, ObservationKind.Paid, amountMinor, atMs, utr, "");

    /// <summary>It certainly does not.</summary>
    public static SandboxOrder Fail(SandboxOrder order, long atMs, string reason, FailureCause cause = FailureCause.Unspecified) =>
        Happen(order, SandboxState.Failed, ObservationKind.Failed, 0, atMs, null, reason, cause);

    /// <summary>The failure that an order's script is about.</summary>
    public static SandboxOrder FailAsScripted(SandboxOrder order, long atMs) => order.Script switch
    {
        SandboxScript.MaximumBalance => Fail(order, atMs, "The recipient's wallet may not hold so much.", FailureCause.MaximumBalance),
        SandboxScript.DailyAmount => Fail(order, atMs, "The recipient's daily amount is used up.", FailureCause.DailyAmount),
        SandboxScript.InsufficientFunds => Fail(order, atMs, "The payer's wallet lacks the money.", FailureCause.InsufficientFunds),
        _ => Fail(order, atMs, $"The recipient's bank rejected the {Noun(order)}."),
    };

    /// <summary>The last money that came or left goes back; all of it, unless an amount is given.</summary>
    public static SandboxOrder Return(SandboxOrder order, long? amountMinor, long atMs)
    {
        var paid = order.Movements.Last(m => m.Kind == ObservationKind.Paid);
        return Happen(order, SandboxState.Returned, ObservationKind.Returned, amountMinor ?? paid.AmountMinor, atMs, null,
            order.Direction == Direction.PayIn ? "The payment was reversed." : "The recipient's bank sent the money back.");
    }

    /// <summary>No more money is taken for a pay-in. One that is paid stays as it is.</summary>
    public static SandboxOrder Cancel(SandboxOrder order, long atMs) =>
        Happen(TakeInHand(order), SandboxState.Cancelled, ObservationKind.Failed, 0, atMs, null, "The payment was cancelled.");

    /// <summary>Notes when money was written down that has moved since <paramref name="before"/>.</summary>
    public static SandboxOrder Noted(SandboxOrder before, SandboxOrder after, long nowMs) =>
        after.Movements.Skip(before.Movements.Count).Any(m => m.Kind != ObservationKind.Failed) ? after with { MovedAtMs = nowMs } : after;

    private static string Noun(SandboxOrder order) => order.Direction == Direction.Refund ? "refund" : "payout";

    /// <summary>Nothing more happens by itself, except that what has happened is told.</summary>
    public static SandboxOrder TakeInHand(SandboxOrder order) => order with { Agenda = [.. order.Agenda.Where(IsTell)] };

    /// <summary>Puts the callbacks about a movement on the agenda, as the script and the account's faults want them.</summary>
    public static SandboxOrder Tell(SandboxOrder order, int movement, long nowMs, SandboxFaults faults)
    {
        if (order.Script == SandboxScript.LostCallback || IsLost(order, movement, faults.LoseCallbacksPercent))
        {
            return order;
        }

        var dueAtMs = nowMs + faults.DelayCallbacksMs
            + (order.Script == SandboxScript.LateCallback ? SandboxSteering.LateByMs : 0)
            + (faults.Reorder && movement % 2 == 0 ? SandboxFaults.HeldBackMs : 0);
        var forgedFirst = order.Script == SandboxScript.ForgedFirst;
        var copies = 1 + faults.RepeatCallbacks + (order.Script == SandboxScript.CallbackTwice ? 1 : 0);
        for (var copy = 0; copy < copies; copy++)
        {
            if (faults.Falsify || (forgedFirst && copy == 0))
            {
                order = Plan(order, SandboxAct.TellForged, dueAtMs, movement);
            }

            order = Plan(order, SandboxAct.Tell, dueAtMs + (forgedFirst ? SandboxSteering.TrueAfterForgedMs : 0), movement);
        }

        return order;
    }

    /// <summary>Does what is due, and takes the callbacks that are due for delivery until <see cref="LeaseMs"/> from now.</summary>
    /// <returns>Null when nothing is due.</returns>
    public static (SandboxOrder Order, IReadOnlyList<SandboxStep> Tells)? Claim(SandboxOrder order, long nowMs, SandboxFaults faults)
    {
        if (order.DueAtMs == 0 || order.DueAtMs > nowMs)
        {
            return null;
        }

        var before = order;
        while (order.Agenda.Where(s => !IsTell(s) && s.DueAtMs <= nowMs).MinBy(s => s.DueAtMs) is { } step)
        {
            order = Do(order with { Agenda = [.. order.Agenda.Where(s => s != step)] }, step, nowMs, faults);
        }

        order = Noted(before, order, nowMs);
        var tells = order.Agenda.Where(s => IsTell(s) && s.DueAtMs <= nowMs).OrderBy(s => s.DueAtMs).ThenBy(s => s.No).ToList();
        return (order with { Agenda = [.. order.Agenda.Select(s => tells.Contains(s) ? s with { DueAtMs = nowMs + LeaseMs } : s)] }, tells);
    }

    /// <summary>Strikes out what was delivered and puts off what was not.</summary>
    public static SandboxOrder Finish(SandboxOrder order, IReadOnlySet<int> delivered, IReadOnlySet<int> undelivered, long nowMs) => order with
    {
        Agenda = [.. order.Agenda.Where(s => !delivered.Contains(s.No)).Select(s => undelivered.Contains(s.No)
            ? s with { Attempts = s.Attempts + 1, DueAtMs = nowMs + Math.Min(RetryAtMostMs, 1_000L << Math.Min(s.Attempts, 10)) } : s)],
    };

    private static SandboxOrder Do(SandboxOrder order, SandboxStep step, long nowMs, SandboxFaults faults)
    {
        order = step.Act switch
        {
            SandboxAct.Settle => Pay(order, order.AmountMinor, step.DueAtMs),
            SandboxAct.Fail => FailAsScripted(order, step.DueAtMs),
            SandboxAct.Return => Return(order, null, step.DueAtMs),
            _ => throw new InvalidOperationException($"{step.Act} is no act of the rail."),
        };
        if (step.Act == SandboxAct.Settle && order.Script == SandboxScript.PaidThenReturned)
        {
            order = Plan(order, SandboxAct.Return, step.DueAtMs + SandboxSteering.ReturnAfterMs);
        }

        return order.Script == SandboxScript.TimeoutAfterAcceptance ? order : Tell(order, order.Movements.Count - 1, nowMs, faults);
    }

    private static SandboxOrder Happen(
        SandboxOrder order, SandboxState state, ObservationKind kind, long amountMinor, long atMs, string? utr, string reason,
        FailureCause cause = FailureCause.Unspecified)
    {
        var country = SandboxWays.CountryOf(order);
        utr ??= MakeUtr(order, kind, atMs, country);
        var date = DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var key = country?.RailReferences.IsUnique == true ? utr : $"{date}|{SendingBank}|{utr}";
        var movement = new SandboxMovement(kind, amountMinor, atMs, utr, key, reason, cause);
        return order with { State = state, Movements = [.. order.Movements, movement] };
    }

    /// <summary>The rail's own reference, in the country's form, that a repeated run makes again.</summary>
    private static string MakeUtr(SandboxOrder order, ObservationKind kind, long atMs, Country? country)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{order.AccountId}|{order.Direction}|{order.Reference}|{kind}|{order.Movements.Count}"));
        var at = DateTimeOffset.FromUnixTimeMilliseconds(atMs);
        var day = DateOnly.FromDateTime((country is null ? at : TimeZoneInfo.ConvertTime(at, country.TimeZone)).DateTime);
        return (country?.RailReferences ?? RailReferenceForm.Default).Make(seed, day);
    }

    private static SandboxOrder Plan(SandboxOrder order, SandboxAct act, long dueAtMs, int movement = 0) => order with
    {
        LastStepNo = order.LastStepNo + 1,
        Agenda = [.. order.Agenda, new SandboxStep(order.LastStepNo + 1, act, dueAtMs, movement)],
    };

    private static bool IsLost(SandboxOrder order, int movement, int percent) =>
        percent > 0 && SHA256.HashData(Encoding.UTF8.GetBytes($"lost|{order.AccountId}|{order.Direction}|{order.Reference}|{movement}")) is var hash
        && (hash[0] << 8 | hash[1]) % 100 < percent;

    private static bool IsTell(SandboxStep step) => step.Act is SandboxAct.Tell or SandboxAct.TellForged;
}
