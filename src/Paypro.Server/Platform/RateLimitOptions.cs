namespace Paypro.Server.Platform;

/// <summary>
/// Settings <c>Paypro__RateLimits__…</c>: how much one caller may ask of one process. 0 = without limit. The defaults are a live
/// installation's; a sandbox limits only what is set.
/// </summary>
internal sealed class RateLimitOptions
{
    /// <summary>The most that any of the settings may be.</summary>
    public const int Most = 1_000_000;

    /// <summary>Calls of one merchant whose signature is right, a second; twice as many at once. Range 0 to 1,000,000; default 2,000.</summary>
    public int? PerMerchantPerSecond { get; set; }

    /// <summary>
    /// Calls to the merchant API from one address in which no right signature is found, a second; twice as many at once. Calls whose signature is right
    /// count for their merchant alone. Range 0 to 1,000,000; default 2,000.
    /// </summary>
    public int? PerAddressPerSecond { get; set; }

    /// <summary>
    /// Wrong signatures for one merchant from one address, a minute; as many at once. Further wrong ones are answered 429; a right one is taken all the
    /// same. Range 0 to 1,000,000; default 20.
    /// </summary>
    public int? WrongSignaturesPerMinute { get; set; }

    /// <summary>Accounts that one merchant may have verified, a minute; as many at once. Range 0 to 1,000,000; default 600.</summary>
    public int? AccountChecksPerMinute { get; set; }

    /// <summary>The same, a day; as many at once. Whoever tries accounts at random to learn names finds few in a day. Range 0 to 1,000,000; default 20,000.</summary>
    public int? AccountChecksPerDay { get; set; }

    /// <summary>Calls to hosted pages and vouchers from one address, a second; ten times as many at once, since many payers share an address. Range 0 to 1,000,000; default 50.</summary>
    public int? PagesPerSecond { get; set; }

    /// <summary>Calls from one address for what is the same for all (the files of a page, logos, the reference), a second; ten times as many at once. Range 0 to 1,000,000; default 500.</summary>
    public int? FilesPerSecond { get; set; }

    /// <summary>Vouchers and receipts' codes of one order, a minute; as many at once. Range 0 to 1,000,000; default 20.</summary>
    public int? PerOrderPerMinute { get; set; }

    /// <summary>Every setting with its name, for the check at start.</summary>
    public IEnumerable<(string Name, int? Value)> All =>
    [
        (nameof(PerMerchantPerSecond), PerMerchantPerSecond), (nameof(PerAddressPerSecond), PerAddressPerSecond),
        (nameof(WrongSignaturesPerMinute), WrongSignaturesPerMinute), (nameof(AccountChecksPerMinute), AccountChecksPerMinute),
        (nameof(AccountChecksPerDay), AccountChecksPerDay), (nameof(PagesPerSecond), PagesPerSecond),
        (nameof(FilesPerSecond), FilesPerSecond), (nameof(PerOrderPerMinute), PerOrderPerMinute),
    ];
}
