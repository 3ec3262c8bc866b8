namespace Paypro.Server.Platform;

/// <summary>Settings <c>Paypro__…</c> of an installation. A bad one stops the start with one sentence that names it.</summary>
internal sealed class PayproOptions
{
    /// <summary><c>Sqlite</c> (default) or <c>Postgres</c>.</summary>
    public string Database { get; set; } = "Sqlite";

    /// <summary>True: sandbox; false: live. Default: true in Development only.</summary>
    public bool? Sandbox { get; set; }

    /// <summary>Whether this sandbox is a demo, whose users everybody can sign in as. Set by <c>--demo</c>. Default: false.</summary>
    public bool Demo { get; set; }

    /// <summary>File with the master key. A live installation does not start without it; a sandbox makes its own beside its database.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>The address under which payers reach this installation, absolute http(s) without a path. Required when live; a sandbox uses where it listens.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>To whom a vulnerability of this installation is reported: <c>mailto:</c>, <c>https:</c> or <c>tel:</c>. Default: nobody, and there is no <c>/.well-known/security.txt</c>.</summary>
    public string? SecurityContact { get; set; }

    /// <summary>What this process does, comma-separated: <c>api</c>, <c>worker</c>, <c>checkout</c>, <c>portals</c>. Default: all.</summary>
    public string Roles { get; set; } = "api,worker,checkout,portals";

    /// <summary>Live: how far a request's timestamp may be from our clock, minutes. Range 1 to 10,080; default 1,440 (24 hours).</summary>
    public int TimestampToleranceMinutes { get; set; } = 1440;

    /// <summary>The same for payouts. Range 1 to 1,440; default 15.</summary>
    public int PayoutTimestampToleranceMinutes { get; set; } = 15;

    /// <summary>How long a payout or a file of payouts waits for approval before it fails, hours. Range 1 to 720; default 72.</summary>
    public int HoldHours { get; set; } = 72;

    /// <summary>The same, in milliseconds.</summary>
    public long HoldForMs => HoldHours * 3_600_000L;

    /// <summary>How long the address of a voucher opens, hours. Range 1 to 8,760; default 24.</summary>
    public int VoucherHours { get; set; } = 24;

    /// <summary>How long a graceful stop may take to finish what was accepted, seconds. Range 1 to 300; default 30.</summary>
    public int StopSeconds { get; set; } = 30;

    /// <summary>
    /// Where <c>/metrics</c> is served: <c>off</c>, or an IP address and a port of its own such as <c>127.0.0.1:9464</c>; in a sandbox also <c>loopback</c> or
    /// <c>all</c>, beside everything else. Default: <c>loopback</c> in a sandbox, else <c>off</c>.
    /// </summary>
    public string? Metrics { get; set; }

    /// <summary>
    /// Live: pay-ins of one merchant that nobody has paid yet, at most; further ones are refused until some are paid or expire. 0 = without limit. A sandbox
    /// limits only what is set. Range 0 to 10,000,000; default 50,000.
    /// </summary>
    public int? UnpaidPayIns { get; set; }

    /// <summary>
    /// Proxies in front of this process whose <c>X-Forwarded-For</c> is believed: IP addresses and networks, comma-separated. Default:
    /// none, and no header is believed.
    /// </summary>
    public string KnownProxies { get; set; } = "";

    /// <summary>How much one caller may ask.</summary>
    public RateLimitOptions RateLimits { get; set; } = new();

    /// <summary>Notifications to merchants.</summary>
    public NotificationOptions Notifications { get; set; } = new();

    /// <summary>Our money at the rails.</summary>
    public FloatOptions Float { get; set; } = new();

    /// <summary>Mails to operators and merchants' people.</summary>
    public MailOptions Mail { get; set; } = new();

    /// <summary>Whom urgent cases are told.</summary>
    public AlertOptions Alerts { get; set; } = new();

    public ScreeningOptions Screening { get; set; } = new();
}

/// <summary>Settings <c>Paypro__Float__…</c>.</summary>
internal sealed class FloatOptions
{
    /// <summary>How often the rails are asked for their balances, minutes. Range 1 to 1,440; default 10.</summary>
    public int ReadEveryMinutes { get; set; } = 10;

    /// <summary>When a balance is so old that somebody has to look, minutes. Range 1 to 10,080; default 60.</summary>
    public int TooOldMinutes { get; set; } = 60;

    /// <summary>How long a payout or refund waits for money before it fails, hours. Range 1 to 720; default 24.</summary>
    public int ParkedHours { get; set; } = 24;

    /// <summary>How long an account whose balance nobody knows rests after its rail said that our money is used up; doubled each time, up to an hour. Seconds. Range 10 to 3,600; default 60.</summary>
    public int ProbeSeconds { get; set; } = 60;

    /// <summary>The same as <see cref="ParkedHours"/>, in milliseconds.</summary>
    public long ParkedForMs => ParkedHours * 3_600_000L;
}

/// <summary>Settings <c>Paypro__Notifications__…</c>.</summary>
internal sealed class NotificationOptions
{
    /// <summary>Whether a <c>notifyUrl</c> may be on this machine. Default: only in a sandbox that listens on loopback alone: one that others can call would call this machine for them.</summary>
    public bool? AllowLoopback { get; set; }

    /// <summary>
    /// Networks that no notification may go to although their addresses are public, the operator's own for one: IP addresses and networks, comma-separated.
    /// Private and special addresses are refused in any case. Default: none.
    /// </summary>
    public string DeniedNetworks { get; set; } = "";

    /// <summary>Ports that a <c>notifyUrl</c> may name: ports and ranges, comma-separated. Default: <c>80,443,1024-65535</c> when live, all in a sandbox.</summary>
    public string? Ports { get; set; }

    /// <summary>Deliveries under way at once in one process. Range 1 to 2,000; default 256.</summary>
    public int Parallel { get; set; } = 256;

    /// <summary>Deliveries under way at once to one merchant, in one process. Range 1 to 500; default 64.</summary>
    public int PerMerchant { get; set; } = 64;

    /// <summary>How long a merchant may take to answer, seconds. Range 1 to 60; default 10.</summary>
    public int TimeoutSeconds { get; set; } = 10;
}
