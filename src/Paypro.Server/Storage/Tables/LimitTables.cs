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
}
