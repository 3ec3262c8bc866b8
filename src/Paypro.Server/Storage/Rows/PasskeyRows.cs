namespace Paypro.Server.Storage;

/// <summary>A passkey of a user: proves with one gesture that he has the device and is himself.</summary>
internal sealed class UserPasskeyRow
{
    /// <summary>What the authenticator calls it; at most 1,023 bytes.</summary>
    public byte[] CredentialId { get; set; } = [];
    public long UserId { get; set; }

    /// <summary>What the user calls it.</summary>
    public string Name { get; set; } = "";
    public byte[] PublicKey { get; set; } = [];

    /// <summary>The authenticator's own count; one that goes back is a copy.</summary>
    public long SignCount { get; set; }

    /// <summary>How it is reached, with blanks between.</summary>
    public string Transports { get; set; } = "";
    public bool IsBackupEligible { get; set; }
    public bool IsBackedUp { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>Unix milliseconds UTC; 0 = never.</summary>
    public long UsedAtMs { get; set; }
}

/// <summary>A challenge that a browser was given for a passkey, until it comes back; taken once.</summary>
internal sealed class LoginStepRow
{
    /// <summary>SHA-256 of what the form carries.</summary>
    public byte[] Hash { get; set; } = [];
    public Realm Realm { get; set; }

    /// <summary>Whose it is; 0 while nobody has signed in.</summary>
    public long UserId { get; set; }

    /// <summary>What the passkey is to prove: <c>sign-in</c>, <c>confirm</c>, <c>add</c>.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>What the library wants back.</summary>
    public string State { get; set; } = "";
    public long EndsAtMs { get; set; }
}

/// <summary>A browser from which a user has signed in before.</summary>
internal sealed class KnownDeviceRow
{
    public long UserId { get; set; }

    /// <summary>SHA-256 of the browser's cookie.</summary>
    public byte[] Hash { get; set; } = [];
    public long SeenAtMs { get; set; }
}
