using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout.Links;

/// <summary>A payment link as it is now.</summary>
/// <param name="Link">The link.</param>
/// <param name="Country">Its country.</param>
/// <param name="Merchant">Null while it is closed.</param>
/// <param name="Step">What it does for whoever opens it.</param>
/// <param name="Ways">The ways that the link is for and that can be had; empty where the payer chooses on the order's page.</param>
/// <param name="CanBePaid">Whether the merchant takes it at present.</param>
internal sealed record LinkPicture(PaymentLinkRow Link, Country Country, Merchant? Merchant, LinkStep Step, IReadOnlyList<PayInWay> Ways, bool CanBePaid);

/// <summary>What came of a payer's form.</summary>
/// <param name="Order">The order to go to; null when there is none.</param>
/// <param name="Wrong">The fields that the payer can mend.</param>
/// <param name="Refused">Whether it cannot be paid so at present.</param>
internal sealed record LinkOutcome(OrderRow? Order, IReadOnlySet<FieldRole> Wrong, bool Refused = false)
{
    private static readonly IReadOnlySet<FieldRole> Nothing = new HashSet<FieldRole>();

    public static readonly LinkOutcome No = new(null, Nothing, Refused: true);

    /// <summary>The page is shown again with a use of its own.</summary>
    public static readonly LinkOutcome Again = new(null, Nothing);

    public static LinkOutcome GoTo(OrderRow order) => new(order, Nothing);

    public static LinkOutcome Mend(IReadOnlySet<FieldRole> wrong) => new(null, wrong);
}
