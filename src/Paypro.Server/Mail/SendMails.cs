using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Mail;

/// <summary>
/// Hands waiting mails to the server. A node leases a mail before it sends: another one takes it only when the lease is over. When a node ends between the
/// server's yes and its own note, the mail goes out once more, with the same message id.
/// </summary>
internal sealed class SendMails(IContexts contexts, BatchWriter writer, Mails mails, IMailServer server, RaiseCases cases, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1), Slowest = TimeSpan.FromSeconds(5), Lease = TimeSpan.FromMinutes(2);

    /// <summary>The kind of the case of a mail that was not sent, and of a server that takes none.</summary>
    public const string FailedCase = "mail-failed", ServerCase = "mail-server";

    /// <summary>How long a mail is kept after it was made: its outcome, and in a sandbox what it says.</summary>
    private const long KeptForMs = 7 * 86_400_000L;
    private const int AtOnce = 20, TriesBeforeCase = 5;
    private const long FirstRestMs = 10_000, LongestRestMs = 600_000;

    /// <summary>One turn.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<MailRow> due;
        await using (var context = contexts.Create())
        {
            var nowMs = time.NowMs();
            due = await context.Mails.AsNoTracking().Where(m => m.State == MailState.Waiting && m.DueAtMs <= nowMs && m.LeaseUntilMs <= nowMs).OrderBy(m => m.DueAtMs).Take(AtOnce).ToListAsync(cancellation);
        }

        foreach (var mail in due)
        {
            await SendAsync(mail, cancellation);
        }

        return due.Count == AtOnce;
    }

    /// <summary>Deletes what nobody asks for again.</summary>
    public Task<int> ForgetAsync() => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var beforeMs = time.NowMs() - KeptForMs;
        return await context.Mails.Where(m => m.CreatedAtMs < beforeMs).ExecuteDeleteAsync();
    });

    private async Task SendAsync(MailRow mail, CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var leased = await ChangeAsync(
            c => c.Mails.Where(m => m.Id == mail.Id && m.State == MailState.Waiting && m.LeaseUntilMs <= nowMs),
            q => q.ExecuteUpdateAsync(s => s.SetProperty(m => m.LeaseUntilMs, nowMs + (long)Lease.TotalMilliseconds).SetProperty(m => m.Tries, m => m.Tries + 1), CancellationToken.None));
        if (leased == 0)
        {
            return;
        }

        if (mail.EndsAtMs <= nowMs)
        {
            await EndAsync(mail, MailState.Failed, "it could not be sent while it held");
            return;
        }

        MailContent content;
        try
        {
            content = mails.Open(mail);
        }
        catch (CryptographicException)
        {
            await EndAsync(mail, MailState.Failed, "no master key opens it");
            return;
        }

        var (outcome, why) = await server.SendAsync(mail.Id, mail.Recipient, content, cancellation);
        if (outcome != MailOutcome.Later)
        {
            await EndAsync(mail, outcome == MailOutcome.Sent ? MailState.Sent : MailState.Failed, why);
            return;
        }

        var tries = mail.Tries + 1;
        var dueAtMs = time.NowMs() + Math.Min(LongestRestMs, FirstRestMs << Math.Min(tries - 1, 6));
        await ChangeAsync(
            c => c.Mails.Where(m => m.Id == mail.Id && m.State == MailState.Waiting),
            q => q.ExecuteUpdateAsync(s => s.SetProperty(m => m.DueAtMs, dueAtMs).SetProperty(m => m.LeaseUntilMs, 0L), CancellationToken.None));
        if (tries == TriesBeforeCase)
        {
            await cases.RaiseAsync(ServerCase, "mail", $"Mails wait: {why}. Links and warnings do not reach their readers; look at Paypro__Mail__…");
        }
    }

    private async Task EndAsync(MailRow mail, MailState state, string why)
    {
        await ChangeAsync(
            c => c.Mails.Where(m => m.Id == mail.Id && m.State == MailState.Waiting),
            q => q.ExecuteUpdateAsync(s => s.SetProperty(m => m.State, state).SetProperty(m => m.Sealed, Array.Empty<byte>()).SetProperty(m => m.MasterKeyId, ""), CancellationToken.None));
        if (state == MailState.Failed)
        {
            var id = mail.Id.ToString(CultureInfo.InvariantCulture);
            await cases.RaiseAsync(FailedCase, id, $"Mail {id} ({mail.Kind}) was not sent: {why}. Its reader does not know what it says.", CaseSeverity.Today);
        }
        else if (mail.Tries >= TriesBeforeCase)
        {
            await cases.EndAsync(ServerCase, "mail", "mails are taken again");
        }
    }

    private Task<int> ChangeAsync(Func<PayproContext, IQueryable<MailRow>> which, Func<IQueryable<MailRow>, Task<int>> change) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await change(which(context));
    });
}
