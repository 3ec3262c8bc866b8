using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>What can happen in a story.</summary>
internal enum Deed
{
    PlacePayIn,
    Pay,
    PayBack,

    /// <summary>Money that named no order, and a person who says which it was meant for.</summary>
    Assign,

    /// <summary>A person finds that such money was not meant for its order after all.</summary>
    TakeBack,

    /// <summary>The payer chooses another way, at another price; the first number stays good.</summary>
    ChangeWay,
    PlacePayout,
    PayoutPaid,
    PayoutFails,
    PayoutReturns,
    Settle,

    /// <summary>The merchant gives a part of a pay-in back.</summary>
    Refund,
    RefundPaid,
    RefundFails,
    RefundReturns,

    /// <summary>Somebody disputes a payment; the rail's return may come before or after it is decided.</summary>
    Dispute,
    DisputeWon,
    DisputeLost,
}

/// <summary>One step of a story.</summary>
/// <param name="Shop">Whose.</param>
/// <param name="Deed">What.</param>
/// <param name="Pick">Which of its orders, modulo their number.</param>
/// <param name="AmountMinor">How much, where it matters.</param>
internal readonly record struct Step(int Shop, Deed Deed, int Pick, long AmountMinor);

/// <summary>
/// Does each step to the server and, in plain arithmetic written from the documentation, to itself. <see cref="Expected"/> is what
/// the merchant must have.
/// </summary>
internal sealed partial class MoneyModel(Shop shop, TermsRow payInFee, TermsRow payoutFee, Holdings start)
{
    private const string OtherWay = "store";
    private static readonly TermsRow OtherWayFee = new() { BasisPoints = 75, FixedMinor = 1_00, TaxBasisPoints = 800, ReturnsFee = true };
    private readonly List<PayIn> payIns = [];
    private readonly List<Payout> payouts = [];
    private readonly Dictionary<string, TermsRow> receiptsOnAWay = [];
    private int keys;
    private int day;

    public Holdings Expected { get; private set; } = start;

    public async Task DoAsync(Step step)
    {
        await PlayAsync(step);
        foreach (var payIn in payIns)
        {
            var told = OrderViews.Of(await shop.OrderAsync(payIn.Placed));
            Assert.Equal((payIn.Status, payIn.Status == "0015" ? null : payIn.PaidMinor - payIn.ReturnedMinor), (told.Status, told.HeldMinor));
        }
    }

    private async Task PlayAsync(Step step)
    {
        switch (step.Deed)
        {
            case Deed.PlacePayIn:
                payIns.Add(new PayIn(await shop.PayInAsync(step.AmountMinor, acceptsPartial: step.Pick % 2 == 0), payInFee, acceptsPartial: step.Pick % 2 == 0));
                break;
            case Deed.Pay when payIns.Count > 0:
                await PayAsync(payIns[step.Pick % payIns.Count], step.Pick, step.AmountMinor);
                break;
            case Deed.PayBack when payIns.Count > 0:
                await PayBackAsync(payIns[step.Pick % payIns.Count], step.Pick, step.AmountMinor);
                break;
            case Deed.Assign when payIns.Count > 0:
                await AssignAsync(payIns[step.Pick % payIns.Count], step.AmountMinor);
                break;
            case Deed.TakeBack when payIns.Count > 0:
                await TakeBackAsync(payIns[step.Pick % payIns.Count], step.Pick);
                break;
            case Deed.ChangeWay when payIns.Count > 0:
                var changed = payIns[step.Pick % payIns.Count];
                if (await shop.ChooseAsync(changed.Placed, OtherWay, OtherWayFee) is { } chosen && changed.Ways.Count == 1)
                {
                    changed.Ways.Add((chosen, OtherWayFee));
                    changed.OrderFee = changed.PaidMinor + changed.HeldMinor == 0 ? OtherWayFee : changed.OrderFee;
                }

                break;
            case Deed.PlacePayout:
                await PlacePayoutAsync(step.AmountMinor);
                break;
            case Deed.PayoutPaid or Deed.PayoutFails or Deed.PayoutReturns when payouts.Count > 0:
                await HearAsync(payouts[step.Pick % payouts.Count], step.Deed);
                break;
            case Deed.Dispute when payIns.Count > 0:
                await DisputeAsync(payIns[step.Pick % payIns.Count], step.AmountMinor);
                break;
            case Deed.DisputeWon or Deed.DisputeLost when disputes.Count > 0:
                await EndAsync(disputes[step.Pick % disputes.Count], step.Deed == Deed.DisputeWon);
                break;
            case Deed.Refund when payIns.Count > 0:
                await RefundAsync(payIns[step.Pick % payIns.Count], step.AmountMinor);
                break;
            case Deed.RefundPaid or Deed.RefundFails or Deed.RefundReturns when refunds.Count > 0:
                await HearAsync(refunds[step.Pick % refunds.Count], step.Deed);
                break;
        }
    }

    private async Task PayAsync(PayIn order, int pick, long amountMinor)
    {
        var (placed, fee) = order.Ways[pick % order.Ways.Count];
        var key = $"k{keys++}";
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(placed, amountMinor, key));
        receiptsOnAWay.Add($"{placed.Order.Number}:{key}", fee);
        Receive(order, fee, order.AcceptsPartial, amountMinor);
    }

    /// <summary>The person's word is booked by the rules of the country, which is Mexico, and at the price that the order had when its first money came.</summary>
    private async Task AssignAsync(PayIn order, long amountMinor)
    {
        var key = $"k{keys++}";
        Assert.Equal(AssignResult.Assigned, await shop.PaidByAssigningAsync(order.Placed, amountMinor, key));
        order.Assigned.Add((key, amountMinor));
        Receive(order, order.OrderFee, acceptsPartial: true, amountMinor);
    }

    private void Receive(PayIn order, TermsRow row, bool acceptsPartial, long amountMinor)
    {
        var totalMinor = order.PaidMinor + order.HeldMinor + amountMinor;
        var enough = totalMinor - order.ReturnedMinor >= order.Placed.Order.AmountMinor;
        if (!enough && !acceptsPartial && order.PaidMinor == 0)
        {
            order.HeldMinor += amountMinor;
            return;
        }

        amountMinor += order.HeldMinor;
        var wasEmpty = order.PaidMinor == order.ReturnedMinor;
        (order.PaidMinor, order.HeldMinor) = (totalMinor, 0);
        order.HasMore(wasEmpty, acceptsPartial);
        var netMinor = amountMinor - order.Charge(row, amountMinor);
        var withheld = Math.Min(Share(amountMinor, row.WithholdingBasisPoints), netMinor);
        netMinor -= withheld;
        var reserve = Math.Min(Share(amountMinor, row.ReserveBasisPoints), netMinor);
        reserve = row.ReserveCapMinor == 0 ? reserve : Math.Clamp(row.ReserveCapMinor - Expected.Held, 0, reserve);
        Withhold(order, withheld);
        Put(order, new Later(day + row.ReserveDays, IsReserve: true), reserve);
        if (row.SettlementDays == 0)
        {
            Credit(netMinor - reserve);
        }
        else
        {
            Put(order, new Later(day + row.SettlementDays, IsReserve: false), netMinor - reserve);
        }
    }

    private async Task PayBackAsync(PayIn order, int pick, long wishMinor)
    {
        var (placed, fee) = order.Ways[pick % order.Ways.Count];
        var leftMinor = order.LeftMinor;
        var disputed = order.Disputes.FirstOrDefault(d => d.ExpectedMinor > 0)?.ExpectedMinor ?? 0;
        var amountMinor = disputed > 0 && wishMinor % 4 < 2 ? disputed : wishMinor % 2 == 1 ? wishMinor : leftMinor > 0 ? leftMinor : order.HeldMinor;
        if (amountMinor == 0)
        {
            return;
        }

        var result = await shop.ReturnedAsync(placed, amountMinor, $"k{keys++}");
        var (parts, againMinor) = Match(order, amountMinor);
        leftMinor += parts.Sum(p => p.Minor);
        if (amountMinor > leftMinor && amountMinor > order.HeldMinor)
        {
            Assert.Equal(ApplyResult.Waiting, result);
            return;
        }

        Assert.Equal(ApplyResult.Applied, result);
        if (amountMinor > leftMinor)
        {
            // It had never reached the merchant.
            order.HeldMinor -= amountMinor;
            return;
        }

        Goes(order, fee, parts, amountMinor - againMinor, isTold: true);
    }

    private async Task PlacePayoutAsync(long amountMinor)
    {
        var (fee, tax) = Price(payoutFee, amountMinor);
        var costs = amountMinor + fee + tax;
        var placed = await shop.PayoutAsync(amountMinor);
        Assert.Equal(costs <= Expected.Available, placed is not null);
        if (placed is not null)
        {
            await shop.TakeDueAsync(placed);
            await shop.SentAsync(placed, new SendOutcome.Accepted());
            payouts.Add(new Payout(placed, fee + tax));
            Expected = Expected with { Available = Expected.Available - costs, Frozen = Expected.Frozen + costs };
        }
    }

    private async Task HearAsync(Payout payout, Deed deed)
    {
        var amountMinor = payout.Placed.Order.AmountMinor;
        var costs = amountMinor + payout.FeesMinor;
        switch (deed, payout.State)
        {
            case (Deed.PayoutPaid, 'p'):
                await shop.PaidAsync(payout.Placed, amountMinor, "paid");
                Expected = Expected with { Frozen = Expected.Frozen - costs };
                payout.State = 'd';
                break;
            case (Deed.PayoutFails, 'p'):
                await shop.SaidAsync(payout.Placed, ObservationKind.Failed);
                Expected = Expected with { Frozen = Expected.Frozen - costs };
                Credit(costs);
                payout.State = 'f';
                break;
            case (Deed.PayoutReturns, 'd'):
                await shop.ReturnedAsync(payout.Placed, amountMinor, "back");
                Credit(payoutFee.ReturnsFee ? costs : amountMinor);
                payout.State = 'r';
                break;
            default:
                // Told again, too early, or not true: nothing moves.
                await shop.SaidAsync(
                    payout.Placed,
                    deed switch { Deed.PayoutPaid => ObservationKind.Paid, Deed.PayoutFails => ObservationKind.Failed, _ => ObservationKind.Returned },
                    amountMinor,
                    deed == Deed.PayoutReturns ? "back" : "paid");
                break;
        }
    }

    /// <summary>Plus repays what is owed first; minus takes what is there and owes the rest.</summary>
    private void Credit(long amountMinor)
    {
        var net = Expected.Available + Expected.Receivable + amountMinor;
        Expected = Expected with { Available = Math.Max(net, 0), Receivable = Math.Min(net, 0) };
    }

    private static (long FeeMinor, long TaxMinor) Price(TermsRow row, long totalMinor)
    {
        var fee = Math.Max((long)Math.Round(totalMinor * row.BasisPoints / 10_000m, MidpointRounding.AwayFromZero) + row.FixedMinor, row.MinimumMinor);
        fee = row.MaximumMinor == 0 ? fee : Math.Min(fee, row.MaximumMinor);
        return (fee, (long)Math.Round(fee * row.TaxBasisPoints / 10_000m, MidpointRounding.AwayFromZero));
    }

    /// <summary>Pending, done, failed, returned.</summary>
    private sealed class Payout(Placed placed, long feesMinor)
    {
        public Placed Placed => placed;
        public long FeesMinor => feesMinor;
        public char State { get; set; } = 'p';
    }
}
