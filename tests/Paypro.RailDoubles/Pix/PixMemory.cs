using System.Globalization;
using System.Text;

namespace Paypro.RailDoubles.Pix;

/// <summary>A charge as the bank keeps it.</summary>
internal sealed class BankCharge
{
    public required string TxId { get; init; }

    public required long AmountMinor { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long Seconds { get; set; }

    public required string Location { get; init; }

    public string? Debtor { get; init; }

    public string? Says { get; init; }

    public int Revision { get; set; }

    public string Status { get; set; } = "ATIVA";

    public List<BankPayment> Payments { get; } = [];
}

/// <summary>A Pix that came.</summary>
internal sealed class BankPayment
{
    public required string EndToEndId { get; init; }

    public string? TxId { get; init; }

    public required long AmountMinor { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Key { get; init; }

    public List<BankReturn> Returns { get; } = [];

    public long ReturnedMinor => Returns.Where(back => back.Status != "NAO_REALIZADO").Sum(back => back.AmountMinor);
}

/// <summary>What goes back of it.</summary>
internal sealed class BankReturn
{
    public required string Id { get; init; }

    public required string ReturnId { get; init; }

    public required long AmountMinor { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset? SettledAt { get; set; }

    public string Nature { get; init; } = "ORIGINAL";

    public string Status { get; set; } = "EM_PROCESSAMENTO";
}

/// <summary>A payout.</summary>
internal sealed class BankPayout
{
    public required string SendId { get; init; }

    public required string EndToEndId { get; init; }

    public required long AmountMinor { get; init; }

    public required string Key { get; init; }

    public required string ToKey { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset? SettledAt { get; set; }

    public string Status { get; set; } = "EM_PROCESSAMENTO";

    public List<BankReturn> Returns { get; } = [];
}

/// <summary>How the double writes and reads money and codes: its own code, so that a mistake of ours is not made twice.</summary>
internal static class PixForms
{
    public static string Text(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static long Minor(string text) => (long)(decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 100);

    /// <summary>A dynamic BR Code.</summary>
    public static string Code(string location, string merchant, string city)
    {
        var account = Field("00", "br.gov.bcb.pix") + Field("25", location);
        var open = Field("00", "01") + Field("01", "12") + Field("26", account) + Field("52", "0000") + Field("53", "986") + Field("58", "BR")
            + Field("59", merchant) + Field("60", city) + Field("62", Field("05", "***")) + "6304";
        return open + Crc(open);
    }

    /// <summary>CRC-16 with polynomial 1021 and beginning FFFF, bit by bit.</summary>
    public static string Crc(string text)
    {
        var register = 0xFFFF;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var carry = ((register >> 15) & 1) ^ ((octet >> bit) & 1);
                register = ((register << 1) & 0xFFFF) ^ (carry == 1 ? 0x1021 : 0);
            }
        }

        return register.ToString("X4", CultureInfo.InvariantCulture);
    }

    private static string Field(string id, string value) => $"{id}{value.Length.ToString("00", CultureInfo.InvariantCulture)}{value}";
}
