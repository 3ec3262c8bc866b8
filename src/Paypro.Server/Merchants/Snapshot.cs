using System.Collections.Frozen;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
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

    /// <summary>As <see cref="Storage.MerchantRow.UnpaidPayIns"/>.</summary>
    public int? UnpaidPayIns { get; init; }

    /// <summary>As <see cref="Storage.MerchantRow.PayoutsNeedHmac"/>.</summary>
    public bool PayoutsNeedHmac { get; init; }

    /// <summary>What a program may give back with one refund, minor units; null where its merchant has not limited it.</summary>
    public long? RefundAloneMinor { get; init; }

    /// <summary>Where its calls may come from; null for anywhere. A list whose lines cannot be read lets nobody in.</summary>
    public AllowList? AllowList { get; init; }
    public required string PayInNotifyUrl { get; init; }
    public required string PayoutNotifyUrl { get; init; }

    /// <summary>How its payment page looks.</summary>
    public Brand Brand { get; init; } = Brand.Plain;

    /// <summary>The keys that are or become valid, newest first. Never logged.</summary>
    public required IReadOnlyList<MerchantKey> Keys { get; init; }

    /// <summary>Whether one of its keys is left out because it does not open: what lacks a key then waits, and is not given up.</summary>
    public bool HasUnusableKey { get; init; }

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
internal sealed record AccountOffer(
    ChannelAccount Account, IChannel Channel, IChannelSession Session, bool Open, int Priority, string Name, IReadOnlyList<ChannelWayRow> Ways)
{
    /// <summary>Why nothing leaves by an account in recovery.</summary>
    public const string Recovery = "it is in recovery after a restore";

    /// <summary>The names of its pots; mostly none. What they hold is not configuration and is read when it is needed.</summary>
    public FrozenSet<string> Pots { get; init; } = FrozenSet<string>.Empty;

    /// <summary>When it, or a way of it, rests.</summary>
    public IReadOnlyList<MaintenanceWindow> Maintenance { get; init; } = [];

    /// <summary>Whether it is in recovery after a restore: it takes pay-ins, and neither takes nor sends what goes out.</summary>
    public bool IsRecovering { get; init; }

    /// <summary>Of its country: which days are business days, and in which zone; null where nobody asks for hours.</summary>
    public BookingRules? Calendar { get; init; }

    /// <summary>Why a way of it is not used now although it is open; null when it is.</summary>
    public string? Rests(Direction direction, string way, long nowMs)
    {
        foreach (var window in Maintenance)
        {
            if (window.Covers(direction, way, nowMs))
            {
                return "maintenance";
            }
        }

        return null;
    }

    /// <summary>Whether all of it rests now.</summary>
    public bool IsResting(long nowMs) => Maintenance.Any(window => window.Direction is null && window.IsNow(nowMs));

    /// <summary>Why nothing is sent to it now, whatever money of ours is there; null when it may be.</summary>
    public string? HoldsBack(Direction direction, string way, long nowMs) => !Open ? "the account is closed" : IsRecovering ? Recovery : Waits(direction, way, nowMs);

    /// <summary>Why nothing new is sent to it now although it is open: it rests, or its rail takes no payouts of the way at this hour.</summary>
    public string? Waits(Direction direction, string way, long nowMs) => Rests(direction, way, nowMs)
        ?? (ClosedUntilMs(direction, way, nowMs) is not { } opensMs ? null
            : opensMs == long.MaxValue ? "its rail has no day for it" : $"its rail takes it again on {Clock.Text(Calendar!.ValueDate(opensMs))}");

    /// <summary>When a way opens that its hours have closed, Unix milliseconds UTC, the greatest number for never; null while they have not.</summary>
    public long? ClosedUntilMs(Direction direction, string way, long nowMs) =>
        HoursOf(direction, way) is not { } hours ? null : hours.OpensAtMs(Calendar!, nowMs) is not { } opensMs ? long.MaxValue : opensMs > nowMs ? opensMs : null;

    /// <summary>
    /// Until when what is parked there waits: so long since it was parked, and no less than an hour after its way has opened. Unix milliseconds UTC. One that never
    /// opens prolongs nothing.
    /// </summary>
    public long ParkedUntilMs(Direction direction, string way, long sinceMs, long forMs)
    {
        if (HoursOf(direction, way) is not { } hours)
        {
            return sinceMs + forMs;
        }

        var leastMs = Math.Min(forMs, WayHours.LeastOpenMs);
        var untilMs = (hours.OpensAtMs(Calendar!, sinceMs) ?? sinceMs) + forMs;
        return (hours.OpensAtMs(Calendar!, untilMs - leastMs) ?? (untilMs - leastMs)) + leastMs;
    }

    /// <summary>The way's row if it has hours; its own row counts before the one for all ways.</summary>
    private ChannelWayRow? HoursOf(Direction direction, string way) =>
        Calendar is not null && direction == Direction.Payout && (Ways.FirstOrDefault(w => w.Direction == direction && w.Way == way) ?? Ways.FirstOrDefault(w => w.Direction == direction && w.Way == "*")) is { } row && row.HasHours()
            ? row : null;

    /// <summary>The pot that sends of a way draw from; null when it is not counted.</summary>
    /// <param name="direction">Payout or refund.</param>
    /// <param name="way">As for <see cref="TraitsOf"/>.</param>
    public string? PotOf(Direction direction, string way) => Pots.Count > 0 && Pots.Contains(PotNameOf(direction, way)) ? PotNameOf(direction, way) : null;

    /// <summary>The same, counted or not.</summary>
    public string PotNameOf(Direction direction, string way) =>
        TraitsOf(direction, way).Pot is { Length: > 0 } pot ? pot : direction == Direction.Refund ? PotBalance.Refund : PotBalance.Payout;

    /// <exception cref="InvalidOperationException">The rail takes no pay-ins; an account of such a channel has no way of them.</exception>
    public IPayIns PayIns => Session as IPayIns ?? throw new InvalidOperationException($"The channel {Channel.Name} takes no pay-ins.");

    public ChannelTraits TraitsOf(Direction direction, string way) => Channel.TraitsOf(Account, direction, way);
}

/// <summary>A time in which a channel account, or one of its ways, is not used.</summary>
/// <param name="Direction">Null for the whole account.</param>
/// <param name="Way">A way code (payouts: the account kind); <c>*</c> for every way.</param>
/// <param name="FromMs">Unix milliseconds UTC.</param>
/// <param name="ToMs">Unix milliseconds UTC.</param>
internal sealed record MaintenanceWindow(Direction? Direction, string Way, long FromMs, long ToMs)
{
    public bool IsNow(long nowMs) => FromMs <= nowMs && nowMs < ToMs;

    public bool Covers(Direction direction, string way, long nowMs) =>
        IsNow(nowMs) && (Direction is null || Direction == direction) && (Way == "*" || Way == way);
}

/// <summary>A channel account that is left out: its callbacks are answered 503, its orders wait.</summary>
/// <param name="Country">Two-letter country code, as stored.</param>
/// <param name="Problem">What is wrong, without a secret.</param>
internal sealed record UnusableAccount(string Country, string Problem);

/// <summary>A row of the configuration that is left out because something is wrong with it alone.</summary>
/// <param name="Kind">Short and stable, as an alarm's.</param>
/// <param name="Subject">Which row.</param>
/// <param name="Text">One sentence that says what to mend, without a secret.</param>
internal sealed record ConfigurationProblem(string Kind, string Subject, string Text);

/// <summary>
/// The configuration as one immutable picture of one version: merchants, keys, terms, channel accounts, banks, holidays.
/// </summary>
internal sealed record Snapshot
{
    public required long Version { get; init; }
    public required FrozenDictionary<string, Merchant> MerchantsByNo { get; init; }
    public required FrozenDictionary<long, AccountOffer> Accounts { get; init; }

    /// <summary>The numbers of all stored channel accounts, usable or not, by the key of their callbacks' address.</summary>
    public FrozenDictionary<string, long> AccountsByCallbackKey { get; init; } = FrozenDictionary<string, long>.Empty;

    /// <summary>False while the server does not know under which address it is reached.</summary>
    public bool HasAddresses { get; init; } = true;

    /// <summary>Channel accounts that are stored and cannot be used at present.</summary>
    public FrozenDictionary<long, UnusableAccount> Unusable { get; init; } = FrozenDictionary<long, UnusableAccount>.Empty;

    /// <summary>Channel accounts in recovery after a restore, usable or not; mostly none.</summary>
    public FrozenSet<long> Recovering { get; init; } = FrozenSet<long>.Empty;

    /// <summary>All that was left out of this picture, and why.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; init; } = [];

    /// <summary>The versions of terms that this picture knows.</summary>
    public TermsVersions Terms { get; init; } = TermsVersions.None;

    /// <summary>Every version that an order may name, one of another node's newer picture too.</summary>
    public required TermsBook Book { get; init; }
    public FrozenDictionary<(long MerchantNo, Direction Direction, string Way), long> DailyLimits { get; init; } =
        FrozenDictionary<(long MerchantNo, Direction Direction, string Way), long>.Empty;

    /// <summary>By merchant; mostly empty.</summary>
    public FrozenDictionary<long, HoldLimit[]> HoldLimits { get; init; } = FrozenDictionary<long, HoldLimit[]>.Empty;

    /// <summary>Whom nobody, or one merchant not, does business with.</summary>
    public BlockList Blocked { get; init; } = BlockList.None;

    /// <summary>How much one payer or recipient of a merchant may do; mostly empty.</summary>
    public FrozenDictionary<(long MerchantNo, Direction Direction), IReadOnlyList<PersonRule>> PersonRules { get; init; } =
        FrozenDictionary<(long MerchantNo, Direction Direction), IReadOnlyList<PersonRule>>.Empty;

    /// <summary>Open ones, the first to count first.</summary>
    public IReadOnlyList<RoutingRule> RoutingRules { get; init; } = [];
    public required FrozenDictionary<string, BookingRules> Rules { get; init; }
    public required FrozenDictionary<string, IBankDirectory> Banks { get; init; }
    public required FrozenSet<(long MerchantNo, string SubMerchant)> SubMerchants { get; init; }

    /// <summary>The local date of a country, <c>yyyyMMdd</c>; in UTC where this program does not know it.</summary>
    public int ValueDate(string? country, long nowMs) =>
        country is not null && Rules.TryGetValue(country, out var rules) ? rules.ValueDate(nowMs) : Clock.LocalDate(nowMs, TimeZoneInfo.Utc).ToNumber();

    public Merchant? Merchant(long no) => MerchantsByNo.GetValueOrDefault(no.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The limits that an order counts against: that of its way, that for all ways, both, or mostly none.</summary>
    public IReadOnlyList<DailyLimit> LimitsFor(Merchant merchant, Direction direction, string way, long nowMs)
    {
        var ways = LimitedWays(merchant.No, direction, way);
        var date = ways.Count == 0 ? 0 : Rules[merchant.Country.IsoCode].ValueDate(nowMs);
        return [.. ways.Select(w => new DailyLimit(new DailyTotalKey(merchant.Bucket, merchant.No, direction, w, date), DailyLimits[(merchant.No, direction, w)]))];
    }

    /// <summary>What a new payout is measured against to be held.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="userId">The person who makes it; 0 for a program.</param>
    /// <param name="isApproved">Whether two people of the merchant have approved it, so that its own policy is satisfied.</param>
    /// <param name="recipient">The hash of its recipient.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public HoldRules HoldRulesFor(Merchant merchant, long userId, bool isApproved, string recipient, long nowMs)
    {
        if (!HoldLimits.TryGetValue(merchant.No, out var all))
        {
            return HoldRules.None;
        }

        var limits = all.Where(l => l.Kind != HoldKind.Batch && (l.Kind != HoldKind.Person || userId != 0) && (l.Owner != HoldOwner.Merchant || !isApproved)).ToList();
        var date = Rules[merchant.Country.IsoCode].ValueDate(nowMs);
        return new HoldRules(
            limits,
            limits.Any(l => l.Kind == HoldKind.Person) ? Total(HoldRules.PersonWay(userId)) : null,
            all.Any(l => l.Kind == HoldKind.Recipient) ? Total(HoldRules.RecipientWay(recipient)) : null);

        DailyTotalKey Total(string way) => new(merchant.Bucket, merchant.No, Direction.Payout, way, date);
    }

    /// <summary>Mostly none.</summary>
    public IReadOnlyList<PersonRule> RulesFor(long merchantNo, Direction direction) => PersonRules.GetValueOrDefault((merchantNo, direction), []);

    public IReadOnlyList<string> LimitedWays(long merchantNo, Direction direction, string way) =>
        DailyLimits.Count == 0 ? [] : [.. new[] { way, "*" }.Distinct().Where(w => DailyLimits.ContainsKey((merchantNo, direction, w)))];
}

/// <summary>The snapshot could not be refreshed for so long that nobody may act on it: 503.</summary>
internal sealed class StaleSnapshotException() : NotNowException("The configuration could not be read for more than ten seconds.");
