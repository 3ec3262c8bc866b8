namespace Paypro.Channels;

/// <summary>A page of what moved on an account.</summary>
/// <param name="Observations">What moved, the oldest first. Movements that are no order's are among them.</param>
/// <param name="Cursor">Where the next page begins: kept, and given to the next call. At most 500 characters.</param>
/// <param name="HasMore">Whether a further page is there now.</param>
public sealed record ListPage(IReadOnlyList<Observation> Observations, string Cursor, bool HasMore);

/// <summary>What one pot of an account holds at the rail.</summary>
/// <param name="Pot">The rail's name of it: <c>collection</c>, <c>payout</c>; empty where there is one. ASCII letters and digits, 32 at most.</param>
/// <param name="AvailableMinor">What can be sent, minor units. What the rail has accepted before it was asked is not in it any more.</param>
/// <param name="BlockedMinor">What is there and cannot be sent, minor units.</param>
public sealed record PotBalance(string Pot, long AvailableMinor, long BlockedMinor = 0)
{
    /// <summary>The pot that payers pay into.</summary>
    public const string Collection = "collection";

    /// <summary>The pot that payouts draw from, unless <see cref="ChannelTraits.Pot"/> names another one; the only one of an account that has one is this.</summary>
    public const string Payout = "payout";

    /// <summary>The pot that a rail's own refunds draw from, unless <see cref="ChannelTraits.Pot"/> names another one. Most rails tell none of this name.</summary>
    public const string Refund = "refund";

    /// <summary>The most characters of a pot's name.</summary>
    public const int MostCharacters = 32;
}
