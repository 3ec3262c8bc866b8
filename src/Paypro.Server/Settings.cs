using Paypro.Protocol.Countries;
using Paypro.Server.Platform;

namespace Paypro.Server;

/// <summary>Reads the settings, and what the machine has to have.</summary>
internal static class Settings
{
    /// <summary>Every country's day is its own: without the system's zones no due date and no limit can be counted.</summary>
    public static void CheckTimeZones()
    {
        try
        {
            _ = CountryCatalog.BuiltIn.Countries;
        }
        catch (TypeInitializationException error) when (Causes(error).FirstOrDefault(e => e is TimeZoneNotFoundException or InvalidTimeZoneException) is { } missing)
        {
            throw new BadSettingException($"TZDIR: the time zones of the countries are not on this machine; install its time zone data (tzdata). {missing.Message}");
        }
    }

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <exception cref="BadSettingException">One cannot be read as what it is.</exception>
    public static PayproOptions Read(ConfigurationManager configuration)
    {
        try
        {
            var options = configuration.GetSection("Paypro").Get<PayproOptions>() ?? new PayproOptions();
            options.MasterKeyFile ??= MasterKeyPlace.Credential(configuration["CREDENTIALS_DIRECTORY"]);
            return options;
        }
        catch (InvalidOperationException error)
        {
            // "Failed to convert configuration value at 'Paypro:Sandbox' to type …"
            throw new BadSettingException(error.Message.Replace("Paypro:", "Paypro__", StringComparison.Ordinal));
        }
    }
}
