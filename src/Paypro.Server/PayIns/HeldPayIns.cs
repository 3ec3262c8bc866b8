using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Whose money a merchant may take. A pay-in whose payer is on the block list is not begun; one that was begun before, or that somebody else on the list has paid, is credited, since the
/// money is there, and what it brought is held until two people release it.
/// </summary>
internal sealed class HeldPayIns(SnapshotStore snapshots, PersonMarks marks, OrderQueries queries, People people, Senders senders, ILogger<HeldPayIns> log)
{
    private const long SlackMs = 600_000;

    /// <summary>Why a new pay-in is refused, naming the field; null when it is not.</summary>
    public string? Refusal(Snapshot snapshot, Merchant merchant, RequestFields fields, Person person) =>
        Hits(snapshot, merchant.No, merchant.Country.IsoCode, person) is { } hit ? fields.Operation.Says(hit.Role, "is not accepted") : null;

    /// <summary>Whether somebody is on the list.</summary>
    public PersonMark? Hits(Snapshot snapshot, long merchantNo, string country, Person person) =>
        snapshot.Blocked.HasNewer(merchantNo, country, 0) ? snapshot.Blocked.Hit(merchantNo, marks.Of(country, person)) : null;

    /// <summary>The same of money that waits in suspense, whose sender was stored with it.</summary>
    public Task<bool> HoldsAsync(OrderRow payIn, StatementRow receipt)
    {
        Person? sender = null;
        try
        {
            sender = senders.Open(receipt)?.Person;
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            log.LogError(error, "The sender of the money for {Number} cannot be read", payIn.Number);
        }

        return HoldsAsync(payIn, sender);
    }

    /// <summary>
    /// Whether who pays an order now is on the list: who sent the money, as its rail says, since when ever he stands there, and its payer, as the merchant told. That one was looked for when it
    /// was begun. Only where something was entered since, or shortly before, is he looked up: the pictures of the nodes may have been some seconds old then, and their clocks differ.
    /// </summary>
    /// <param name="payIn">The order.</param>
    /// <param name="sender">Who sent the money; null where the rail does not tell.</param>
    public async Task<bool> HoldsAsync(OrderRow payIn, Person? sender)
    {
        if (sender is not null && Hits(snapshots.Current, payIn.MerchantNo, payIn.Country, sender) is not null)
        {
            return true;
        }

        var blocked = snapshots.Current.Blocked;
        if (!blocked.HasNewer(payIn.MerchantNo, payIn.Country, payIn.CreatedAtMs - SlackMs))
        {
            return false;
        }

        try
        {
            return await queries.PersonAsync(payIn.Key, CancellationToken.None) is { } row && blocked.Hit(payIn.MerchantNo, marks.Of(payIn.Country, people.Open(row))) is not null;
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            // Nobody knows who paid: it is not held, like that of a payer of whom nothing was told.
            log.LogError(error, "The payer of {Number} cannot be read", payIn.Number);
            return false;
        }
    }
}

/// <summary>What came of releasing a pay-in's money.</summary>
internal enum ReleaseResult
{
    Released,

    /// <summary>Nothing of it is held, or other money than what was decided about.</summary>
    Nothing,

    /// <summary>The order has changed since its shares were read: they have to be read again.</summary>
    Changed,
}

/// <summary>Two people release what a pay-in brought and is held: it is available at once.</summary>
/// <param name="facts">The order.</param>
/// <param name="seen">The order as it was when its shares were read.</param>
/// <param name="notAvailable">What it brought and is not available yet.</param>
/// <param name="action">Who, and why.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ReleasePayIn(AttemptRef facts, OrderRow seen, IReadOnlyList<TakenShare> notAvailable, CaseActionRow action, long nowMs) : WriteCommand<ReleaseResult>
{
    private readonly OrderAccounts _accounts = new(facts);
    private readonly PayInShares _held = new(new OrderAccounts(facts), [.. notAvailable.Where(s => s is { IsReserve: true, DueDate: EntryRow.UntilReleased })]);

    /// <summary>The case that was decided; null where it is given without one.</summary>
    public DecidedCase? Decided { get; init; }

    public override short Bucket => facts.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(facts.Order);
        DecidedCase.Declare(Decided, needs);
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(_accounts.Available);
        needs.Accounts.Add(_accounts.Receivable);
        _held.Declare(needs);
    }

    protected override ReleaseResult Decide(BatchState state)
    {
        var order = state.Orders.Get(facts.Order);
        if (order.EventCount != seen.EventCount)
        {
            return ReleaseResult.Changed;
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.HoldsMoney) || !DecidedCase.Stands(Decided, state))
        {
            return ReleaseResult.Nothing;
        }

        var taken = _held.Take(state, long.MaxValue);
        var amountMinor = taken.Sum(s => s.AmountMinor);
        if (amountMinor > 0)
        {
            var (repay, credit) = Journal.CreditAvailable(state, _accounts.Available, _accounts.Receivable, amountMinor);
            Journal.Post(state, new TransferCause(TransferType.Release, action.Actor, order.Id, null, nowMs, facts.Rules.ValueDate(nowMs)), [.. taken.Select(_held.Out), repay, credit]);
        }

        state.End(Bucket, CaseKind.HeldPayIn, order.Number, "Released.", action.Actor);
        state.CaseActions.Insert(action.Key, action with { OrderId = order.Id, CaseId = CaseKey.Of(Bucket, CaseKind.HeldPayIn, order.Number).Id });
        (order with { Exceptions = order.Exceptions & ~OrderExceptions.HoldsMoney })
            .Happened(state, EventType.MoneyReleased, action.Actor, nowMs, $"{action.Action}, approved by {action.Approver}")
            .Save(state);
        return ReleaseResult.Released;
    }
}
