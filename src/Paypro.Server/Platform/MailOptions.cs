namespace Paypro.Server.Platform;

/// <summary>Settings <c>Paypro__Mail__…</c>.</summary>
internal sealed class MailOptions
{
    /// <summary>The mail server's name or address. Without it nothing is mailed: links are shown once, and a sandbox keeps its mails in its outbox.</summary>
    public string Host { get; set; } = "";

    /// <summary>Range 1 to 65,535; default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>As whom we sign in there; empty for a server that asks for nothing.</summary>
    public string User { get; set; } = "";

    /// <summary>The file with the password; read at each connection, so that it can be replaced.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The sender: <c>Paypro &lt;no-reply@example.com&gt;</c>, or an address alone.</summary>
    public string From { get; set; } = "";

    /// <summary><c>starttls</c> (default), <c>tls</c> from the first byte, or <c>off</c> for a server on this machine.</summary>
    public string Tls { get; set; } = "starttls";
}
