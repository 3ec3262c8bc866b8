using System.Globalization;
using System.Net;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Paypro.Server.Platform;

namespace Paypro.Server.Mail;

/// <summary>A mail server by SMTP. A connection for each mail: they are few, and nothing is kept that can break.</summary>
internal sealed class SmtpServer(PayproOptions options) : IMailServer
{
    private const int TimeoutMs = 20_000;

    private static readonly Dictionary<string, SecureSocketOptions> Tls = new(StringComparer.OrdinalIgnoreCase)
    {
        ["starttls"] = SecureSocketOptions.StartTls, ["tls"] = SecureSocketOptions.SslOnConnect, ["off"] = SecureSocketOptions.None,
    };

    public async Task<(MailOutcome Outcome, string Why)> SendAsync(long id, string recipient, MailContent content, CancellationToken cancellation)
    {
        var mail = options.Mail;
        var from = MailboxAddress.Parse(mail.From);
        if (!MailboxAddress.TryParse(recipient, out var to))
        {
            return (MailOutcome.Refused, "its address is none");
        }

        using var message = new MimeMessage();
        message.MessageId = string.Create(CultureInfo.InvariantCulture, $"paypro-{id}@{from.Domain}");
        message.From.Add(from);
        message.To.Add(to);
        message.Subject = content.Subject;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var body = new TextPart("plain") { Text = content.Text };
        message.Body = body;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeoutMs);
        using var client = new SmtpClient { Timeout = TimeoutMs };
        try
        {
            await client.ConnectAsync(mail.Host, mail.Port, Tls[mail.Tls], limit.Token);
            if (mail.User.Length > 0)
            {
                await client.AuthenticateAsync(mail.User, await PasswordAsync(mail, limit.Token), limit.Token);
            }

            await client.SendAsync(message, limit.Token);
        }
        catch (SmtpCommandException error) when (error.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted && (int)error.StatusCode >= 500)
        {
            return (MailOutcome.Refused, $"the server refused it with {(int)error.StatusCode}");
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or CommandException or ProtocolException or AuthenticationException or SslHandshakeException
            or UnauthorizedAccessException or NotSupportedException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (MailOutcome.Later, $"the server {mail.Host} did not take it: {error.GetType().Name}");
        }

        try
        {
            await client.DisconnectAsync(true, limit.Token);
        }
        catch (Exception error) when (error is IOException or CommandException or ProtocolException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It has taken the mail: a farewell that fails changes nothing.
            _ = error;
        }

        return (MailOutcome.Sent, "");
    }

    /// <exception cref="BadSettingException">What is set is not a mail server's.</exception>
    public static void Check(PayproOptions options)
    {
        var mail = options.Mail;
        if (mail.Host.Length == 0)
        {
            return;
        }

        if (mail.Port is < 1 or > 65_535)
        {
            throw new BadSettingException(string.Create(CultureInfo.InvariantCulture, $"Paypro__Mail__Port: must be from 1 to 65535, not {mail.Port}."));
        }

        if (!MailboxAddress.TryParse(mail.From, out var from) || from.Domain.Length == 0)
        {
            throw new BadSettingException("Paypro__Mail__From: must be the sender's address, such as Paypro <no-reply@example.com>.");
        }

        if (!Tls.ContainsKey(mail.Tls))
        {
            throw new BadSettingException($"Paypro__Mail__Tls: must be starttls, tls or off, not '{mail.Tls}'.");
        }

        if (mail.Tls.Equals("off", StringComparison.OrdinalIgnoreCase) && mail.Host != "localhost" && !(IPAddress.TryParse(mail.Host, out var ip) && IPAddress.IsLoopback(ip)))
        {
            throw new BadSettingException("Paypro__Mail__Tls: off is for a mail server on this machine alone; over a network anybody on the way reads the links.");
        }

        if (mail.User.Length > 0 && !File.Exists(mail.PasswordFile))
        {
            throw new BadSettingException("Paypro__Mail__PasswordFile: must name the file with the password of Paypro__Mail__User.");
        }
    }

    private static async Task<string> PasswordAsync(MailOptions mail, CancellationToken cancellation) => (await File.ReadAllTextAsync(mail.PasswordFile!, cancellation)).TrimEnd('\r', '\n');
}
