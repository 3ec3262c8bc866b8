using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Spei;

/// <summary>Where the reading of the days' lists is.</summary>
internal sealed record SpeiCursor
{
    /// <summary>Movements remembered, and characters of each.</summary>
    private const int MostTold = 18, MarkLength = 10;

    private const string Form = "1";

    /// <summary>What is read.</summary>
    public SpeiReading Reading { get; init; } = SpeiReading.News;

    /// <summary>The operating day up to which news has been read.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The last day whose list was read to its end after it was over.</summary>
    public required DateOnly ClosedDay { get; init; }

    /// <summary>The day whose lists are being read: it stays, though the running day may change meanwhile.</summary>
    public required DateOnly OfDay { get; init; }

    /// <summary>Whether what was sent is read; else what was received.</summary>
    public bool IsSent { get; init; }

    /// <summary>The page to read, from 0.</summary>
    public int Page { get; init; }

    /// <summary>Lines of the pages before.</summary>
    public long Lines { get; init; }

    /// <summary>How many lines the list had at its first page.</summary>
    public long Total { get; init; }

    /// <summary>How often the list was begun anew.</summary>
    public int Restarts { get; init; }

    /// <summary>News is what moved from then on, Unix milliseconds UTC.</summary>
    public required long SinceMs { get; init; }

    /// <summary>When this reading of news began; 0 until it has.</summary>
    public long BeganMs { get; init; }

    /// <summary>When the lists were last read whole.</summary>
    public required long WholeAtMs { get; init; }

    /// <summary>Marks of what the reading before told of the time that this one reads again.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Marks of what this one has told.</summary>
    public IReadOnlyList<string> Telling { get; init; } = [];

    /// <summary>Reads a cursor; null when it is none of ours.</summary>
    public static SpeiCursor? Read(string text)
    {
        var parts = text.Split(';');
        if (parts.Length != 15 || parts[0] != Form || SpeiDays.Read(parts[2]) is not { } day || SpeiDays.Read(parts[3]) is not { } closed || SpeiDays.Read(parts[14]) is not { } of)
        {
            return null;
        }

        var numbers = new long[7];
        for (var at = 0; at < numbers.Length; at++)
        {
            if (!long.TryParse(parts[at + 5], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at]))
            {
                return null;
            }
        }

        return new SpeiCursor
        {
            Reading = parts[1] switch { "B" => SpeiReading.DayBefore, "W" => SpeiReading.Whole, _ => SpeiReading.News },
            Day = day,
            ClosedDay = closed,
            OfDay = of,
            IsSent = parts[4] == "E",
            Page = (int)Math.Min(numbers[0], int.MaxValue),
            Lines = numbers[1],
            Total = numbers[2],
            Restarts = (int)Math.Min(numbers[3], int.MaxValue),
            SinceMs = numbers[4],
            BeganMs = numbers[5],
            WholeAtMs = numbers[6],
            Told = Marks(parts[12]),
            Telling = Marks(parts[13]),
        };
    }

    /// <summary>Writes it; at most 500 characters.</summary>
    public string Write()
    {
        var reading = Reading switch { SpeiReading.DayBefore => "B", SpeiReading.Whole => "W", _ => "N" };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Form};{reading};{SpeiDays.Write(Day)};{SpeiDays.Write(ClosedDay)};{(IsSent ? "E" : "R")};{Page};{Lines};{Total};{Restarts};{SinceMs};{BeganMs};{WholeAtMs};{string.Concat(Told)};{string.Concat(Telling)};{SpeiDays.Write(OfDay)}");
    }

    /// <summary>What a movement is remembered by: sixty bits.</summary>
    public static string MarkOf(Observation one) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{(int)one.Kind}:{(int)one.Direction}:{one.Reference}:{one.DedupeKey}")))[..MarkLength];

    /// <summary>With marks added, of which the newest stay.</summary>
    public SpeiCursor Remember(IEnumerable<string> marks) => this with { Telling = [.. Telling.Concat(marks).Distinct().TakeLast(MostTold)] };

    private static List<string> Marks(string text) => [.. text.Chunk(MarkLength).Where(static mark => mark.Length == MarkLength).Select(static mark => new string(mark))];
}

/// <summary>What is read of the lists.</summary>
internal enum SpeiReading
{
    /// <summary>What moved since the last reading.</summary>
    News,

    /// <summary>The whole day before the running one; first those before it that have not been read whole since they were over.</summary>
    DayBefore,

    /// <summary>The whole running day.</summary>
    Whole,
}
