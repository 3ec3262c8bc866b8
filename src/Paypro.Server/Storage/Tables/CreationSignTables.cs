namespace Paypro.Server.Storage;

/// <summary>The columns of remembered signatures; a test holds them against the EF model.</summary>
internal static class CreationSignTables
{
    public static readonly Table<CreationSignRow> CreationSigns = new(
        "creation_signs",
        3,
        static r => new CreationSignRow
        {
            Bucket = r.GetInt16(0),
            MerchantNo = r.GetInt64(1),
            SignHash = r.GetInt64(2),
            Operation = r.GetInt16(3),
            TradeNo = r.GetString(4),
            AtMs = r.GetInt64(5),
        },
        Columns<CreationSignRow>.Short("bucket", x => x.Bucket),
        Columns<CreationSignRow>.Long("merchant_no", x => x.MerchantNo),
        Columns<CreationSignRow>.Long("sign_hash", x => x.SignHash),
        Columns<CreationSignRow>.Short("operation", x => x.Operation),
        Columns<CreationSignRow>.Text("trade_no", x => x.TradeNo),
        Columns<CreationSignRow>.Long("at_ms", x => x.AtMs));
}
