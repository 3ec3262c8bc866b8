namespace Paypro.Server.Storage;

/// <summary>The columns of the outbox tables; a test holds them against the EF model.</summary>
internal static class NotificationTables
{
    public static readonly Table<NotificationRow> Notifications = new Table<NotificationRow>(
        "notifications",
        2,
        static r => new NotificationRow
        {
            Bucket = r.GetInt16(0),
            OrderId = r.GetInt64(1),
            MerchantNo = r.GetInt64(2),
            Version = r.GetInt32(3),
            Tries = r.GetInt16(4),
            DueAtMs = r.GetInt64(5),
            LeaseUntilMs = r.GetInt64(6),
        },
        Columns<NotificationRow>.Short("bucket", x => x.Bucket),
        Columns<NotificationRow>.Long("order_id", x => x.OrderId),
        Columns<NotificationRow>.Long("merchant_no", x => x.MerchantNo),
        Columns<NotificationRow>.Int("version", x => x.Version),
        Columns<NotificationRow>.Short("tries", x => x.Tries),
        Columns<NotificationRow>.Long("due_at_ms", x => x.DueAtMs),
        Columns<NotificationRow>.Long("lease_until_ms", x => x.LeaseUntilMs))
        .Changing(
            "version",
            "tries",
            "due_at_ms",
            "lease_until_ms");

    public static readonly Table<NotificationAttemptRow> NotificationAttempts = new Table<NotificationAttemptRow>(
        "notification_attempts",
        4,
        static r => new NotificationAttemptRow
        {
            Bucket = r.GetInt16(0),
            OrderId = r.GetInt64(1),
            Version = r.GetInt32(2),
            TryNo = r.GetInt16(3),
            AtMs = r.GetInt64(4),
            DurationMs = r.GetInt32(5),
            HttpStatus = r.GetInt16(6),
            Taken = r.GetBoolean(7),
            Answer = r.GetString(8),
        },
        Columns<NotificationAttemptRow>.Short("bucket", x => x.Bucket),
        Columns<NotificationAttemptRow>.Long("order_id", x => x.OrderId),
        Columns<NotificationAttemptRow>.Int("version", x => x.Version),
        Columns<NotificationAttemptRow>.Short("try_no", x => x.TryNo),
        Columns<NotificationAttemptRow>.Long("at_ms", x => x.AtMs),
        Columns<NotificationAttemptRow>.Int("duration_ms", x => x.DurationMs),
        Columns<NotificationAttemptRow>.Short("http_status", x => x.HttpStatus),
        Columns<NotificationAttemptRow>.Bool("taken", x => x.Taken),
        Columns<NotificationAttemptRow>.Text("answer", x => x.Answer));
}
