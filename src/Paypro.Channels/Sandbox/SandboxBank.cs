using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Sandbox;

/// <summary>The bank's side of the calls: what it remembers, what it answers, and when it leaves us without an answer.</summary>
internal sealed class SandboxBank(ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time)
{
    public async Task<InstructionOutcome> AskAsync(ChannelAccount account, PayInDraft draft, CancellationToken limit)
    {
        var way = SandboxWays.PayIn(account, draft.Way);
        var script = SandboxSteering.ScriptOf(Direction.PayIn, draft.AmountMinor, draft.Currency);
        if (script == SandboxScript.NeverArrived)
        {
            return new InstructionOutcome.Unknown("The rail did not answer in time.");
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var number = script == SandboxScript.Decline ? "" : await MakeValueAsync(account, way, draft, limit).ConfigureAwait(false);
        await rail.ChangeAsync(account.Id, Direction.PayIn, draft.Reference, found =>
        {
            var order = (found ?? Fresh(account, Direction.PayIn, draft.Reference, draft.AmountMinor, draft.Currency, nowMs)) with
            {
                Script = script, InstructionKind = way.Instruction!.Kind, InstructionValue = number, Sends = (found?.Sends ?? 0) + 1,
            };
            return script == SandboxScript.Decline && order.State == SandboxState.Open
                ? SandboxStory.Fail(order, nowMs, "The rail declined the payment.") : order;
        }, limit).ConfigureAwait(false);

        return script == SandboxScript.Decline ? new InstructionOutcome.Declined("The rail declined the payment.")
            : TimesOut(account, script) ? new InstructionOutcome.Unknown("The rail did not answer in time.")
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
            return new SendOutcome.Unknown("The rail did not answer in time.");
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        await rail.ChangeAsync(account.Id, Direction.Payout, draft.Reference, found => SandboxStory.Send(
            found ?? Fresh(account, Direction.Payout, draft.Reference, draft.AmountMinor, draft.Currency, nowMs),
            script, nowMs, SandboxSettings.PayoutDelay(account)), limit).ConfigureAwait(false);

        return script == SandboxScript.Decline ? new SendOutcome.Declined("The rail declined the payout.")
            : TimesOut(account, script) ? new SendOutcome.Unknown("The rail did not answer in time.")
            : new SendOutcome.Accepted();
    }

    public async Task<IReadOnlyList<Observation>> AnswerAsync(ChannelAccount account, QueryTarget target, CancellationToken limit)
    {
        var order = await rail.FindAsync(account.Id, target.Direction, target.Reference, limit).ConfigureAwait(false);
        if (order is null)
        {
            // The rail takes money for all our numbers without having been told of each.
            var isOurNumber = target.Direction == Direction.PayIn
                && SandboxWays.Find(account.Country, Direction.PayIn, target.Way)?.IsOurs(account, target.Reference) == true;
            return [Say(isOurNumber ? ObservationKind.Pending : ObservationKind.NotFound, target)];
        }

        if (order.Script == SandboxScript.NeverAnswers)
        {
            return [Say(ObservationKind.Unreachable, target) with { Reason = "The rail did not answer in time." }];
        }

        var way = SandboxWays.Find(account.Country, target.Direction, target.Way);
        return order.Movements.Count > 0 ? [.. order.Movements.Select(movement => SandboxCallback.Observe(order, movement))]
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
            SandboxAccountAnswer.NoAnswer => new AccountOutcome.Unknown("The rail did not answer in time."),
            _ => new AccountOutcome.Found($"SANDBOX {enquiry.AccountNo[^Math.Min(4, enquiry.AccountNo.Length)..]}"),
        };
    }

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
                : Fresh(account, Direction.PayIn, number, 0, account.Currency, time.GetUtcNow().ToUnixTimeMilliseconds()) with { AliasOf = reference },
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
}
