using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>What an order costs its merchant.</summary>
internal sealed partial class MoneyModel
{
    /// <summary>
    /// The law of fees, from what the orders hold alone: an order with one price costs the price of the most that it has held since it last held
    /// nothing; where fees stay paid, the price of all that came.
    /// </summary>
    public async Task AssertPricesAsync()
    {
        foreach (var payIn in payIns.Where(p => p is { HasOnePrice: true, LackedForFees: false, WasTakenFrom: false }))
        {
            var order = await shop.OrderAsync(payIn.Placed);
            Assert.Equal(payIn.MostMinor == 0 ? (0, 0) : Price(payIn.Ways[0].Fee, payIn.MostMinor), (order.FeeMinor, order.TaxMinor));
        }
    }

    private sealed class PayIn(Placed placed, TermsRow fee, bool acceptsPartial)
    {
        public Placed Placed => placed;
        public bool AcceptsPartial => acceptsPartial;

        /// <summary>The numbers that the payer holds, and what money costs that comes on each.</summary>
        public List<(Placed Placed, TermsRow Fee)> Ways { get; } = [(placed, fee)];
        public long PaidMinor { get; set; }
        public long HeldMinor { get; set; }
        public long ReturnedMinor { get; set; }
        public long FeeMinor { get; private set; }
        public long TaxMinor { get; private set; }
        public long RefundingMinor { get; set; }
        public long WithheldMinor { get; set; }
        public long DisputedMinor { get; set; }
        public List<Dispute> Disputes { get; } = [];

        /// <summary>What can still go back of it.</summary>
        public long LeftMinor => PaidMinor - ReturnedMinor - RefundingMinor - DisputedMinor;

        /// <summary>What its merchant is told. Once paid it is paid until nothing is left; money that comes then has to be enough again.</summary>
        public string Status { get; private set; } = "0015";

        private bool WasPaid { get; set; }

        private long RestMinor => PaidMinor - ReturnedMinor;

        /// <summary>Something of it is gone, from <see cref="PaidMinor"/> or to <see cref="ReturnedMinor"/>.</summary>
        public void HasLess() => Status = RestMinor == 0 ? "00029" : Status;

        /// <summary>Something came, or came back, and is in the sums already.</summary>
        public void HasMore(bool wasEmpty, bool acceptsPartialPayment)
        {
            WasPaid = (WasPaid && !wasEmpty) || RestMinor >= placed.Order.AmountMinor;
            Status = WasPaid ? "0000" : acceptsPartialPayment ? "0001" : "00029";
        }

        public bool HasOnePrice => Ways.Count == 1;

        /// <summary>The most that it has held since it last held nothing; where fees stay paid, all that came.</summary>
        public long MostMinor { get; private set; }

        /// <summary>Once less came than it cost; what is missing is taken of what comes later.</summary>
        public bool LackedForFees { get; private set; }

        /// <summary>Money came, or came back, and is in <see cref="PaidMinor"/> already: what it costs, never more than it brings.</summary>
        public long Charge(TermsRow row, long broughtMinor)
        {
            var pricedMinor = row.ReturnsFee ? PaidMinor - ReturnedMinor : PaidMinor;
            MostMinor = Math.Max(MostMinor, pricedMinor);
            var (fee, tax) = Price(row, pricedMinor);
            var feeNow = Math.Min(Math.Max(fee - FeeMinor, 0), broughtMinor);
            var taxNow = Math.Min(Math.Max(tax - TaxMinor, 0), broughtMinor - feeNow);
            LackedForFees |= fee - FeeMinor > feeNow || tax - TaxMinor > taxNow;
            (FeeMinor, TaxMinor) = (FeeMinor + feeNow, TaxMinor + taxNow);
            return feeNow + taxNow;
        }

        /// <summary>What was assigned to it: the rail's key and the amount.</summary>
        public List<(string Key, long Minor)> Assigned { get; } = [];

        /// <summary>Assigned money was taken back.</summary>
        public bool WasTakenFrom { get; private set; }

        public bool HasRefunds { get; set; }

        /// <summary>Money that was not meant for it is gone from <see cref="PaidMinor"/> already: the price of what stays is left, and the rest is given back.</summary>
        public long UnchargeFor(TermsRow row, long goneMinor)
        {
            WasTakenFrom = true;
            var staysMinor = row.ReturnsFee ? PaidMinor - ReturnedMinor : PaidMinor;
            var (before, after) = (Price(row, staysMinor + goneMinor), Price(row, staysMinor));
            var fee = staysMinor <= 0 ? FeeMinor : Math.Min(before.FeeMinor - after.FeeMinor, FeeMinor);
            var tax = staysMinor <= 0 ? TaxMinor : Math.Min(before.TaxMinor - after.TaxMinor, TaxMinor);
            (FeeMinor, TaxMinor) = (FeeMinor - fee, TaxMinor - tax);
            return fee + tax;
        }

        /// <summary>All is back, and the fee with it.</summary>
        public void Uncharge() => (FeeMinor, TaxMinor, MostMinor) = (0, 0, 0);

        /// <summary>What it brought that is not available yet.</summary>
        public Dictionary<Later, long> Later { get; } = [];

        /// <summary>The price of the way that was chosen last before any money came.</summary>
        public TermsRow OrderFee { get; set; } = fee;
    }
}
