using System.Globalization;

namespace Paypro.Server.PayIns;

/// <summary>What makes one half of a crossing happen once. Money that was taken back may cross again, under another key.</summary>
/// <param name="Half">Which half.</param>
/// <param name="ChannelAccountId">Where the money came.</param>
/// <param name="TimesTakenBack">How often it had been taken back before.</param>
/// <param name="DedupeKey">The rail's key, which may hold colons of its own.</param>
internal readonly record struct CrossingKey(string Half, long ChannelAccountId, int TimesTakenBack, string DedupeKey)
{
    /// <summary>To an order, and back from one.</summary>
    public const string AssignOut = "assign-out", AssignIn = "assign-in", UndoOut = "undo-out", UndoIn = "undo-in";

    /// <summary>The key of the other half differs in its first word alone.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Half}:{ChannelAccountId}{(TimesTakenBack == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{TimesTakenBack}"))}:{DedupeKey}");

    public static CrossingKey Parse(string key)
    {
        var parts = key.Split(':', 3);
        var account = parts[1].Split('.');
        var times = account.Length == 1 ? 0 : int.Parse(account[1], CultureInfo.InvariantCulture);
        return new(parts[0], long.Parse(account[0], CultureInfo.InvariantCulture), times, parts[2]);
    }
}
