using System.Text.RegularExpressions;
using Paypro.Server.Mail;

namespace Paypro.ServerTests.Access;

/// <summary>A mail server that keeps what it is handed, and answers as a test wants.</summary>
internal sealed partial class RecordingMailServer : IMailServer
{
    private readonly Lock _one = new();
    private readonly List<(long Id, string To, MailContent Content)> _taken = [];

    public MailOutcome Answers { get; set; } = MailOutcome.Sent;

    /// <summary>What is done while the server has the mail and has not answered.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<(long Id, string To, MailContent Content)> Taken
    {
        get
        {
            lock (_one)
            {
                return [.. _taken];
            }
        }
    }

    public async Task<(MailOutcome Outcome, string Why)> SendAsync(long id, string recipient, MailContent content, CancellationToken cancellation)
    {
        await Meanwhile();
        if (Answers == MailOutcome.Sent)
        {
            lock (_one)
            {
                _taken.Add((id, recipient, content));
            }
        }

        return (Answers, Answers == MailOutcome.Sent ? "" : "a test says so");
    }

    /// <summary>The link in the newest mail to somebody.</summary>
    public string LinkTo(string recipient) => Link().Match(Taken.Last(m => m.To == recipient).Content.Text).Value;

    public IReadOnlyList<string> SubjectsTo(string recipient) => [.. Taken.Where(m => m.To == recipient).Select(m => m.Content.Subject)];

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();
}
