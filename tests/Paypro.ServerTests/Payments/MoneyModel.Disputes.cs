using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>Payments that somebody disputes.</summary>
internal sealed partial class MoneyModel
{
    private readonly List<Dispute> disputes = [];

    /// <summary>The amount is reserved of the order, and held as far as it is there: first what of the order is not available yet.</summary>
    private async Task DisputeAsync(PayIn order, long amountMinor)
    {
        var opened = await shop.DisputeAsync(order.Placed, amountMinor);
        Assert.True(amountMinor <= order.LeftMinor || opened is null, "More is disputed than there is.");
        if (opened is null)
        {
            return;
        }

        var taken = Take(order, amountMinor);
        var fromAvailable = Math.Min(Expected.Available, amountMinor - taken.Sum(t => t.Minor));
        var heldMinor = fromAvailable + taken.Sum(t => t.Minor);
        Expected = Expected with { Available = Expected.Available - fromAvailable, Held = Expected.Held + heldMinor };
        order.DisputedMinor += amountMinor;
        order.Disputes.Add(new Dispute(opened, order, receiptsOnAWay.GetValueOrDefault(opened.ReceiptKey, order.OrderFee), taken) { HeldMinor = heldMinor });
        disputes.Add(order.Disputes[^1]);
    }

    private async Task EndAsync(Dispute dispute, bool isWon)
    {
        var done = await shop.EndDisputeAsync(dispute.Opened, isWon);
        Assert.Equal(dispute.State == 'o' || dispute.State == (isWon ? 'w' : 'l'), done);
        if (dispute.State != 'o')
        {
            return;
        }

        var order = dispute.Of;
        if (!isWon)
        {
            Goes(order, dispute.Receipt, [(dispute, dispute.LeftMinor)], dispute.LeftMinor, isTold: false);
            return;
        }

        dispute.State = 'w';
        order.DisputedMinor -= dispute.LeftMinor;
        Expected = Expected with { Held = Expected.Held - dispute.HeldMinor };
        var leftMinor = dispute.HeldMinor;
        foreach (var (later, minor) in dispute.Taken)
        {
            Put(order, later, Math.Min(minor, leftMinor));
            leftMinor -= Math.Min(minor, leftMinor);
        }

        dispute.HeldMinor = 0;
        Credit(leftMinor);
    }

    /// <summary>Which disputes a return of the rail is for, and how much of it was booked when they were lost.</summary>
    private static (List<(Dispute Dispute, long Minor)> New, long AgainMinor) Match(PayIn order, long amountMinor)
    {
        var (parts, again) = (new List<(Dispute, long)>(), 0L);
        foreach (var dispute in order.Disputes.Where(d => d.ExpectedMinor > 0).OrderBy(d => d.ExpectedMinor == amountMinor ? 0 : 1).ThenBy(d => d.State == 'l' ? 0 : 1).ToList())
        {
            var minor = Math.Min(dispute.ExpectedMinor, amountMinor);
            amountMinor -= minor;
            again += dispute.State == 'l' ? minor : 0;
            if (minor > 0)
            {
                parts.Add((dispute, minor));
            }
        }

        return (parts, again);
    }

    /// <summary>Money is gone: what disputes hold first, then what of the order is not available yet, then available, and the rest is owed.</summary>
    private void Goes(PayIn order, TermsRow fee, IReadOnlyList<(Dispute Dispute, long Minor)> parts, long amountMinor, bool isTold)
    {
        foreach (var (dispute, minor) in parts.Where(p => p.Dispute.State == 'l'))
        {
            dispute.ToldMinor += minor;
        }

        if (amountMinor == 0)
        {
            return;
        }

        var withheld = WithheldOf(order, amountMinor);
        var (costs, lacksMinor) = (0L, amountMinor);
        foreach (var (dispute, minor) in parts.Where(p => p.Dispute.State == 'o'))
        {
            var heldMinor = Math.Min(dispute.HeldMinor, minor);
            Expected = Expected with { Held = Expected.Held - heldMinor };
            lacksMinor -= heldMinor;
            dispute.HeldMinor -= heldMinor;
            dispute.GoneMinor += minor;
            dispute.ToldMinor += isTold ? minor : 0;
            order.DisputedMinor -= minor;
            if (dispute.LeftMinor == 0)
            {
                dispute.State = 'l';
                costs += dispute.Opened.FeeMinor + dispute.Opened.TaxMinor;
            }
        }

        order.ReturnedMinor += amountMinor;
        order.HasLess();
        if (order.ReturnedMinor == order.PaidMinor && fee.ReturnsFee)
        {
            lacksMinor -= order.FeeMinor + order.TaxMinor;
            order.Uncharge();
        }

        Withhold(order, -withheld);
        lacksMinor -= withheld;
        Credit(-(lacksMinor - Take(order, lacksMinor).Sum(t => t.Minor) + costs));
    }

    /// <summary>Open, won, lost.</summary>
    private sealed class Dispute(DisputeRow opened, PayIn of, TermsRow receipt, List<(Later Later, long Minor)> taken)
    {
        public DisputeRow Opened => opened;
        public PayIn Of => of;

        /// <summary>The price of the disputed payment.</summary>
        public TermsRow Receipt => receipt;
        public List<(Later Later, long Minor)> Taken => taken;
        public long HeldMinor { get; set; }
        public long GoneMinor { get; set; }
        public long ToldMinor { get; set; }
        public char State { get; set; } = 'o';
        public long LeftMinor => opened.AmountMinor - GoneMinor;
        public long ExpectedMinor => State == 'w' ? 0 : opened.AmountMinor - ToldMinor;
    }
}
