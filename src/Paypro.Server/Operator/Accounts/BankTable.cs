using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>A bank in a channel account's table.</summary>
/// <param name="Bank">Its code of our list.</param>
/// <param name="Name">Its name; empty where our list does not have it.</param>
/// <param name="Code">What the rail calls it; empty where the table has no line.</param>
/// <param name="Lacks">Whether payouts to it are declined because it has no line.</param>
internal sealed record BankLineView(string Bank, string Name, string Code, bool Lacks);

/// <param name="Bank">A code of our list.</param>
/// <param name="Code">What the rail calls it.</param>
/// <param name="Reason">Why.</param>
internal sealed record BankLineWish(string Bank, string Code, string Reason);

internal sealed record BankLineRemoval(string Bank, string Reason);

/// <param name="Csv">With a head; of the columns <c>bank</c> and <c>code</c> are read.</param>
/// <param name="DryRun">Whether only to look at it.</param>
/// <param name="Reason">Why; may be empty for a look.</param>
internal sealed record BankImportWish(string Csv, bool DryRun, string Reason);

internal sealed record BankFaultView(int Line, string Fault);

/// <param name="Added">Lines for banks that had none.</param>
/// <param name="Changed">Lines that were there with another code.</param>
/// <param name="Same">Lines that are there already.</param>
/// <param name="Faults">What has to be mended; nothing is imported while there is one.</param>
/// <param name="Lines">What is added or changed.</param>
/// <param name="Done">Whether it was imported.</param>
internal sealed record BankImportView(int Added, int Changed, int Same, IReadOnlyList<BankFaultView> Faults, IReadOnlyList<BankLineView> Lines, bool Done);

/// <summary>What a rail calls the banks of our list, by channel account. One person changes it: each line says where money goes, so all of it stands in the audit log.</summary>
internal sealed class BankTable(AuditedStore store, SnapshotStore snapshots)
{
    /// <summary>Lines of a table, and of a file, at most.</summary>
    public const int MostLines = 2_000;

    /// <summary>Characters of a bank of our list at most.</summary>
    public const int LongestBank = 100;

    private const int LongestCode = 40, MostFaults = 50;
    private const string NoAccount = "account: there is no such channel account";

    /// <summary>Every bank of the account's country, and what else the table has; null when there is no such account.</summary>
    public async Task<IReadOnlyList<BankLineView>?> ListAsync(PayproContext context, long account)
    {
        if (await context.ChannelAccounts.Where(a => a.Id == account).Select(a => a.Country).SingleOrDefaultAsync() is not { } country)
        {
            return null;
        }

        var codes = await context.ChannelBankCodes.AsNoTracking().Where(c => c.ChannelAccountId == account).Take(MostLines).ToDictionaryAsync(c => c.Ours, c => c.Theirs);
        var banks = await context.Banks.AsNoTracking().Where(b => b.Country == country && b.Open).OrderBy(b => b.Code).Take(MostLines).ToListAsync();
        var session = snapshots.Current.Accounts.GetValueOrDefault(account)?.Session;
        return
        [
            .. banks.Select(b => new BankLineView(b.Code, b.Name, codes.GetValueOrDefault(b.Code, ""), !codes.ContainsKey(b.Code) && session?.LacksBankCode(b.Code) == true)),
            .. codes.Where(c => banks.TrueForAll(b => b.Code != c.Key)).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new BankLineView(c.Key, "", c.Value, false)),
        ];
    }

    public Task<Change<BankLineView>> SetAsync(Actor by, long account, BankLineWish wish, Answer<BankLineView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await CountryAsync(context, account) is not { } country)
        {
            return Change<BankLineView>.No(NoAccount);
        }

        var (code, problem) = Check(country, wish.Bank, wish.Code);
        var row = await context.ChannelBankCodes.SingleOrDefaultAsync(c => c.ChannelAccountId == account && c.Ours == code);
        problem ??= row is null && await context.ChannelBankCodes.CountAsync(c => c.ChannelAccountId == account) >= MostLines ? "bank: the table is full" : null;
        if (problem is not null)
        {
            return Change<BankLineView>.No(problem);
        }

        var before = row?.Theirs;
        Put(context, account, code, wish.Code.Trim(), row);
        trail.Add(by, "channel.bank", SubjectOf(account, code), before, wish.Code.Trim(), wish.Reason);
        var view = new BankLineView(code, NameOf(country, code), wish.Code.Trim(), false);
        answer.Keep(context, view);
        return Change<BankLineView>.Of(view);
    });

    public Task<Change<BankLineView>> RemoveAsync(Actor by, long account, BankLineRemoval wish, Answer<BankLineView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.ChannelBankCodes.SingleOrDefaultAsync(c => c.ChannelAccountId == account && c.Ours == wish.Bank) is not { } row)
        {
            return Change<BankLineView>.No("bank: the table has no such line");
        }

        context.ChannelBankCodes.Remove(row);
        trail.Add(by, "channel.bank-remove", SubjectOf(account, row.Ours), row.Theirs, reason: wish.Reason);
        var view = new BankLineView(row.Ours, "", "", false);
        answer.Keep(context, view);
        return Change<BankLineView>.Of(view);
    });

    /// <summary>Takes a file over, all of it or nothing. What it does not name stays; a row without a code says nothing.</summary>
    public Task<Change<BankImportView>> ImportAsync(Actor by, long account, BankImportWish wish, Answer<BankImportView> answer)
    {
        // A look changes nothing that a node keeps a picture of.
        return wish.DryRun ? store.SaveAsync(RunAsync) : store.ConfigureAsync(RunAsync);

        Task<Change<BankImportView>> RunAsync(PayproContext context, AuditTrail trail) => TakeOverAsync(context, trail, by, account, wish, answer);
    }

    private async Task<Change<BankImportView>> TakeOverAsync(PayproContext context, AuditTrail trail, Actor by, long account, BankImportWish wish, Answer<BankImportView> answer)
    {
        if (await CountryAsync(context, account) is not { } country)
        {
            return Change<BankImportView>.No(NoAccount);
        }

        if (Read(country, wish.Csv, out var faults) is not { } wanted)
        {
            return Change<BankImportView>.No("csv: must be a file with the columns bank and code, of at most 2000 rows");
        }

        var rows = await context.ChannelBankCodes.Where(c => c.ChannelAccountId == account).ToDictionaryAsync(c => c.Ours);
        var changed = wanted.Where(w => rows.TryGetValue(w.Key, out var row) && row.Theirs != w.Value).ToList();
        var added = wanted.Where(w => !rows.ContainsKey(w.Key)).ToList();
        if (rows.Count + added.Count > MostLines)
        {
            faults.Add(new BankFaultView(0, "bank: the table is full"));
        }

        var isDone = !wish.DryRun && faults.Count == 0 && added.Count + changed.Count > 0;
        var view = new BankImportView(
            added.Count, changed.Count, wanted.Count - added.Count - changed.Count, faults, [.. added.Concat(changed).Select(w => new BankLineView(w.Key, NameOf(country, w.Key), w.Value, false))], isDone);
        if (!wish.DryRun && faults.Count > 0)
        {
            return Change<BankImportView>.No($"csv: line {faults[0].Line}: {faults[0].Fault}");
        }

        if (isDone)
        {
            trail.Add(by, "channel.bank-import", AccountSettings.SubjectOf(account), changed.ToDictionary(c => c.Key, c => rows[c.Key].Theirs), added.Concat(changed).ToDictionary(c => c.Key, c => c.Value), wish.Reason);
            foreach (var (bank, code) in added.Concat(changed))
            {
                Put(context, account, bank, code, rows.GetValueOrDefault(bank));
            }

            answer.Keep(context, view);
        }

        return Change<BankImportView>.Of(view);
    }

    /// <summary>The whole table as a file that <see cref="ImportAsync"/> takes.</summary>
    public static byte[] File(IReadOnlyList<BankLineView> lines) =>
        CsvLines.Of([["bank", "name", "code"], .. lines.Select(l => new[] { CsvLines.Harmless(l.Bank), CsvLines.Harmless(l.Name), CsvLines.Harmless(l.Code) })]);

    public static string SubjectOf(long account, string bank) => $"{AccountSettings.SubjectOf(account)}/bank:{bank}";

    private Dictionary<string, string>? Read(string country, string csv, out List<BankFaultView> faults)
    {
        faults = [];
        if (CsvTable.Read(Encoding.UTF8.GetBytes(csv), MostLines + 2) is not { Count: > 0 and <= MostLines + 1 } lines)
        {
            return null;
        }

        var head = lines[0].Cells.Select(c => c.Text.Trim().ToLowerInvariant()).ToList();
        var (bankAt, codeAt) = (head.IndexOf("bank"), head.IndexOf("code"));
        if (bankAt < 0 || codeAt < 0)
        {
            return null;
        }

        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1).Where(l => l[codeAt].Text.Length > 0))
        {
            var (code, problem) = Check(country, line[bankAt].Text, line[codeAt].Text);
            problem ??= wanted.TryAdd(code, line[codeAt].Text) ? null : "bank: stands in the file twice";
            if (problem is not null && faults.Count < MostFaults)
            {
                faults.Add(new BankFaultView(line.No, problem));
            }
        }

        return wanted;
    }

    /// <summary>The bank's code as our list writes it, and what is wrong.</summary>
    private (string Code, string? Problem) Check(string country, string bank, string code)
    {
        var directory = snapshots.Current.Banks.GetValueOrDefault(country);
        var found = directory is null or { IsEmpty: true } ? bank.Trim() : directory.Find(bank.Trim())?.Code;
        return (found ?? "", string.IsNullOrEmpty(found) || found.Length > LongestBank || !OutsideText.IsClean(found) ? "bank: is not one of the country's list"
            : code.Trim().Length is 0 or > LongestCode || !OutsideText.IsClean(code) ? "code: must have 1 to 40 characters" : null);
    }

    private string NameOf(string country, string code) => snapshots.Current.Banks.GetValueOrDefault(country)?.Find(code)?.Name ?? "";

    private static Task<string?> CountryAsync(PayproContext context, long account) => context.ChannelAccounts.Where(a => a.Id == account).Select(a => (string?)a.Country).SingleOrDefaultAsync();

    private static void Put(PayproContext context, long account, string bank, string code, ChannelBankCodeRow? row) =>
        (row ?? context.ChannelBankCodes.Add(new ChannelBankCodeRow { ChannelAccountId = account, Ours = bank }).Entity).Theirs = code;
}
