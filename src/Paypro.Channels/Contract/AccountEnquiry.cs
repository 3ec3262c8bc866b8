namespace Paypro.Channels;

/// <summary>An account whose holder is asked for.</summary>
/// <param name="BankCode">The bank's or e-wallet's code of our bank list.</param>
/// <param name="AccountNo">The account number; for an e-wallet its mobile number. Never logged.</param>
public sealed record AccountEnquiry(string BankCode, string AccountNo)
{
    /// <summary>Hides everything: a record printed by mistake must not leak.</summary>
    public override string ToString() => "AccountEnquiry";
}

/// <summary>What a rail says of an account.</summary>
public abstract record AccountOutcome
{
    private AccountOutcome() { }

    /// <summary>The account is there and takes money.</summary>
    /// <param name="HolderName">Its holder, as the bank writes the name. Personal data: told to the merchant that asked, never stored or logged.</param>
    public sealed record Found(string HolderName) : AccountOutcome
    {
        /// <summary>Hides the name.</summary>
        public override string ToString() => "Found";
    }

    /// <summary>The bank certainly has no such account, or it takes no money.</summary>
    /// <param name="Reason">One sentence for the merchant, without the account's number; no personal data.</param>
    public sealed record NotFound(string Reason) : AccountOutcome;

    /// <summary>The rail did not say. Nothing happened, so that asking again is harmless.</summary>
    /// <param name="Reason">One sentence for the operator; no personal data.</param>
    public sealed record Unknown(string Reason) : AccountOutcome;

    /// <summary>This channel never says; another one may.</summary>
    public sealed record NotOffered : AccountOutcome;
}
