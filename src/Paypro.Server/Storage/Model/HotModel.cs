using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys and indexes of the hot tables. The bucket is the first column of every key.</summary>
internal static class HotModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<OrderRow>(e =>
        {
            e.ToTable("orders").HasKey(o => new { o.Bucket, o.Id });
            e.HasIndex(o => new { o.Bucket, o.MerchantNo, o.Direction, o.TradeNo }).IsUnique();
            e.HasIndex(o => new { o.Bucket, o.Number }).IsUnique();
            e.Property(o => o.Id).ValueGeneratedNever();
            e.Ignore(o => o.Key).Ignore(o => o.TradeKey);
        });
        model.Entity<AttemptRow>(e =>
        {
            e.ToTable("attempts").HasKey(a => new { a.Bucket, a.OrderId, a.AttemptNo });
            e.HasIndex(a => new { a.ChannelAccountId, a.Reference });
            e.HasIndex(a => new { a.ChannelAccountId, a.RailId }).HasFilter("rail_id <> ''");
            e.Ignore(a => a.Key).Ignore(a => a.OrderKey);
        });
        model.Entity<StatementRow>(e =>
        {
            e.ToTable("rail_statements").HasKey(s => new { s.Bucket, s.Id });
            e.HasIndex(s => new { s.Bucket, s.OrderId }).HasFilter("order_id <> 0");
            e.HasIndex(s => new { s.Bucket, s.Outcome, s.ChannelAccountId, s.Reference }).HasFilter("outcome <> 1");
            e.Property(s => s.Id).ValueGeneratedNever();
            e.Ignore(s => s.Key).Ignore(s => s.Movement);
        });
        model.Entity<StatementBodyRow>(e =>
        {
            e.ToTable("statement_bodies").HasKey(s => new { s.Bucket, s.Id });
            e.Property(s => s.Id).ValueGeneratedNever();
            e.Ignore(s => s.Key);
        });
        model.Entity<CaseRow>(e =>
        {
            e.ToTable("cases").HasKey(c => new { c.Bucket, c.Id });
            e.HasIndex(c => new { c.Severity, c.OpenedAtMs }).HasFilter("state = 1");
            e.HasIndex(c => new { c.Bucket, c.OrderId }).HasFilter("order_id <> 0");
            e.Property(c => c.Id).ValueGeneratedNever();
            e.Ignore(c => c.Key);
        });
        model.Entity<CaseActionRow>(e =>
        {
            e.ToTable("case_actions").HasKey(a => new { a.Bucket, a.Id });
            e.HasIndex(a => new { a.Bucket, a.OrderId }).HasFilter("order_id <> 0");
            e.HasIndex(a => new { a.Bucket, a.CaseId }).HasFilter("case_id <> 0");
            e.Property(a => a.Id).ValueGeneratedNever();
            e.Ignore(a => a.Key);
        });
        model.Entity<EventRow>(e =>
        {
            e.ToTable("events").HasKey(v => new { v.Bucket, v.OrderId, v.Sequence });
            e.Ignore(v => v.Key);
        });
        model.Entity<PersonRow>(e =>
        {
            e.ToTable("persons").HasKey(p => new { p.Bucket, p.OrderId });
            e.Ignore(p => p.Key);
        });
        model.Entity<TimerRow>(e =>
        {
            e.ToTable("timers").HasKey(t => new { t.Bucket, t.DueAtMs, t.OrderId });
            e.Ignore(t => t.Key);
        });
        model.Entity<AccountRow>(e =>
        {
            e.ToTable("accounts").HasKey(a => new { a.Bucket, a.Id });
            e.HasIndex(a => new { a.OwnerType, a.OwnerId });
            e.Property(a => a.Id).ValueGeneratedNever();
            e.Ignore(a => a.Key);
        });
        model.Entity<TransferRow>(e =>
        {
            e.ToTable("transfers").HasKey(t => new { t.Bucket, t.TransferNo });
            e.HasIndex(t => new { t.Bucket, t.OnceKey }).IsUnique().HasFilter("once_key IS NOT NULL");
            e.HasIndex(t => new { t.Bucket, t.OrderId }).HasFilter("order_id <> 0");
            e.Ignore(t => t.Key);
        });
        model.Entity<EntryRow>(e =>
        {
            e.ToTable("entries").HasKey(n => new { n.Bucket, n.AccountId, n.Sequence });
            e.HasIndex(n => new { n.Bucket, n.TransferNo });
            e.Ignore(n => n.Key);
        });
        model.Entity<SettlementDueRow>(e =>
        {
            e.ToTable("settlement_dues").HasKey(d => new { d.Bucket, d.AccountId, d.DueDate });
            e.HasIndex(d => d.DueDate).HasFilter("amount_minor <> settled_minor");
            e.Ignore(d => d.Key);
        });
        model.Entity<RailMovementRow>(e =>
        {
            e.ToTable("rail_movements").HasKey(m => new { m.ChannelAccountId, m.Direction, m.Kind, m.DedupeKey });
            e.Ignore(m => m.Key).Ignore(m => m.Statement);
        });
        model.Entity<PayerCountRow>(e =>
        {
            e.ToTable("payer_counts").HasKey(p => new { p.Bucket, p.MerchantNo, p.Payer, p.LocalDate });
            e.Ignore(p => p.Key);
        });
        model.Entity<DailyTotalRow>(e =>
        {
            e.ToTable("daily_totals").HasKey(t => new { t.Bucket, t.MerchantNo, t.Direction, t.Way, t.LocalDate });
            e.Ignore(t => t.Key);
        });
        model.Entity<ChainRow>(e =>
        {
            e.ToTable("chains").HasKey(c => c.Bucket);
            e.Property(c => c.Bucket).ValueGeneratedNever();
        });
        model.Entity<NotificationRow>(e =>
        {
            e.ToTable("notifications").HasKey(n => new { n.Bucket, n.OrderId });
            e.HasIndex(n => new { n.MerchantNo, n.DueAtMs });
            e.HasIndex(n => n.DueAtMs);
            e.Ignore(n => n.Key);
        });
        model.Entity<NotificationAttemptRow>(e =>
        {
            e.ToTable("notification_attempts").HasKey(a => new { a.Bucket, a.OrderId, a.Version, a.TryNo });
            e.Ignore(a => a.Key);
        });
        model.Entity<CreationSignRow>(e =>
        {
            e.ToTable("creation_signs").HasKey(s => new { s.Bucket, s.MerchantNo, s.SignHash });
            e.Ignore(s => s.Key);
        });
        model.Entity<BatchRow>(e =>
        {
            e.ToTable("batches").HasKey(b => new { b.Bucket, b.Id });
            e.Property(b => b.Id).ValueGeneratedNever();
        });
    }
}
