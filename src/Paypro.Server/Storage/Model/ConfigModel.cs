using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Keys of the configuration tables, which EF reads and writes.</summary>
internal static class ConfigModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<InstallationRow>().ToTable("installation").HasKey(i => i.Id);
        model.Entity<InstallationRow>().Property(i => i.Id).ValueGeneratedNever();
        model.Entity<InstallationSecretRow>().ToTable("installation_secrets").HasKey(s => s.Purpose);
        model.Entity<LedgerCheckRow>().ToTable("ledger_checks").HasKey(c => c.Bucket);
        model.Entity<LedgerCheckRow>().Property(c => c.Bucket).ValueGeneratedNever();
        model.Entity<BusinessRow>().ToTable("businesses").HasKey(b => b.Id);
        model.Entity<MerchantRow>(e =>
        {
            e.ToTable("merchants").HasKey(m => m.MerchantNo);
            e.Property(m => m.MerchantNo).ValueGeneratedNever();
        });
        model.Entity<MerchantBrandRow>(e =>
        {
            e.ToTable("merchant_brands").HasKey(b => b.MerchantNo);
            e.Property(b => b.MerchantNo).ValueGeneratedNever();
            e.HasIndex(b => b.LogoFile);
        });
        model.Entity<MerchantPaperRow>().ToTable("merchant_papers").HasKey(p => new { p.MerchantNo, p.Code });
        model.Entity<MerchantDocumentRow>(e =>
        {
            e.ToTable("merchant_documents").HasKey(d => d.Id);
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasIndex(d => d.MerchantNo);
        });
        model.Entity<SubMerchantRow>().ToTable("sub_merchants").HasKey(s => new { s.MerchantNo, s.SubMerchant });
        model.Entity<MerchantKeyRow>(e =>
        {
            e.ToTable("merchant_keys").HasKey(k => k.Id);
            e.Property(k => k.Id).ValueGeneratedNever();
            e.HasIndex(k => k.MerchantNo);
        });
        model.Entity<TermsRow>(e =>
        {
            e.ToTable("terms").HasKey(t => t.Id);
            e.HasIndex(t => new { t.MerchantNo, t.Country, t.Direction, t.Way, t.ValidFromMs });
        });
        model.Entity<DailyLimitRow>().ToTable("daily_limits").HasKey(l => new { l.MerchantNo, l.Direction, l.Way });
        model.Entity<HoldLimitRow>().ToTable("hold_limits").HasKey(l => new { l.MerchantNo, l.Owner, l.Kind });
        model.Entity<HoldWarningRow>().ToTable("hold_warnings").HasKey(w => new { w.Bucket, w.OrderId });
        model.Entity<BlockEntryRow>(e =>
        {
            e.ToTable("block_entries").HasKey(b => b.Id);
            e.Property(b => b.Id).ValueGeneratedNever();
            e.HasIndex(b => new { b.MerchantNo, b.Hash, b.IsOwn }).IsUnique();
        });
        model.Entity<MerchantRuleRow>().ToTable("merchant_rules").HasKey(r => new { r.MerchantNo, r.Direction, r.Span, r.Action });
        model.Entity<ScreeningRow>().ToTable("screenings").HasKey(s => new { s.Kind, s.Id });
        model.Entity<HolidayRow>().ToTable("holidays").HasKey(h => new { h.Country, h.Date });
        model.Entity<CountryWeekendRow>().ToTable("country_weekends").HasKey(w => w.Country);
        model.Entity<BankRow>().ToTable("banks").HasKey(b => new { b.Country, b.Code });
        model.Entity<BankAliasRow>().ToTable("bank_aliases").HasKey(b => new { b.Country, b.Alias });
        model.Entity<ChannelAccountRow>(e =>
        {
            e.ToTable("channel_accounts").HasKey(c => c.Id);
            e.Property(c => c.Id).ValueGeneratedNever();
            e.HasIndex(c => c.CallbackKey).IsUnique().HasFilter("callback_key <> ''");
        });
        model.Entity<ChannelSecretRow>().ToTable("channel_secrets").HasKey(s => new { s.ChannelAccountId, s.Name, s.ValidFromMs });
        model.Entity<ChannelBankCodeRow>().ToTable("channel_bank_codes").HasKey(c => new { c.ChannelAccountId, c.Ours });
        model.Entity<ChannelTokenRow>().ToTable("channel_tokens").HasKey(t => new { t.ChannelAccountId, t.Name });
        model.Entity<ChannelPaceRow>().ToTable("channel_paces").HasKey(p => new { p.ChannelAccountId, p.Calls });
        model.Entity<ChannelCursorRow>(e =>
        {
            e.ToTable("channel_cursors").HasKey(c => c.ChannelAccountId);
            e.Property(c => c.ChannelAccountId).ValueGeneratedNever();
        });
        model.Entity<ChannelPotRow>().ToTable("channel_pots").HasKey(p => new { p.ChannelAccountId, p.Pot });
        model.Entity<ChannelPotSendRow>(e =>
        {
            e.ToTable("channel_pot_sends").HasKey(s => new { s.ChannelAccountId, s.Pot, s.OrderId, s.AttemptNo });
            e.HasIndex(s => new { s.ChannelAccountId, s.OrderId }).HasFilter("settled_at_ms = 0");
        });
        model.Entity<ChannelBalanceReadRow>(e =>
        {
            e.ToTable("channel_balance_reads").HasKey(r => r.ChannelAccountId);
            e.Property(r => r.ChannelAccountId).ValueGeneratedNever();
        });
        model.Entity<ChannelWayRow>().ToTable("channel_ways").HasKey(w => new { w.ChannelAccountId, w.Direction, w.Way });
        model.Entity<ChannelMaintenanceRow>(e =>
        {
            e.ToTable("channel_maintenances").HasKey(m => m.Id);
            e.Property(m => m.Id).ValueGeneratedNever();
            e.HasIndex(m => m.ChannelAccountId);
        });
        model.Entity<NoticeRow>(e =>
        {
            e.ToTable("notices").HasKey(n => n.Id);
            e.Property(n => n.Id).ValueGeneratedNever();
        });
        model.Entity<ChannelCallbackRow>(e =>
        {
            e.ToTable("channel_callbacks").HasKey(c => c.ChannelAccountId);
            e.Property(c => c.ChannelAccountId).ValueGeneratedNever();
        });
        model.Entity<RoutingRuleRow>().ToTable("routing_rules").HasKey(r => r.Id);
        model.Entity<NumberSpaceRow>().ToTable("number_spaces").HasKey(s => new { s.ChannelAccountId, s.Kind, s.Bucket });
        model.Entity<NumberBlockRow>().ToTable("number_blocks").HasKey(b => new { b.ChannelAccountId, b.Kind, b.Bucket, b.Block });
        model.Entity<StatHourRow>(e =>
        {
            e.ToTable("stat_hours").HasKey(h => new { h.MerchantNo, h.SlotMs, h.Direction, h.Way });
            e.HasIndex(h => h.SlotMs);
        });
        model.Entity<StatOutcomeRow>().ToTable("stat_outcomes").HasKey(h => new { h.SlotMs, h.Country, h.ChannelAccountId, h.Direction, h.Way, h.State, h.Code });
        model.Entity<StatRunRow>().ToTable("stat_runs").HasKey(r => r.Span);
        model.Entity<SandboxOrderRow>(e =>
        {
            e.ToTable("sandbox_orders").HasKey(o => new { o.AccountId, o.Direction, o.Reference });
            e.HasIndex(o => o.DueAtMs).HasFilter("due_at_ms > 0");
            e.HasIndex(o => new { o.AccountId, o.MovedAtMs }).HasFilter("moved_at_ms > 0");
        });
    }
}
