using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// Walks along the chains of the audit log, from the first line to the last, and begins again. Whoever changed a line past the database's refusal, or cut
/// the end off, is told of by a case.
/// </summary>
internal sealed class AuditCheck(IContexts contexts, RaiseCases cases)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>The kind of the case of a broken chain.</summary>
    public const string Kind = "audit-broken";

    private const int Portion = 2000;

    private short _chain = AuditTrail.Platform;
    private long _no;
    private byte[] _hash = [];

    /// <summary>One portion of one chain.</summary>
    /// <returns>Whether the same chain goes on.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var end = await context.AuditChains.AsNoTracking().SingleAsync(c => c.Chain == _chain, cancellation);
        var lines = await context.Audit.AsNoTracking().Where(a => a.Chain == _chain && a.No > _no).OrderBy(a => a.No).Take(Portion).ToListAsync(cancellation);
        foreach (var line in lines)
        {
            if (line.No != _no + 1 || !line.Hash.AsSpan().SequenceEqual(AuditTrail.HashOf(_hash, line)))
            {
                await BrokenAsync(line.No);
                Next();
                return false;
            }

            (_no, _hash) = (line.No, line.Hash);
        }

        if (lines.Count == Portion)
        {
            return true;
        }

        // What was appended since the end was read is not missing.
        if (_no < end.LastNo || (_no == end.LastNo && !_hash.AsSpan().SequenceEqual(end.Hash)))
        {
            await BrokenAsync(_no + 1);
        }

        Next();
        return _chain != AuditTrail.Platform;
    }

    private Task BrokenAsync(long no) => cases.RaiseAsync(
        Kind, _chain.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"The audit log's chain {_chain} is broken at line {no}: somebody changed or removed what stands there. Compare with a copy of the database."));

    private void Next()
    {
        _chain = _chain >= Platform.Buckets.Count - 1 ? AuditTrail.Platform : (short)(_chain + 1);
        (_no, _hash) = (0, []);
    }
}
