using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Mail;

/// <summary>What a mail says.</summary>
internal sealed record MailContent(string Subject, string Text);

/// <summary>
/// Mails to people. One is a row in the transaction of what causes it: neither is told what did not happen, nor does what happened stay untold. It is
/// written in the language that its reader has chosen; in it are links and no secret but theirs.
/// </summary>
internal sealed class Mails(MasterKeys keys, IdSource ids, OwnAddress address, Installation installation, PayproOptions options, TimeProvider time)
{
    /// <summary>Whether mails reach anybody: by a mail server, or in a sandbox by its outbox.</summary>
    public bool IsOn => ReachAnybody(options, installation);

    /// <summary>The same, before the service is made: it opens the master keys, which are looked at later than the pages are laid out.</summary>
    public static bool ReachAnybody(PayproOptions options, Installation installation) => options.Mail.Host.Length > 0 || installation.IsSandbox;

    /// <summary>A page of ours as it stands in a mail.</summary>
    public string LinkTo(string path) => $"{address.Root()}{path}";

    /// <summary>Adds a mail to what is saved; nothing where mails reach nobody.</summary>
    public void Add(PayproContext context, UserRow to, MailKind kind, params object[] values)
    {
        if (!IsOn)
        {
            return;
        }

        var (id, nowMs) = (ids.Next(), time.NowMs());
        var language = to.Language;
        var content = new MailContent(MailTexts.Of(language, kind.Subject, values), MailTexts.Of(language, kind.Text, values));
        var (keyId, sealedBytes) = keys.Seal(JsonSerializer.SerializeToUtf8Bytes(content), BoundTo(id));
        context.Mails.Add(new MailRow
        {
            Id = id, Recipient = to.Email, Kind = kind.Name, MasterKeyId = keyId, Sealed = sealedBytes, State = MailState.Waiting, CreatedAtMs = nowMs, DueAtMs = nowMs,
            EndsAtMs = nowMs + (long)kind.GoodFor.TotalMilliseconds,
        });
    }

    /// <summary>The same, unless he was mailed the same within a time: what anybody can cause does not fill anybody's inbox.</summary>
    public async Task<bool> AddSeldomAsync(PayproContext context, UserRow to, MailKind kind, TimeSpan within, params object[] values)
    {
        var sinceMs = time.NowMs() - (long)within.TotalMilliseconds;
        if (await context.Mails.AnyAsync(m => m.Recipient == to.Email && m.Kind == kind.Name && m.CreatedAtMs > sinceMs))
        {
            return false;
        }

        Add(context, to, kind, values);
        return IsOn;
    }

    public MailContent Open(MailRow row) => JsonSerializer.Deserialize<MailContent>(keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row.Id)))!;

    /// <summary>A moment as mails write it.</summary>
    public static string TimeOf(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>What a body is bound to.</summary>
    public static string BoundTo(long id) => string.Create(CultureInfo.InvariantCulture, $"mail:{id}");
}
