using Paypro.Channels;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Storage;

/// <summary>A company that owns one or several merchant numbers, one for each country.</summary>
internal sealed class BusinessRow
{
    public long Id { get; set; }
    public string Name { get; set; } = "";

    /// <summary>Whether a key is made or opened by two of its people.</summary>
    public bool KeysByTwo { get; set; }
    public long CreatedAtMs { get; set; }
}

/// <summary>One merchant number: one country, one currency, one bucket.</summary>
internal sealed class MerchantRow
{
    /// <summary>Ten digits; those that begin with 1000000 belong to sandboxes.</summary>
    public long MerchantNo { get; set; }
    public short Bucket { get; set; }
    public long BusinessId { get; set; }
    public string Country { get; set; } = "";
    public string Currency { get; set; } = "";

    /// <summary>What payers see.</summary>
    public string Name { get; set; } = "";

    /// <summary>False: suspended for pay-ins; checked again under the batch's snapshot.</summary>
    public bool PayInsOpen { get; set; } = true;
    public bool PayoutsOpen { get; set; } = true;

    /// <summary>False: closed. It takes no new orders; what was begun is paid, settled, told, returned and answered as before.</summary>
    public bool Open { get; set; } = true;

    /// <summary>False: its papers are being collected, and it takes nothing until two people have approved it.</summary>
    public bool Approved { get; set; } = true;

    /// <summary>Pay-ins that nobody has paid yet, at most; 0 = without limit; null = what the installation sets.</summary>
    public int? UnpaidPayIns { get; set; }

    /// <summary>Whether a payout must be signed with an HMAC key.</summary>
    public bool PayoutsNeedHmac { get; set; }
    public string PayInNotifyUrl { get; set; } = "";
    public string PayoutNotifyUrl { get; set; } = "";
    public long CreatedAtMs { get; set; }
}

/// <summary>What a merchant's payers see on the payment page beside its name. A merchant without a row has the plain page.</summary>
internal sealed class MerchantBrandRow
{
    public long MerchantNo { get; set; }

    /// <summary><c>#rrggbb</c>; empty for the page's own colour.</summary>
    public string Colour { get; set; } = "";

    /// <summary>An e-mail address, a phone number or an https address for payers with a question; empty for none.</summary>
    public string Support { get; set; } = "";

    /// <summary>A PNG, JPEG or WebP image; empty for none. Kept here so that no payer's browser asks another site for it.</summary>
    public byte[] Logo { get; set; } = [];

    /// <summary>The name of the logo's file on the page: a hash of its content and its ending; empty without a logo.</summary>
    public string LogoFile { get; set; } = "";
}

/// <summary>A merchant behind a merchant; its number travels on the order.</summary>
internal sealed class SubMerchantRow
{
    public long MerchantNo { get; set; }
    public string SubMerchant { get; set; } = "";
    public string Name { get; set; } = "";
    public bool Open { get; set; } = true;
}

/// <summary>A merchant's secret, encrypted. Two may verify at a time, one signs.</summary>
internal sealed class MerchantKeyRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public SigningAlgorithm Algorithm { get; set; }

    /// <summary>Nonce, tag and AES-GCM ciphertext, bound to the merchant and this row: a row copied to another merchant does not open.</summary>
    public byte[] Sealed { get; set; } = [];
    public string MasterKeyId { get; set; } = "";

    /// <summary>Whether notifications are signed with it; one per merchant.</summary>
    public bool Signs { get; set; }
    public long ValidFromMs { get; set; }

    /// <summary>0 = until further notice.</summary>
    public long ValidToMs { get; set; }
}

/// <summary>
/// The most that a merchant may be paid, or pay out, in one local day. Counting begins when the limit is set. A way's own limit
/// and the one for all ways count side by side.
/// </summary>
internal sealed class DailyLimitRow
{
    public long MerchantNo { get; set; }
    public Direction Direction { get; set; }

    /// <summary>A way code (payouts: the account kind), or <c>*</c> for all together.</summary>
    public string Way { get; set; } = "*";

    /// <summary>Minor units of the merchant's currency; 0 = nothing at all.</summary>
    public long AmountMinor { get; set; }
}

/// <summary>A day without settlement in a country.</summary>
internal sealed class HolidayRow
{
    public string Country { get; set; } = "";

    /// <summary><c>yyyyMMdd</c>.</summary>
    public int Date { get; set; }
    public string Name { get; set; } = "";
}

/// <summary>The days of the week without settlement in a country, where they are not the country's usual ones.</summary>
internal sealed class CountryWeekendRow
{
    public string Country { get; set; } = "";

    /// <summary>A bit for each day, Sunday the lowest.</summary>
    public int Days { get; set; }
}

/// <summary>A line of the operator's bank list; seeded from the country's own.</summary>
internal sealed class BankRow
{
    public string Country { get; set; } = "";
    public string Code { get; set; } = "";
    public string Name { get; set; } = "";
    public string NationalCode { get; set; } = "";
    public string Kind { get; set; } = "";
    public bool Open { get; set; } = true;
}

/// <summary>Another spelling that means a bank.</summary>
internal sealed class BankAliasRow
{
    public string Country { get; set; } = "";
    public string Alias { get; set; } = "";
    public string Code { get; set; } = "";
}
