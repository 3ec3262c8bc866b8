using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;

namespace Paypro.Server;

/// <summary>What the program is asked to do instead of serving: one argument, done once, and the end.</summary>
internal static class Command
{
    private const string MigrateOnly = "--migrate-only";
    private const string ResealAll = "--reseal";
    private const string SkipNumbers = "--after-restore";

    private static readonly string[] Names = [MigrateOnly, ResealAll, SkipNumbers];

    /// <summary>Takes the command out of the arguments; null when it is to serve.</summary>
    /// <exception cref="BadSettingException">There are two.</exception>
    public static (string? Command, string[] Settings) Split(string[] args) =>
        args.Where(Names.Contains).Distinct().ToList() is var commands && commands.Count > 1
            ? throw new BadSettingException($"Only one of {string.Join(", ", Names)} can be done at a time.")
            : (commands.FirstOrDefault(), [.. args.Except(Names)]);

    /// <summary>Does it, on a prepared database.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string command, IServiceProvider services)
    {
        if (command == MigrateOnly)
        {
            return 0;
        }

        var (text, isDone) = command == ResealAll
            ? await services.GetRequiredService<Reseal>().RunAsync(CancellationToken.None)
            : await services.GetRequiredService<AfterRestore>().RunAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync(text);
        return isDone ? 0 : 1;
    }
}
