namespace Paypro.Server.Storage;

/// <summary>What this database is: one row.</summary>
internal sealed class InstallationRow
{
    public int Id { get; set; } = 1;

    /// <summary><c>sandbox</c> or <c>live</c>, written when the database was made and never changed.</summary>
    public string Kind { get; set; } = "";

    /// <summary>How many processes have started on it; numbers the nodes.</summary>
    public int NodeStarts { get; set; }

    /// <summary>Counts changes of the configuration; nodes poll it every second.</summary>
    public long ConfigVersion { get; set; }
    public long CreatedAtMs { get; set; }
}

/// <summary>A secret of the installation itself, by what it is for.</summary>
internal sealed class InstallationSecretRow
{
    public string Purpose { get; set; } = "";
    public string MasterKeyId { get; set; } = "";

    /// <summary>Nonce, tag and AES-GCM ciphertext, bound to the purpose.</summary>
    public byte[] Sealed { get; set; } = [];
}

/// <summary>
/// The id of a batch, inserted first in its transaction: how the fate of a COMMIT is found out. On SQLite, which has one writer, a single
/// row tells of the last batch.
/// </summary>
internal sealed class BatchRow
{
    public short Bucket { get; set; }
    public long Id { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>Who wrote the row: a batch its own random mark, a probe for its fate 0 (<see cref="BatchMark"/>).</summary>
    public long Mark { get; set; }
}

/// <summary>How far the ledger check has come in a bucket.</summary>
internal sealed class LedgerCheckRow
{
    public short Bucket { get; set; }
    public long TransferNo { get; set; }
    public byte[] Hash { get; set; } = [];
    public long CheckedAtMs { get; set; }

    /// <summary>Empty while all is well.</summary>
    public string Finding { get; set; } = "";
}
