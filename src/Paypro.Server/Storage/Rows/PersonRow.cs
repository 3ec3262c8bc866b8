namespace Paypro.Server.Storage;

/// <summary>Personal data of an order, encrypted; erasing the row forgets the person and keeps the books.</summary>
internal sealed record PersonRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }

    [Changes]
    public string MasterKeyId { get; init; } = "";

    /// <summary>Nonce, tag and AES-GCM ciphertext of the person as JSON, bound to merchant and order.</summary>
    [Changes]
    public byte[] Sealed { get; init; } = [];
    public long CreatedAtMs { get; init; }

    /// <summary>Payouts: a keyed hash of merchant and account, so that the same recipient is known again; empty otherwise.</summary>
    public string Recipient { get; init; } = "";

    public OrderKey Key => new(Bucket, OrderId);
}
