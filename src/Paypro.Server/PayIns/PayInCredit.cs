using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Money becomes a merchant's: the one booking of a pay-in's receipt, whether the rail named the order, a person assigned it, or an
/// operator settled an order with less than it asked for.
/// </summary>
/// <param name="bucket">Of the order.</param>
/// <param name="merchantNo">Whose order it is.</param>
/// <param name="currency">Of the order.</param>
/// <param name="terms">The price of this money.</param>
/// <param name="rules">Of its country: they say when it becomes available.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
/// <param name="holds">Whether all of it is held until two people release it (<see cref="OrderExceptions.HoldsMoney"/>).</param>
internal readonly struct PayInCredit(short bucket, long merchantNo, Currency currency, Terms terms, BookingRules rules, long nowMs, bool holds)
{
    /// <summary>When it becomes available, <c>yyyyMMdd</c>; 0 = at once.</summary>
    private readonly int _dueDate = holds ? EntryRow.UntilReleased : rules.DueDate(terms, nowMs);

    /// <summary>When what is held of it as a reserve does; 0 = nothing is.</summary>
    private readonly int _reserveDate = holds ? 0 : rules.ReserveDate(terms, nowMs);
    private readonly AccountKey _available = AccountId.Merchant(bucket, merchantNo, AccountKind.Available, currency);
    private readonly AccountKey _receivable = AccountId.Merchant(bucket, merchantNo, AccountKind.Receivable, currency);
    private readonly AccountKey _later = AccountId.Merchant(bucket, merchantNo, holds ? AccountKind.Held : AccountKind.Unsettled, currency);
    private readonly AccountKey _held = AccountId.Merchant(bucket, merchantNo, AccountKind.Held, currency);
    private readonly AccountKey _suspense = AccountId.Platform(bucket, AccountKind.Suspense, currency);
    private readonly AccountKey _fees = AccountId.Platform(bucket, AccountKind.Fees, currency);
    private readonly AccountKey _tax = AccountId.Platform(bucket, AccountKind.Tax, currency);
    private readonly AccountKey _taxWithheld = AccountId.Platform(bucket, AccountKind.TaxWithheld, currency);

    public void Declare(Needs needs)
    {
        needs.Chains.Add(bucket);
        needs.Accounts.Add(_suspense);
        needs.Accounts.Add(_fees);
        needs.Accounts.Add(_tax);
        if (_dueDate == 0)
        {
            needs.Accounts.Add(_available);
            needs.Accounts.Add(_receivable);
        }
        else
        {
            needs.Accounts.Add(_later);
            needs.SettlementDues.Add(new SettlementDueKey(bucket, _later.Id, _dueDate));
        }

        if (_reserveDate != 0)
        {
            needs.Accounts.Add(_held);
            needs.SettlementDues.Add(new SettlementDueKey(bucket, _held.Id, _reserveDate));
        }

        if (terms.WithholdingBasisPoints > 0)
        {
            needs.Accounts.Add(_taxWithheld);
        }
    }

    /// <summary>
    /// Books it, with what waited in suspense for the rest: fee and tax, then what is withheld, then the reserve, and the rest is the merchant's.
    /// </summary>
    /// <param name="state">The batch.</param>
    /// <param name="order">Gets the fee and its tax, and what is withheld.</param>
    /// <param name="cause">Of the transfer.</param>
    /// <param name="from">Where the new money comes from, as a negative leg; none where only what waited is settled.</param>
    /// <param name="amountMinor">The new money.</param>
    /// <param name="cost">What the rail charges for it; none where it was booked before.</param>
    public TransferRow Post(BatchState state, ref OrderRow order, in TransferCause cause, Leg from, long amountMinor, Leg cost = default)
    {
        var broughtMinor = checked(amountMinor + order.SuspenseMinor);
        var (fee, tax) = PayInBooking.Price(order, terms, checked(order.PaidMinor + broughtMinor), broughtMinor);
        var withheld = terms.WithheldOf(broughtMinor, broughtMinor - fee - tax);
        var netMinor = broughtMinor - fee - tax - withheld;
        var reserve = _reserveDate == 0 ? 0 : terms.ReserveOf(broughtMinor, netMinor, state.Accounts.Get(_held).BalanceMinor);
        var (repay, credit) = _dueDate == 0
            ? Journal.CreditAvailable(state, _available, _receivable, netMinor - reserve)
            : (None, new Leg(_later, netMinor - reserve, _dueDate));
        var held = new Leg(_held, reserve, _reserveDate);
        var (waited, feeLeg, taxLeg, withheldLeg) = (new Leg(_suspense, -order.SuspenseMinor), new Leg(_fees, fee), new Leg(_tax, tax), new Leg(_taxWithheld, withheld));
        order = order with
        {
            FeeMinor = order.FeeMinor + fee,
            TaxMinor = order.TaxMinor + tax,
            WithheldMinor = order.WithheldMinor + withheld,
            WithheldTermsId = withheld == 0 ? order.WithheldTermsId : terms.Id,
        };
        if (holds)
        {
            order = Held(state, order, cause, netMinor);
        }

        var transfer = from.Account == _suspense
            ? Journal.Post(state, cause, new Leg(_suspense, from.AmountMinor + waited.AmountMinor), repay, credit, held, feeLeg, taxLeg, withheldLeg, Or(cost))
            : Journal.Post(state, cause, Or(from), waited, repay, credit, held, feeLeg, taxLeg, withheldLeg, Or(cost));
        Withholding.Store(state, transfer, order, terms.Id, cause.ValueDate, broughtMinor, withheld);
        return transfer;
    }

    private OrderRow Held(BatchState state, OrderRow order, in TransferCause cause, long netMinor)
    {
        state.Raise(new CaseRow
        {
            Bucket = bucket,
            Kind = CaseKind.HeldPayIn,
            Subject = order.Number,
            Severity = CaseSeverity.Today,
            OrderId = order.Id,
            AmountMinor = netMinor,
            Currency = order.Currency,
            Text = $"Pay-in {order.Number} is paid, and what it brought is held: its payer is on the block list, or a rule says so. The merchant was told success. Release it, or give it back.",
        });
        return (order with { Exceptions = order.Exceptions | OrderExceptions.HoldsMoney }).Happened(state, EventType.MoneyHeld, cause.Cause, nowMs);
    }

    private Leg None => new(_suspense, 0);

    private Leg Or(Leg leg) => leg.AmountMinor == 0 ? None : leg;
}
