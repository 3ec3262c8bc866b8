using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Sandbox;

/// <summary>
/// A channel to a bank that does not exist, written like one to a bank that does: what it knows of the rail, it knows through the
/// rail's answers and callbacks alone.
/// </summary>
/// <param name="rail">The bank's memory.</param>
/// <param name="faults">How the bank misbehaves.</param>
/// <param name="time">The clock.</param>
public sealed class SandboxChannel(ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time) : IChannel
{
    /// <summary>Base 32 (RFC 4648): 16 bytes become 26 characters that every rail's rules allow.</summary>
    private const string ReferenceAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public ChannelTraits Traits { get; } = new()
    {
        Ways = [.. SandboxWays.Table.Select(way => new WayOffer(
            way.Country, way.Direction, way.Way, way.Direction == Direction.PayIn ? InstructionMode.Local : InstructionMode.Remote))],
        PayoutFinality = TimeSpan.FromMinutes(1),
        PayInFinality = TimeSpan.FromMinutes(1),
        RepeatIsHarmless = false,
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account) => SandboxSettings.Check(account);

    /// <inheritdoc/>
    public InstructionMode ModeFor(ChannelAccount account, string way)
    {
        _ = PayInWay(account, way);
        return SandboxSettings.IsRemote(account) ? InstructionMode.Remote : InstructionMode.Local;
    }

    /// <inheritdoc/>
    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => "SI" + Encode(random);

    /// <summary>SPEI's tracking key: at most 30 characters <c>A-Z0-9</c>.</summary>
    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => "SO" + Encode(random);

    /// <inheritdoc/>
    public NumberSpace? NumberSpaceFor(ChannelAccount account, string way) =>
        ModeFor(account, way) == InstructionMode.Remote ? null : PayInWay(account, way).Shape?.Space(account);

    /// <inheritdoc/>
    public PaymentInstruction IssueLocally(ChannelAccount account, PayInDraft draft)
    {
        var way = PayInWay(account, draft.Way);
        if (way.Shape is { } shape && !shape.Fits(account, draft.Reference))
        {
            throw new ArgumentException($"The reference is no {shape.Kind} number of the channel account {account.Id}.", nameof(draft));
        }

        return Instruct(account, way, draft, draft.Reference);
    }

    /// <inheritdoc/>
    public Task<InstructionOutcome> RequestInstructionAsync(ChannelAccount account, PayInDraft draft, CancellationToken cancellation) =>
        CallAsync<InstructionOutcome>(
            account, limit => AskAsync(account, draft, limit), why => new InstructionOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<SendOutcome> SendPayoutAsync(ChannelAccount account, PayoutDraft draft, CancellationToken cancellation) =>
        CallAsync<SendOutcome>(account, limit => SendAsync(account, draft, limit), why => new SendOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Observation>> QueryAsync(ChannelAccount account, QueryTarget target, CancellationToken cancellation) =>
        CallAsync(
            account, limit => AnswerAsync(account, target, limit),
            why => [Say(ObservationKind.Unreachable, target) with { Reason = why }], cancellation);

    /// <inheritdoc/>
    public CallbackReading ReadCallback(ChannelAccount account, CallbackRequest request) => SandboxCallback.Read(account, request);

    private async Task<InstructionOutcome> AskAsync(ChannelAccount account, PayInDraft draft, CancellationToken limit)
    {
        var way = PayInWay(account, draft.Way);
        var script = SandboxSteering.ScriptOf(Direction.PayIn, draft.AmountMinor, draft.Currency);
        if (script == SandboxScript.NeverArrived)
        {
            return new InstructionOutcome.Unknown("The rail did not answer in time.");
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var number = script == SandboxScript.Decline ? "" : await TakeNumberAsync(account, way, draft.Reference, limit).ConfigureAwait(false);
        await rail.ChangeAsync(account.Id, Direction.PayIn, draft.Reference, found =>
        {
            var order = (found ?? Fresh(account, Direction.PayIn, draft.Reference, draft.AmountMinor, draft.Currency, nowMs)) with
            {
                Script = script, InstructionKind = way.InstructionKind, InstructionValue = number, Sends = (found?.Sends ?? 0) + 1,
            };
            return script == SandboxScript.Decline && order.State == SandboxState.Open
                ? SandboxStory.Fail(order, nowMs, "The rail declined the payment.") : order;
        }, limit).ConfigureAwait(false);

        return script == SandboxScript.Decline ? new InstructionOutcome.Declined("The rail declined the payment.")
            : TimesOut(account, script) ? new InstructionOutcome.Unknown("The rail did not answer in time.")
            : new InstructionOutcome.Accepted(Instruct(account, way, draft, number));
    }

    private async Task<SendOutcome> SendAsync(ChannelAccount account, PayoutDraft draft, CancellationToken limit)
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

    private async Task<IReadOnlyList<Observation>> AnswerAsync(ChannelAccount account, QueryTarget target, CancellationToken limit)
    {
        var order = await rail.FindAsync(account.Id, target.Direction, target.Reference, limit).ConfigureAwait(false);
        if (order is null)
        {
            // The rail takes money for all our numbers without having been told of each.
            var isOurNumber = target.Direction == Direction.PayIn && !SandboxSettings.IsRemote(account)
                && SandboxWays.Find(account.Country, Direction.PayIn, target.Way)?.Shape?.Fits(account, target.Reference) == true;
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

    /// <summary>A number of the rail's own, for this reference alone: the row under the number is the lock, and keeps it taken.</summary>
    private async Task<string> TakeNumberAsync(ChannelAccount account, SandboxWay way, string reference, CancellationToken limit)
    {
        var shape = way.Shape ?? throw new InvalidOperationException($"The way {way.Way} has no numbers.");
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

    /// <summary>Bounds a call and turns everything that can go wrong on the way into an unknown outcome.</summary>
    private async Task<T> CallAsync<T>(
        ChannelAccount account, Func<CancellationToken, Task<T>> call, Func<string, T> unknown, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Traits.CallTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var answer = await call(limit.Token).ConfigureAwait(false);
            var delay = SandboxSettings.AnswerDelay(account);
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time, limit.Token).ConfigureAwait(false);
            }

            return answer;
        }
        catch (OperationCanceledException)
        {
            return unknown("The rail did not answer in time.");
        }
        catch (Exception fault)
        {
            return unknown($"The rail could not be reached ({fault.GetType().Name}).");
        }
    }

    private bool TimesOut(ChannelAccount account, SandboxScript script) =>
        faults[account.Id].TimeoutAfterAcceptance || script is SandboxScript.TimeoutAfterAcceptance or SandboxScript.NeverAnswers;

    private static SandboxWay PayInWay(ChannelAccount account, string way) =>
        SandboxWays.Find(account.Country, Direction.PayIn, way)
        ?? throw new ArgumentException($"The channel sandbox has no way {way} in {account.Country}.", nameof(way));

    private static PaymentInstruction Instruct(ChannelAccount account, SandboxWay way, PayInDraft? draft, string value) => new()
    {
        Kind = way.InstructionKind,
        Value = value,
        BeneficiaryName = string.IsNullOrEmpty(draft?.MerchantName) ? "Paypro Sandbox" : draft.MerchantName,
        Bank = account.Settings.GetValueOrDefault(way.BankSetting.Name) ?? way.BankSetting.Default,
    };

    internal static SandboxOrder Fresh(
        ChannelAccount account, Direction direction, string reference, long amountMinor, string currency, long nowMs) => new()
    {
        AccountId = account.Id,
        Direction = direction,
        Reference = reference,
        AmountMinor = amountMinor,
        Currency = currency,
        CreatedAtMs = nowMs,
    };

    private static Observation Say(ObservationKind kind, QueryTarget target) =>
        new() { Kind = kind, Direction = target.Direction, Reference = target.Reference };

    private static string Encode(ReadOnlySpan<byte> random)
    {
        if (random.Length < 16)
        {
            throw new ArgumentException("A reference needs at least 16 random bytes.", nameof(random));
        }

        var bits = BinaryPrimitives.ReadUInt128BigEndian(random);
        return string.Create(26, bits, static (text, bits) =>
        {
            for (var i = 0; i < text.Length; i++, bits >>= 5)
            {
                text[i] = ReferenceAlphabet[(int)(bits & 31)];
            }
        });
    }
}
