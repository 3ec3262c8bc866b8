using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>
/// Everything the database holds. The hot tables are here to be read and migrated only: the batch writer alone writes them, and
/// saving one through EF throws. What EF saves is configuration; each save bumps the version that all nodes poll.
/// </summary>
internal abstract class PayproContext(DbContextOptions options) : DbContext(options)
{
    public IQueryable<OrderRow> Orders => Set<OrderRow>().AsNoTracking();
    public IQueryable<AttemptRow> Attempts => Set<AttemptRow>().AsNoTracking();
    public IQueryable<StatementRow> Statements => Set<StatementRow>().AsNoTracking();
    public IQueryable<StatementBodyRow> StatementBodies => Set<StatementBodyRow>().AsNoTracking();
    public IQueryable<CaseRow> Cases => Set<CaseRow>().AsNoTracking();
    public IQueryable<CaseActionRow> CaseActions => Set<CaseActionRow>().AsNoTracking();
    public IQueryable<EventRow> Events => Set<EventRow>().AsNoTracking();
    public IQueryable<PersonRow> Persons => Set<PersonRow>().AsNoTracking();
    public IQueryable<KnownPersonRow> KnownPersons => Set<KnownPersonRow>().AsNoTracking();
    public IQueryable<TimerRow> Timers => Set<TimerRow>().AsNoTracking();
    public IQueryable<AccountRow> Accounts => Set<AccountRow>().AsNoTracking();
    public IQueryable<TransferRow> Transfers => Set<TransferRow>().AsNoTracking();
    public IQueryable<EntryRow> Entries => Set<EntryRow>().AsNoTracking();
    public IQueryable<SettlementDueRow> SettlementDues => Set<SettlementDueRow>().AsNoTracking();
    public IQueryable<WithholdingRow> Withholdings => Set<WithholdingRow>().AsNoTracking();
    public IQueryable<WithdrawalResultRow> WithdrawalResults => Set<WithdrawalResultRow>().AsNoTracking();
    public IQueryable<DisputeRow> Disputes => Set<DisputeRow>().AsNoTracking();
    public IQueryable<MovementClaimRow> Movements => Set<MovementClaimRow>().AsNoTracking();
    public IQueryable<PayerCountRow> PayerCounts => Set<PayerCountRow>().AsNoTracking();
    public IQueryable<DailyTotalRow> DailyTotals => Set<DailyTotalRow>().AsNoTracking();
    public IQueryable<RuleCountRow> RuleCounts => Set<RuleCountRow>().AsNoTracking();
    public IQueryable<ChainRow> Chains => Set<ChainRow>().AsNoTracking();
    public IQueryable<NotificationRow> Notifications => Set<NotificationRow>().AsNoTracking();
    public IQueryable<NotificationAttemptRow> NotificationAttempts => Set<NotificationAttemptRow>().AsNoTracking();
    public IQueryable<CreationSignRow> CreationSigns => Set<CreationSignRow>().AsNoTracking();

    public DbSet<InstallationRow> Installation => Set<InstallationRow>();
    public DbSet<InstallationSecretRow> InstallationSecrets => Set<InstallationSecretRow>();
    public DbSet<LedgerCheckRow> LedgerChecks => Set<LedgerCheckRow>();
    public DbSet<BusinessRow> Businesses => Set<BusinessRow>();
    public DbSet<MerchantRow> Merchants => Set<MerchantRow>();
    public DbSet<MerchantBrandRow> MerchantBrands => Set<MerchantBrandRow>();
    public DbSet<MerchantPaperRow> MerchantPapers => Set<MerchantPaperRow>();
    public DbSet<MerchantDocumentRow> MerchantDocuments => Set<MerchantDocumentRow>();
    public DbSet<SubMerchantRow> SubMerchants => Set<SubMerchantRow>();
    public DbSet<MerchantKeyRow> MerchantKeys => Set<MerchantKeyRow>();
    public DbSet<TermsRow> Terms => Set<TermsRow>();
    public DbSet<DailyLimitRow> DailyLimits => Set<DailyLimitRow>();
    public DbSet<HoldLimitRow> HoldLimits => Set<HoldLimitRow>();
    public DbSet<PayoutBatchRow> PayoutBatches => Set<PayoutBatchRow>();
    public DbSet<PayoutLineRow> PayoutLines => Set<PayoutLineRow>();
    public DbSet<HoldWarningRow> HoldWarnings => Set<HoldWarningRow>();
    public DbSet<BlockEntryRow> BlockEntries => Set<BlockEntryRow>();
    public DbSet<MerchantRuleRow> MerchantRules => Set<MerchantRuleRow>();
    public DbSet<ScreeningRow> Screenings => Set<ScreeningRow>();
    public DbSet<HolidayRow> Holidays => Set<HolidayRow>();
    public DbSet<BankRow> Banks => Set<BankRow>();
    public DbSet<BankAliasRow> BankAliases => Set<BankAliasRow>();
    public DbSet<ChannelAccountRow> ChannelAccounts => Set<ChannelAccountRow>();
    public DbSet<ChannelSecretRow> ChannelSecrets => Set<ChannelSecretRow>();
    public DbSet<ChannelBankCodeRow> ChannelBankCodes => Set<ChannelBankCodeRow>();
    public DbSet<ChannelTokenRow> ChannelTokens => Set<ChannelTokenRow>();
    public DbSet<ChannelPaceRow> ChannelPaces => Set<ChannelPaceRow>();
    public DbSet<ChannelCursorRow> ChannelCursors => Set<ChannelCursorRow>();
    public DbSet<ChannelPotRow> ChannelPots => Set<ChannelPotRow>();
    public DbSet<ChannelPotSendRow> ChannelPotSends => Set<ChannelPotSendRow>();
    public DbSet<ChannelBalanceReadRow> ChannelBalanceReads => Set<ChannelBalanceReadRow>();
    public DbSet<RoutingRuleRow> RoutingRules => Set<RoutingRuleRow>();
    public DbSet<ChannelWayRow> ChannelWays => Set<ChannelWayRow>();
    public DbSet<NoticeRow> Notices => Set<NoticeRow>();
    public DbSet<ChannelMaintenanceRow> ChannelMaintenances => Set<ChannelMaintenanceRow>();
    public DbSet<ChannelCallbackRow> ChannelCallbacks => Set<ChannelCallbackRow>();
    public DbSet<CountryWeekendRow> CountryWeekends => Set<CountryWeekendRow>();
    public DbSet<NumberSpaceRow> NumberSpaces => Set<NumberSpaceRow>();
    public DbSet<NumberBlockRow> NumberBlocks => Set<NumberBlockRow>();
    public DbSet<UserRow> Users => Set<UserRow>();
    public DbSet<MembershipRow> Memberships => Set<MembershipRow>();
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<AccessLinkRow> AccessLinks => Set<AccessLinkRow>();
    public DbSet<SignInFailureRow> SignInFailures => Set<SignInFailureRow>();
    public DbSet<OperatorTokenRow> OperatorTokens => Set<OperatorTokenRow>();
    public DbSet<ProposalRow> Proposals => Set<ProposalRow>();
    public DbSet<ProposalSecretRow> ProposalSecrets => Set<ProposalSecretRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<AuditChainRow> AuditChains => Set<AuditChainRow>();
    public DbSet<FormUseRow> FormUses => Set<FormUseRow>();
    public DbSet<OperatorAnswerRow> OperatorAnswers => Set<OperatorAnswerRow>();
    public DbSet<StatHourRow> StatHours => Set<StatHourRow>();
    public DbSet<StatOutcomeRow> StatOutcomes => Set<StatOutcomeRow>();
    public DbSet<StatRunRow> StatRuns => Set<StatRunRow>();
    public DbSet<ApiCallRow> ApiCalls => Set<ApiCallRow>();
    public DbSet<KeyUseRow> KeyUses => Set<KeyUseRow>();
    public DbSet<AllowedAddressRow> AllowedAddresses => Set<AllowedAddressRow>();
    public DbSet<MailRow> Mails => Set<MailRow>();
    public DbSet<UserPasskeyRow> UserPasskeys => Set<UserPasskeyRow>();
    public DbSet<LoginStepRow> LoginSteps => Set<LoginStepRow>();
    public DbSet<KnownDeviceRow> KnownDevices => Set<KnownDeviceRow>();
    public DbSet<CaseOwnerRow> CaseOwners => Set<CaseOwnerRow>();
    public DbSet<EvidenceFileRow> EvidenceFiles => Set<EvidenceFileRow>();
    public DbSet<DisputeStepRow> DisputeSteps => Set<DisputeStepRow>();
    public DbSet<DisputeMailRow> DisputeMails => Set<DisputeMailRow>();
    public DbSet<DecisionRow> Decisions => Set<DecisionRow>();
    public DbSet<CaseAlertRow> CaseAlerts => Set<CaseAlertRow>();
    public DbSet<BankAccountRow> BankAccounts => Set<BankAccountRow>();
    public DbSet<ClosedMonthRow> ClosedMonths => Set<ClosedMonthRow>();
    public DbSet<MonthBalanceRow> MonthBalances => Set<MonthBalanceRow>();
    public DbSet<FeeStatementRow> FeeStatements => Set<FeeStatementRow>();
    public DbSet<AccountCodeRow> AccountCodes => Set<AccountCodeRow>();
    public DbSet<LedgerOrderRow> LedgerOrders => Set<LedgerOrderRow>();
    public DbSet<DestinationRow> Destinations => Set<DestinationRow>();
    public DbSet<WithdrawalRow> Withdrawals => Set<WithdrawalRow>();
    public DbSet<WithdrawalScheduleRow> WithdrawalSchedules => Set<WithdrawalScheduleRow>();
    public DbSet<PaymentLinkRow> PaymentLinks => Set<PaymentLinkRow>();
    public DbSet<RefundOrderRow> RefundOrders => Set<RefundOrderRow>();
    public DbSet<RefundLimitRow> RefundLimits => Set<RefundLimitRow>();
    public DbSet<ListFileRow> ListFiles => Set<ListFileRow>();
    public DbSet<ListFilePartRow> ListFileParts => Set<ListFilePartRow>();
    public DbSet<SavedViewRow> SavedViews => Set<SavedViewRow>();
    public DbSet<SandboxOrderRow> SandboxOrders => Set<SandboxOrderRow>();

    /// <summary>Types that only the batch writer may write.</summary>
    public static readonly IReadOnlySet<Type> HotTypes = new HashSet<Type>
    {
        typeof(OrderRow), typeof(AttemptRow), typeof(StatementRow), typeof(StatementBodyRow), typeof(CaseRow), typeof(CaseActionRow), typeof(EventRow), typeof(PersonRow), typeof(TimerRow),
        typeof(AccountRow), typeof(TransferRow), typeof(EntryRow), typeof(SettlementDueRow), typeof(ChainRow), typeof(NotificationRow),
        typeof(NotificationAttemptRow), typeof(BatchRow), typeof(DailyTotalRow), typeof(MovementClaimRow), typeof(PayerCountRow),
        typeof(CreationSignRow), typeof(WithholdingRow), typeof(RuleCountRow), typeof(WithdrawalResultRow), typeof(DisputeRow),
    };

    /// <summary>Whether the keys of orders' rows begin with the bucket; SQLite's begin with the time (decision 16).</summary>
    public virtual bool KeysBeginWithBucket => true;

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Save through ConfigStore, which takes its turn.");

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var hot = ChangeTracker.Entries().FirstOrDefault(e => e.State != EntityState.Unchanged && HotTypes.Contains(e.Metadata.ClrType));
        return hot is null
            ? base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken)
            : throw new InvalidOperationException($"{hot.Metadata.ClrType.Name} is written by the batch writer only.");
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        HotModel.Build(model);
        ConfigModel.Build(model);
        AccessModel.Build(model);
        CallModel.Build(model);
        CaseWorkModel.Build(model);
        BookModel.Build(model);
        PayoutFileTables.Build(model);
        LinkModel.Build(model);
        RefundModel.Build(model);
        DisputeModel.Build(model);
        ListModel.Build(model);
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
            }
        }
    }

    /// <summary><c>AmountMinor</c> → <c>amount_minor</c>.</summary>
    public static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}

internal sealed class SqlitePayproContext(DbContextOptions<SqlitePayproContext> options) : PayproContext(options)
{
    public override bool KeysBeginWithBucket => false;
}

internal sealed class PostgresPayproContext(DbContextOptions<PostgresPayproContext> options) : PayproContext(options)
{
    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);

        // Numbers and codes compare by their bytes, never by a language's rules.
        foreach (var property in model.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.ClrType == typeof(string)))
        {
            property.SetCollation("C");
        }
    }
}
