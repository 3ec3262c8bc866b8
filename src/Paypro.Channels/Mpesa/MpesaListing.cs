using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Mpesa;

/// <summary>
/// What came, by the rail's list, window after window of time. A window's end is fixed while its pages are read. Each begins before the end of the last, and now and then hours
/// before, since lines may come late; what is told again is left out as far as it is remembered, and counts once in any case.
/// </summary>
internal sealed class MpesaListing(MpesaPull pull, MpesaSpeaker speaker, TimeProvider time)
{
    /// <summary>How far back each window reaches, and how far back one does now and then.</summary>
    private const long OverlapMs = 180_000, DeepMs = 2 * 3_600_000;

    /// <summary>Pages that are read in one call.</summary>
    private const int MostPages = 10;

    /// <summary>How often it reaches far back.</summary>
    private const long DeepEveryMs = 600_000;

    public async Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = MpesaCursor.Read(cursor) ?? new MpesaCursor { FromMs = Math.Min(sinceMs, nowMs), DeepAtMs = nowMs };
        // What began longer ago is refused, with every question after it: whether a window begins there or was not read to its end in time.
        if (at.FromMs < nowMs - MpesaPull.LongestMs)
        {
            var earliest = nowMs - MpesaPull.ReachesBackMs;
            if (cursor.Length > 0)
            {
                speaker.SayGap(at.FromMs, earliest);
            }

            at = at with { FromMs = earliest, ToMs = 0, Offset = 0 };
        }

        at = at.ToMs == 0 ? at with { ToMs = nowMs } : at;
        var fresh = new List<Observation>();
        for (var page = 0; page < MostPages; page++)
        {
            // Whole seconds are asked for: the window ends with the second that has begun.
            if (await pull.ReadAsync(at.FromMs, at.ToMs + 999, at.Offset, cancellation).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            if (read.Rows == 0)
            {
                // Only a page with nothing on it is the last: how many lines a page has is documented nowhere.
                var isDeep = nowMs - at.DeepAtMs >= DeepEveryMs;
                return new ListPage(
                    Ordered(fresh),
                    new MpesaCursor { FromMs = Math.Max(0, at.ToMs - (isDeep ? DeepMs : OverlapMs)), DeepAtMs = isDeep ? nowMs : at.DeepAtMs, Told = at.Telling }.Write(),
                    HasMore: false);
            }

            fresh.AddRange(read.Payments.Where(one => !at.Told.Concat(at.Telling).Contains(MpesaCursor.MarkOf(one))));
            at = at.Remember(read.Payments.Where(one => one.OccurredAtMs >= at.ToMs - OverlapMs).Select(MpesaCursor.MarkOf)) with { Offset = pull.Next(at.Offset, read.Rows) };
        }

        return new ListPage(Ordered(fresh), at.Write(), HasMore: true);
    }

    /// <summary>Pages may shift while they are read, so that one line may come twice.</summary>
    private static List<Observation> Ordered(List<Observation> said) => [.. said.DistinctBy(static one => one.DedupeKey).OrderBy(static one => one.OccurredAtMs)];
}

/// <summary>Where the listing is.</summary>
internal sealed record MpesaCursor
{
    /// <summary>Movements remembered of a window, and characters of each.</summary>
    private const int MostTold = 20, MarkLength = 10;

    /// <summary>The window's beginning, Unix milliseconds UTC.</summary>
    public required long FromMs { get; init; }

    /// <summary>Its end; 0 until it has begun to be read.</summary>
    public long ToMs { get; init; }

    /// <summary>The offset to read.</summary>
    public int Offset { get; init; }

    /// <summary>When a window reached far back.</summary>
    public required long DeepAtMs { get; init; }

    /// <summary>Marks of what the window before told.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Marks of what this window has told.</summary>
    public IReadOnlyList<string> Telling { get; init; } = [];

    /// <summary>Reads a cursor; null when it is none of ours.</summary>
    public static MpesaCursor? Read(string text)
    {
        var parts = text.Split(';');
        var numbers = new long[4];
        if (parts.Length != 7 || parts[0] != "1" || !Enumerable.Range(0, 4).All(at => long.TryParse(parts[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at])))
        {
            return null;
        }

        return new MpesaCursor
        {
            FromMs = numbers[0], ToMs = numbers[1], Offset = (int)Math.Min(numbers[2], int.MaxValue), DeepAtMs = numbers[3], Told = Marks(parts[5]), Telling = Marks(parts[6]),
        };
    }

    /// <summary>Writes it; at most 500 characters.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"1;{FromMs};{ToMs};{Offset};{DeepAtMs};{string.Concat(Told)};{string.Concat(Telling)}");

    /// <summary>What a movement is remembered by: sixty bits.</summary>
    public static string MarkOf(Observation one) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(one.DedupeKey)))[..MarkLength];

    /// <summary>With marks added, of which the newest stay.</summary>
    public MpesaCursor Remember(IEnumerable<string> marks) => this with { Telling = [.. Telling.Concat(marks).Distinct().TakeLast(MostTold)] };

    private static List<string> Marks(string text) => [.. text.Chunk(MarkLength).Where(static mark => mark.Length == MarkLength).Select(static mark => new string(mark))];
}
