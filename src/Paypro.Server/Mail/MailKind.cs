namespace Paypro.Server.Mail;

/// <summary>A mail that is sent: its texts in English, which are the keys of their translations.</summary>
/// <param name="Name">Short and stable.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text with values as {0}, {1}.</param>
/// <param name="GoodFor">How long it says something that still holds.</param>
internal sealed record MailKind(string Name, string Subject, string Text, TimeSpan GoodFor)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public static readonly MailKind Invitation = new(
        "invitation", "Your access to Paypro",
        "You were given access to {0}. Open this link to set your password and your second factor:\n\n{1}\n\nThe link opens once, until {2}. Nobody at Paypro asks you for it.", TimeSpan.FromHours(72));

    public static readonly MailKind RoleGiven = new(
        "role-given", "You were given a role", "{0} gave you the role {1} at {2}. Sign in as always:\n\n{3}", Day);

    public static readonly MailKind PasswordReset = new(
        "password-reset", "Set a new password",
        "Open this link to set a new password. Your second factor will be asked for as well:\n\n{0}\n\nThe link opens once, until {1}. If you did not ask for it, do nothing: your password stays as it is.", TimeSpan.FromMinutes(30));

    public static readonly MailKind FactorReset = new(
        "factor-reset", "Set your password and your second factor anew",
        "{0} allowed you to set your password and your second factor anew. Open this link:\n\n{1}\n\nThe link opens once, until {2}. If you did not ask for it, tell whoever manages the users.", TimeSpan.FromMinutes(60));

    public static readonly MailKind NewDevice = new(
        "new-device", "Sign-in from a new browser",
        "Somebody signed in to your account from a browser that was not used before.\n\nTime: {0}\nAddress: {1}\nBrowser: {2}\n\nIf it was not you, change your password at once and tell whoever manages the users.", Day);

    public static readonly MailKind Lockout = new(
        "lockout", "Wrong sign-ins to your account",
        "There were several wrong sign-ins to your account, and further ones from the same place are refused for a while.\n\nTime: {0}\nAddress: {1}\n\nIf it was not you, you need do nothing; your password was not told.", Day);

    public static readonly MailKind FactorAdded = new(
        "factor-added", "A new way to sign in was added", "To your account was added: {0}\n\nTime: {1}\nAddress: {2}\n\nIf it was not you, change your password at once and tell whoever manages the users.", Day);

    public static readonly MailKind FactorRemoved = new(
        "factor-removed", "A way to sign in was removed", "From your account was removed: {0}\n\nTime: {1}\nAddress: {2}\n\nIf it was not you, change your password at once and tell whoever manages the users.", Day);

    public static readonly MailKind PasswordChanged = new(
        "password-changed", "Your password was changed", "The password of your account was changed.\n\nTime: {0}\nAddress: {1}\n\nIf it was not you, tell whoever manages the users at once.", Day);

    public static readonly MailKind KeyRevealed = new(
        "key-revealed", "A key was looked at", "{0} looked at key {1} of merchant number {2}.\n\nTime: {3}\nAddress: {4}\n\nIf this should not be, end the key on the dashboard.", Day);

    public static readonly MailKind ProposalAlone = new(
        "proposal-alone", "A change will take effect without a second person",
        "{0} proposed a change, and nobody else may approve it: it takes effect by itself at {1}, unless it is taken back.\n\nChange: {2}\nConcerns: {3}\nReason: {4}\n\nLook at it here:\n\n{5}", Day);

    public static readonly MailKind DestinationConfirmed = new(
        "destination-confirmed", "Your balance can soon be withdrawn to an account",
        "The operator has confirmed the account {0} of merchant number {1}. From {2} on its balance can be withdrawn to it.\n\nIf it is not yours, take it away at once:\n\n{3}", TimeSpan.FromHours(24));

    public static readonly MailKind HeldPayouts = new(
        "held-payouts", "Payouts wait for approval and end soon",
        "Nobody has approved {0} payouts of merchant number {1} yet. The first one fails at {2}, and its money is available again.\n\nDecide about them here:\n\n{3}", TimeSpan.FromHours(12));

    public static readonly MailKind WithdrawalBack = new(
        "withdrawal-back", "A withdrawal did not arrive",
        "The bank has not carried out a withdrawal of {0} from merchant number {1}, or has sent it back. The money is available again.\n\nReason: {2}\n\nLook at it here:\n\n{3}", TimeSpan.FromHours(72));

    public static readonly MailKind DisputeOpened = new(
        "dispute-opened", "A payment is disputed",
        "Somebody disputes a payment of {0} to merchant number {1}. As far as it is there, the amount is held until it is decided.\n\nAnswer with words and files until {2}:\n\n{3}", TimeSpan.FromHours(72));

    public static readonly MailKind DisputeNears = new(
        "dispute-nears", "A dispute ends soon and is not answered",
        "The dispute about {0} of merchant number {1} has no answer. After {2} it can be answered no more, and will probably be lost.\n\nAnswer it here:\n\n{3}", TimeSpan.FromHours(48));

    public static readonly MailKind DisputeLapsed = new(
        "dispute-lapsed", "The time to answer a dispute is over",
        "Nobody has answered the dispute about {0} of merchant number {1}, and the time for it ended at {2}. The amount is held until the bank decides.\n\nLook at it here:\n\n{3}", TimeSpan.FromHours(72));

    public static readonly MailKind DisputeWon = new(
        "dispute-won", "A dispute was won",
        "The dispute about {0} of merchant number {1} was decided for you. What was held of it is yours again.\n\nLook at it here:\n\n{3}", TimeSpan.FromHours(72));

    public static readonly MailKind DisputeLost = new(
        "dispute-lost", "A dispute was lost",
        "The dispute about {0} of merchant number {1} was decided against you. The amount is gone; what was not held of it, and the fee, were taken from your balance or are owed.\n\nLook at it here:\n\n{3}", TimeSpan.FromHours(72));

    public static readonly MailKind AuditHeads = new(
        "audit-heads", "The audit log on {0}",
        "The ends of the audit log's chains: chain, number of lines, hash of the last one. Keep this mail. Whoever cuts lines off later is found by comparing.\n\n{1}", TimeSpan.FromHours(72));

    public static readonly MailKind Notice = new(
        "notice", "A notice about your payments", "{0}\n\nCountries: {1}\nWays: {2}\nFrom: {3}\nUntil: {4}\n\nIt stands on your dashboard too:\n\n{5}", TimeSpan.FromHours(72));

    public static readonly MailKind UrgentCases = new(
        "urgent-cases", "{0} urgent cases", "Something needs a person now:\n\n{1}\n\nWhoever takes a case keeps the second contact from being told. All urgent cases:\n\n{2}", TimeSpan.FromHours(24));

    public static readonly MailKind ListReady = new(
        "list-ready", "Your file is ready", "The file {0} with {1} rows is ready. Fetch it here, signed in, until {2}:\n\n{3}", TimeSpan.FromHours(24));

    /// <summary>What mails call the ways to sign in.</summary>
    public const string Passkey = "passkey {0}", AppOfCodes = "app of codes", RecoveryCodes = "recovery codes";

    /// <summary>The same, for the test of translations.</summary>
    public static readonly IReadOnlyList<string> Factors = [Passkey, AppOfCodes, RecoveryCodes];

    /// <summary>All that there are; a test asks for the translations of each.</summary>
    public static readonly IReadOnlyList<MailKind> All =
        [Invitation, RoleGiven, PasswordReset, FactorReset, NewDevice, Lockout, FactorAdded, FactorRemoved, PasswordChanged, KeyRevealed, ProposalAlone, DestinationConfirmed, HeldPayouts, WithdrawalBack, DisputeOpened, DisputeNears, DisputeLapsed, DisputeWon, DisputeLost, AuditHeads, Notice, UrgentCases, ListReady];
}
