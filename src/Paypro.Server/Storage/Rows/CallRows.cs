namespace Paypro.Server.Storage;

/// <summary>What was wrong with a merchant's call.</summary>
internal enum CallFault : short
{
    None = 0,
    Path = 1,
    Method = 2,
    ContentType = 3,
    TooLong = 4,
    Unreadable = 5,
    Signature = 6,

    /// <summary>The caller's address is not on the merchant's list.</summary>
    Address = 7,

    /// <summary>Too old or too new.</summary>
    Time = 8,
    TooOften = 9,

    /// <summary>One field, named by the sentence.</summary>
    Field = 10,

    /// <summary>Refused for another reason.</summary>
    Refused = 11,
    Failed = 12,

    /// <summary>Not known whether it was stored.</summary>
    InDoubt = 13,
    Busy = 14,
}

/// <summary>A call to the merchant API, for the merchant's developers. Neither signatures nor what belongs to persons stands in it.</summary>
internal sealed class ApiCallRow
{
    /// <summary>Made of the time, so that old ones are found without another index.</summary>
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public long AtMs { get; set; }
    public int TookMs { get; set; }

    /// <summary>An <c>OperationKind</c>; 0 where the path is none.</summary>
    public short Operation { get; set; }
    public string Path { get; set; } = "";

    /// <summary>What the answer's envelope said; empty where there was no envelope.</summary>
    public string Code { get; set; } = "";
    public short HttpStatus { get; set; }
    public CallFault Fault { get; set; }

    /// <summary>Whether it was accepted: such calls are kept for a day.</summary>
    public bool Accepted { get; set; }

    /// <summary>Whether one of the merchant's keys had signed it. What had not may come from anybody.</summary>
    public bool Proved { get; set; }

    /// <summary>The caller's.</summary>
    public string Address { get; set; } = "";
    public string TradeNo { get; set; } = "";

    /// <summary>The field that the sentence is about; empty for none.</summary>
    public string Field { get; set; } = "";

    /// <summary>The answer's sentence.</summary>
    public string Sentence { get; set; } = "";

    /// <summary>JSON, without the signature; of values that belong to persons the length alone.</summary>
    public string Body { get; set; } = "";

    /// <summary>The body's length as it came, bytes.</summary>
    public int BodyBytes { get; set; }

    /// <summary>Why the signature does not fit, as a name of <c>SignMistake</c>; empty where it fits.</summary>
    public string Mistake { get; set; } = "";

    /// <summary>The parameter of the mistake; empty for none.</summary>
    public string MistakeIn { get; set; } = "";

    /// <summary>The text that is signed, without the key; empty where the signature fits.</summary>
    public string SignedText { get; set; } = "";
}

/// <summary>When a merchant's key has signed a call last, to the minute.</summary>
internal sealed class KeyUseRow
{
    public long KeyId { get; set; }
    public long UsedAtMs { get; set; }
}

/// <summary>An address from which a merchant's calls are taken; a merchant without one is called from anywhere.</summary>
internal sealed class AllowedAddressRow
{
    public long MerchantNo { get; set; }

    /// <summary>An address or a network: <c>203.0.113.0/24</c>.</summary>
    public string Network { get; set; } = "";
    public string Note { get; set; } = "";
    public long AddedAtMs { get; set; }
}
