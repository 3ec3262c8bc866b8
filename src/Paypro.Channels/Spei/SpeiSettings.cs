namespace Paypro.Channels.Spei;

/// <summary>
/// The settings of a channel account at STP. Required are <see cref="Orders"/>, <see cref="Queries"/>, <see cref="Company"/>, <see cref="ClabePrefix"/>,
/// <see cref="OrderingAccount"/> and <see cref="OrderingName"/>.
/// </summary>
public static class SpeiSettings
{
    /// <summary>Where orders are sent, without a path: <c>https://prod.stpmex.com</c>. http only on loopback, and only for accounts that move no real money.</summary>
    public const string Orders = "speiUrl";

    /// <summary>Where questions are asked, without a path: <c>https://prod.stpmex.com:7002</c>.</summary>
    public const string Queries = "efwsUrl";

    /// <summary>The path before <c>/ordenPago</c>: <c>/speiws/rest</c> (default); STP's older test has <c>/speidemows/rest</c>.</summary>
    public const string OrdersPath = "ordersPath";

    /// <summary>The company's alias at STP, in its very letters.</summary>
    public const string Company = "empresa";

    /// <summary>The leading digits of the CLABEs that STP has assigned to us: 6 to 13.</summary>
    public const string ClabePrefix = "clabePrefix";

    /// <summary>The bank that payers are shown beside a CLABE; <c>STP</c> by default.</summary>
    public const string ClabeBank = "clabeBank";

    /// <summary>The CLABE that payouts are paid from.</summary>
    public const string OrderingAccount = "cuentaOrdenante";

    /// <summary>Its holder, as STP has the name.</summary>
    public const string OrderingName = "nombreOrdenante";

    /// <summary>The holder's RFC; <c>ND</c> by default.</summary>
    public const string OrderingTaxNumber = "rfcOrdenante";

    /// <summary>What recipients read as the payment's purpose; <c>PAGO</c> by default.</summary>
    public const string Concept = "concepto";

    /// <summary>Whether the contract takes payouts to debit cards: <c>no</c> (default) or <c>yes</c>. Some refuse them.</summary>
    public const string AcceptsCards = "acceptsCards";

    /// <summary>Whether <c>topologia</c>, <c>medioEntrega</c> and <c>prioridad</c> are sent, and signed: <c>yes</c> (default) or <c>no</c>.</summary>
    public const string SendsOptional = "sendsOptional";

    /// <summary>
    /// What says that our balance does not suffice, with commas between: numbers of <c>registra</c>'s refusals, or words of a refusal's or cancellation's text. None by default: no
    /// documentation that was seen names one.
    /// </summary>
    public const string FundsErrors = "fundsErrors";

    /// <summary>States in which a received payment is ours, with commas between; <c>LQ,TLQ</c> by default.</summary>
    public const string CreditStates = "creditStates";

    /// <summary>Further bank holidays, <c>yyyyMMdd</c> with commas between, beside those of the law.</summary>
    public const string Holidays = "holidays";

    /// <summary>Addresses that callbacks may come from, with commas between; any by default.</summary>
    public const string CallbackAddresses = "callbackIps";

    /// <summary>Questions that STP answers in an hour: 10 to 100,000, 100 by default.</summary>
    public const string QueriesPerHour = "queriesPerHour";

    /// <summary>Payouts under way at once in one process: 1 to 64, 8 by default.</summary>
    public const string MaxInFlight = "maxInFlight";

    /// <summary>The only authority whose server certificates are taken, PEM; by default those of the machine. STP's test has one that no machine knows.</summary>
    public const string ServerAuthority = "serverAuthority";

    /// <summary>All of them; one that ends with a point begins a name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Orders, Queries, OrdersPath, Company, ClabePrefix, ClabeBank, OrderingAccount, OrderingName, OrderingTaxNumber, Concept, AcceptsCards, SendsOptional,
        FundsErrors, CreditStates, Holidays, CallbackAddresses, QueriesPerHour, MaxInFlight, ServerAuthority,
    ];
}
