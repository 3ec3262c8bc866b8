using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Sandbox;

/// <summary>The bank's side of the calls: what it remembers, what it answers, and when it leaves us without an answer.</summary>
internal sealed partial class SandboxBank(ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time)
{
    private const string FundsUsedUp = "Our money at the rail is used up.";

    private const string NoAnswer = "The rail did not answer in time.";

    public async Task<InstructionOutcome> AskAsync(ChannelAccount account, PayInDraft draft, CancellationToken limit)
    {
        var way = SandboxWays.PayIn(account, draft.Way);
        var script = SandboxSteering.ScriptOf(Direction.PayIn, draft.AmountMinor, draft.Currency);
        if (script == SandboxScript.NeverArrived)
        {
            return new InstructionOutcome.Unknown(NoAnswer);
        }

        var nowMs = NowMs();
        var isDeclined = script is SandboxScript.Decline or SandboxScript.ChannelTrouble;
        var number = isDeclined ? "" : await MakeValueAsync(account, way, draft, limit).ConfigureAwait(false);
        await rail.ChangeAsync(account.Id, Direction.PayIn, draft.Reference, found =>
        {
            var order = (found ?? Fresh(account, Direction.PayIn, draft.Reference, draft.AmountMinor, draft.Currency, nowMs)) with
            {
                Script = script, InstructionKind = way.Instruction!.Kind, InstructionValue = number, Sends = (found?.Sends ?? 0) + 1,
            };
            return isDeclined && order.State == SandboxState.Open
                ? SandboxStory.Fail(order, nowMs, "The rail declined the payment.") : order;
        }, limit).ConfigureAwait(false);

        return script == SandboxScript.ChannelTrouble ? new InstructionOutcome.Declined("The rail is in trouble.", Scope: DeclineScope.Channel)
            : isDeclined ? new InstructionOutcome.Declined("The rail declined the payment.")
            : TimesOut(account, script) ? new InstructionOutcome.Unknown(NoAnswer)
            : new InstructionOutcome.Accepted(Instruct(account, way, draft, number));
    }

    public async Task<SendOutcome> SendAsync(ChannelAccount account, PayoutDraft draft, CancellationToken limit)
    {
        if (SandboxWays.Find(account.Country, Direction.Payout, draft.AccountType) is null)
        {
            return new SendOutcome.Declined("The rail does not know this kind of account.");
        }

        var script = SandboxSteering.ScriptOf(Direction.Payout, draft.AmountMinor, draft.Currency);
        if (script == SandboxScript.NeverArrived)
        {
            return new SendOutcome.Unknown(NoAnswer);
        }

        var nowMs = NowMs();
        script = script == SandboxScript.FundsUsedUp && !await IsFirstAsync(account, draft, nowMs, limit).ConfigureAwait(false) ? SandboxScript.Normal : script;
        await rail.ChangeAsync(account.Id, Direction.Payout, draft.Reference, found => SandboxStory.Send(
            found ?? Fresh(account, Direction.Payout, draft.Reference, draft.AmountMinor, draft.Currency, nowMs),
            script, nowMs, SandboxSettings.PayoutDelay(account)), limit).ConfigureAwait(false);

        if (script == SandboxScript.EarlyCallback)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(SandboxSteering.AnswerAfterCallbackMs), time, limit).ConfigureAwait(false);
        }

        return script == SandboxScript.Decline ? new SendOutcome.Declined("The rail declined the payout.")
            : script == SandboxScript.ChannelTrouble ? new SendOutcome.Declined("The rail is in trouble.", Scope: DeclineScope.Channel)
            : script == SandboxScript.FundsUsedUp || await LacksFundsAsync(account, draft, limit).ConfigureAwait(false)
                ? new SendOutcome.Declined(FundsUsedUp, Scope: DeclineScope.Funds)
            : TimesOut(account, script) ? new SendOutcome.Unknown(NoAnswer)
            : new SendOutcome.Accepted();
    }

    public async Task<IReadOnlyList<Observation>> AnswerAsync(ChannelAccount account, QueryTarget target, CancellationToken limit)
    {
        var order = await rail.FindAsync(account.Id, target.Direction, target.Reference, limit).ConfigureAwait(false);
        if (order is null)
        {
            // The rail takes money for all our numbers without having been told of each.
            return [Say(IsOurNumber(account, target) ? ObservationKind.Pending : ObservationKind.NotFound, target)];
        }

        if (order.Script == SandboxScript.NeverAnswers)
        {
            return [Say(ObservationKind.Unreachable, target) with { Reason = NoAnswer }];
        }

        var way = SandboxWays.Find(account.Country, target.Direction, target.Way);
        return order.Movements.Count > 0 ? SandboxCallback.ObserveAll(account, order)
            : [Say(ObservationKind.Pending, target) with
            {
                Instruction = order.InstructionValue.Length == 0 || way is null ? null : Instruct(account, way, null, order.InstructionValue),
            }];
    }

    /// <summary>Every account has a holder, named after its last digits, unless its number asks for something else.</summary>
    public async Task<AccountOutcome> TellHolderAsync(ChannelAccount account, AccountEnquiry enquiry, CancellationToken limit)
    {
        // Asked as for everything else, so that a bank that is down verifies nothing.
        await rail.FindAsync(account.Id, Direction.Payout, enquiry.AccountNo, limit).ConfigureAwait(false);
        return SandboxSteering.AnswerOf(enquiry.AccountNo) switch
        {
            SandboxAccountAnswer.NotFound => new AccountOutcome.NotFound("the bank has no such account"),
            SandboxAccountAnswer.NoAnswer => new AccountOutcome.Unknown(NoAnswer),
            _ => new AccountOutcome.Found($"SANDBOX {enquiry.AccountNo[^Math.Min(4, enquiry.AccountNo.Length)..]}"),
        };
    }

    /// <summary>Whether a payout comes for the first time, with whichever reference: somebody brings money meanwhile. A row under its number remembers it.</summary>
    private async Task<bool> IsFirstAsync(ChannelAccount account, PayoutDraft draft, long nowMs, CancellationToken limit)
    {
        var seen = await rail.ChangeAsync(
            account.Id, Direction.Payout, $"FUNDS-{draft.Number}",
            found => (found ?? Fresh(account, Direction.Payout, $"FUNDS-{draft.Number}", 0, draft.Currency, nowMs)) with { State = SandboxState.Failed, Sends = (found?.Sends ?? 0) + 1 },
            limit).ConfigureAwait(false);
        return seen?.Sends == 1;
    }

    /// <summary>First written down, then counted: two at once may both be declined, but never take more than there is.</summary>
    private async Task<bool> LacksFundsAsync(ChannelAccount account, PayoutDraft draft, CancellationToken limit) =>
        SandboxSettings.PayoutFunds(account) is { } funds
        && funds + await rail.BalanceAsync(account.Id, Direction.Payout, "", limit).ConfigureAwait(false) < 0
        && await TakeBackAsync(account, Direction.Payout, draft.Reference, FundsUsedUp, limit).ConfigureAwait(false);

    private Task<string> MakeValueAsync(ChannelAccount account, SandboxWay way, PayInDraft draft, CancellationToken limit) =>
        way.Shape is { } shape
            ? TakeNumberAsync(account, shape, draft.Reference, limit)
            : Task.FromResult(way.ValueOf(account, draft));

    /// <summary>A number of the rail's own, for this reference alone: the row under the number is the lock, and keeps it taken.</summary>
    private async Task<string> TakeNumberAsync(ChannelAccount account, NumberShape shape, string reference, CancellationToken limit)
    {
        for (var attempt = 0; attempt < 16; attempt++)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Id}|{reference}|{attempt}"));
            var number = shape.Own(account, BinaryPrimitives.ReadUInt64BigEndian(hash));
            var row = await rail.ChangeAsync(account.Id, Direction.PayIn, number, found => found is not null ? null
                : Fresh(account, Direction.PayIn, number, 0, account.Currency, NowMs()) with { AliasOf = reference },
                limit).ConfigureAwait(false);
            if (row?.AliasOf == reference)
            {
                return number;
            }
        }

        throw new InvalidOperationException("The rail has no free number left.");
    }

    public static PaymentInstruction Instruct(ChannelAccount account, SandboxWay way, PayInDraft? draft, string value) => new()
    {
        Kind = way.Instruction!.Kind,
        Value = value,
        BeneficiaryName = string.IsNullOrEmpty(draft?.MerchantName) ? "Paypro Sandbox" : draft.MerchantName,
        Bank = way.BankOf(account),
    };

    public static SandboxOrder Fresh(
        ChannelAccount account, Direction direction, string reference, long amountMinor, string currency, long nowMs) => new()
    {
        AccountId = account.Id,
        Direction = direction,
        Reference = reference,
        AmountMinor = amountMinor,
        Currency = currency,
        CreatedAtMs = nowMs,
    };

    public static Observation Say(ObservationKind kind, QueryTarget target) =>
        new() { Kind = kind, Direction = target.Direction, Reference = target.Reference };

    private bool TimesOut(ChannelAccount account, SandboxScript script) =>
        faults[account.Id].TimeoutAfterAcceptance || script is SandboxScript.TimeoutAfterAcceptance or SandboxScript.NeverAnswers;

    private static bool IsOurNumber(ChannelAccount account, QueryTarget target) => target.Direction == Direction.PayIn
        && SandboxWays.Find(account.Country, Direction.PayIn, target.Way)?.IsOurs(account, target.Reference) == true;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
