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
            e.Ignore(a => a.Key).Ignore(a => a.OrderKey);
        });
        model.Entity<ReceiptRow>(e =>
        {
            e.ToTable("receipts").HasKey(r => new { r.Bucket, r.ChannelAccountId, r.Direction, r.DedupeKey });
            e.HasIndex(r => new { r.Bucket, r.OrderId });
            e.Ignore(r => r.Key);
        });
        model.Entity<ReturnRow>(e =>
        {
            e.ToTable("returns").HasKey(r => new { r.Bucket, r.ChannelAccountId, r.Direction, r.DedupeKey });
            e.HasIndex(r => new { r.Bucket, r.OrderId });
            e.Ignore(r => r.Key);
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
            e.Ignore(m => m.Key);
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
