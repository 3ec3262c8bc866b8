using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// Seals everything with the first master key that another one has sealed, so that the others may go. Beside running nodes on PostgreSQL: a row that
/// a node changes meanwhile is left to the next pass. It can be stopped at any time and run again; what is done is done.
/// </summary>
internal sealed class Reseal(IContexts contexts, BatchWriter writer, MasterKeys keys, TimeProvider time)
{
    /// <summary>Rows of a page, all in one transaction, which no batch has to wait for long.</summary>
    private const int RowsPerPage = 200;

    /// <summary>The same for texts of callbacks, which are up to 64 KiB long.</summary>
    private const int BodiesPerPage = 50;

    /// <summary>While nodes work, each pass may find rows that the one before has missed.</summary>
    private const int MostPasses = 5;

    /// <summary>Runs to the end.</summary>
    /// <returns>What to tell, and whether nothing is left that another key of the file seals.</returns>
    public async Task<(string Text, bool IsDone)> RunAsync(CancellationToken cancellation)
    {
        long resealed = 0;
        var last = default(Resealed);
        var passes = 0;
        do
        {
            last = await PassAsync(cancellation);
            resealed += last.Count;
        }
        while (last.Count + last.Missed > 0 && ++passes < MostPasses);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Resealed {resealed} rows with master key '{keys.CurrentId}'.");
        if (last.Unreadable > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{last.Unreadable} rows open with no key of the file, or were changed past the program; they are as they were.");
        }

        var isDone = last.Count + last.Missed == 0;
        text.Append(isDone
            ? $"No row needs another key of '{keys.Source}' any more: when every node has been started with '{keys.CurrentId}' in its first line, take the other lines away."
            : $"Rows are still sealed with another key: start every node with '{keys.CurrentId}' in its first line, keep the other lines, and run this again.");
        return (text.ToString(), isDone);
    }

    /// <summary>Looks at every row once. The last pass has found nothing to do: what was sealed before it is then all sealed with the first key.</summary>
    private async Task<Resealed> PassAsync(CancellationToken cancellation)
    {
        var count = await PageAsync(context => SealedRows.OfConfigurationAsync(context, time.NowMs(), cancellation), cancellation);
        foreach (var bucket in await PersonsByBucketAsync() ? Buckets.All.Select(b => (short?)b) : [null])
        {
            count += await PagesAsync(RowsPerPage, (c, after, most) => SealedRows.OfPersonsAsync(c, bucket, after, most, cancellation), cancellation);
        }

        count += await PagesAsync(1, (c, after, most) => SealedRows.OfDocumentsAsync(c, after, most, cancellation), cancellation);
        count += await PagesAsync(1, (c, after, most) => SealedRows.OfEvidenceAsync(c, after, most, cancellation), cancellation);
        count += await PagesAsync(RowsPerPage, (c, after, most) => SealedRows.OfPayoutLinesAsync(c, after, most, cancellation), cancellation);
        foreach (var bucket in Buckets.All)
        {
            count += await PagesAsync(RowsPerPage, (c, after, most) => SealedRows.OfSendersAsync(c, bucket, after, most, cancellation), cancellation);
            count += await PagesAsync(BodiesPerPage, (c, after, most) => SealedRows.OfBodiesAsync(c, bucket, after, most, cancellation), cancellation);
        }

        return count;
    }

    private async Task<bool> PersonsByBucketAsync()
    {
        await using var context = contexts.Create();
        return context.KeysBeginWithBucket;
    }

    private async Task<Resealed> PagesAsync(int most, Func<PayproContext, long, int, Task<List<(long Id, SealedRow Row)>>> read, CancellationToken cancellation)
    {
        var (count, after, found) = (default(Resealed), long.MinValue, most);
        while (found == most)
        {
            count += await PageAsync(
                async context =>
                {
                    var page = await read(context, after, most);
                    (found, after) = (page.Count, page.Count > 0 ? page[^1].Id : after);
                    return [.. page.Select(p => p.Row)];
                },
                cancellation);
        }

        return count;
    }

    private Task<Resealed> PageAsync(Func<PayproContext, Task<List<SealedRow>>> read, CancellationToken cancellation) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var rows = await read(context);
        var others = rows.Where(r => r.KeyId.Length > 0 && r.KeyId != keys.CurrentId).ToList();
        if (others.Count == 0)
        {
            return default;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var count = default(Resealed);
        foreach (var row in others)
        {
            count += Again(row) is not { } again ? new Resealed(0, 1, 0)
                : await row.SaveAsync(context, again, cancellation) == 1 ? new Resealed(1, 0, 0)
                : new Resealed(0, 0, 1);
        }

        await transaction.CommitAsync(cancellation);
        return count;
    });

    private (string KeyId, byte[] Sealed)? Again(SealedRow row)
    {
        foreach (var boundTo in row.BoundTo)
        {
            try
            {
                return keys.Seal(keys.Open(row.KeyId, row.Sealed, boundTo), boundTo);
            }
            catch (CryptographicException)
            {
                // Bound to something else, or nobody's: the caller counts it when none is right.
            }
        }

        return null;
    }
}
