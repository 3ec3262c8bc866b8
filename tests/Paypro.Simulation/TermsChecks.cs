using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>Prices every order again at the version of terms that held when it was made, and adds up what was withheld of it.</summary>
internal sealed class TermsChecks
{
    /// <summary>A receipt of less may not bring what it costs.</summary>
    private const long SurelyEnoughMinor = 20_00;

    private readonly List<TermsRow> _versions = [];
    private readonly Dictionary<OrderKey, long> _withheldMinor = [];
    private readonly Dictionary<short, long> _withheldInBucketMinor = [];
    private readonly Dictionary<OrderKey, long> _leastReceiptMinor = [];

    public void Begin(PayproContext context) => _versions.AddRange(context.Terms.AsNoTracking());

    public void Take(BatchState state)
    {
        foreach (var row in state.Withholdings.With(RowFate.Inserted))
        {
            if (!_versions.Exists(v => v.Id == row.TermsId && v.WithholdingBasisPoints > 0))
            {
                throw new ViolationException(Checks.Withheld, $"transfer {row.TransferNo} withheld {row.WithheldMinor} under version {row.TermsId} of terms, which withholds nothing");
            }

            var key = new OrderKey(row.Bucket, row.OrderId);
            _withheldMinor[key] = _withheldMinor.GetValueOrDefault(key) + row.WithheldMinor;
            _withheldInBucketMinor[row.Bucket] = _withheldInBucketMinor.GetValueOrDefault(row.Bucket) + row.WithheldMinor;
        }

        foreach (var receipt in state.Statements.With(RowFate.Inserted).Concat(state.Statements.With(RowFate.Updated)))
        {
            if (receipt is { Kind: ObservationKind.Paid, BookedAtMs: > 0, OrderId: not 0 })
            {
                var key = new OrderKey(receipt.Bucket, receipt.OrderId);
                _leastReceiptMinor[key] = Math.Min(_leastReceiptMinor.GetValueOrDefault(key, long.MaxValue), receipt.AmountMinor);
            }
        }
    }

    /// <summary>What stands on the account of withheld tax is what the lines of the certificates say.</summary>
    public void CheckWithheld(AccountRow account)
    {
        if (account.BalanceMinor != _withheldInBucketMinor.GetValueOrDefault(account.Bucket))
        {
            throw new ViolationException(Checks.Withheld, $"{account.BalanceMinor} are withheld in bucket {account.Bucket}, its lines say {_withheldInBucketMinor.GetValueOrDefault(account.Bucket)}");
        }
    }

    public void Check(OrderRow order)
    {
        var priced = order.Direction == Direction.Refund ? Direction.PayIn : order.Direction;
        var holds = _versions
            .Where(v => v.MerchantNo == order.MerchantNo && v.Direction == priced && v.ValidFromMs <= order.CreatedAtMs)
            .OrderByDescending(v => v.ValidFromMs).ThenByDescending(v => v.Id).FirstOrDefault();
        if (order.TermsId != (holds?.Id ?? 0))
        {
            throw new ViolationException(Checks.Terms, $"{order.Direction} {order.Number} was made under version {holds?.Id} of terms, and is priced at {order.TermsId}");
        }

        // What a refund gave back of it stands on its pay-in's lines.
        if (order.Direction != Direction.Refund && (order.WithheldMinor != _withheldMinor.GetValueOrDefault(order.Key) || order.WithheldMinor < 0))
        {
            throw new ViolationException(Checks.Withheld, $"{order.Direction} {order.Number} says that {order.WithheldMinor} are withheld, its lines say {_withheldMinor.GetValueOrDefault(order.Key)}");
        }

        if (holds is null || Priced(order) is not { } minor)
        {
            return;
        }

        var fee = order.Direction == Direction.Refund ? Share(minor, holds.RefundBasisPoints) + holds.RefundFixedMinor : Share(minor, holds.BasisPoints) + holds.FixedMinor;
        if (order.FeeMinor != fee || order.TaxMinor != Share(fee, holds.TaxBasisPoints))
        {
            throw new ViolationException(Checks.Terms, $"{order.Direction} {order.Number} of {minor} costs {order.FeeMinor} and {order.TaxMinor}, by version {holds.Id} the fee is {fee}");
        }
    }

    /// <summary>What the whole price of an order is of; null while it is not known from the order alone.</summary>
    private long? Priced(OrderRow order) => order switch
    {
        { Direction: Direction.Payout or Direction.Refund, State: OrderState.Pending or OrderState.Paid } => order.AmountMinor,
        { Direction: Direction.PayIn, PaidMinor: > 0, ReturnedMinor: 0 } when _leastReceiptMinor.GetValueOrDefault(order.Key) >= SurelyEnoughMinor => order.PaidMinor,
        _ => null,
    };

    private static long Share(long minor, int basisPoints) => (long)Math.Round(minor * basisPoints / 10_000m, MidpointRounding.AwayFromZero);
}
