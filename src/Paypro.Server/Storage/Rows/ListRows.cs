namespace Paypro.Server.Storage;

/// <summary>How far the file of a long list is. Stored as its number.</summary>
internal enum ListFileState : short
{
    /// <summary>Waits, or is being written.</summary>
    Waiting = 1,

    /// <summary>Can be fetched.</summary>
    Ready = 2,

    /// <summary>Could not be written; its note says why.</summary>
    Failed = 3,
}

/// <summary>A list as a file that is written beside everything else, because it has too many rows to be waited for.</summary>
internal sealed class ListFileRow
{
    public long Id { get; set; }

    /// <summary>Who asked for it; nobody else gets it.</summary>
    public long UserId { get; set; }

    /// <summary>Which list: the name of its source.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Path and query of the list.</summary>
    public string Address { get; set; } = "";

    /// <summary>The merchant numbers in it, with commas; empty for all.</summary>
    public string Merchants { get; set; } = "";

    /// <summary>With its ending.</summary>
    public string Name { get; set; } = "";

    /// <summary>BCP 47.</summary>
    public string Language { get; set; } = "";

    /// <summary>IANA name of the zone of all times and days.</summary>
    public string Zone { get; set; } = "";
    public ListFileState State { get; set; }

    /// <summary>Unix milliseconds UTC. What came into being later is not in the file.</summary>
    public long AskedAtMs { get; set; }

    /// <summary>How often writing was begun. Each run has parts of its own, and only those of the last one count.</summary>
    public int Run { get; set; }

    /// <summary>Until when a node writes it; 0 = nobody.</summary>
    public long LeaseUntilMs { get; set; }

    /// <summary>When its last run began to read.</summary>
    public long ReadFromMs { get; set; }

    /// <summary>When it was ready or had failed; 0 before.</summary>
    public long EndedAtMs { get; set; }

    /// <summary>Until when it is kept; 0 before it has ended.</summary>
    public long KeptUntilMs { get; set; }
    public int Rows { get; set; }

    /// <summary>As they are stored.</summary>
    public long Bytes { get; set; }
    public string Note { get; set; } = "";
}

/// <summary>A part of such a file, compressed by itself. Lists never show people, so there is nothing in it to seal.</summary>
internal sealed class ListFilePartRow
{
    public long FileId { get; set; }
    public int Run { get; set; }

    /// <summary>From 0.</summary>
    public int No { get; set; }
    public byte[] Content { get; set; } = [];
}

/// <summary>A list as somebody looks at it often: a named address.</summary>
internal sealed class SavedViewRow
{
    public long Id { get; set; }
    public long UserId { get; set; }

    /// <summary>The path of the list.</summary>
    public string List { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>From the question mark on.</summary>
    public string Query { get; set; } = "";
}
