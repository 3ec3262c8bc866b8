namespace Paypro.Server.Storage;

internal enum MailState : short
{
    /// <summary>Is sent by the loop; in an installation without a mail server it stays in the outbox.</summary>
    Waiting = 1,
    Sent = 2,

    /// <summary>Was refused for good, or could not be sent before it was out of date.</summary>
    Failed = 3,
}

/// <summary>A mail to a person, written in the transaction of what causes it.</summary>
internal sealed class MailRow
{
    public long Id { get; set; }

    /// <summary>The user's address.</summary>
    public string Recipient { get; set; } = "";

    /// <summary>Short and stable, such as <c>invitation</c>.</summary>
    public string Kind { get; set; } = "";
    public string MasterKeyId { get; set; } = "";

    /// <summary>Subject and text, sealed and bound to the mail: a link in it opens an account. Empty once it is sent or has failed.</summary>
    public byte[] Sealed { get; set; } = [];
    public MailState State { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>Not before, Unix milliseconds UTC.</summary>
    public long DueAtMs { get; set; }

    /// <summary>After this it says nothing that still holds.</summary>
    public long EndsAtMs { get; set; }
    public int Tries { get; set; }

    /// <summary>Until when a node has it, Unix milliseconds UTC.</summary>
    public long LeaseUntilMs { get; set; }
}
