namespace Paypro.Server.Storage;

/// <summary>The columns of the ledger tables; a test holds them against the EF model.</summary>
internal static class LedgerTables
{
    public static readonly Table<AccountRow> Accounts = new Table<AccountRow>(
        "accounts",
        2,
        static r => new AccountRow
        {
            Bucket = r.GetInt16(0),
            Id = r.GetInt64(1),
            OwnerType = (OwnerType)r.GetInt16(2),
            OwnerId = r.GetInt64(3),
            Kind = (AccountKind)r.GetInt16(4),
            Currency = r.GetString(5),
            BalanceMinor = r.GetInt64(6),
            Sequence = r.GetInt64(7),
        },
        Columns<AccountRow>.Short("bucket", x => x.Bucket),
        Columns<AccountRow>.Long("id", x => x.Id),
        Columns<AccountRow>.Short("owner_type", x => (short)x.OwnerType),
        Columns<AccountRow>.Long("owner_id", x => x.OwnerId),
        Columns<AccountRow>.Short("kind", x => (short)x.Kind),
        Columns<AccountRow>.Text("currency", x => x.Currency),
        Columns<AccountRow>.Long("balance_minor", x => x.BalanceMinor),
        Columns<AccountRow>.Long("sequence", x => x.Sequence))
        .Changing(
            "balance_minor",
            "sequence");

    /// <summary>PostgreSQL's table behind its view <c>accounts</c>: what an account is. Its balance is its last entry's.</summary>
    public static readonly Table<AccountRow> OpenedAccounts = new(
        "opened_accounts",
        Accounts.KeyColumns,
        static r => AccountId.Open(new AccountKey(r.GetInt16(0), r.GetInt64(1))),
        [.. Accounts.Columns.Except(Accounts.Mutable)]);

    /// <summary>PostgreSQL's table behind its view <c>chains</c>: one row for each bucket, which is locked and never changes.</summary>
    public static readonly Table<BucketLockRow> BucketLocks = new(
        "bucket_locks",
        1,
        static r => new BucketLockRow(r.GetInt16(0)),
        Columns<BucketLockRow>.Short("bucket", x => x.Bucket));

    public static readonly Table<TransferRow> Transfers = new Table<TransferRow>(
        "transfers",
        2,
        static r => new TransferRow
        {
            Bucket = r.GetInt16(0),
            TransferNo = r.GetInt64(1),
            Type = (TransferType)r.GetInt16(2),
            Cause = r.GetString(3),
            OrderId = r.GetInt64(4),
            OnceKey = r.IsDBNull(5) ? null : r.GetString(5),
            BookedAtMs = r.GetInt64(6),
            Hash = r.GetFieldValue<byte[]>(7),
        },
        Columns<TransferRow>.Short("bucket", x => x.Bucket),
        Columns<TransferRow>.Long("transfer_no", x => x.TransferNo),
        Columns<TransferRow>.Short("type", x => (short)x.Type),
        Columns<TransferRow>.Text("cause", x => x.Cause),
        Columns<TransferRow>.Long("order_id", x => x.OrderId),
        Columns<TransferRow>.Text("once_key", x => x.OnceKey),
        Columns<TransferRow>.Long("booked_at_ms", x => x.BookedAtMs),
        Columns<TransferRow>.Bytes("hash", x => x.Hash));

    public static readonly Table<EntryRow> Entries = new Table<EntryRow>(
        "entries",
        3,
        static r => new EntryRow
        {
            Bucket = r.GetInt16(0),
            AccountId = r.GetInt64(1),
            Sequence = r.GetInt64(2),
            TransferNo = r.GetInt64(3),
            Leg = r.GetInt16(4),
            AmountMinor = r.GetInt64(5),
            BalanceAfterMinor = r.GetInt64(6),
            BookedAtMs = r.GetInt64(7),
            ValueDate = r.GetInt32(8),
            DueDate = r.GetInt32(9),
        },
        Columns<EntryRow>.Short("bucket", x => x.Bucket),
        Columns<EntryRow>.Long("account_id", x => x.AccountId),
        Columns<EntryRow>.Long("sequence", x => x.Sequence),
        Columns<EntryRow>.Long("transfer_no", x => x.TransferNo),
        Columns<EntryRow>.Short("leg", x => x.Leg),
        Columns<EntryRow>.Long("amount_minor", x => x.AmountMinor),
        Columns<EntryRow>.Long("balance_after_minor", x => x.BalanceAfterMinor),
        Columns<EntryRow>.Long("booked_at_ms", x => x.BookedAtMs),
        Columns<EntryRow>.Int("value_date", x => x.ValueDate),
        Columns<EntryRow>.Int("due_date", x => x.DueDate));

    public static readonly Table<SettlementDueRow> SettlementDues = new Table<SettlementDueRow>(
        "settlement_dues",
        3,
        static r => new SettlementDueRow
        {
            Bucket = r.GetInt16(0),
            AccountId = r.GetInt64(1),
            DueDate = r.GetInt32(2),
            AmountMinor = r.GetInt64(3),
            SettledMinor = r.GetInt64(4),
            RunCount = r.GetInt32(5),
        },
        Columns<SettlementDueRow>.Short("bucket", x => x.Bucket),
        Columns<SettlementDueRow>.Long("account_id", x => x.AccountId),
        Columns<SettlementDueRow>.Int("due_date", x => x.DueDate),
        Columns<SettlementDueRow>.Long("amount_minor", x => x.AmountMinor),
        Columns<SettlementDueRow>.Long("settled_minor", x => x.SettledMinor),
        Columns<SettlementDueRow>.Int("run_count", x => x.RunCount))
        .Changing(
            "amount_minor",
            "settled_minor",
            "run_count");

    public static readonly Table<ChainRow> Chains = new Table<ChainRow>(
        "chains",
        1,
        static r => new ChainRow
        {
            Bucket = r.GetInt16(0),
            LastTransferNo = r.GetInt64(1),
            Hash = r.GetFieldValue<byte[]>(2),
        },
        Columns<ChainRow>.Short("bucket", x => x.Bucket),
        Columns<ChainRow>.Long("last_transfer_no", x => x.LastTransferNo),
        Columns<ChainRow>.Bytes("hash", x => x.Hash))
        .Changing(
            "last_transfer_no",
            "hash");
}
