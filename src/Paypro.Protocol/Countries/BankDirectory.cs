using System.Collections.Frozen;
using System.Reflection;
using CsvHelper;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Protocol.Countries;

/// <summary>An institution that payouts go to.</summary>
/// <param name="Code">What merchants send, and what we store.</param>
/// <param name="Name">Its name.</param>
/// <param name="NationalCode">The code of the country's rail, accepted too; empty when unknown.</param>
/// <param name="Kind"><c>bank</c>, <c>ewallet</c> or <c>other</c>.</param>
public sealed record Bank(string Code, string Name, string NationalCode, string Kind)
{
    /// <summary>Other codes that are accepted: former and foreign spellings.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>The banks of a country: the seeded list, or the operator's table in its place.</summary>
public interface IBankDirectory
{
    /// <summary>Whether there is no list, so that any code is taken.</summary>
    bool IsEmpty { get; }

    /// <summary>Finds a bank by its code, national code or alias, in any letter case, with or without accents, blanks, hyphens and underscores.</summary>
    Bank? Find(string code);

    /// <summary>Finds the bank that an account number's leading characters name (a CLABE's first three digits).</summary>
    Bank? FindByAccountPrefix(string prefix);
}

/// <summary>An immutable <see cref="IBankDirectory"/> over a list.</summary>
public sealed class BankDirectory : IBankDirectory
{
    /// <summary>No list: any code is taken.</summary>
    public static readonly BankDirectory None = new([]);

    private readonly FrozenDictionary<string, Bank> byCode;
    private readonly FrozenDictionary<string, Bank> byLetters;
    private readonly FrozenDictionary<string, Bank> byPrefix;

    /// <summary>Makes a directory.</summary>
    /// <param name="banks">The banks. Where two claim the same text, a code goes before a national code, that before an alias, and the earlier bank first.</param>
    /// <param name="accountPrefix">The leading characters of a bank's account numbers; null where they say nothing.</param>
    public BankDirectory(IReadOnlyList<Bank> banks, Func<Bank, string?>? accountPrefix = null)
    {
        Banks = banks;
        AccountPrefix = accountPrefix;
        var codes = new Dictionary<string, Bank>(StringComparer.OrdinalIgnoreCase);
        var prefixes = new Dictionary<string, Bank>(StringComparer.Ordinal);
        foreach (var bank in banks)
        {
            codes.TryAdd(bank.Code, bank);
        }

        foreach (var bank in banks.Where(bank => bank.NationalCode.Length > 0))
        {
            codes.TryAdd(bank.NationalCode, bank);
        }

        foreach (var bank in banks)
        {
            foreach (var alias in bank.Aliases)
            {
                codes.TryAdd(alias, bank);
            }

            if (accountPrefix?.Invoke(bank) is { } prefix)
            {
                prefixes.TryAdd(prefix, bank);
            }
        }

        // What stands for two banks without its marks stands for neither.
        byLetters = codes.GroupBy(entry => LettersOf(entry.Key), entry => entry.Value).Where(group => group.Distinct().Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        byCode = codes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        byPrefix = prefixes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The banks, in the order of the list.</summary>
    public IReadOnlyList<Bank> Banks { get; }

    /// <summary>The rule of account prefixes, to make a directory of the operator's table with.</summary>
    public Func<Bank, string?>? AccountPrefix { get; }

    /// <inheritdoc/>
    public bool IsEmpty => Banks.Count == 0;

    /// <inheritdoc/>
    public Bank? Find(string code) => byCode.GetValueOrDefault(code) ?? byLetters.GetValueOrDefault(LettersOf(code));

    /// <inheritdoc/>
    public Bank? FindByAccountPrefix(string prefix) => byPrefix.GetValueOrDefault(prefix);

    /// <summary>
    /// Reads <c>Banks/&lt;name&gt;.csv</c> (<c>code,name,national_code,kind</c>) and, where there is one,
    /// <c>Banks/&lt;name&gt;.aliases.csv</c> (<c>alias,code</c>) from this assembly.
    /// </summary>
    public static BankDirectory Seeded(string name, Func<Bank, string?>? accountPrefix = null)
    {
        var aliases = Rows($"{name}.aliases.csv", row => (Alias: row.GetString("alias"), Code: row.GetString("code")))
            .ToLookup(row => row.Code, row => row.Alias, StringComparer.Ordinal);
        var banks = Rows(
            $"{name}.csv",
            row => new Bank(row.GetString("code"), row.GetString("name"), row.GetString("national_code"), row.GetString("kind"))
            {
                Aliases = [.. aliases[row.GetString("code")]],
            });
        return new BankDirectory(banks, accountPrefix);
    }

    /// <summary>A letter that has no likeness in ASCII stays: what holds one is no code of a list.</summary>
    private static string LettersOf(string code) => string.Concat(code.Where(letter => letter is not (' ' or '-' or '_'))
        .Select(letter => LatinLetters.InAscii(letter) is var plain && plain == " " ? letter.ToString() : plain)).ToUpperAscii();

    /// <summary>A file's rows; none when the file is not there.</summary>
    private static List<TRow> Rows<TRow>(string file, Func<CsvReader, TRow> read)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Paypro.Protocol.Countries.Banks.{file}");
        var rows = new List<TRow>();
        if (stream is null)
        {
            return rows;
        }

        using var csv = CsvReader.Create(stream);
        while (csv.Read())
        {
            rows.Add(read(csv));
        }

        return rows;
    }
}
