namespace Paypro.Server.Storage;

/// <summary>Where one of a merchant's papers stands.</summary>
internal enum PaperState : short
{
    Missing = 0,

    /// <summary>A file is there, nobody has looked at it.</summary>
    Delivered = 1,
    Accepted = 2,

    /// <summary>Its note says what to deliver instead.</summary>
    Refused = 3,

    /// <summary>This merchant need not show it; the note says why.</summary>
    NotNeeded = 4,
}

/// <summary>One of the papers that a merchant's country asks for. Without a row it is missing.</summary>
internal sealed class MerchantPaperRow
{
    public long MerchantNo { get; set; }

    /// <summary>As the country file names it.</summary>
    public string Code { get; set; } = "";
    public PaperState State { get; set; }
    public string Note { get; set; } = "";
    public string DecidedBy { get; set; } = "";
    public long DecidedAtMs { get; set; }
}

/// <summary>A file of a paper, sealed and bound to its merchant.</summary>
internal sealed class MerchantDocumentRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public string Code { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>As its first bytes say: PDF, PNG or JPEG.</summary>
    public string Type { get; set; } = "";
    public int Size { get; set; }
    public byte[] Sealed { get; set; } = [];
    public string MasterKeyId { get; set; } = "";
    public string AddedBy { get; set; } = "";
    public long AddedAtMs { get; set; }
}
