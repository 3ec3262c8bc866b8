using System.Globalization;
using System.Text.Json;

namespace Paypro.Channels.Mpesa;

/// <summary>A page of the list.</summary>
/// <param name="Payments">What came, as far as it can be read.</param>
/// <param name="Rows">How many lines it had.</param>
internal sealed record MpesaPulled(IReadOnlyList<Observation> Payments, int Rows);

/// <summary>Reads the list of what came ("Pull transactions"), which reaches back 48 hours.</summary>
internal sealed class MpesaPull(MpesaAccount account, MpesaHttp http, MpesaSpeaker speaker, TimeProvider time)
{
    /// <summary>
    /// How far back it is asked about: the list's 48 hours, less what a rail's clock may be ahead of ours and the time that the pages of a window take.
    /// </summary>
    public const long ReachesBackMs = LongestMs - 360_000;

    /// <summary>From when on a window's beginning may be refused.</summary>
    public const long LongestMs = (48 * 3_600_000) - 240_000;

    private const string QueryPath = "/pulltransactions/v1/query";

    /// <summary>Pages that one question about a single attempt may read.</summary>
    private const int MostPages = 20;

    private const long BeforeMs = 300_000;

    /// <summary>Reads a page.</summary>
    /// <returns>Null when the rail did not answer in a way that can be read.</returns>
    public async Task<MpesaPulled?> ReadAsync(long fromMs, long toMs, int offset, CancellationToken cancellation)
    {
        var body = MpesaWire.Body(
            ("ShortCode", account.ShortCode), ("StartDate", MpesaWire.ListTime(fromMs)), ("EndDate", MpesaWire.ListTime(toMs)), ("OffSetValue", offset.ToString(CultureInfo.InvariantCulture)));
        var reply = await http.CallAsync(QueryPath, body, cancellation).ConfigureAwait(false);
        if (reply is not MpesaReply.Answered answer)
        {
            return null;
        }

        if (answer.ResponseCode == "1001" || (answer.Problem is { Status: 500 } problem && problem.Says("no transactions available")))
        {
            return new MpesaPulled([], 0);
        }

        if (answer.ResponseCode != "1000" || answer.Body is not { } told || LinesOf(told) is not { } lines)
        {
            return null;
        }

        var payments = lines.Select(Read).ToList();
        var unread = payments.Count(static one => one is null);
        if (unread > 0)
        {
            speaker.SayUnreadable("M-PESA's list", unread);
        }

        return new MpesaPulled([.. payments.OfType<Observation>()], lines.Count);
    }

    /// <summary>Where the next page begins.</summary>
    public int Next(int offset, int rows) => account.PullsByPages ? offset + 1 : offset + rows;

    /// <summary>What came for one attempt since it was made; null when the rail did not answer.</summary>
    public async Task<IReadOnlyList<Observation>?> FindAsync(QueryTarget target, CancellationToken cancellation)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = new List<Observation>();
        var offset = 0;
        for (var page = 0; page < MostPages; page++)
        {
            if (await ReadAsync(Math.Max(target.CreatedAtMs - BeforeMs, nowMs - ReachesBackMs), nowMs, offset, cancellation).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            found.AddRange(read.Payments.Where(one => one.Reference == target.Reference));
            if (read.Rows == 0)
            {
                return [.. found.DistinctBy(static one => one.DedupeKey).OrderBy(static one => one.OccurredAtMs)];
            }

            offset = Next(offset, read.Rows);
        }

        // Too long to be read for one attempt: what it found is true, and that it found nothing says nothing.
        return found.Count > 0 ? [.. found.DistinctBy(static one => one.DedupeKey)] : null;
    }

    /// <summary>The list stands under a name that no documentation that was seen fixes, and in a further list: the member that is one.</summary>
    private static List<JsonElement>? LinesOf(JsonElement told)
    {
        foreach (var member in told.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Array)
            {
                return [.. member.Value.EnumerateArray().SelectMany(static each => each.ValueKind == JsonValueKind.Array ? each.EnumerateArray().AsEnumerable() : [each])];
            }
        }

        return null;
    }

    private Observation? Read(JsonElement line) =>
        MpesaWire.TextOf(line, "transactionId") is { } receipt && MpesaWire.IsReceipt(receipt) && MpesaWire.TryReadAmount(MpesaWire.TextOf(line, "amount"), out var minor)
            ? MpesaResults.Payment(account, receipt, MpesaReference.Typed(MpesaWire.TextOf(line, "billreference")), minor, MpesaWire.TimeOf(MpesaWire.TextOf(line, "trxDate"), account.PullsUtc))
            : null;
}
