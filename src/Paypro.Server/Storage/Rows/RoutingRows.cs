using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>A contract with a rail, as the operator set it up.</summary>
internal sealed class ChannelAccountRow
{
    /// <summary>1 to 9,999,999,999.</summary>
    public long Id { get; set; }
    public string Channel { get; set; } = "";
    public string Name { get; set; } = "";
    public string Country { get; set; } = "";
    public string Currency { get; set; } = "";

    /// <summary>True for accounts that move real money; a sandbox refuses to start with one.</summary>
    public bool Live { get; set; }
    public bool Open { get; set; } = true;

    /// <summary>Since when it is in recovery after a copy of the database was put back, Unix milliseconds UTC; 0 = it is not. It takes pay-ins meanwhile and sends nothing.</summary>
    public long RecoverySinceMs { get; set; }

    /// <summary>Lower is tried first.</summary>
    public int Priority { get; set; }

    /// <summary>The channel's settings, a flat JSON object of strings; no secrets.</summary>
    public string SettingsJson { get; set; } = "{}";

    /// <summary>The part of its callbacks' address that nobody can guess, 32 characters; empty while it takes none.</summary>
    public string CallbackKey { get; set; } = "";
}

/// <summary>A version of a channel account's secret.</summary>
internal sealed class ChannelSecretRow
{
    public long ChannelAccountId { get; set; }
    public string Name { get; set; } = "";

    /// <summary>Unix milliseconds UTC.</summary>
    public long ValidFromMs { get; set; }

    /// <summary>Unix milliseconds UTC; 0 = without end.</summary>
    public long ValidToMs { get; set; }
    public string MasterKeyId { get; set; } = "";

    /// <summary>Nonce, tag and AES-GCM ciphertext, bound to this row and to the whole row of the account.</summary>
    public byte[] Sealed { get; set; } = [];
}

/// <summary>What a rail calls a bank of our list.</summary>
internal sealed class ChannelBankCodeRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>Our code.</summary>
    public string Ours { get; set; } = "";
    public string Theirs { get; set; } = "";
}

/// <summary>A rail's token, shared by all nodes. Its lease says which of them renews it.</summary>
internal sealed class ChannelTokenRow
{
    public long ChannelAccountId { get; set; }
    public string Name { get; set; } = "";
    public string MasterKeyId { get; set; } = "";

    /// <summary>Empty while there is none.</summary>
    public byte[] Sealed { get; set; } = [];
    public long ExpiresAtMs { get; set; }
    public long RenewFromMs { get; set; }
    public long LeaseUntilMs { get; set; }

    /// <summary>Counts changes.</summary>
    public long Version { get; set; }
}

/// <summary>How much of its pace a channel account has used up, all nodes together.</summary>
internal sealed class ChannelPaceRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>1 = sends, 2 = questions.</summary>
    public short Calls { get; set; }

    /// <summary>Until when the calls that were let through fill the pace, each lasting its share of it. Unix milliseconds UTC.</summary>
    public long BusyUntilMs { get; set; }
}

/// <summary>How far the listing of a channel account has been read. Its lease says which node reads.</summary>
internal sealed class ChannelCursorRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>Where the next page begins, as the rail says it; empty = at the first.</summary>
    public string Cursor { get; set; } = "";

    /// <summary>The first page begins with what moved at this time, Unix milliseconds UTC.</summary>
    public long SinceMs { get; set; }

    /// <summary>When it was last read to its end, Unix milliseconds UTC; 0 = never.</summary>
    public long ReadAtMs { get; set; }
    public long LeaseUntilMs { get; set; }

    /// <summary>Counts changes.</summary>
    public long Version { get; set; }
}

/// <summary>What a channel account takes: a way, its limits, its time to live and what it costs us.</summary>
internal sealed class ChannelWayRow
{
    public long ChannelAccountId { get; set; }
    public Direction Direction { get; set; }
    public string Way { get; set; } = "";
    public bool Open { get; set; } = true;
    public long MinimumMinor { get; set; }

    /// <summary>0 = none.</summary>
    public long MaximumMinor { get; set; }

    /// <summary>Minutes until an unpaid order expires; payouts do not.</summary>
    public int TimeToLiveMinutes { get; set; }
    public int CostBasisPoints { get; set; }
    public long CostFixedMinor { get; set; }

    /// <summary>Minutes after local midnight from which the rail takes no payout for this day; null = all day.</summary>
    public int? CutOffMinute { get; set; }

    /// <summary>Whether the rail takes payouts on the country's business days only.</summary>
    public bool BusinessDaysOnly { get; set; }
}

/// <summary>A time in which a channel account, or one of its ways, rests: nothing is asked of it, and nothing is wrong with that.</summary>
internal sealed class ChannelMaintenanceRow
{
    public long Id { get; set; }
    public long ChannelAccountId { get; set; }

    /// <summary>Null where the whole account rests.</summary>
    public Direction? Direction { get; set; }

    /// <summary>A way code (payouts: the account kind); <c>*</c> for every way.</summary>
    public string Way { get; set; } = "*";

    /// <summary>Unix milliseconds UTC.</summary>
    public long FromMs { get; set; }

    /// <summary>Unix milliseconds UTC; earlier than it was planned where somebody has ended it.</summary>
    public long ToMs { get; set; }

    /// <summary>The IANA zone in which the rail told the times.</summary>
    public string Zone { get; set; } = "";
    public string Reason { get; set; } = "";

    /// <summary>Who entered it.</summary>
    public string Actor { get; set; } = "";
}

/// <summary>When a channel account's rail last called us. Written once a minute at most.</summary>
internal sealed class ChannelCallbackRow
{
    public long ChannelAccountId { get; set; }

    /// <summary>Unix milliseconds UTC.</summary>
    public long AtMs { get; set; }
}

/// <summary>Which channel accounts take an order, and in which order they are tried. The most exact rule counts, then the one with the lowest priority.</summary>
internal sealed class RoutingRuleRow
{
    public long Id { get; set; }

    /// <summary>0 = every merchant of the country.</summary>
    public long MerchantNo { get; set; }
    public string Country { get; set; } = "";
    public Direction Direction { get; set; }

    /// <summary>A way code (payouts: the account kind), or <c>*</c>.</summary>
    public string Way { get; set; } = "*";

    /// <summary>Minor units of the country's currency.</summary>
    public long MinimumMinor { get; set; }

    /// <summary>0 = none.</summary>
    public long MaximumMinor { get; set; }

    /// <summary>Numbers of channel accounts with their weights, <c>101:80,777:20</c>; 0 or no weight: after those that have one, as listed.</summary>
    public string Accounts { get; set; } = "";

    /// <summary>Among equally exact rules the lowest counts.</summary>
    public int Priority { get; set; }

    /// <summary>False: as if it were not there.</summary>
    public bool Open { get; set; } = true;
}

/// <summary>How far a space of scarce numbers is used up in one bucket.</summary>
internal sealed class NumberSpaceRow
{
    public long ChannelAccountId { get; set; }
    public string Kind { get; set; } = "";
    public short Bucket { get; set; }

    /// <summary>Counts blocks without end; modulo the number of blocks it is the next one to take.</summary>
    public long NextBlock { get; set; }
}

/// <summary>A block of numbers that a node took. It rests after its last number could have been used, and is then taken again.</summary>
internal sealed class NumberBlockRow
{
    public long ChannelAccountId { get; set; }
    public string Kind { get; set; } = "";
    public short Bucket { get; set; }
    public long Block { get; set; }
    public long TakenAtMs { get; set; }

    /// <summary>Not before this time may it be taken again.</summary>
    public long RestsUntilMs { get; set; }
}
