namespace Paypro.Server.Storage;

/// <summary>One of the operator's own accounts at a bank. Its money stands in the ledger under its number (<see cref="OwnerType.Bank"/>).</summary>
internal sealed class BankAccountRow
{
    /// <summary>1, 2, 3 …; the owner in the numbers of its accounts.</summary>
    public long Id { get; set; }

    /// <summary>What the operator's people call it; of all, each has another.</summary>
    public string Name { get; set; } = "";
    public string Currency { get; set; } = "";

    /// <summary>The bank, as people know it.</summary>
    public string Bank { get; set; } = "";

    /// <summary>The number by which money is sent to it.</summary>
    public string Number { get; set; } = "";

    /// <summary>In whose name it is.</summary>
    public string Holder { get; set; } = "";

    /// <summary>Whether merchants are shown it, to top their balance up.</summary>
    public bool TakesTopUps { get; set; }

    /// <summary>False once it is closed: nothing more is booked to it but what empties it.</summary>
    public bool Open { get; set; }

    /// <summary>What a person has read in the bank's own pages, minor units.</summary>
    public long ToldMinor { get; set; }

    /// <summary>When that was so, Unix milliseconds UTC; 0 = nobody has told it.</summary>
    public long ToldAtMs { get; set; }
    public string ToldBy { get; set; } = "";
}

/// <summary>Where a transfer by hand stands. Stored as its number.</summary>
internal enum LedgerOrderState : short
{
    /// <summary>Decided by two, and booked within seconds.</summary>
    Decided = 1,
    Booked = 2,

    /// <summary>The ledger did not take it; <see cref="LedgerOrderRow.Outcome"/> says why. Nothing was booked.</summary>
    Refused = 3,
}

/// <summary>A transfer by hand that was decided. Its number is in the key by which the ledger books it once.</summary>
internal sealed class LedgerOrderRow
{
    public long Id { get; set; }

    /// <summary>Which of the templates.</summary>
    public string Template { get; set; } = "";

    /// <summary>The exact wish, JSON.</summary>
    public string Wish { get; set; } = "";

    /// <summary>Where the paper is that it rests on.</summary>
    public string Document { get; set; } = "";
    public string Reason { get; set; } = "";
    public string MadeBy { get; set; } = "";
    public string DecidedBy { get; set; } = "";
    public long DecidedAtMs { get; set; }

    /// <summary>The local date of the money, <c>yyyyMMdd</c>.</summary>
    public int ValueDate { get; set; }
    public LedgerOrderState State { get; set; }
    public short Bucket { get; set; }

    /// <summary>The transfer in <see cref="Bucket"/>; the first of them where there are two. 0 until it is booked.</summary>
    public long TransferNo { get; set; }

    /// <summary>Why it was refused, in a sentence.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>Of money that was sent on its way: the transfer by hand that says that it has arrived; 0 while it has not.</summary>
    public long ArrivedBy { get; set; }
}
