using Paypro.Protocol.Countries;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>Reads the settings, and what the machine has to have.</summary>
internal static class Settings
{
    private const string Section = "Paypro";

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

    /// <summary>The names of all settings, as environment variables.</summary>
    public static IReadOnlySet<string> Names { get; } =
        NamesOf(typeof(PayproOptions), Section + "__").Concat(NamesOf(typeof(WriterOptions), Section + "__Writer__")).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A setting that is written wrongly would be as if it were not there. Null when there is none.</summary>
    private static string? UnknownOf(IConfigurationSection section) =>
        section.AsEnumerable().Where(s => s.Value is not null).Select(s => s.Key.Replace(":", "__", StringComparison.Ordinal))
            .Where(name => name.Length > Section.Length && !Names.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault();

    private static IEnumerable<string> NamesOf(Type options, string prefix) => options.GetProperties().Where(p => p.CanWrite).SelectMany(p =>
        p.PropertyType.Namespace == options.Namespace && p.PropertyType.IsClass ? NamesOf(p.PropertyType, $"{prefix}{p.Name}__") : [prefix + p.Name]);

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    /// <exception cref="BadSettingException">One cannot be read as what it is, or is none.</exception>
    public static PayproOptions Read(ConfigurationManager configuration)
    {
        if (UnknownOf(configuration.GetSection(Section)) is { } unknown)
        {
            throw new BadSettingException($"{unknown}: there is no such setting; docs/operating/README.md lists all of them.");
        }

        try
        {
            var options = configuration.GetSection(Section).Get<PayproOptions>() ?? new PayproOptions();
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
