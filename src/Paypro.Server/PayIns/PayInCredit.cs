using Paypro.Protocol;
using Paypro.Server.Ledger;
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
/// <param name="dueDate">When it becomes available, <c>yyyyMMdd</c>; 0 = at once.</param>
internal readonly struct PayInCredit(short bucket, long merchantNo, Currency currency, Terms terms, int dueDate)
{
    private readonly AccountKey _available = AccountId.Merchant(bucket, merchantNo, AccountKind.Available, currency);
    private readonly AccountKey _receivable = AccountId.Merchant(bucket, merchantNo, AccountKind.Receivable, currency);
    private readonly AccountKey _unsettled = AccountId.Merchant(bucket, merchantNo, AccountKind.Unsettled, currency);
    private readonly AccountKey _suspense = AccountId.Platform(bucket, AccountKind.Suspense, currency);
    private readonly AccountKey _fees = AccountId.Platform(bucket, AccountKind.Fees, currency);
    private readonly AccountKey _tax = AccountId.Platform(bucket, AccountKind.Tax, currency);

    public void Declare(Needs needs)
    {
        needs.Chains.Add(bucket);
        needs.Accounts.Add(_suspense);
        needs.Accounts.Add(_fees);
        needs.Accounts.Add(_tax);
        if (dueDate == 0)
        {
            needs.Accounts.Add(_available);
            needs.Accounts.Add(_receivable);
        }
        else
        {
            needs.Accounts.Add(_unsettled);
            needs.SettlementDues.Add(new SettlementDueKey(bucket, _unsettled.Id, dueDate));
        }
    }

    /// <summary>Books it, with what waited in suspense for the rest.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="order">Gets the fee and its tax.</param>
    /// <param name="cause">Of the transfer.</param>
    /// <param name="from">Where the new money comes from, as a negative leg; none where only what waited is settled.</param>
    /// <param name="amountMinor">The new money.</param>
    /// <param name="cost">What the rail charges for it; none where it was booked before.</param>
    public TransferRow Post(BatchState state, ref OrderRow order, in TransferCause cause, Leg from, long amountMinor, Leg cost = default)
    {
        var broughtMinor = checked(amountMinor + order.SuspenseMinor);
        var (fee, tax) = PayInBooking.Price(order, terms, checked(order.PaidMinor + broughtMinor), broughtMinor);
        var netMinor = broughtMinor - fee - tax;
        var (repay, credit) = dueDate == 0
            ? Journal.CreditAvailable(state, _available, _receivable, netMinor)
            : (None, new Leg(_unsettled, netMinor, dueDate));
        var waited = new Leg(_suspense, -order.SuspenseMinor);
        order = order with { FeeMinor = order.FeeMinor + fee, TaxMinor = order.TaxMinor + tax };
        return from.Account == _suspense
            ? Journal.Post(state, cause, new Leg(_suspense, from.AmountMinor + waited.AmountMinor), repay, credit, new Leg(_fees, fee), new Leg(_tax, tax), Or(cost))
            : Journal.Post(state, cause, Or(from), waited, repay, credit, new Leg(_fees, fee), new Leg(_tax, tax), Or(cost));
    }

    private Leg None => new(_suspense, 0);

    private Leg Or(Leg leg) => leg.AmountMinor == 0 ? None : leg;
}
