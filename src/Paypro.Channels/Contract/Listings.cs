namespace Paypro.Channels;

/// <summary>A page of what moved on an account.</summary>
/// <param name="Observations">What moved, the oldest first. Movements that are no order's are among them.</param>
/// <param name="Cursor">Where the next page begins: kept, and given to the next call. At most 500 characters.</param>
/// <param name="HasMore">Whether a further page is there now.</param>
public sealed record ListPage(IReadOnlyList<Observation> Observations, string Cursor, bool HasMore);

/// <summary>What one pot of an account holds at the rail.</summary>
/// <param name="Pot">The rail's name of it: <c>collection</c>, <c>payout</c>; empty where there is one.</param>
/// <param name="AvailableMinor">What can be sent, minor units.</param>
/// <param name="BlockedMinor">What is there and cannot be sent, minor units.</param>
public sealed record PotBalance(string Pot, long AvailableMinor, long BlockedMinor = 0);
