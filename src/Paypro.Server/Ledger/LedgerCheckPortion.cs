using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// A piece of one bucket's chain: the transfer that was checked last and those after it, with their entries. Transfers are read
/// first; whatever is committed then has its entries committed too.
/// </summary>
internal sealed class LedgerCheckPortion
{
    private readonly List<TransferRow> _transfers;
    private readonly ILookup<long, EntryRow> _entries;
    private readonly EntryRow? _unlinked;
    private readonly string? _gone;

    private LedgerCheckPortion(List<TransferRow> transfers, List<EntryRow> entries, EntryRow? unlinked, string? gone, bool isFull)
    {
        (_transfers, _unlinked, _gone, IsFull) = (transfers, unlinked, gone, isFull);
        _entries = entries.ToLookup(e => e.TransferNo);
    }

    /// <summary>Whether there may be more behind it.</summary>
    public bool IsFull { get; }

    public static async Task<LedgerCheckPortion> ReadAsync(PayproContext context, LedgerCheckRow from, int limit, CancellationToken cancellation)
    {
        var bucket = from.Bucket;
        var transfers = await context.Transfers.Where(t => t.Bucket == bucket && t.TransferNo >= from.TransferNo)
            .OrderBy(t => t.TransferNo).Take(limit + 1).ToListAsync(cancellation);
        if (transfers.Count == 0)
        {
            return new(transfers, [], null, from.TransferNo == 0 ? null : $"transfer {from.TransferNo}, which was checked, is gone", false);
        }

        var (first, last) = (transfers[0].TransferNo, transfers[^1].TransferNo);
        var entries = await context.Entries.Where(e => e.Bucket == bucket && e.TransferNo >= first && e.TransferNo <= last).ToListAsync(cancellation);

        // Each entry stands on the one before it on its account, wherever in the past that is.
        var unlinked = await (
            from e in context.Entries
            where e.Bucket == bucket && e.TransferNo >= first && e.TransferNo <= last
            join p in context.Entries.Where(p => p.Bucket == bucket)
                on new { e.Bucket, e.AccountId, Sequence = e.Sequence - 1 } equals new { p.Bucket, p.AccountId, p.Sequence } into before
            from p in before.DefaultIfEmpty()
            where e.Sequence < 1 || (p == null && e.Sequence > 1) || e.BalanceAfterMinor - e.AmountMinor != (p == null ? 0 : p.BalanceAfterMinor)
            orderby e.TransferNo
            select e).FirstOrDefaultAsync(cancellation);
        return new(transfers, entries, unlinked, null, transfers.Count > limit);
    }

    /// <summary>Moves <paramref name="at"/> on over all that is right, and never over a finding; returns what is not right, or null.</summary>
    public string? Check(LedgerCheckRow at)
    {
        for (var i = 0; i < _transfers.Count; i++)
        {
            var transfer = _transfers[i];
            if (i == 0 && at.TransferNo != 0)
            {
                if (transfer.TransferNo != at.TransferNo || !transfer.Hash.AsSpan().SequenceEqual(at.Hash))
                {
                    return $"transfer {at.TransferNo} is not the one that was checked";
                }

                if (IsUnlinked(transfer))
                {
                    return Unlinked();
                }

                continue;
            }

            if (transfer.TransferNo != at.TransferNo + 1)
            {
                return $"transfer {at.TransferNo + 1} is missing";
            }

            if (Problem(transfer, at.Hash) is { } problem)
            {
                return problem;
            }

            if (IsUnlinked(transfer))
            {
                return Unlinked();
            }

            (at.TransferNo, at.Hash) = (transfer.TransferNo, transfer.Hash);
        }

        return _gone;
    }

    private bool IsUnlinked(TransferRow transfer) => _unlinked?.TransferNo == transfer.TransferNo;

    private string Unlinked() => $"entry {_unlinked!.Sequence} of account {_unlinked.AccountId} (transfer {_unlinked.TransferNo}) does not follow from the one before it";

    private string? Problem(TransferRow transfer, byte[] previous)
    {
        var legs = _entries[transfer.TransferNo].OrderBy(e => e.Leg).ToList();
        for (var i = 0; i < legs.Count; i++)
        {
            if (legs[i].Leg != i + 1)
            {
                return $"leg {i + 1} of transfer {transfer.TransferNo} is missing or there twice";
            }
        }

        // The last three digits of an account's number are its currency.
        foreach (var one in legs.GroupBy(e => e.AccountId % 1000))
        {
            if (one.Sum(e => e.AmountMinor) is var sumMinor and not 0)
            {
                return $"transfer {transfer.TransferNo} sums to {sumMinor} in currency {one.Key}";
            }
        }

        return legs.Count == 0 && transfer.Type != TransferType.Refused ? $"transfer {transfer.TransferNo} has no entries"
            : legs.Count > 0 && transfer.Type == TransferType.Refused ? $"transfer {transfer.TransferNo} was refused and has entries"
            : ChainHash.Of(previous, transfer, legs).AsSpan().SequenceEqual(transfer.Hash) ? null
            : $"the hash of transfer {transfer.TransferNo} does not fit its content";
    }
}
