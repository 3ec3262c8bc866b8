using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Paypro.Server.Storage;

/// <summary>Keys and indexes of the hot tables. The bucket is the first column of every key.</summary>
internal static class HotModel
{
    public static void Build(ModelBuilder model)
    {
        var orders = Add(model, HotTables.Orders);
        orders.HasIndex(o => new { o.Bucket, o.MerchantNo, o.Direction, o.TradeNo }).IsUnique();
        orders.HasIndex(o => new { o.Bucket, o.Number }).IsUnique();

        // A merchant's lists, the newest first. No index on what changes: each update of a row would touch it.
        orders.HasIndex(o => new { o.Bucket, o.MerchantNo, o.Direction, o.Id });
        orders.HasIndex(o => new { o.Bucket, o.RefundOf }).HasFilter("refund_of <> 0");
        var attempts = Add(model, HotTables.Attempts);
        attempts.HasIndex(a => new { a.ChannelAccountId, a.Reference });
        attempts.HasIndex(a => new { a.ChannelAccountId, a.RailId }).HasFilter("rail_id <> ''");
        var statements = Add(model, HotTables.Statements);
        statements.HasIndex(s => new { s.Bucket, s.OrderId }).HasFilter("order_id <> 0");
        statements.HasIndex(s => new { s.Reference, s.ChannelAccountId, s.Bucket, s.Outcome }).HasFilter("outcome <> 1");
        statements.HasIndex(s => new { s.FindKey, s.Bucket }).HasFilter("find_key <> ''");
        Add(model, HotTables.Bodies);
        var cases = Add(model, HotTables.Cases);

        // With all that the queue of open cases counts and sums, so that no row is read for it.
        cases.HasIndex(c => new { c.Severity, c.OpenedAtMs, c.Kind, c.ChannelAccountId, c.Currency, c.AmountMinor, c.Bucket, c.Id }).HasFilter("state = 1");
        cases.HasIndex(c => new { c.Bucket, c.OrderId }).HasFilter("order_id <> 0");
        var caseActions = Add(model, HotTables.CaseActions);
        caseActions.HasIndex(a => new { a.Bucket, a.OrderId }).HasFilter("order_id <> 0");
        caseActions.HasIndex(a => new { a.Bucket, a.CaseId }).HasFilter("case_id <> 0");
        Add(model, HotTables.Events);
        Add(model, HotTables.Persons).HasIndex(p => new { p.Bucket, p.Recipient, p.OrderId }).HasFilter("recipient <> ''");
        Add(model, HotTables.KnownPersons);
        Add(model, HotTables.Timers).HasIndex(t => new { t.ChannelAccountId, t.Bucket, t.DueAtMs }).HasFilter("work = 4");
        Add(model, HotTables.Accounts).HasIndex(a => new { a.OwnerType, a.OwnerId });
        var transfers = Add(model, HotTables.Transfers);
        transfers.HasIndex(t => new { t.Bucket, t.OnceKey }).IsUnique().HasFilter("once_key IS NOT NULL");
        transfers.HasIndex(t => new { t.Bucket, t.OrderId }).HasFilter("order_id <> 0");
        Add(model, HotTables.Entries).HasIndex(n => new { n.Bucket, n.TransferNo });
        var dues = Add(model, HotTables.SettlementDues);
        dues.HasIndex(d => d.DueDate).HasFilter("amount_minor <> settled_minor");
        dues.HasIndex(d => new { d.Bucket, d.AccountId }).HasFilter("amount_minor <> settled_minor");
        Add(model, HotTables.Withholdings).HasIndex(w => new { w.Bucket, w.MerchantNo, w.ValueDate, w.TransferNo });
        Add(model, HotTables.WithdrawalResults);
        var disputes = Add(model, HotTables.Disputes);
        disputes.HasIndex(d => new { d.Bucket, d.OrderId });
        disputes.HasIndex(d => new { d.MerchantNo, d.Id });

        // Few are open at a time: these are looked through for a deadline, and for what has to be mailed.
        disputes.HasIndex(d => d.DeadlineMs).HasFilter("state = 1");
        disputes.HasIndex(d => d.Id).HasFilter("untold");
        Add(model, HotTables.Movements);
        Add(model, HotTables.PayerCounts);
        Add(model, HotTables.DailyTotals);
        Add(model, HotTables.RuleCounts);
        Add(model, HotTables.Chains);
        var notifications = Add(model, HotTables.Notifications);
        notifications.HasIndex(n => new { n.MerchantNo, n.DueAtMs });
        notifications.HasIndex(n => n.DueAtMs);
        Add(model, HotTables.NotificationAttempts).HasIndex(a => new { a.Bucket, a.MerchantNo, a.AtMs }).HasFilter("NOT taken");
        Add(model, HotTables.CreationSigns);
        model.Entity<BatchRow>(e =>
        {
            e.ToTable("batches").HasKey(b => new { b.Bucket, b.Id });
            e.Property(b => b.Id).ValueGeneratedNever();
        });
    }

    /// <summary>The table as its row type describes it, with its key.</summary>
    private static EntityTypeBuilder<TRow> Add<TRow>(ModelBuilder model, Table<TRow> table)
        where TRow : class
    {
        var entity = model.Entity<TRow>();
        entity.ToTable(table.Name).HasKey([.. table.Properties.Take(table.KeyColumns).Select(p => p.Name)]);
        foreach (var property in typeof(TRow).GetProperties())
        {
            if (table.Properties.Contains(property))
            {
                entity.Property(property.PropertyType, property.Name).ValueGeneratedNever();
            }
            else
            {
                entity.Ignore(property.Name);
            }
        }

        return entity;
    }
}
