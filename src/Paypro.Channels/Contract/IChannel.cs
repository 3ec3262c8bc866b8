namespace Paypro.Channels;

/// <summary>
/// One rail: a bank, a wallet operator, an aggregator or the sandbox. It describes what the rail offers; a session acts. A channel keeps
/// no money and no orders. Everything here is pure.
/// </summary>
public interface IChannel
{
    /// <summary>The name channel accounts use, lower case; it is stored and never changes.</summary>
    string Name { get; }

    /// <summary>The ways that this channel can serve. What an account takes of them is the operator's to say.</summary>
    IReadOnlyList<WayOffer> Ways { get; }

    /// <summary>The secrets that its accounts have. Others are refused, and one that is required and missing leaves the account out.</summary>
    IReadOnlyList<SecretName> Secrets { get; }

    /// <summary>
    /// The names of the settings that its accounts have; one that ends with a point begins a name. Whoever types another one is told so, since it would be as if nothing
    /// had been set. Null: any name is taken.
    /// </summary>
    IReadOnlyList<string>? Settings => null;

    /// <summary>
    /// Reads the account's settings and says in one sentence, with the setting's name, what is wrong with them; null when they are
    /// right. Called whenever the account is read, before it is opened: one with a bad setting is left out until it is mended. The sentence
    /// repeats no secret.
    /// </summary>
    string? CheckAccount(ChannelAccount account) => null;

    /// <summary>What the rail promises for one way of an account.</summary>
    /// <param name="account">The account; <see cref="CheckAccount"/> found nothing wrong with it.</param>
    /// <param name="direction">Pay-in or payout; a refund has the traits of its pay-in's way.</param>
    /// <param name="way">The way code; for payouts the account kind.</param>
    ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way);

    /// <summary>
    /// Opens an account. The session lives until the account's configuration changes and is then closed; calls under way end by themselves.
    /// Nothing leaves for the rail here.
    /// </summary>
    /// <param name="account">The account; <see cref="CheckAccount"/> found nothing wrong with it.</param>
    /// <param name="services">What it may use of the host.</param>
    IChannelSession Open(ChannelAccount account, ChannelServices services);
}

/// <summary>
/// One channel account at work. It implements the interfaces of what its rail has: <see cref="IPayIns"/>, <see cref="IPayouts"/>,
/// <see cref="IRefunds"/>, <see cref="IQueries"/>, <see cref="IListings"/>, <see cref="IBalances"/>, <see cref="IAccountChecks"/>,
/// <see cref="ICallbacks"/>, <see cref="ICancellations"/>, <see cref="IActivation"/>, <see cref="IAccountTrials"/>. It is called outside any database transaction,
/// from several threads and several nodes at once.
/// </summary>
public interface IChannelSession : IDisposable
{
    /// <summary>The account that it was opened for.</summary>
    ChannelAccount Account { get; }

    /// <summary>
    /// Whether payouts to a bank of our list need a line of the account's table of banks (<see cref="ChannelAccount.BankCodes"/>) that is not there: such a payout is
    /// declined without being sent.
    /// </summary>
    /// <param name="ours">The bank's code of our list.</param>
    bool LacksBankCode(string ours) => false;
}
