using System.Globalization;

namespace Paypro.Server.Platform;

/// <summary>What this installation is, decided at start and never changed while it runs.</summary>
/// <param name="IsSandbox">Sandbox or live.</param>
/// <param name="Roles">What this process does.</param>
internal sealed record Installation(bool IsSandbox, IReadOnlySet<string> Roles)
{
    public static readonly string[] AllRoles = ["api", "worker", "checkout", "portals"];

    public bool Does(string role) => Roles.Contains(role);

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="BadSettingException">One sentence that names the setting.</exception>
    public static Installation From(PayproOptions options, bool isDevelopment)
    {
        var roles = options.Roles.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (roles.Count == 0 || roles.FirstOrDefault(r => !AllRoles.Contains(r, StringComparer.OrdinalIgnoreCase)) is not null)
        {
            throw new BadSettingException($"Paypro__Roles: must be some of {string.Join(", ", AllRoles)}, separated by commas.");
        }

        Range("TimestampToleranceMinutes", options.TimestampToleranceMinutes, 1, 10_080);
        Range("PayoutTimestampToleranceMinutes", options.PayoutTimestampToleranceMinutes, 1, 1440);
        Range("VoucherHours", options.VoucherHours, 1, 8760);
        Range("UnpaidPayIns", options.UnpaidPayIns ?? 0, 0, 10_000_000);
        Range("StopSeconds", options.StopSeconds, 1, 300);
        Range("Notifications__Parallel", options.Notifications.Parallel, 1, 2000);
        Range("Notifications__PerMerchant", options.Notifications.PerMerchant, 1, 500);
        Range("Notifications__TimeoutSeconds", options.Notifications.TimeoutSeconds, 1, 60);
        Range("HoldHours", options.HoldHours, 1, 720);
        Range("Float__ReadEveryMinutes", options.Float.ReadEveryMinutes, 1, 1440);
        Range("Float__TooOldMinutes", options.Float.TooOldMinutes, 1, 10_080);
        Range("Float__ParkedHours", options.Float.ParkedHours, 1, 720);
        Range("Float__ProbeSeconds", options.Float.ProbeSeconds, 10, 3600);
        foreach (var (name, value) in options.RateLimits.All)
        {
            Range($"RateLimits__{name}", value ?? 0, 0, RateLimitOptions.Most);
        }

        RateLimits.Forwarding(options);
        var sandbox = options.Sandbox ?? isDevelopment;
        if (options.Demo && !sandbox)
        {
            throw new BadSettingException("Paypro__Demo (--demo): only a sandbox can be a demo; a live installation has no users whom everybody can sign in as.");
        }

        options.Metrics ??= sandbox ? "loopback" : "off";
        if (!Telemetry.IsPlace(options.Metrics, sandbox))
        {
            throw new BadSettingException(
                $"Paypro__Metrics: must be off{(sandbox ? ", loopback, all" : "")} or an IP address and a port of its own such as 127.0.0.1:9464, not '{options.Metrics}'.");
        }

        if (options.PublicUrl is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/"))
        {
            throw new BadSettingException("Paypro__PublicUrl: must be an absolute http or https address without a path.");
        }

        if (!sandbox && options.PublicUrl is null)
        {
            throw new BadSettingException("Paypro__PublicUrl: a live installation needs the address under which payers reach it.");
        }

        if (!sandbox && new Uri(options.PublicUrl!).Scheme != Uri.UriSchemeHttps)
        {
            throw new BadSettingException("Paypro__PublicUrl: a live installation is reached by https; over http anybody on the way reads and changes what a payer sees.");
        }

        if (!sandbox && options.MasterKeyFile is null)
        {
            throw new BadSettingException(
                $"Paypro__MasterKeyFile: a live installation needs a file with its master key, or the systemd credential {MasterKeyPlace.CredentialName}.");
        }

        return new Installation(sandbox, roles);
    }

    private static void Range(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new BadSettingException(string.Create(CultureInfo.InvariantCulture, $"Paypro__{name}: must be from {least} to {most}, not {value}."));
        }
    }
}
