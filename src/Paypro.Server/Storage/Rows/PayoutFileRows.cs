namespace Paypro.Server.Storage;

/// <summary>How far a file of payouts is. Stored as its number.</summary>
internal enum PayoutFileState : short
{
    /// <summary>Read and checked; nothing is reserved.</summary>
    Checked = 1,

    /// <summary>Handed in; waits for another person.</summary>
    Waits = 2,

    /// <summary>Being worked off.</summary>
    Running = 3,

    /// <summary>Every row has become a payout, or was refused.</summary>
    Done = 4,

    /// <summary>Refused, given up, or not approved in time: no row has become a payout.</summary>
    Ended = 5,
}

/// <summary>What became of a row of a file. Stored as its number.</summary>
internal enum PayoutLineState : short
{
    /// <summary>Something is wrong with it.</summary>
    Faulty = 1,

    /// <summary>Becomes a payout when the file is worked off.</summary>
    Ready = 2,

    /// <summary>Left out: faulty, or a repeat that nobody ticked.</summary>
    LeftOut = 3,

    /// <summary>A payout.</summary>
    Made = 4,

    /// <summary>Certainly no payout: refused when it was to be made.</summary>
    Refused = 5,
}

/// <summary>A file of payouts that a person of a merchant has uploaded.</summary>
internal sealed class PayoutBatchRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public short Bucket { get; set; }
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of its content, hexadecimal: a merchant hands in the same file once.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The decimal separator that was declared.</summary>
    public string Point { get; set; } = ".";
    public PayoutFileState State { get; set; }
    public int Lines { get; set; }
    public long MadeByUserId { get; set; }
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }

    /// <summary>When it ends unless it is approved, Unix milliseconds UTC; 0 before it waits.</summary>
    public long EndsAtMs { get; set; }

    /// <summary>Whether another person has approved it.</summary>
    public bool ByTwo { get; set; }
    public string DecidedBy { get; set; } = "";

    /// <summary>When it was approved or refused, or handed in where nobody had to approve it, Unix milliseconds UTC.</summary>
    public long DecidedAtMs { get; set; }
    public string Remark { get; set; } = "";

    /// <summary>Until when a node works it off; 0 = nobody.</summary>
    public long LeaseUntilMs { get; set; }
    public long EndedAtMs { get; set; }
}

/// <summary>One row of a file of payouts.</summary>
internal sealed class PayoutLineRow
{
    public long Id { get; set; }
    public long BatchId { get; set; }

    /// <summary>In the file, from 1; the head is not counted.</summary>
    public int Line { get; set; }
    public string TradeNo { get; set; } = "";

    /// <summary>Minor units; 0 where it cannot be read.</summary>
    public long AmountMinor { get; set; }

    /// <summary>As <see cref="PersonRow.Recipient"/>.</summary>
    public string Recipient { get; set; } = "";

    /// <summary>Its name and account, masked.</summary>
    public string Shown { get; set; } = "";
    public string MasterKeyId { get; set; } = "";

    /// <summary>Its members as they were typed, JSON, encrypted.</summary>
    public byte[] Sealed { get; set; } = [];
    public PayoutLineState State { get; set; }

    /// <summary>What is wrong with it, why it was refused, or why it waits although its file is worked off; it begins with the field's name.</summary>
    public string Fault { get; set; } = "";

    /// <summary>What it repeats: the same account and amount within seven days, or in the same file; empty for nothing.</summary>
    public string Repeats { get; set; } = "";

    /// <summary>The payout's number; empty before it is made.</summary>
    public string Number { get; set; } = "";

    /// <summary>What its text is bound to.</summary>
    public static string BoundTo(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"payout-line:{id}");
}
