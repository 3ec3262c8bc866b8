using System.Globalization;

namespace Paypro.Bench;

/// <summary>What to measure and for how long.</summary>
internal sealed record Options
{
    public static readonly string[] AllRows = ["payin", "outcome", "latency", "stored", "notify", "nodes", "start"];

    /// <summary>Only when it is named: it takes an hour.</summary>
    public const string Soak = "soak";

    /// <summary>Only when it is named: nothing of it changes what merchants' programs wait for, but for the index that it measures.</summary>
    public const string Portals = "portals";

    /// <summary>Only when it is named: what people at screens cost those who pay.</summary>
    public const string People = "people";

    public const string Usage = """
        bench/run [--quick] [--stored N] [--minutes N] [--runs N] [--save] [row …]

          row         payin, outcome, latency, stored, notify, nodes or start; all of these when none is named; or portals, people, or soak
          --quick     one short run of everything, at most two minutes: to see that it works, not to quote
          --stored N  orders in the large databases of the rows "stored", "portals" and "people"; default 1000000
          --minutes N length of the row "soak"; default 60
          --runs N    runs of each variant; default 3, the table shows the median
          --save      writes the tables into docs/performance.md as well
        """;

    public required IReadOnlyList<string> Rows { get; init; }
    public bool Quick { get; init; }

    /// <summary>Whether the tables go into docs/performance.md as well.</summary>
    public bool Save { get; init; }

    /// <summary>Runs of each variant.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>Orders in the large database.</summary>
    public long Stored { get; init; } = 1_000_000;

    /// <summary>Length of the soak.</summary>
    public long Minutes { get; init; } = 60;

    /// <summary>Length of one measured run, seconds.</summary>
    public double Seconds => Quick ? 2 : 5;

    /// <summary>How long a server is driven before it is measured for the first time, seconds: its code is compiled in tiers.</summary>
    public double FirstWarmSeconds => Quick ? 3 : 6;

    public static Options Read(string[] args)
    {
        var rows = new List<string>();
        var options = new Options { Rows = rows };
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true, Runs = 1, Stored = 50_000 },
                "--save" => options with { Save = true },
                "--stored" => options with { Stored = Number(args, ++i) },
                "--minutes" => options with { Minutes = Number(args, ++i) },
                "--runs" => options with { Runs = (int)Number(args, ++i) },
                _ when IsRow(args[i]) => options,
                _ => throw new ArgumentException($"'{args[i]}' is no row and no option.\n{Usage}"),
            };
            if (IsRow(args[i]))
            {
                rows.Add(args[i]);
            }
        }

        return rows.Count > 0 ? options : options with { Rows = AllRows };
    }

    private static bool IsRow(string name) => name is Soak or Portals or People || AllRows.Contains(name);

    private static long Number(string[] args, int index) =>
        index < args.Length && long.TryParse(args[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"{args[index - 1]} needs a number above zero.\n{Usage}");
}
