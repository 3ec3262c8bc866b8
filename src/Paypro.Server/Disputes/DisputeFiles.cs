using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>A file of a dispute, without its content.</summary>
internal sealed record DisputeFileLine(long Id, string Name, int Size, string AddedBy, long AddedAtMs);

/// <summary>The files of disputes: what the bank sent, and what the merchant answers with. Sealed, and each look at one stands in the audit log.</summary>
internal sealed class DisputeFiles(IContexts contexts, AuditedStore store, MasterKeys keys, IdSource ids, TimeProvider time)
{
    /// <summary>Of one dispute.</summary>
    public const int Most = 20;

    /// <summary>With one answer.</summary>
    public const int MostAtOnce = 4;

    /// <summary>What has to be mended; null when nothing has.</summary>
    public static string? Problem(IReadOnlyList<DisputeFile> added) =>
        added.Count > MostAtOnce ? $"file: at most {MostAtOnce} at once"
        : added.Any(f => f.Content.Length is 0 or > Papers.MostBytes || Papers.TypeOf(f.Content) is null) ? "file: must be a PDF, PNG or JPEG file of at most 5 MB"
        : null;

    /// <summary>What has to be mended when more are added; null when nothing has.</summary>
    public async Task<string?> TooManyAsync(long disputeId, int added)
    {
        await using var context = contexts.Create();
        var subject = DisputeMoney.SubjectOf(disputeId);
        return added > 0 && await context.EvidenceFiles.CountAsync(f => f.Subject == subject) + added > Most ? $"file: a dispute has at most {Most} files" : null;
    }

    /// <summary>Adds files that are right, in the transaction of their step.</summary>
    /// <returns>Their numbers.</returns>
    public IReadOnlyList<long> Add(PayproContext context, Actor by, long disputeId, IReadOnlyList<DisputeFile> added)
    {
        var numbers = new List<long>();
        foreach (var file in added)
        {
            var type = Papers.TypeOf(file.Content)!;
            var row = new EvidenceFileRow
            {
                Id = ids.Next(), Subject = DisputeMoney.SubjectOf(disputeId), Name = Papers.NameOf(file.Name, type), Type = type, Size = file.Content.Length, AddedBy = by.Text, AddedAtMs = time.NowMs(),
            };
            (row.MasterKeyId, row.Sealed) = keys.Seal(file.Content, EvidenceFileRow.BoundTo(row.Id));
            context.EvidenceFiles.Add(row);
            numbers.Add(row.Id);
        }

        return numbers;
    }

    public static Task<List<DisputeFileLine>> OfAsync(PayproContext context, long disputeId)
    {
        var subject = DisputeMoney.SubjectOf(disputeId);
        return context.EvidenceFiles.Where(f => f.Subject == subject).OrderBy(f => f.Id).Take(Most).Select(f => new DisputeFileLine(f.Id, f.Name, f.Size, f.AddedBy, f.AddedAtMs)).ToListAsync();
    }

    /// <summary>A file with its content; null when there is none, or it does not open.</summary>
    public Task<(string Name, string Type, byte[] Content)?> ReadAsync(Actor by, DisputeRow dispute, long fileId) => store.SaveAsync<(string, string, byte[])?>(async (context, trail) =>
    {
        var subject = DisputeMoney.SubjectOf(dispute.Id);
        if (await context.EvidenceFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == fileId && f.Subject == subject) is not { } row)
        {
            return null;
        }

        try
        {
            var content = keys.Open(row.MasterKeyId, row.Sealed, EvidenceFileRow.BoundTo(row.Id));
            trail.Add(by, "evidence.read", subject, after: new { file = row.Id }, chain: dispute.Bucket);
            return (row.Name, row.Type, content);
        }
        catch (CryptographicException)
        {
            return null;
        }
    });
}
