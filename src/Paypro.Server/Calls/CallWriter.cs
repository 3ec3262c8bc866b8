using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Calls;

/// <summary>
/// Writes what waits in the log, and deletes what is old. What a call was and why its signature does not fit is found here, after it was answered. What waits
/// while the process ends is lost: it is no record of money.
/// </summary>
internal sealed class CallWriter(CallLog log, IContexts contexts, BatchWriter writer, MasterKeys masterKeys, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500), ForgetEvery = TimeSpan.FromMinutes(10);

    /// <summary>How long a call is kept, and how long one that was accepted.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7), AcceptedKeptFor = TimeSpan.FromDays(1);

    /// <summary>Bytes of a body that are kept, and of one that no key has signed.</summary>
    public const int MostBytes = 4096, MostUnprovedBytes = 2048;

    private const int Portion = 100, RowsPerDelete = 2000, EndedKeys = 5;
    private static readonly TimeSpan EndedLately = TimeSpan.FromDays(60);

    /// <summary>How often a portion is tried; then it is dropped, so that one that the database does not take cannot stop the log.</summary>
    private const int MostTries = 5;
    private List<ApiCallRow> _read = [];
    private int _tries;

    /// <summary>One portion; true when there may be more. What could not be saved is tried again in the next turn.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        while (_read.Count < Portion && log.TryTake(out var entry))
        {
            _read.Add(await RowOfAsync(entry, cancellation));
        }

        if (_read.Count == 0)
        {
            return false;
        }

        var (rows, tries) = (_read, ++_tries);
        if (tries > MostTries)
        {
            CallLog.Drop(rows.Count);
            (_read, _tries) = ([], 0);
            return true;
        }

        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            context.ApiCalls.AddRange(tries == 1 ? rows : await NotStoredAsync(context, rows, cancellation));
            return await context.SaveChangesAsync(cancellation);
        });
        (_read, _tries) = ([], 0);
        return rows.Count == Portion;
    }

    /// <summary>The reply to a COMMIT may have been lost: what is stored already would be refused, and the rest with it.</summary>
    private static async Task<IEnumerable<ApiCallRow>> NotStoredAsync(PayproContext context, List<ApiCallRow> rows, CancellationToken cancellation)
    {
        var ids = rows.ConvertAll(r => r.Id);
        var stored = await context.ApiCalls.AsNoTracking().Where(c => ids.Contains(c.Id)).Select(c => c.Id).ToListAsync(cancellation);
        return rows.Where(r => !stored.Contains(r.Id));
    }

    /// <summary>One portion of what is old; true when there may be more.</summary>
    public async Task<bool> ForgetAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var (first, firstAccepted) = (IdSource.FirstAt(nowMs - (long)KeptFor.TotalMilliseconds), IdSource.FirstAt(nowMs - (long)AcceptedKeptFor.TotalMilliseconds));
        return await DeleteAsync(calls => calls.Where(c => c.Id < first)) | await DeleteAsync(calls => calls.Where(c => c.Accepted && c.Id < firstAccepted));

        Task<bool> DeleteAsync(Func<IQueryable<ApiCallRow>, IQueryable<ApiCallRow>> old) => writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await old(context.ApiCalls).OrderBy(c => c.Id).Take(RowsPerDelete).ExecuteDeleteAsync(cancellation) == RowsPerDelete;
        });
    }

    private async Task<ApiCallRow> RowOfAsync(CallEntry entry, CancellationToken cancellation)
    {
        var (outcome, operation, merchant) = (entry.Outcome, entry.Operation, entry.Merchant);
        var most = entry.Proved ? MostBytes : MostUnprovedBytes;
        var body = entry.Body.Length == 0 ? null : FlatBody.Read(entry.Body, out _);
        var isRefused = outcome.Fault == CallFault.Refused;
        var fault = !isRefused ? outcome.Fault
            : !entry.Proved ? body is null ? CallFault.Unreadable : CallFault.Signature
            : FieldOf(operation, outcome.Sentence).Length > 0 ? CallFault.Field
            : CallFault.Refused;
        var row = new ApiCallRow
        {
            Id = entry.Id, MerchantNo = merchant.No, AtMs = entry.AtMs, TookMs = entry.TookMs, Operation = (short)(operation?.Kind ?? 0),
            Path = CallMask.WithoutKeys(OutsideText.Line(entry.Path, 200), merchant), Code = outcome.Code, HttpStatus = outcome.HttpStatus, Fault = fault, Accepted = fault == CallFault.None, Proved = entry.Proved,
            Address = entry.Address, TradeNo = body is null || operation is null ? "" : CallMask.TradeNo(body, operation, merchant), Field = fault == CallFault.Field ? FieldOf(operation, outcome.Sentence) : "",
            Sentence = CallMask.WithoutKeys(OutsideText.Line(fault == CallFault.Signature ? Protocol.Signing.WrongSign.Sentence : outcome.Sentence, 300), merchant),
            Body = body is null ? "" : CallMask.Body(body, operation, merchant, most), BodyBytes = entry.Body.Length,
        };
        if (fault == CallFault.Signature)
        {
            var finding = SignDiagnosis.Of(entry, body!, await EndedAsync(merchant, cancellation));
            (row.Mistake, row.MistakeIn) = (finding.Mistake.ToString(), OutsideText.Line(finding.Parameter, 64));
            row.SignedText = SignDiagnosis.SignedText(entry, body!, most);
        }

        return row;
    }

    private static string FieldOf(Operation? operation, string sentence) =>
        operation?.Fields.FirstOrDefault(f => sentence.StartsWith($"{f.Name}: ", StringComparison.Ordinal))?.Name ?? "";

    /// <summary>Keys that a program may still have: they are in no picture any more.</summary>
    private async Task<IReadOnlyList<byte[]>> EndedAsync(Merchant merchant, CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var sinceMs = nowMs - (long)EndedLately.TotalMilliseconds;
        await using var context = contexts.Create();
        var rows = await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == merchant.No && k.ValidToMs > sinceMs && k.ValidToMs <= nowMs)
            .OrderByDescending(k => k.ValidToMs).Take(EndedKeys).ToListAsync(cancellation);
        var secrets = new List<byte[]>();
        foreach (var row in rows)
        {
            try
            {
                secrets.Add(masterKeys.Open(row.MasterKeyId, row.Sealed, SnapshotReader.BoundTo(row)));
            }
            catch (CryptographicException)
            {
                // A key that does not open explains nothing; the picture's own check has named it.
            }
        }

        return secrets;
    }
}
