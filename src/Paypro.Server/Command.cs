using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Orders;
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

    private const string OperatorLink = "--operator-link";
    private const string CheckAccount = "--check-account";
    private const string ActivateAccount = "--activate-account";

    private static readonly string[] Names = [MigrateOnly, ResealAll, SkipNumbers, OperatorLink, CheckAccount, ActivateAccount];

    /// <summary>Takes the command out of the arguments; null when it is to serve.</summary>
    /// <exception cref="BadSettingException">There are two, or one lacks what it is done for.</exception>
    public static (string? Command, string[] Settings) Split(string[] args)
    {
        var commands = args.Where(Names.Contains).Distinct().ToList();
        if (commands.Count > 1)
        {
            throw new BadSettingException($"Only one of {string.Join(", ", Names)} can be done at a time.");
        }

        foreach (var name in new[] { CheckAccount, ActivateAccount })
        {
            if (Array.IndexOf(args, name) is >= 0 and var place)
            {
                return place + 1 < args.Length && long.TryParse(args[place + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    ? (string.Create(CultureInfo.InvariantCulture, $"{name} {id}"), [.. args[..place], .. args[(place + 2)..]])
                    : throw new BadSettingException($"{name} needs the number of a channel account, such as {name} 205.");
            }
        }

        var at = Array.IndexOf(args, OperatorLink);
        return at < 0 ? (commands.FirstOrDefault(), [.. args.Where(a => !Names.Contains(a))])
            : at + 1 < args.Length && Users.Problem(args[at + 1]) is null ? ($"{OperatorLink} {args[at + 1]}", [.. args[..at], .. args[(at + 2)..]])
            : throw new BadSettingException($"{OperatorLink} needs an e-mail address, such as {OperatorLink} you@example.com.");
    }

    /// <summary>Refuses what is neither a command nor a setting with its value: it would be passed over in silence, and take what follows it with it.</summary>
    /// <param name="args">Of the program, without a command.</param>
    /// <exception cref="BadSettingException">One is not understood.</exception>
    public static void CheckSettings(IEnumerable<string> args)
    {
        string? name = null;
        foreach (var arg in args)
        {
            if (name is not null && !arg.StartsWith("--", StringComparison.Ordinal))
            {
                name = null;
            }
            else if (name is null && (arg.StartsWith("--", StringComparison.Ordinal) || arg.Contains('=', StringComparison.Ordinal)))
            {
                name = arg.Contains('=', StringComparison.Ordinal) ? null : arg;
            }
            else
            {
                throw NotUnderstood(name ?? arg);
            }
        }

        if (name is not null)
        {
            throw NotUnderstood(name);
        }
    }

    private static BadSettingException NotUnderstood(string arg) =>
        new($"{arg}: is not understood. There are {DemoStart.Asked} [{DemoStart.Again}], {string.Join(", ", Names)}, and settings with their value, such as --urls http://localhost:8080.");

    /// <summary>Does it, on a prepared database.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string command, IServiceProvider services)
    {
        if (command == MigrateOnly)
        {
            return 0;
        }

        if (command.StartsWith(OperatorLink, StringComparison.Ordinal))
        {
            return await PrintOperatorLinkAsync(command[(OperatorLink.Length + 1)..], services);
        }

        if (command.Split(' ') is [CheckAccount or ActivateAccount, var number])
        {
            var (says, code) = await services.GetRequiredService<AccountTrial>().RunAsync(
                long.Parse(number, CultureInfo.InvariantCulture), activates: command.StartsWith(ActivateAccount, StringComparison.Ordinal), CancellationToken.None);
            await Console.Out.WriteLineAsync(says);
            return code;
        }

        if (command == SkipNumbers)
        {
            // First, and whatever becomes of the rest: a node that is started too early sends nothing.
            var begun = await services.GetRequiredService<RecoveryBegin>().RunAsync();
            var accounts = begun.Count == 0 ? "no channel account" : $"channel accounts {string.Join(", ", begun.Select(id => id.ToString(CultureInfo.InvariantCulture)))}";
            await Console.Out.WriteLineAsync($"In recovery: {accounts}. What is in recovery takes pay-ins and sends nothing until two people have ended it in the back office, account by account.");
        }

        var (text, isDone) = command == ResealAll
            ? await services.GetRequiredService<Reseal>().RunAsync(CancellationToken.None)
            : await services.GetRequiredService<AfterRestore>().RunAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync(text);
        return isDone ? 0 : 1;
    }

    private static async Task<int> PrintOperatorLinkAsync(string email, IServiceProvider services)
    {
        var made = await services.GetRequiredService<Users>().OperatorLinkAsync(email);
        var root = services.GetRequiredService<PayproOptions>().PublicUrl?.TrimEnd('/') ?? PageAddress.Reachable((services.GetRequiredService<IConfiguration>()["urls"] ?? "http://localhost:5080").Split(';')[0]);
        await Console.Out.WriteLineAsync(made.Problem ?? $"{root}/operator/welcome/{made.LinkSecret}\nIt opens once, within {AccessLinks.OperatorLinkGoodFor.TotalMinutes:0} minutes, and lets whoever has it become an admin.");
        return made.Problem is null ? 0 : 1;
    }
}
