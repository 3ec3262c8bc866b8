namespace Paypro.Server.Platform;

/// <summary>Whom urgent cases are told (<c>Paypro__Alerts__…</c>). What is not set is not told.</summary>
internal sealed class AlertOptions
{
    /// <summary>The e-mail address of the first contact.</summary>
    public string FirstMail { get; set; } = "";

    /// <summary>The e-mail address of the second contact, who is told while nobody has taken the case.</summary>
    public string SecondMail { get; set; } = "";

    /// <summary>After how many minutes the second contact is told. Range 1 to 1,440; default 15.</summary>
    public int AgainMinutes { get; set; } = 15;

    /// <summary>Where urgent cases are posted as JSON, signed; https, to a public address like those of merchants.</summary>
    public string WebhookUrl { get; set; } = "";

    /// <summary>The file with the secret that signs them, 32 to 200 characters; read at each call, so that it can be replaced. Required with an address.</summary>
    public string WebhookKeyFile { get; set; } = "";

    /// <summary>An address outside that is called each minute while the installation lives and its database answers.</summary>
    public string PingUrl { get; set; } = "";
}
