namespace Paypro.ServerTests.Payments;

/// <summary>What of a merchant's money is not its own to use yet, and what is withheld of it.</summary>
internal sealed partial class MoneyModel
{
    /// <summary>A day has passed, and the settlement has run for everybody.</summary>
    public void Settled()
    {
        day++;
        foreach (var payIn in payIns)
        {
            foreach (var later in payIn.Later.Keys.Where(l => l.Day <= day).ToList())
            {
                var minor = payIn.Later[later];
                Put(payIn, later, -minor);
                Credit(minor);
            }
        }
    }

    /// <summary>More, or less, of an order that becomes available on a day.</summary>
    private void Put(PayIn order, Later later, long minor)
    {
        order.Later[later] = order.Later.GetValueOrDefault(later) + minor;
        Expected = later.IsReserve ? Expected with { Held = Expected.Held + minor } : Expected with { Unsettled = Expected.Unsettled + minor };
    }

    /// <summary>What goes back is taken from the order's own unsettled money, the latest first, then from its reserve.</summary>
    private List<(Later Later, long Minor)> Take(PayIn order, long minor)
    {
        var taken = new List<(Later, long)>();
        foreach (var later in order.Later.Keys.OrderBy(l => l.IsReserve).ThenByDescending(l => l.Day).ToList())
        {
            var one = Math.Min(order.Later[later], minor);
            if (one > 0)
            {
                Put(order, later, -one);
                taken.Add((later, one));
                minor -= one;
            }
        }

        return taken;
    }

    private void Withhold(PayIn order, long minor)
    {
        order.WithheldMinor += minor;
        Expected = Expected with { Withheld = Expected.Withheld + minor };
    }

    /// <summary>Of what goes back: its part of what was withheld, so that what stays withheld is half up.</summary>
    private static long WithheldOf(PayIn order, long minor)
    {
        var heldMinor = order.PaidMinor - order.ReturnedMinor;
        return order.WithheldMinor - (long)Math.Round(order.WithheldMinor * (decimal)(heldMinor - minor) / heldMinor, MidpointRounding.AwayFromZero);
    }

    private static long Share(long minor, int basisPoints) => (long)Math.Round(minor * basisPoints / 10_000m, MidpointRounding.AwayFromZero);

    /// <summary>When money becomes available, and whether it is held as a reserve until then.</summary>
    private readonly record struct Later(int Day, bool IsReserve);
}
