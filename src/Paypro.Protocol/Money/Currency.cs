using System.Collections.Frozen;

namespace Paypro.Protocol;

/// <summary>A currency that the gateway keeps accounts in.</summary>
/// <param name="Code">ISO 4217 letters, upper case.</param>
/// <param name="MinorDigits">Decimals of the minor unit: 2 for centavos, 0 where there is none.</param>
/// <param name="NumericCode">ISO 4217 number; QR payloads name currencies by it.</param>
public sealed record Currency(string Code, int MinorDigits, int NumericCode)
{
    /// <summary>Mexican peso.</summary>
    public static readonly Currency Mxn = new("MXN", 2, 484);

    /// <summary>Indonesian rupiah.</summary>
    public static readonly Currency Idr = new("IDR", 2, 360);

    /// <summary>Pakistani rupee.</summary>
    public static readonly Currency Pkr = new("PKR", 2, 586);

    /// <summary>Vietnamese dong.</summary>
    public static readonly Currency Vnd = new("VND", 0, 704);

    /// <summary>Philippine peso.</summary>
    public static readonly Currency Php = new("PHP", 2, 608);

    /// <summary>Kenyan shilling.</summary>
    public static readonly Currency Kes = new("KES", 2, 404);

    /// <summary>Egyptian pound.</summary>
    public static readonly Currency Egp = new("EGP", 2, 818);

    /// <summary>Brazilian real.</summary>
    public static readonly Currency Brl = new("BRL", 2, 986);

    /// <summary>Indian rupee.</summary>
    public static readonly Currency Inr = new("INR", 2, 356);

    /// <summary>Bangladeshi taka.</summary>
    public static readonly Currency Bdt = new("BDT", 2, 50);

    /// <summary>Nigerian naira.</summary>
    public static readonly Currency Ngn = new("NGN", 2, 566);

    /// <summary>South Korean won.</summary>
    public static readonly Currency Krw = new("KRW", 0, 410);

    /// <summary>Every currency above.</summary>
    public static readonly IReadOnlyList<Currency> All = [Mxn, Idr, Pkr, Vnd, Php, Kes, Egp, Brl, Inr, Bdt, Ngn, Krw];

    private static readonly FrozenDictionary<string, Currency> ByCode = All.ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>How many minor units one whole unit has: 100 or 1.</summary>
    public long UnitMinor => MinorDigits == 0 ? 1 : 100;

    /// <summary>The currency of an ISO 4217 code.</summary>
    /// <exception cref="ArgumentException">The code is none of <see cref="All"/>: a broken invariant, since codes come from our own rows.</exception>
    public static Currency Get(string code) =>
        ByCode.TryGetValue(code, out var currency) ? currency : throw new ArgumentException($"No currency has the code '{code}'.", nameof(code));

    /// <summary>The code.</summary>
    public override string ToString() => Code;
}
