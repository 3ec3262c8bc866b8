namespace Paypro.Server.Storage;

/// <summary>Who told a balance. Stored as its number.</summary>
internal enum BalanceSource : short
{
    /// <summary>Nobody yet.</summary>
    None = 0,
    Rail = 1,
    Person = 2,
}

/// <summary>
/// A pot of a channel account: what the rail holds of ours in one place, and what was sent from it since that was told. An account without one is
/// sent from without looking.
/// </summary>
internal sealed class ChannelPotRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>The rail's name of it; <c>payout</c> is what payouts draw from unless the channel says otherwise.</summary>
    public string Pot { get; set; } = "";

    /// <summary>All that is there, minor units; counts only when <see cref="ToldAtMs"/> is set.</summary>
    public long BalanceMinor { get; set; }

    /// <summary>What of it cannot be sent, minor units.</summary>
    public long BlockedMinor { get; set; }

    /// <summary>When the rail was asked, or when the person saw it. Unix milliseconds UTC; 0 = no balance is known.</summary>
    public long ToldAtMs { get; set; }
    public BalanceSource Source { get; set; }

    /// <summary>The person who told it; empty for the rail.</summary>
    public string ToldBy { get; set; } = "";

    /// <summary>What is counted in <c>channel_pot_sends</c>, minor units: sends that the balance may not know.</summary>
    public long SentMinor { get; set; }

    /// <summary>What has to stay there, minor units.</summary>
    public long FloorMinor { get; set; }

    /// <summary>Below so much that can be sent, minor units, somebody has to look today; 0 = never.</summary>
    public long WarnMinor { get; set; }

    /// <summary>Below so much, minor units, somebody has to look now; 0 = never.</summary>
    public long AlarmMinor { get; set; }

    /// <summary>When the rail last said that our money is used up, Unix milliseconds UTC; 0 = it may be sent from.</summary>
    public long StoppedAtMs { get; set; }

    /// <summary>How often in a row it said so.</summary>
    public int Declines { get; set; }

    /// <summary>While it is stopped and no balance is known, one send is tried at this time. Unix milliseconds UTC.</summary>
    public long ProbeAtMs { get; set; }

    /// <summary>Where the present hours of <see cref="PaceMinor"/> began, Unix milliseconds UTC.</summary>
    public long PaceFromMs { get; set; }

    /// <summary>Sent in the present hours, minor units.</summary>
    public long PaceMinor { get; set; }

    /// <summary>Sent in the hours before those, minor units.</summary>
    public long PaceBeforeMinor { get; set; }

    /// <summary>Since when all sends from it are counted, Unix milliseconds UTC.</summary>
    public long CreatedAtMs { get; set; }
}

/// <summary>A send that is counted against its pot: before it is sent, and until a balance is told that knows of it. There is one for each attempt.</summary>
internal sealed class ChannelPotSendRow
{
    public long ChannelAccountId { get; set; }
    public string Pot { get; set; } = "";
    public long OrderId { get; set; }
    public short AttemptNo { get; set; }

    /// <summary>The order's bucket.</summary>
    public short Bucket { get; set; }
    public long AmountMinor { get; set; }

    /// <summary>Unix milliseconds UTC.</summary>
    public long CountedAtMs { get; set; }

    /// <summary>When it was seen that the rail has it, Unix milliseconds UTC; 0 = not yet.</summary>
    public long SettledAtMs { get; set; }

    /// <summary>The first reading that was begun after that (<see cref="ChannelBalanceReadRow.Version"/>); 0 = none yet.</summary>
    public long SettledIn { get; set; }
}

/// <summary>When the balances of a channel account were read. Who moves <see cref="Version"/> on may read.</summary>
internal sealed class ChannelBalanceReadRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>When a node last began to read, Unix milliseconds UTC.</summary>
    public long TriedAtMs { get; set; }

    /// <summary>Counts readings, and balances that a person told meanwhile: an answer to an older reading changes nothing.</summary>
    public long Version { get; set; }
}
