using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>An entry on one of the merchant's accounts.</summary>
internal sealed record OwnEntry(AccountKind Account, TransferType Type, long AmountMinor, long BookedAtMs, int ValueDate, int DueDate);

/// <summary>Everything that is known of one order and that its merchant may know.</summary>
internal sealed record PaymentPicture
{
    public required OrderRow Order { get; init; }

    /// <summary>Of a refund: its pay-in.</summary>
    public OrderRow? PayIn { get; init; }
    public required IReadOnlyList<AttemptRow> Attempts { get; init; }
    public required IReadOnlyList<EventRow> Events { get; init; }

    /// <summary>Money that came, went out or went back.</summary>
    public required IReadOnlyList<StatementRow> Movements { get; init; }
    public required IReadOnlyList<OrderRow> Refunds { get; init; }
    public required IReadOnlyList<OwnEntry> Entries { get; init; }

    /// <summary>Of a pay-in: its disputes, whatever became of them.</summary>
    public required IReadOnlyList<DisputeRow> Disputes { get; init; }
    public required IReadOnlyList<NotificationAttemptRow> Tries { get; init; }

    /// <summary>Its place in the outbox; null when nothing waits.</summary>
    public NotificationRow? Waiting { get; init; }

    /// <summary>Payer or recipient; <see cref="Person.None"/> where nothing is known or nothing is kept any more.</summary>
    public required Person Person { get; init; }
}

/// <summary>Reads one order with all that hangs on it.</summary>
internal sealed class PaymentReads(IContexts contexts, People people)
{
    /// <summary>Lines of one kind that a screen shows at most.</summary>
    private const int Most = 200;

    /// <summary>The row of an order by its public number; null when there is none.</summary>
    public async Task<OrderRow?> FindAsync(string number, CancellationToken cancellation)
    {
        if (Platform.OrderNumber.BucketOf(number) is not { } bucket)
        {
            return null;
        }

        await using var context = contexts.Create();
        return await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number, cancellation);
    }

    public async Task<PaymentPicture> ReadAsync(OrderRow order, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (bucket, id) = (order.Bucket, order.Id);
        var person = await context.Persons.SingleOrDefaultAsync(p => p.Bucket == bucket && p.OrderId == id, cancellation);
        return new PaymentPicture
        {
            Order = order,
            PayIn = order.RefundOf == 0 ? null : await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Id == order.RefundOf, cancellation),
            Attempts = await context.Attempts.Where(a => a.Bucket == bucket && a.OrderId == id).OrderBy(a => a.AttemptNo).Take(Most).ToListAsync(cancellation),
            Events = await context.Events.Where(e => e.Bucket == bucket && e.OrderId == id && e.Type != EventType.Routed).OrderBy(e => e.Sequence).Take(Most).ToListAsync(cancellation),
            Movements = await context.Statements
                .Where(s => s.Bucket == bucket && s.OrderId == id && s.OrderId != 0 && s.DedupeKey != "" && (s.Outcome == StatementOutcome.Booked || s.Outcome == StatementOutcome.Suspense))
                .OrderBy(s => s.ReceivedAtMs).Take(Most).ToListAsync(cancellation),
            Refunds = order.Direction != Direction.PayIn ? []
                : await context.Orders.Where(o => o.Bucket == bucket && o.RefundOf == id && o.RefundOf != 0).OrderBy(o => o.Id).Take(Most).ToListAsync(cancellation),
            Entries = await EntriesAsync(context, order, cancellation),
            Disputes = await context.Disputes.Where(d => d.Bucket == bucket && d.OrderId == id).OrderBy(d => d.Id).Take(Most).ToListAsync(cancellation),
            Tries = await context.NotificationAttempts.Where(a => a.Bucket == bucket && a.OrderId == id).OrderByDescending(a => a.AtMs).Take(Most).ToListAsync(cancellation),
            Waiting = await context.Notifications.SingleOrDefaultAsync(n => n.Bucket == bucket && n.OrderId == id, cancellation),
            Person = PersonOf(person),
        };
    }

    /// <summary>The legs on the merchant's own accounts; what the platform and its rails book is not the merchant's to see.</summary>
    private static async Task<IReadOnlyList<OwnEntry>> EntriesAsync(PayproContext context, OrderRow order, CancellationToken cancellation)
    {
        var (bucket, id) = (order.Bucket, order.Id);
        var transfers = await context.Transfers.Where(t => t.Bucket == bucket && t.OrderId == id && t.OrderId != 0).OrderBy(t => t.TransferNo).Take(Most)
            .ToDictionaryAsync(t => t.TransferNo, t => t.Type, cancellation);
        var numbers = transfers.Keys.ToList();
        var entries = await context.Entries.Where(e => e.Bucket == bucket && numbers.Contains(e.TransferNo)).OrderBy(e => e.TransferNo).ThenBy(e => e.Leg).ToListAsync(cancellation);
        return
        [
            .. from entry in entries
               let account = AccountId.Open(new AccountKey(bucket, entry.AccountId))
               where account.OwnerType == OwnerType.Merchant && account.OwnerId == order.MerchantNo
               select new OwnEntry(account.Kind, transfers[entry.TransferNo], entry.AmountMinor, entry.BookedAtMs, entry.ValueDate, entry.DueDate),
        ];
    }

    private Person PersonOf(PersonRow? row)
    {
        try
        {
            return row is null ? Person.None : people.Open(row);
        }
        catch (CryptographicException)
        {
            // A row whose key is lost shows nobody; the order itself is shown all the same.
            return Person.None;
        }
    }
}
