namespace Paypro.Server.Storage;

/// <summary>The columns of cases; a test holds them against the EF model.</summary>
internal static class CaseTables
{
    /// <summary>
    /// What raising a case does to one that is there: it is open, counts, and says the newest. It was opened when it was opened, unless it
    /// had been resolved. Both engines understand it.
    /// </summary>
    private const string RaiseAgain =
        "(bucket, id) DO UPDATE SET count = cases.count + excluded.count, " +
        "opened_at_ms = CASE WHEN cases.state = 1 THEN cases.opened_at_ms ELSE excluded.opened_at_ms END, " +
        "state = excluded.state, severity = excluded.severity, order_id = excluded.order_id, channel_account_id = excluded.channel_account_id, " +
        "statement_id = excluded.statement_id, amount_minor = excluded.amount_minor, currency = excluded.currency, text = excluded.text, " +
        "raised_at_ms = excluded.raised_at_ms, resolved_at_ms = excluded.resolved_at_ms, resolved_by = excluded.resolved_by, resolution = excluded.resolution";

    public static readonly Table<CaseRow> Cases = new Table<CaseRow>(
        "cases",
        2,
        static r => new CaseRow
        {
            Bucket = r.GetInt16(0),
            Id = r.GetInt64(1),
            Kind = r.GetString(2),
            Subject = r.GetString(3),
            Severity = (CaseSeverity)r.GetInt16(4),
            State = (CaseState)r.GetInt16(5),
            OrderId = r.GetInt64(6),
            ChannelAccountId = r.GetInt64(7),
            StatementId = r.GetInt64(8),
            AmountMinor = r.GetInt64(9),
            Currency = r.GetString(10),
            Text = r.GetString(11),
            Count = r.GetInt32(12),
            OpenedAtMs = r.GetInt64(13),
            RaisedAtMs = r.GetInt64(14),
            ResolvedAtMs = r.GetInt64(15),
            ResolvedBy = r.GetString(16),
            Resolution = r.GetString(17),
        },
        Columns<CaseRow>.Short("bucket", x => x.Bucket),
        Columns<CaseRow>.Long("id", x => x.Id),
        Columns<CaseRow>.Text("kind", x => x.Kind),
        Columns<CaseRow>.Text("subject", x => x.Subject),
        Columns<CaseRow>.Short("severity", x => (short)x.Severity),
        Columns<CaseRow>.Short("state", x => (short)x.State),
        Columns<CaseRow>.Long("order_id", x => x.OrderId),
        Columns<CaseRow>.Long("channel_account_id", x => x.ChannelAccountId),
        Columns<CaseRow>.Long("statement_id", x => x.StatementId),
        Columns<CaseRow>.Long("amount_minor", x => x.AmountMinor),
        Columns<CaseRow>.Text("currency", x => x.Currency),
        Columns<CaseRow>.Text("text", x => x.Text),
        Columns<CaseRow>.Int("count", x => x.Count),
        Columns<CaseRow>.Long("opened_at_ms", x => x.OpenedAtMs),
        Columns<CaseRow>.Long("raised_at_ms", x => x.RaisedAtMs),
        Columns<CaseRow>.Long("resolved_at_ms", x => x.ResolvedAtMs),
        Columns<CaseRow>.Text("resolved_by", x => x.ResolvedBy),
        Columns<CaseRow>.Text("resolution", x => x.Resolution))
        {
            OnConflict = RaiseAgain,
        }
        .Changing("state", "resolved_at_ms", "resolved_by", "resolution");

    public static readonly Table<CaseActionRow> Actions = new(
        "case_actions",
        2,
        static r => new CaseActionRow
        {
            Bucket = r.GetInt16(0),
            Id = r.GetInt64(1),
            CaseId = r.GetInt64(2),
            OrderId = r.GetInt64(3),
            Action = r.GetString(4),
            Actor = r.GetString(5),
            Approver = r.GetString(6),
            Evidence = r.GetString(7),
            Text = r.GetString(8),
            AtMs = r.GetInt64(9),
        },
        Columns<CaseActionRow>.Short("bucket", x => x.Bucket),
        Columns<CaseActionRow>.Long("id", x => x.Id),
        Columns<CaseActionRow>.Long("case_id", x => x.CaseId),
        Columns<CaseActionRow>.Long("order_id", x => x.OrderId),
        Columns<CaseActionRow>.Text("action", x => x.Action),
        Columns<CaseActionRow>.Text("actor", x => x.Actor),
        Columns<CaseActionRow>.Text("approver", x => x.Approver),
        Columns<CaseActionRow>.Text("evidence", x => x.Evidence),
        Columns<CaseActionRow>.Text("text", x => x.Text),
        Columns<CaseActionRow>.Long("at_ms", x => x.AtMs));
}
