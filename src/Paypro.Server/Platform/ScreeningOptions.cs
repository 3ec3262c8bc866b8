namespace Paypro.Server.Platform;

/// <summary>The service that is asked before a payout is sent and before a merchant is approved (<c>Paypro__Screening__…</c>). Without an address nobody is asked.</summary>
internal sealed class ScreeningOptions
{
    /// <summary>Where the questions are posted as JSON, signed; https, or http in a sandbox.</summary>
    public string Url { get; set; } = "";

    /// <summary>The file with the secret that signs them, 32 to 200 characters; read at each call, so that it can be replaced. Required with an address.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How long an answer may take, milliseconds. Range 100 to 10,000; default 3,000.</summary>
    public int TimeoutMs { get; set; } = 3_000;

    /// <summary>After how many seconds a question without an answer is asked again. Range 5 to 3,600; default 300.</summary>
    public int AgainSeconds { get; set; } = 300;

    /// <summary>How long a payout is held at most, from its acceptance, hours; then it fails. Range 1 to 720; default 72.</summary>
    public int HeldHours { get; set; } = 72;

    public bool IsOn => Url.Length > 0;

    public long HeldForMs => HeldHours * 3_600_000L;
}
