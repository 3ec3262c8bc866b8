using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Pix;

/// <summary>Where the listing is. Its windows of time overlap, and what an overlap tells again is left out as far as it is remembered.</summary>
internal sealed record PixCursor
{
    /// <summary>Movements remembered of a window, and characters of each.</summary>
    private const int MostTold = 20, MarkLength = 10;

    /// <summary>Whether it looks for what was sent back of older payments.</summary>
    public bool LooksForReturns { get; init; }

    /// <summary>The window's beginning, Unix milliseconds UTC.</summary>
    public required long FromMs { get; init; }

    /// <summary>Its end; 0 until it has begun to be read.</summary>
    public long ToMs { get; init; }

    /// <summary>The page to read, from 0.</summary>
    public int Page { get; init; }

    /// <summary>How many items the window had at its first page.</summary>
    public long Items { get; init; }

    /// <summary>How often the window was begun anew.</summary>
    public int Restarts { get; init; }

    /// <summary>When older payments were looked through.</summary>
    public required long LookedAtMs { get; init; }

    /// <summary>Where the next window begins when the older payments are looked through.</summary>
    public long NextFromMs { get; init; }

    /// <summary>Marks of what the window before told.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Marks of what this window has told.</summary>
    public IReadOnlyList<string> Telling { get; init; } = [];

    /// <summary>Reads a cursor; null when it is none of ours.</summary>
    public static PixCursor? Read(string text)
    {
        var parts = text.Split(';');
        if (parts.Length != 11 || parts[0] != "1")
        {
            return null;
        }

        var numbers = new long[7];
        for (var at = 0; at < numbers.Length; at++)
        {
            if (!long.TryParse(parts[at + 2], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at]))
            {
                return null;
            }
        }

        return new PixCursor
        {
            LooksForReturns = parts[1] == "R",
            FromMs = numbers[0],
            ToMs = numbers[1],
            Page = (int)Math.Min(numbers[2], int.MaxValue),
            Items = numbers[3],
            Restarts = (int)Math.Min(numbers[4], int.MaxValue),
            LookedAtMs = numbers[5],
            NextFromMs = numbers[6],
            Told = Marks(parts[9]),
            Telling = Marks(parts[10]),
        };
    }

    /// <summary>Writes it; at most 500 characters.</summary>
    public string Write() => string.Create(
        CultureInfo.InvariantCulture,
        $"1;{(LooksForReturns ? "R" : "P")};{FromMs};{ToMs};{Page};{Items};{Restarts};{LookedAtMs};{NextFromMs};{string.Concat(Told)};{string.Concat(Telling)}");

    /// <summary>What a movement is remembered by: sixty bits.</summary>
    public static string MarkOf(Observation one) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{(int)one.Kind}:{one.Reference}:{one.DedupeKey}")))[..MarkLength];

    /// <summary>With marks added, of which the newest stay.</summary>
    public PixCursor Remember(IEnumerable<string> marks) => this with { Telling = [.. Telling.Concat(marks).Distinct().TakeLast(MostTold)] };

    private static List<string> Marks(string text) => [.. text.Chunk(MarkLength).Where(static mark => mark.Length == MarkLength).Select(static mark => new string(mark))];
}
