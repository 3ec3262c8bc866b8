using Paypro.Server.Platform;

namespace Paypro.Server.Screening;

/// <summary>Checks the settings of screening and registers what asks.</summary>
internal static class ScreeningSetup
{
    private const int ShortestKey = 32, LongestKey = 200;

    /// <exception cref="BadSettingException">A setting cannot be used.</exception>
    public static void AddScreening(this IServiceCollection services, PayproOptions options, Installation installation)
    {
        Check(options.Screening, installation.IsSandbox);
        services.AddSingleton<Screener>();
        services.AddSingleton<KeptPayouts>();
        services.AddSingleton<ScreenedApprovals>();
        services.AddSingleton<MerchantScreening>();
        services.AddSingleton<WithdrawalScreening>();
    }

    /// <summary>Whether all settings can be used.</summary>
    /// <exception cref="BadSettingException">One cannot.</exception>
    public static void Check(ScreeningOptions screening, bool isSandbox)
    {
        foreach (var (name, value, least, most) in ((string, int, int, int)[])
            [("TimeoutMs", screening.TimeoutMs, 100, 10_000), ("AgainSeconds", screening.AgainSeconds, 5, 3_600), ("HeldHours", screening.HeldHours, 1, 720)])
        {
            if (value < least || value > most)
            {
                throw new BadSettingException($"Paypro__Screening__{name}: must be from {least} to {most}");
            }
        }

        if (!screening.IsOn)
        {
            return;
        }

        if (!Uri.TryCreate(screening.Url, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || !(url.Scheme == "https" || (isSandbox && url.Scheme == "http")))
        {
            throw new BadSettingException("Paypro__Screening__Url: must be an https address");
        }

        if (!(File.Exists(screening.KeyFile) && File.ReadAllText(screening.KeyFile).Trim().Length is >= ShortestKey and <= LongestKey))
        {
            throw new BadSettingException("Paypro__Screening__KeyFile: must name a file with a secret of 32 to 200 characters");
        }
    }
}
