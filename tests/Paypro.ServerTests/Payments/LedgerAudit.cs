using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// Recomputes everything that the ledger promises from its entries, on purpose without the server's own code. Nobody may write
/// meanwhile.
/// </summary>
internal static class LedgerAudit
{
    public static async Task AssertSoundAsync(IContexts contexts)
    {
        await using var context = contexts.Create();
        var entries = await context.Entries.ToListAsync();
        var transfers = await context.Transfers.ToListAsync();
        var accounts = await context.Accounts.ToDictionaryAsync(a => (a.Bucket, a.Id));
        var chains = await context.Chains.ToDictionaryAsync(c => c.Bucket);
        AssertAccounts(entries, accounts);
        AssertTransfers(entries, transfers, accounts);
        Assert.Equal(64, chains.Count);
        foreach (var chain in chains.Values)
        {
            AssertChain(chain, transfers.Where(t => t.Bucket == chain.Bucket), entries.Where(e => e.Bucket == chain.Bucket).ToLookup(e => e.TransferNo));
        }

        await AssertDuesAsync(context, entries);
        await AssertWithheldAsync(context);
        await AssertOrdersAsync(context);
    }

    private static void AssertAccounts(List<EntryRow> entries, Dictionary<(short Bucket, long Id), AccountRow> accounts)
    {
        var byAccount = entries.ToLookup(e => (e.Bucket, e.AccountId));
        foreach (var ((bucket, id), account) in accounts)
        {
            long sequence = 0;
            long balance = 0;
            foreach (var entry in byAccount[(bucket, id)].OrderBy(e => e.Sequence))
            {
                balance += entry.AmountMinor;
                Assert.Equal(++sequence, entry.Sequence);
                Assert.Equal(balance, entry.BalanceAfterMinor);
                Assert.NotEqual(0, entry.AmountMinor);
                AssertSide(account.Kind, balance);
            }

            Assert.Equal(sequence, account.Sequence);
            Assert.Equal(balance, account.BalanceMinor);
        }

        Assert.All(byAccount, g => Assert.True(accounts.ContainsKey(g.Key)));
        Assert.All(accounts.Values.GroupBy(a => (a.Bucket, a.Currency)), g => Assert.Equal(0, g.Sum(a => a.BalanceMinor)));
        foreach (var owner in accounts.Values.Where(a => a.OwnerType == OwnerType.Merchant).GroupBy(a => (a.OwnerId, a.Currency)))
        {
            var owes = owner.Where(a => a.Kind == AccountKind.Receivable).Sum(a => a.BalanceMinor) < 0;
            var has = owner.Where(a => a.Kind == AccountKind.Available).Sum(a => a.BalanceMinor) > 0;
            Assert.False(owes && has, $"Merchant {owner.Key.OwnerId} owes money and has some available: a credit did not repay it.");
        }
    }

    private static void AssertSide(AccountKind kind, long balance)
    {
        switch (kind)
        {
            case AccountKind.Available or AccountKind.Frozen or AccountKind.Unsettled or AccountKind.Held:
                Assert.True(balance >= 0, $"{kind} stood at {balance}.");
                break;
            case AccountKind.Receivable:
                Assert.True(balance <= 0, $"{kind} stood at {balance}.");
                break;
        }
    }

    private static void AssertTransfers(List<EntryRow> entries, List<TransferRow> transfers, Dictionary<(short Bucket, long Id), AccountRow> accounts)
    {
        var byTransfer = entries.ToLookup(e => (e.Bucket, e.TransferNo));
        foreach (var transfer in transfers)
        {
            var legs = byTransfer[(transfer.Bucket, transfer.TransferNo)].ToList();
            Assert.True(transfer.Type == TransferType.Refused ? legs.Count == 0 : legs.Count >= 2, $"Transfer {transfer.TransferNo} of bucket {transfer.Bucket} has {legs.Count} entries.");
            Assert.All(legs.GroupBy(e => accounts[(e.Bucket, e.AccountId)].Currency), g => Assert.Equal(0, g.Sum(e => e.AmountMinor)));
            Assert.All(legs, e => Assert.Equal(transfer.BookedAtMs, e.BookedAtMs));
        }

        Assert.Equal(transfers.Count(t => t.Type != TransferType.Refused), byTransfer.Count);
    }

    private static void AssertChain(ChainRow chain, IEnumerable<TransferRow> transfers, ILookup<long, EntryRow> entries)
    {
        byte[] hash = [];
        long no = 0;
        foreach (var transfer in transfers.OrderBy(t => t.TransferNo))
        {
            Assert.Equal(++no, transfer.TransferNo);
            var content = new List<byte>(hash);
            var (cause, once) = (Encoding.UTF8.GetBytes(transfer.Cause), Encoding.UTF8.GetBytes(transfer.OnceKey ?? ""));
            Add(
                content, transfer.Bucket, transfer.TransferNo, (short)transfer.Type, transfer.OrderId, transfer.BookedAtMs, entries[no].Count(),
                cause.Length, once.Length);
            content.AddRange(cause);
            content.AddRange(once);
            foreach (var e in entries[no].OrderBy(e => e.Leg))
            {
                Add(content, e.AccountId, e.Sequence, e.Leg, e.AmountMinor, e.BalanceAfterMinor, e.BookedAtMs, e.ValueDate, e.DueDate);
            }

            hash = SHA256.HashData(content.ToArray());
            Assert.Equal(hash, transfer.Hash);
        }

        Assert.Equal(no, chain.LastTransferNo);
        Assert.Equal(hash, chain.Hash);
    }

    private static void Add(List<byte> content, params ReadOnlySpan<long> numbers)
    {
        Span<byte> eight = stackalloc byte[8];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64BigEndian(eight, number);
            content.AddRange(eight);
        }
    }

    /// <summary>What is due and not yet moved is what stands on unsettled, and on held as a reserve.</summary>
    private static async Task AssertDuesAsync(PayproContext context, List<EntryRow> entries)
    {
        var dues = await context.SettlementDues.ToListAsync();
        var booked = entries.Where(e => e.DueDate != 0).GroupBy(e => (e.Bucket, e.AccountId, e.DueDate)).ToDictionary(g => g.Key, g => g.Sum(e => e.AmountMinor));
        foreach (var due in dues.Where(d => d.AmountMinor != 0))
        {
            Assert.Equal(booked[(due.Bucket, due.AccountId, due.DueDate)], due.AmountMinor);
            Assert.InRange(due.SettledMinor, 0, due.AmountMinor);
        }

        Assert.Equal(booked.Values.Sum(), dues.Sum(d => d.AmountMinor));
        var left = dues.GroupBy(d => (d.Bucket, d.AccountId)).ToDictionary(g => g.Key, g => g.Sum(d => d.AmountMinor - d.SettledMinor));
        var later = await context.Accounts.Where(a => a.Kind == AccountKind.Unsettled || a.Kind == AccountKind.Held).ToListAsync();

        // What is disputed is held besides, each dispute's money once.
        var disputes = await context.Disputes.ToListAsync();
        var disputed = disputes.GroupBy(d => (d.MerchantNo, d.Currency)).ToDictionary(g => g.Key, g => g.Sum(d => d.HeldMinor));
        Assert.All(later, a => Assert.Equal(left.GetValueOrDefault((a.Bucket, a.Id)) + (a.Kind == AccountKind.Held ? disputed.GetValueOrDefault((a.OwnerId, a.Currency)) : 0), a.BalanceMinor));
        Assert.Equal(later.Sum(a => a.BalanceMinor), left.Values.Sum() + disputed.Values.Sum());
    }

    /// <summary>What is withheld is what the certificates' lines and the pay-ins say, and a part of what they hold.</summary>
    private static async Task AssertWithheldAsync(PayproContext context)
    {
        var lines = await context.Withholdings.ToListAsync();
        var accounts = await context.Accounts.Where(a => a.Kind == AccountKind.TaxWithheld).ToListAsync();
        Assert.All(accounts.GroupBy(a => a.Bucket), g => Assert.Equal(lines.Where(l => l.Bucket == g.Key).Sum(l => l.WithheldMinor), g.Sum(a => a.BalanceMinor)));

        // What certificates say is each line under the name and rate of its version.
        var withholding = await context.Terms.Where(t => t.WithholdingBasisPoints > 0).Select(t => t.Id).ToListAsync();
        Assert.All(lines, l => Assert.Contains(l.TermsId, withholding));
        var byOrder = lines.GroupBy(l => (l.Bucket, l.OrderId)).ToDictionary(g => g.Key, g => g.Sum(l => l.WithheldMinor));
        foreach (var payIn in await context.Orders.Where(o => o.Direction == Direction.PayIn).ToListAsync())
        {
            Assert.Equal(byOrder.GetValueOrDefault((payIn.Bucket, payIn.Id)), payIn.WithheldMinor);
            Assert.InRange(payIn.WithheldMinor, 0, payIn.PaidMinor - payIn.ReturnedMinor);
        }
    }

    /// <summary>Orders agree with the movements that are stored beside them; only a waiting order has a timer.</summary>
    private static async Task AssertOrdersAsync(PayproContext context)
    {
        // What was lost is no order's, and a confirmation of what was decided moves nothing.
        var lost = (await context.Transfers.Where(t => t.Type == TransferType.Loss).ToListAsync()).Select(t => t.Key).ToHashSet();
        var receipts = (await context.Receipts.Where(r => r.TransferNo != 0).ToListAsync())
            .Where(r => !lost.Contains(new TransferKey(r.Bucket, r.TransferNo))).ToLookup(r => (r.Bucket, r.OrderId));
        var returns = (await context.Returns.Where(r => r.TransferNo != 0).ToListAsync())
            .Where(r => !lost.Contains(new TransferKey(r.Bucket, r.TransferNo))).ToLookup(r => (r.Bucket, r.OrderId));
        var events = (await context.Events.ToListAsync()).ToLookup(e => (e.Bucket, e.OrderId));
        var timers = (await context.Timers.ToListAsync()).ToLookup(t => (t.Bucket, t.OrderId));
        var refunds = (await context.Orders.Where(o => o.RefundOf != 0).ToListAsync()).ToLookup(o => (o.Bucket, o.RefundOf));
        var disputes = (await context.Disputes.ToListAsync()).ToLookup(d => (d.Bucket, d.OrderId));
        foreach (var order in await context.Orders.ToListAsync())
        {
            var key = (order.Bucket, order.Id);
            AssertDisputes(order, [.. disputes[key]]);
            var refundedMinor = refunds[key].Where(r => r.State == OrderState.Paid).Sum(r => r.AmountMinor);
            Assert.Equal(refunds[key].Where(r => r.State == OrderState.Pending).Sum(r => r.AmountMinor), order.RefundingMinor);
            Assert.True(order.Direction != Direction.PayIn || order.RefundingMinor <= order.PaidMinor - order.ReturnedMinor, $"{order.Number} refunds more than it holds.");

            // What goes back out of suspense was never paid to the merchant, and so is not returned by it.
            var outOfSuspense = returns[key].Sum(r => r.AmountMinor) + refundedMinor + disputes[key].Sum(d => d.GoneMinor - d.ToldMinor) - order.ReturnedMinor;
            Assert.InRange(outOfSuspense, 0, long.MaxValue);
            Assert.Equal(receipts[key].Sum(r => r.AmountMinor), order.PaidMinor + order.SuspenseMinor + outOfSuspense);
            Assert.Equal(Enumerable.Range(1, order.EventCount), events[key].Select(e => (int)e.Sequence).Order());
            Assert.Equal(order.TimerDueMs == 0 ? [] : [order.TimerDueMs], timers[key].Select(t => t.DueAtMs));
        }
    }

    /// <summary>Returned, refunded, reserved by open refunds and disputed never exceed what came; a dispute's money is in held, gone, or the merchant's again.</summary>
    private static void AssertDisputes(OrderRow order, IReadOnlyList<DisputeRow> disputes)
    {
        foreach (var dispute in disputes)
        {
            var isOver = dispute.State is DisputeState.Won or DisputeState.Lost;
            Assert.InRange(dispute.HeldMinor, 0, isOver ? 0 : dispute.AmountMinor - dispute.GoneMinor);
            Assert.InRange(dispute.GoneMinor, dispute.State == DisputeState.Lost ? dispute.AmountMinor : 0, dispute.State == DisputeState.Lost ? dispute.AmountMinor : dispute.AmountMinor - 1);
            Assert.InRange(dispute.ToldMinor, dispute.State == DisputeState.Lost ? 0 : dispute.GoneMinor, dispute.GoneMinor);
        }

        Assert.Equal(disputes.Where(d => d.State is not (DisputeState.Won or DisputeState.Lost)).Sum(d => d.AmountMinor - d.GoneMinor), order.DisputedMinor);
        Assert.True(order.Direction != Direction.PayIn || order.ReturnedMinor + order.RefundingMinor + order.DisputedMinor <= order.PaidMinor, $"More than {order.Number} holds goes back or is disputed.");
    }
}
