namespace Paypro.Channels.Spei;

/// <summary>Whole lists of an operating day (<c>conciliacion</c>).</summary>
internal sealed class SpeiDayLists(SpeiAccount account, SpeiQuestions questions, TimeProvider time)
{
    /// <summary>Pages read in one question; a longer day is no answer.</summary>
    private const int MostPages = 40;

    /// <summary>Days looked through for one number, the newest first.</summary>
    private const int MostDays = 6;

    /// <summary>Every line of a day; null when STP did not tell all of them.</summary>
    public async Task<IReadOnlyList<SpeiBody>?> ReadAsync(string side, string day, CancellationToken cancellation)
    {
        var lines = new List<SpeiBody>();
        for (var page = 0; page < MostPages; page++)
        {
            if (await questions.PageAsync(side, day, page, cancellation).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            lines.AddRange(read.Lines);
            if (lines.Count >= read.Total)
            {
                return lines;
            }

            if (read.Lines.Count == 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>What came for a number of ours since it was given out. Nobody can be asked for a number alone.</summary>
    public async Task<IReadOnlyList<Observation>> OfNumberAsync(QueryTarget target, CancellationToken cancellation)
    {
        var said = new Observation { Kind = ObservationKind.Pending, Direction = Direction.PayIn, Reference = target.Reference, Currency = account.Account.Currency };
        var today = account.Days.Of(time.GetUtcNow().ToUnixTimeMilliseconds());
        var first = target.CreatedAtMs > 0 ? account.Days.Of(target.CreatedAtMs) : today;
        var found = new List<Observation>();
        var day = today;
        for (var count = 0; count < MostDays && day >= first; count++, day = account.Days.Before(day))
        {
            if (await ReadAsync("R", day == today ? "" : SpeiDays.Write(day), cancellation).ConfigureAwait(false) is not { } lines)
            {
                return [said with { Kind = ObservationKind.Unreachable, Reason = "STP does not tell the day's list." }];
            }

            found.AddRange(lines.Where(line => line.Text("cuentaBeneficiario") == target.Reference)
                .SelectMany(line => SpeiMovements.OfReceived(account, line, SpeiDays.Write(day)) ?? []).Where(static one => one.Direction == Direction.PayIn));
        }

        return found.Count == 0 ? [said] : [.. found.OrderBy(static one => one.OccurredAtMs)];
    }
}
