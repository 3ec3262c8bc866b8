namespace Paypro.Server.Storage;

/// <summary>A form of a page that was carried out. It is not carried out again.</summary>
internal sealed class FormUseRow
{
    public long UserId { get; set; }

    /// <summary>The page as it was shown that time; made of its time.</summary>
    public long PageId { get; set; }

    /// <summary>Of where it was sent and of what was in it.</summary>
    public long Hash { get; set; }

    /// <summary>Which of the transactions of its request, from 0.</summary>
    public short Part { get; set; }
    public long AtMs { get; set; }
}

/// <summary>An answer of the operator API that is given again to the same request.</summary>
internal sealed class OperatorAnswerRow
{
    /// <summary>Who asked: <c>token:3</c> or <c>user:12</c>.</summary>
    public string Actor { get; set; } = "";

    /// <summary>The caller's <c>Idempotency-Key</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>HMAC-SHA256 of method, path and body under the caller's token.</summary>
    public byte[] RequestHash { get; set; } = [];
    public int Status { get; set; }
    public string Body { get; set; } = "";
    public long AtMs { get; set; }
}
