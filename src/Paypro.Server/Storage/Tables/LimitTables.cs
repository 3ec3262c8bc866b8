using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>The columns of what is counted; a test holds them against the EF model.</summary>
internal static class LimitTables
{
    public static readonly Table<DailyTotalRow> DailyTotals = new Table<DailyTotalRow>(
        "daily_totals",
        5,
        static r => new DailyTotalRow
        {
            Bucket = r.GetInt16(0),
            MerchantNo = r.GetInt64(1),
            Direction = (Direction)r.GetInt16(2),
            Way = r.GetString(3),
            LocalDate = r.GetInt32(4),
            AmountMinor = r.GetInt64(5),
        },
        Columns<DailyTotalRow>.Short("bucket", x => x.Bucket),
        Columns<DailyTotalRow>.Long("merchant_no", x => x.MerchantNo),
        Columns<DailyTotalRow>.Short("direction", x => (short)x.Direction),
        Columns<DailyTotalRow>.Text("way", x => x.Way),
        Columns<DailyTotalRow>.Int("local_date", x => x.LocalDate),
        Columns<DailyTotalRow>.Long("amount_minor", x => x.AmountMinor))
        .Changing("amount_minor");

    public static readonly Table<PayerCountRow> PayerCounts = new Table<PayerCountRow>(
        "payer_counts",
        4,
        static r => new PayerCountRow
        {
            Bucket = r.GetInt16(0),
            MerchantNo = r.GetInt64(1),
            Payer = r.GetString(2),
            LocalDate = r.GetInt32(3),
            Begun = r.GetInt32(4),
            Paid = r.GetInt32(5),
            BegunAtMs = r.GetInt64(6),
        },
        Columns<PayerCountRow>.Short("bucket", x => x.Bucket),
        Columns<PayerCountRow>.Long("merchant_no", x => x.MerchantNo),
        Columns<PayerCountRow>.Text("payer", x => x.Payer),
        Columns<PayerCountRow>.Int("local_date", x => x.LocalDate),
        Columns<PayerCountRow>.Int("begun", x => x.Begun),
        Columns<PayerCountRow>.Int("paid", x => x.Paid),
        Columns<PayerCountRow>.Long("begun_at_ms", x => x.BegunAtMs))
        .Changing("begun", "paid", "begun_at_ms");
}
