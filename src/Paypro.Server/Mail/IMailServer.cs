namespace Paypro.Server.Mail;

/// <summary>What came of handing a mail to the server.</summary>
internal enum MailOutcome
{
    Sent,

    /// <summary>Not now: the server is away, or says so.</summary>
    Later,

    /// <summary>Never: the server refuses this mail.</summary>
    Refused,
}

/// <summary>The mail server.</summary>
internal interface IMailServer
{
    /// <param name="id">The mail's number; the same mail sent twice has the same message id.</param>
    /// <param name="recipient">An e-mail address.</param>
    /// <param name="content">What it says.</param>
    /// <param name="cancellation">Of the stop.</param>
    /// <returns>What came of it, and why in a sentence without the mail's content.</returns>
    Task<(MailOutcome Outcome, string Why)> SendAsync(long id, string recipient, MailContent content, CancellationToken cancellation);
}
