namespace Paypro.Channels.DLocal;

/// <summary>
/// The settings of a channel account at dLocal. Required are <see cref="Base"/>, a <see cref="Method"/> for each way that is taken, and <see cref="Purpose"/> where
/// payouts are sent. What dLocal's public documentation does not say is one of them, never a guess.
/// </summary>
public static class DLocalSettings
{
    /// <summary>Where pay-ins and refunds are called: <c>https://api.dlocal.com</c>, for a test account <c>https://sandbox.dlocal.com</c>. Without a path.</summary>
    public const string Base = "base";

    /// <summary>Where payouts are called, where it is another address than <see cref="Base"/>.</summary>
    public const string PayoutBase = "payoutBase";

    /// <summary>Before a way's code: dLocal's method and flow for it, <c>method.va</c> = <c>SE:REDIRECT</c>. The methods of an account are told by <c>--check-account</c>.</summary>
    public const string Method = "method.";

    /// <summary>For numbers in the flow DIRECT: the member of <c>bank_transfer</c> that holds what the payer transfers to.</summary>
    public const string AccountMember = "accountMember";

    /// <summary>For codes in the flow DIRECT: the member of <c>ticket</c> that holds the QR payload.</summary>
    public const string QrMember = "qrMember";

    /// <summary>Ways, with commas between, whose payments dLocal gives back without being told the payer's account. None by default.</summary>
    public const string Refunds = "refunds";

    /// <summary><c>none</c> (default) or <c>v3</c>.</summary>
    public const string Payouts = "payouts";

    /// <summary>dLocal's code of what payouts are for, as the contract says: <c>REMITTANCES</c>.</summary>
    public const string Purpose = "purpose";

    /// <summary>Before <c>bank</c>, <c>wallet</c> or <c>key</c>: dLocal's method for payouts there. <c>payoutMethod.bank</c> is <c>BANK_TRANSFER</c> by default, the others have none. For one wallet alone its code follows: <c>payoutMethod.wallet.BKASH</c>.</summary>
    public const string PayoutMethod = "payoutMethod.";

    /// <summary>Before <c>wallet</c> or <c>key</c>: where its number goes, as members with full stops between: <c>beneficiary.bank_account.account</c>.</summary>
    public const string PayoutMember = "payoutMember.";

    /// <summary>Before <c>wallet</c>: where the wallet's code goes, by the account's bank codes; without it none is sent.</summary>
    public const string PayoutCodeMember = "payoutCodeMember.";

    /// <summary>Codes of our bank list, with commas between, that are wallets beside those that the list itself calls so.</summary>
    public const string Wallets = "wallets";

    /// <summary>What dLocal has agreed to do without, with commas between: <c>beneficiary.document</c>, <c>beneficiary.phone</c>, <c>payer.address.city</c> …</summary>
    public const string LeftOut = "leftOut";

    /// <summary>Before members with full stops between: what a pay-in has there when nothing else is known, <c>payment.payer.email</c>.</summary>
    public const string PaymentDefault = "payment.";

    /// <summary>The same for payouts: <c>payout.remitter.first_name</c>.</summary>
    public const string PayoutDefault = "payout.";

    /// <summary>Calls under way at once in one process: 1 to 64, 8 by default.</summary>
    public const string MaxInFlight = "maxInFlight";

    /// <summary>The only authority whose server certificates are taken, PEM; by default those of the machine.</summary>
    public const string ServerAuthority = "serverAuthority";

    /// <summary>All of them; one that ends with a point begins a name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Base, PayoutBase, Method, AccountMember, QrMember, Refunds, Payouts, Purpose, PayoutMethod, PayoutMember, PayoutCodeMember, Wallets, LeftOut, PaymentDefault,
        PayoutDefault, MaxInFlight, ServerAuthority,
    ];
}
