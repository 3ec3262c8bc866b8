using System.Collections.Frozen;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>A merchant as every request sees it.</summary>
internal sealed record Merchant
{
    public required long No { get; init; }

    /// <summary>As the header carries it.</summary>
    public required string NoText { get; init; }
    public required short Bucket { get; init; }
    public required Country Country { get; init; }
    public required string Name { get; init; }
    public required bool PayInsOpen { get; init; }
    public required bool PayoutsOpen { get; init; }
    public required string PayInNotifyUrl { get; init; }
    public required string PayoutNotifyUrl { get; init; }

    /// <summary>How its payment page looks.</summary>
    public Brand Brand { get; init; } = Brand.Plain;

    /// <summary>The keys that are or become valid, newest first. Never logged.</summary>
    public required IReadOnlyList<MerchantKey> Keys { get; init; }

    public Currency Currency => Country.Currency;

    /// <summary>The key that signs notifications now; null when none is valid.</summary>
    public MerchantKey? SigningKey(long nowMs) => Keys.FirstOrDefault(k => k.Signs && k.ValidAt(nowMs)) ?? Keys.FirstOrDefault(k => k.ValidAt(nowMs));

    public override string ToString() => NoText;
}

/// <summary>A decrypted secret, in memory only.</summary>
internal sealed class MerchantKey(long id, SigningAlgorithm algorithm, byte[] secret, bool signs, long validFromMs, long validToMs)
{
    public long Id => id;
    public SigningAlgorithm Algorithm => algorithm;
    public ReadOnlySpan<byte> Secret => secret;
    public bool Signs => signs;

    public bool ValidAt(long nowMs) => validFromMs <= nowMs && (validToMs == 0 || nowMs < validToMs);
}

/// <summary>A channel account with what it takes.</summary>
internal sealed record AccountOffer(ChannelAccount Account, IChannel Channel, bool Open, int Priority, string Name, IReadOnlyList<ChannelWayRow> Ways);

/// <summary>
/// The configuration as one immutable picture of one version: merchants, keys, fees, channel accounts, banks, holidays.
/// </summary>
internal sealed record Snapshot
{
    public required long Version { get; init; }
    public required FrozenDictionary<string, Merchant> MerchantsByNo { get; init; }
    public required FrozenDictionary<long, AccountOffer> Accounts { get; init; }
    public required FrozenDictionary<(long MerchantNo, string Country, Direction Direction, string Way), Terms> Fees { get; init; }
    public FrozenDictionary<(long MerchantNo, Direction Direction, string Way), long> DailyLimits { get; init; } =
        FrozenDictionary<(long MerchantNo, Direction Direction, string Way), long>.Empty;
    public required FrozenDictionary<string, BookingRules> Rules { get; init; }
    public required FrozenDictionary<string, IBankDirectory> Banks { get; init; }
    public required FrozenSet<(long MerchantNo, string SubMerchant)> SubMerchants { get; init; }

    public Merchant? Merchant(long no) => MerchantsByNo.GetValueOrDefault(no.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The price: the most exact row counts. Free where the operator set none.</summary>
    public Terms TermsFor(Merchant merchant, Direction direction, string way)
    {
        var country = merchant.Country.IsoCode;
        return Fees.GetValueOrDefault((merchant.No, country, direction, way))
            ?? Fees.GetValueOrDefault((merchant.No, country, direction, "*"))
            ?? Fees.GetValueOrDefault((0, country, direction, way))
            ?? Fees.GetValueOrDefault((0, country, direction, "*"))
            ?? Terms.Free;
    }

    /// <summary>The limits that an order counts against: that of its way, that for all ways, both, or mostly none.</summary>
    public IReadOnlyList<DailyLimit> LimitsFor(Merchant merchant, Direction direction, string way, long nowMs)
    {
        var ways = LimitedWays(merchant.No, direction, way);
        var date = ways.Count == 0 ? 0 : Rules[merchant.Country.IsoCode].ValueDate(nowMs);
        return [.. ways.Select(w => new DailyLimit(new DailyTotalKey(merchant.Bucket, merchant.No, direction, w, date), DailyLimits[(merchant.No, direction, w)]))];
    }

    public IReadOnlyList<string> LimitedWays(long merchantNo, Direction direction, string way) =>
        DailyLimits.Count == 0 ? [] : [.. new[] { way, "*" }.Distinct().Where(w => DailyLimits.ContainsKey((merchantNo, direction, w)))];
}

/// <summary>The snapshot could not be refreshed for so long that nobody may act on it: 503.</summary>
internal sealed class StaleSnapshotException() : Exception("The configuration could not be read for more than ten seconds.");
