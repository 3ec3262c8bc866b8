using System.Globalization;

namespace Paypro.Server.Storage;

/// <summary>Who looks after a case. It holds for the time the case was opened for: one that opens again is nobody's.</summary>
internal sealed class CaseOwnerRow
{
    public short CaseBucket { get; set; }
    public long CaseId { get; set; }

    /// <summary>When the case had been opened that he took (<see cref="CaseRow.OpenedAtMs"/>).</summary>
    public long OpenedAtMs { get; set; }
    public long UserId { get; set; }
    public string Name { get; set; } = "";
    public long TakenAtMs { get; set; }
}

/// <summary>A file that shows what became of money: a bank's letter, a picture of its pages. Sealed.</summary>
internal sealed class EvidenceFileRow
{
    public long Id { get; set; }

    /// <summary>A case, a group of cases or a dispute: <c>case:12</c>, <c>group:…</c>, <c>dispute:12</c>.</summary>
    public string Subject { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>As its first bytes say: PDF, PNG or JPEG.</summary>
    public string Type { get; set; } = "";
    public int Size { get; set; }
    public byte[] Sealed { get; set; } = [];
    public string MasterKeyId { get; set; } = "";
    public string AddedBy { get; set; } = "";
    public long AddedAtMs { get; set; }

    /// <summary>What the content is bound to.</summary>
    public static string BoundTo(long id) => string.Create(CultureInfo.InvariantCulture, $"evidence:{id}");
}

/// <summary>What a person decides about a case. Stored as its number.</summary>
internal enum DecisionKind : short
{
    /// <summary>An unknown payout or refund was paid.</summary>
    Paid = 1,

    /// <summary>An unknown payout or refund was not paid and cannot be any more.</summary>
    Failed = 2,

    /// <summary>Money in suspense belongs to an order.</summary>
    Assign = 3,

    /// <summary>Money in suspense went back to where it came from.</summary>
    SendBack = 4,

    /// <summary>A statement is true: its money moved.</summary>
    Accept = 5,

    /// <summary>A statement is not true: nothing is booked.</summary>
    Reject = 6,

    /// <summary>An underpaid pay-in is settled with what came.</summary>
    Settle = 7,

    /// <summary>A payout that is kept back may be sent; what is held of a pay-in is available.</summary>
    Release = 8,

    /// <summary>A payout that is kept back is not sent and fails.</summary>
    Refuse = 9,

    /// <summary>Money was assigned to an order that it was not meant for.</summary>
    TakeBack = 10,

    /// <summary>A pay-in that expired is opened again. It is about an order and no case.</summary>
    Reopen = 11,
}

/// <summary>Where a decision stands. Stored as its number.</summary>
internal enum DecisionState : short
{
    Waits = 1,
    Done = 2,

    /// <summary>Nothing was changed; the outcome says why.</summary>
    Refused = 3,
}

/// <summary>
/// One thing that was decided and is carried out by the batch writer. It is written in the transaction of its approval, so that a process that ends in
/// between leaves it to another one; what it does can be repeated.
/// </summary>
internal sealed class DecisionRow
{
    /// <summary>Ordered by time.</summary>
    public long Id { get; set; }

    /// <summary>The proposal that was approved; 0 where one person may do it alone.</summary>
    public long ProposalId { get; set; }
    public DecisionKind Kind { get; set; }
    public short CaseBucket { get; set; }

    /// <summary>0 where it is about an order alone.</summary>
    public long CaseId { get; set; }

    /// <summary>When the case had been opened that it was made for (<see cref="CaseRow.OpenedAtMs"/>): one that opens again is another one to decide. 0 where it is about an order alone.</summary>
    public long CaseOpenedAtMs { get; set; }

    /// <summary>How many attempts the case's payout, refund or withdrawal had then: an outcome is decided of the last. 0 for what has none that matter.</summary>
    public int Attempts { get; set; }

    /// <summary>The order that suspense is assigned to, or that is opened again; empty otherwise.</summary>
    public string Number { get; set; } = "";

    /// <summary>Reference of a letter or a message; of money that went back, the rail's own of that.</summary>
    public string Evidence { get; set; } = "";

    /// <summary>A file of evidence; 0 for none.</summary>
    public long FileId { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>Who decided, as an order's history names him: <c>operator:12</c>.</summary>
    public string Actor { get; set; } = "";

    /// <summary>Who approved; empty where nobody had to.</summary>
    public string Approver { get; set; } = "";
    public long MadeAtMs { get; set; }
    public DecisionState State { get; set; }

    /// <summary>In a sentence; empty while it waits.</summary>
    public string Outcome { get; set; } = "";
    public long DoneAtMs { get; set; }

    /// <summary>Until then whoever took it carries it out. Unix milliseconds UTC.</summary>
    public long LeaseUntilMs { get; set; }
    public int Tries { get; set; }
}

/// <summary>Of an urgent case: who was told that it is there.</summary>
internal sealed class CaseAlertRow
{
    public short CaseBucket { get; set; }
    public long CaseId { get; set; }

    /// <summary>A case that opens again is told again.</summary>
    public long OpenedAtMs { get; set; }
    public long FirstAtMs { get; set; }

    /// <summary>When the second contact was told; 0 = not, or not yet.</summary>
    public long SecondAtMs { get; set; }

    /// <summary>When the webhook is due; 0 = there is none, or it was taken or given up.</summary>
    public long HookDueAtMs { get; set; }
    public int HookTries { get; set; }
}
