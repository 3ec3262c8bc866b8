namespace Paypro.Server.Storage;

/// <summary>Whose people a user belongs to. Each realm has users, sessions and pages of its own.</summary>
internal enum Realm : short
{
    Operator = 1,
    Merchant = 2,
}

internal enum UserState : short
{
    /// <summary>Has not set a password yet.</summary>
    Invited = 1,
    Active = 2,

    /// <summary>Signs in nowhere; what he did stays in the audit log.</summary>
    Disabled = 3,
}

/// <summary>What a user may do, as the table of permissions says.</summary>
internal enum Role : short
{
    Owner = 1,
    Developer = 2,
    MerchantFinance = 3,
    MerchantSupport = 4,
    Admin = 11,
    Operations = 12,
    Finance = 13,
    Risk = 14,
    Support = 15,
    Auditor = 16,
}

/// <summary>What a mailed or shown link is for.</summary>
internal enum LinkPurpose : short
{
    /// <summary>Sets the first password and the first second factor.</summary>
    Invitation = 1,

    /// <summary>Sets a new password; the second factor is asked for.</summary>
    PasswordReset = 2,

    /// <summary>Sets both anew, after somebody else has confirmed who it is.</summary>
    FactorReset = 3,
}

/// <summary>A person who signs in.</summary>
internal sealed class UserRow
{
    public long Id { get; set; }
    public Realm Realm { get; set; }

    /// <summary>In small letters; one user of a realm has it.</summary>
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public UserState State { get; set; }

    /// <summary>PBKDF2 with salt and parameters, as ASP.NET Core Identity writes it; empty until it is set.</summary>
    public string PasswordHash { get; set; } = "";
    public string TotpKeyId { get; set; } = "";

    /// <summary>The seed of the codes, sealed and bound to the user.</summary>
    public byte[] TotpSealed { get; set; } = [];

    /// <summary>The last time step of which a code was taken: a code is taken once.</summary>
    public long TotpLastStep { get; set; }

    /// <summary>When he was added or given a role, Unix milliseconds UTC: he approves nothing for a day.</summary>
    public long RaisedAtMs { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>Of the screens, BCP 47; empty for what the browser prefers.</summary>
    public string Language { get; set; } = "";

    /// <summary>Of the times shown, an IANA name; empty for the merchant's own.</summary>
    public string Zone { get; set; } = "";

    /// <summary><c>light</c>, <c>dark</c>, or empty for what the system has.</summary>
    public string Theme { get; set; } = "";

    /// <summary>Counts the changes, for whoever changes what he has read.</summary>
    public int Version { get; set; }
}

/// <summary>What a user may do, and where.</summary>
internal sealed class MembershipRow
{
    public long UserId { get; set; }

    /// <summary>0 for an operator's.</summary>
    public long BusinessId { get; set; }

    /// <summary>0 = all merchant numbers of the business.</summary>
    public long MerchantNo { get; set; }
    public Role Role { get; set; }
    public long AddedAtMs { get; set; }
}

/// <summary>A code for whoever has lost the second factor; taken once.</summary>
internal sealed class RecoveryCodeRow
{
    public long UserId { get; set; }

    /// <summary>SHA-256 of the code.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>Unix milliseconds UTC; 0 = not yet.</summary>
    public long UsedAtMs { get; set; }
}

/// <summary>A browser in which a user has signed in.</summary>
internal sealed class SessionRow
{
    /// <summary>SHA-256 of what the cookie holds.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>For lists and the audit log; opens nothing.</summary>
    public long Id { get; set; }
    public Realm Realm { get; set; }
    public long UserId { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>The last request, to about a minute.</summary>
    public long SeenAtMs { get; set; }

    /// <summary>When it ends whatever happens.</summary>
    public long EndsAtMs { get; set; }

    /// <summary>When a second factor was given last.</summary>
    public long FactorAtMs { get; set; }
    public string Address { get; set; } = "";
    public string Device { get; set; } = "";
}

/// <summary>A link that opens one page once.</summary>
internal sealed class AccessLinkRow
{
    /// <summary>SHA-256 of what the link holds.</summary>
    public byte[] Hash { get; set; } = [];
    public long UserId { get; set; }
    public LinkPurpose Purpose { get; set; }
    public long CreatedAtMs { get; set; }
    public long EndsAtMs { get; set; }
}

/// <summary>Wrong sign-ins that count against somebody.</summary>
internal sealed class SignInFailureRow
{
    /// <summary>A keyed hash of the account, or of account and address.</summary>
    public byte[] Subject { get; set; } = [];
    public int Count { get; set; }
    public long SinceMs { get; set; }

    /// <summary>Until when it is refused, Unix milliseconds UTC.</summary>
    public long ClosedUntilMs { get; set; }
}

/// <summary>A program that calls the operator API in the name of the user who made it.</summary>
internal sealed class OperatorTokenRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the token.</summary>
    public byte[] Hash { get; set; } = [];
    public string Name { get; set; } = "";

    /// <summary>Its maker; it ends with him.</summary>
    public long UserId { get; set; }

    /// <summary>Permissions, with blanks between; never more than its maker has at the moment of a call.</summary>
    public string Permissions { get; set; } = "";

    /// <summary>Addresses and networks it may come from, with commas between; empty = all.</summary>
    public string Networks { get; set; } = "";
    public long CreatedAtMs { get; set; }
    public long EndsAtMs { get; set; }

    /// <summary>When a second person approved it; 0 = not yet, and it opens nothing.</summary>
    public long ApprovedAtMs { get; set; }
    public long RevokedAtMs { get; set; }
}

internal enum ProposalState : short
{
    Open = 1,
    CarriedOut = 2,
    Refused = 3,

    /// <summary>Taken back by its maker, or not decided in time.</summary>
    Ended = 4,
}

/// <summary>A change that waits for a second person.</summary>
internal sealed class ProposalRow
{
    public long Id { get; set; }

    /// <summary>What is proposed, such as <c>terms.add</c>.</summary>
    public string Kind { get; set; } = "";
    public string Subject { get; set; } = "";

    /// <summary>The business whose people decide it; 0 for operators.</summary>
    public long BusinessId { get; set; }

    /// <summary>The exact change, JSON.</summary>
    public string Change { get; set; } = "";

    /// <summary>What it was when it was proposed; it is not carried out on anything else.</summary>
    public string Against { get; set; } = "";
    public string Reason { get; set; } = "";
    public long MadeByUserId { get; set; }
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }

    /// <summary>When it ends undecided, Unix milliseconds UTC.</summary>
    public long EndsAtMs { get; set; }

    /// <summary>When it is carried out without a second person, because there is none; 0 = never.</summary>
    public long AloneAtMs { get; set; }
    public ProposalState State { get; set; }
    public string DecidedBy { get; set; } = "";
    public long DecidedAtMs { get; set; }
    public string Outcome { get; set; } = "";
}

/// <summary>A secret that a proposal is about, until it is decided. Shown to nobody.</summary>
internal sealed class ProposalSecretRow
{
    public long ProposalId { get; set; }
    public string MasterKeyId { get; set; } = "";

    /// <summary>Nonce, tag and AES-GCM ciphertext, bound to the whole proposal.</summary>
    public byte[] Sealed { get; set; } = [];
}

/// <summary>One line of the audit log; never changed or deleted.</summary>
internal sealed class AuditRow
{
    /// <summary>A bucket for what concerns a merchant; -1 for the rest.</summary>
    public short Chain { get; set; }

    /// <summary>Counts without a gap from 1 in each chain.</summary>
    public long No { get; set; }
    public long AtMs { get; set; }

    /// <summary><c>user:12 name@example.com</c>, <c>token:3</c>, <c>program</c>.</summary>
    public string Actor { get; set; } = "";
    public string Address { get; set; } = "";

    /// <summary>0 for none.</summary>
    public long SessionId { get; set; }

    /// <summary>Short and stable: <c>merchant.create</c>.</summary>
    public string Action { get; set; } = "";

    /// <summary>What it is done to: <c>merchant:1000000001</c>.</summary>
    public string Subject { get; set; } = "";

    /// <summary>JSON without secrets; empty where there was nothing.</summary>
    public string Before { get; set; } = "";
    public string After { get; set; } = "";
    public string Reason { get; set; } = "";
    public string RequestId { get; set; } = "";

    /// <summary>SHA-256 over the hash before and every column of this line.</summary>
    public byte[] Hash { get; set; } = [];
}

/// <summary>The end of a chain of the audit log. Whoever appends locks it.</summary>
internal sealed class AuditChainRow
{
    public short Chain { get; set; }
    public long LastNo { get; set; }
    public byte[] Hash { get; set; } = [];
}
