using Paypro.Server.Access;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>Checks the settings of alerts and registers what tells them.</summary>
internal static class AlertSetup
{
    private const int ShortestKey = 32, LongestKey = 200;

    /// <exception cref="BadSettingException">A setting cannot be used.</exception>
    public static void AddAlerts(this IServiceCollection services, PayproOptions options, Installation installation)
    {
        Check(options.Alerts, installation.IsSandbox);
        if (options.Alerts.FirstMail.Length + options.Alerts.SecondMail.Length > 0 && options.Mail.Host.Length == 0 && !installation.IsSandbox)
        {
            throw new BadSettingException("Paypro__Mail__Host: must be set where Paypro__Alerts__FirstMail or SecondMail is");
        }

        services.AddSingleton<CaseAlerts>();
    }

    public static void AddAlertLoops(this IServiceCollection services, PayproOptions options)
    {
        var alerts = options.Alerts;
        if (alerts.FirstMail.Length + alerts.SecondMail.Length + alerts.WebhookUrl.Length > 0)
        {
            services.AddLoop("case alerts", s => s.GetRequiredService<CaseAlerts>().RunOnceAsync, CaseAlerts.Every);
        }

        if (alerts.PingUrl.Length > 0)
        {
            services.AddLoop("ping", s => s.GetRequiredService<CaseAlerts>().PingAsync, CaseAlerts.PingEvery);
        }
    }

    /// <summary>Whether all settings can be used.</summary>
    /// <exception cref="BadSettingException">One cannot.</exception>
    public static void Check(AlertOptions alerts, bool isSandbox)
    {
        foreach (var (name, address) in ((string, string)[])[("FirstMail", alerts.FirstMail), ("SecondMail", alerts.SecondMail)])
        {
            if (address.Length > 0 && Users.Problem(address) is not null)
            {
                throw new BadSettingException($"Paypro__Alerts__{name}: must be an e-mail address");
            }
        }

        foreach (var (name, url) in ((string, string)[])[("WebhookUrl", alerts.WebhookUrl), ("PingUrl", alerts.PingUrl)])
        {
            if (url.Length > 0 && !(NotificationSender.Target(url) is { } target && (target.Scheme == "https" || isSandbox)))
            {
                throw new BadSettingException($"Paypro__Alerts__{name}: must be an https address");
            }
        }

        if (alerts.AgainMinutes is < 1 or > 1440)
        {
            throw new BadSettingException("Paypro__Alerts__AgainMinutes: must be from 1 to 1440");
        }

        if (alerts.WebhookUrl.Length > 0 && !(File.Exists(alerts.WebhookKeyFile) && File.ReadAllText(alerts.WebhookKeyFile).Trim().Length is >= ShortestKey and <= LongestKey))
        {
            throw new BadSettingException("Paypro__Alerts__WebhookKeyFile: must name a file with a secret of 32 to 200 characters");
        }
    }
}
