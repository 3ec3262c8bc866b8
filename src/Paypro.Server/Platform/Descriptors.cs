using System.Globalization;

namespace Paypro.Server.Platform;

/// <summary>
/// What the files and sockets that the process may open are given to. Without a division whoever opens connections takes what the database, the
/// notifications and the log need, and the process ends. The runtime raises the soft limit to the hard one when it starts, so what is read here is what there is.
/// </summary>
internal sealed class Descriptors
{
    /// <summary>What the program itself has open: its libraries (two each), the log, pipes; 300 when it rests.</summary>
    private const int OfTheProgram = 384;

    /// <summary>Connections to rails.</summary>
    private const int OfRails = 64;

    /// <summary>What the smallest database takes, SQLite's.</summary>
    private const int FewestOfDatabase = 64;

    /// <summary>Connections without which nothing is worth a start.</summary>
    private const int FewestConnections = 64;

    /// <summary>What is divided where the system sets no limit, or a very high one.</summary>
    private const int Most = 65_536;

    /// <summary>Pages that may wait at once whatever the limit is: one costs a few kilobytes.</summary>
    private const int MostLiveSeats = 4000;

    private Descriptors(int connections)
    {
        Connections = connections;
        ConnectionsOfAddress = connections / 2;
        LiveSeats = Math.Min(MostLiveSeats, connections / 2);
        LiveSeatsOfAddress = LiveSeats / 2;
    }

    /// <summary>Connections of callers, all together.</summary>
    public int Connections { get; }

    /// <summary>Connections of one address that is no named proxy: half, so that one alone cannot keep the merchants out.</summary>
    public int ConnectionsOfAddress { get; }

    /// <summary>Connections that payers' pages hold while they wait: half, so that the other half is left for calls.</summary>
    public int LiveSeats { get; }

    /// <summary>Of one address, behind which many payers may be.</summary>
    public int LiveSeatsOfAddress { get; }

    /// <summary>Divides what this process may open.</summary>
    /// <param name="options">Deliveries at once are lowered to an eighth of what there is.</param>
    /// <param name="database">What the database's connections take.</param>
    /// <exception cref="BadSettingException">Too few.</exception>
    public static Descriptors Divide(PayproOptions options, int database) => Divide(options, database, Limit() ?? Most);

    /// <summary>Before anything is read: with so few that not even the program's own libraries can be opened, no other sentence would come out.</summary>
    /// <exception cref="BadSettingException">Too few.</exception>
    public static void RequireSome()
    {
        if (Limit() is { } limit && limit < OfTheProgram)
        {
            throw TooFew(limit, FewestOfDatabase);
        }
    }

    /// <inheritdoc cref="Divide(PayproOptions, int)"/>
    internal static Descriptors Divide(PayproOptions options, int database, int limit)
    {
        var notifications = options.Notifications.Parallel = Math.Min(options.Notifications.Parallel, Math.Max(1, limit / 8));
        var reserved = OfTheProgram + OfRails + database + notifications;
        var connections = Math.Min(limit, Most) - reserved;
        if (connections < FewestConnections)
        {
            throw TooFew(limit, database);
        }

        return new Descriptors(connections);
    }

    private static BadSettingException TooFew(int limit, int database)
    {
        // An eighth of it is the notifications'.
        var needed = (((OfTheProgram + OfRails + database + FewestConnections) * 8) + 6) / 7;
        return new($"Open files: this process may open {limit} files and connections at once and needs at least {needed}; raise the limit (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of a container).");
    }

    /// <summary>What the system allows; null where it does not say.</summary>
    private static int? Limit()
    {
        const string Limits = "/proc/self/limits", Name = "Max open files";
        if (!File.Exists(Limits))
        {
            return null;
        }

        // "Max open files            1024                 524288               files", or "unlimited".
        var line = File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? (int)Math.Min(limit, int.MaxValue) : null;
    }
}
