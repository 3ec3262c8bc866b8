using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>
/// Reads the whole configuration into a <see cref="Snapshot"/>; secrets are opened here and kept in memory only. A row that cannot be used is
/// left out alone and named among the picture's problems; everything else goes on.
/// </summary>
internal sealed class SnapshotReader(
    IContexts contexts, MasterKeys keys, CountryCatalog countries, IReadOnlyDictionary<string, IChannel> channels, ChannelSessions sessions, ChannelSecretMaker secretMaker, OwnAddress address, TermsBook book,
    Installation installation, TimeProvider time)
{
    /// <summary>Whether the server knows by now under which address it is reached.</summary>
    public bool KnowsAddress => address.Root() is not null;

    public async Task<long> ReadVersionAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Installation.Select(i => i.ConfigVersion).SingleAsync(cancellation);
    }

    public async Task<Snapshot> ReadAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();

        // The version first: what is read after it is at least as new, and a change in between is seen at the next poll.
        var version = await context.Installation.Select(i => i.ConfigVersion).SingleAsync(cancellation);
        var nowMs = time.NowMs();
        var merchantKeys = (await context.MerchantKeys.AsNoTracking().Where(k => k.ValidToMs == 0 || k.ValidToMs > nowMs).ToListAsync(cancellation)).ToLookup(k => k.MerchantNo);
        var merchants = await context.Merchants.AsNoTracking().ToListAsync(cancellation);
        var brands = await context.MerchantBrands.AsNoTracking()
            .Select(b => new { b.MerchantNo, b.Colour, b.Support, b.LogoFile }).ToDictionaryAsync(b => b.MerchantNo, b => new Brand(b.Colour, b.Support, b.LogoFile), cancellation);
        var allowed = (await context.AllowedAddresses.AsNoTracking().ToListAsync(cancellation)).ToLookup(a => a.MerchantNo, a => a.Network);
        var refundLimits = await context.RefundLimits.AsNoTracking().Where(l => l.ByApi).ToDictionaryAsync(l => l.MerchantNo, l => l.PaymentMinor, cancellation);
        var accounts = await context.ChannelAccounts.AsNoTracking().ToListAsync(cancellation);
        var ways = (await context.ChannelWays.AsNoTracking().ToListAsync(cancellation)).ToLookup(w => w.ChannelAccountId);
        var secrets = (await context.ChannelSecrets.AsNoTracking().Where(s => s.ValidToMs == 0 || s.ValidToMs > nowMs).ToListAsync(cancellation)).ToLookup(s => s.ChannelAccountId);
        var bankCodes = (await context.ChannelBankCodes.AsNoTracking().ToListAsync(cancellation)).ToLookup(c => c.ChannelAccountId);
        var terms = await context.Terms.AsNoTracking().ToListAsync(cancellation);
        var routing = await context.RoutingRules.AsNoTracking().Where(r => r.Open).ToListAsync(cancellation);
        var limits = await context.DailyLimits.AsNoTracking().ToListAsync(cancellation);
        var holds = await context.HoldLimits.AsNoTracking().ToListAsync(cancellation);
        var blocked = await context.BlockEntries.AsNoTracking().OrderByDescending(b => b.Id).Take(BlockList.MostEntries).ToListAsync(cancellation);
        var rules = await context.MerchantRules.AsNoTracking().ToListAsync(cancellation);
        var holidays = (await context.Holidays.AsNoTracking().ToListAsync(cancellation)).ToLookup(h => h.Country, h => h.Date);
        var weekends = await context.CountryWeekends.AsNoTracking().ToDictionaryAsync(w => w.Country, w => w.Days, cancellation);
        var banks = (await context.Banks.AsNoTracking().Where(b => b.Open).ToListAsync(cancellation)).ToLookup(b => b.Country);
        var aliases = (await context.BankAliases.AsNoTracking().ToListAsync(cancellation)).ToLookup(a => (a.Country, a.Code), a => a.Alias);
        var subMerchants = await context.SubMerchants.AsNoTracking().Where(s => s.Open).Select(s => new { s.MerchantNo, s.SubMerchant }).ToListAsync(cancellation);
        var pots = (await context.ChannelPots.AsNoTracking().Select(p => new { p.ChannelAccountId, p.Pot }).ToListAsync(cancellation)).ToLookup(p => p.ChannelAccountId, p => p.Pot);
        var rests = (await context.ChannelMaintenances.AsNoTracking().Where(m => m.ToMs > nowMs).ToListAsync(cancellation))
            .ToLookup(m => m.ChannelAccountId, m => new MaintenanceWindow(m.Direction, m.Way, m.FromMs, m.ToMs));
        var problems = new List<ConfigurationProblem>();
        var booking = countries.Countries.ToFrozenDictionary(
            c => c.IsoCode, c => new BookingRules(c.AcceptsPartial, c.TimeZone, holidays[c.IsoCode].ToFrozenSet())
            {
                CodeOf = c.FailureCodeOf, Weekend = weekends.TryGetValue(c.IsoCode, out var days) ? Weekends.Of(days) : c.Weekend,
            });
        var root = address.Root();
        var offers = new AccountReader(secretMaker, countries, channels, sessions, installation, root, problems);
        var offered = accounts.Select(a => offers.Read(a, ways[a.Id], secrets[a.Id], bankCodes[a.Id], pots[a.Id], rests[a.Id], booking.GetValueOrDefault(a.Country))).OfType<AccountOffer>().ToFrozenDictionary(a => a.Account.Id);
        return new Snapshot
        {
            Version = version,
            MerchantsByNo = merchants.Select(m => ToMerchant(m, merchantKeys[m.MerchantNo], brands.GetValueOrDefault(m.MerchantNo, Brand.Plain), AllowList.Read(m.MerchantNo, allowed[m.MerchantNo], problems), problems))
                .OfType<Merchant>().Select(m => refundLimits.TryGetValue(m.No, out var alone) ? m with { RefundAloneMinor = alone } : m).ToFrozenDictionary(m => m.NoText),
            Accounts = offered,
            AccountsByCallbackKey = accounts.Where(a => a.CallbackKey.Length > 0).ToFrozenDictionary(a => a.CallbackKey, a => a.Id),
            HasAddresses = root is not null,
            Recovering = accounts.Where(a => a.RecoverySinceMs > 0).Select(a => a.Id).ToFrozenSet(),
            Unusable = offers.Unusable.ToFrozenDictionary(),
            Terms = TermsVersions.Read(terms, book, nowMs, problems),
            Book = book,
            RoutingRules = RoutingRule.ReadAll(routing, accounts.ToDictionary(a => a.Id, a => a.Country), problems),
            DailyLimits = limits.ToFrozenDictionary(l => (l.MerchantNo, l.Direction, l.Way), l => l.AmountMinor),
            HoldLimits = holds.GroupBy(l => l.MerchantNo).ToFrozenDictionary(g => g.Key, g => g.OrderBy(l => l.Owner).ThenBy(l => l.Kind).Select(l => new HoldLimit(l.Owner, l.Kind, l.AmountMinor)).ToArray()),
            Blocked = new BlockList(blocked),
            PersonRules = rules.GroupBy(r => (r.MerchantNo, r.Direction)).ToFrozenDictionary(g => g.Key, IReadOnlyList<PersonRule> (g) => [.. g.Select(PersonRule.Of)]),
            Rules = booking,
            Banks = countries.Countries.ToFrozenDictionary(
                c => c.IsoCode,
                IBankDirectory (c) => new BankDirectory(
                    [.. banks[c.IsoCode].Select(b => new Bank(b.Code, b.Name, b.NationalCode, b.Kind) { Aliases = [.. aliases[(b.Country, b.Code)]] })],
                    c.Banks.AccountPrefix)),
            SubMerchants = subMerchants.Select(s => (s.MerchantNo, s.SubMerchant)).ToFrozenSet(),
            Problems = problems,
        };
    }

    /// <summary>What a merchant's key is bound to: its owner and all of its own row. Whoever can write to the database can neither weaken nor prolong it.</summary>
    public static string BoundTo(MerchantKeyRow key) => string.Create(
        CultureInfo.InvariantCulture,
        $"merchant-key:{key.MerchantNo}:{key.Id}:{(int)key.Algorithm}:{(key.Signs ? "signs" : "verifies")}:{key.ValidFromMs}:{key.ValidToMs}");

    private Merchant? ToMerchant(MerchantRow row, IEnumerable<MerchantKeyRow> rows, Brand brand, AllowList? allowList, List<ConfigurationProblem> problems)
    {
        var noText = row.MerchantNo.ToString(CultureInfo.InvariantCulture);
        var country = countries.FindCountry(row.Country);
        if (country is null || row.Bucket is < 0 or >= Buckets.Count)
        {
            problems.Add(new("merchant", noText, country is null
                ? $"Merchant {noText} is left out: its country '{row.Country}' is not one that this version knows."
                : $"Merchant {noText} is left out: its bucket must be from 0 to {Buckets.Count - 1}."));
            return null;
        }

        var stored = rows.OrderByDescending(k => k.ValidFromMs).ThenByDescending(k => k.Id).ToList();
        MerchantKey[] opened = [.. stored.Select(k => Open(k, problems)).OfType<MerchantKey>()];
        return new Merchant
        {
            No = row.MerchantNo,
            NoText = noText,
            Bucket = row.Bucket,
            Country = country,
            Name = row.Name,
            Brand = brand,
            PayInsOpen = row.Open && row.PayInsOpen,
            PayoutsOpen = row.Open && row.PayoutsOpen,
            UnpaidPayIns = row.UnpaidPayIns,
            PayoutsNeedHmac = row.PayoutsNeedHmac,
            AllowList = allowList,
            PayInNotifyUrl = row.PayInNotifyUrl,
            PayoutNotifyUrl = row.PayoutNotifyUrl,
            Keys = opened,
            HasUnusableKey = opened.Length < stored.Count,
        };
    }

    /// <summary>
    /// A key that does not open (moved between merchants, tampered with, its master key not here) is no key; the others still work. A call
    /// that only this key could prove is answered like one with a wrong signature: whoever cannot prove who he is learns nothing about the merchant,
    /// and nothing was stored.
    /// </summary>
    private MerchantKey? Open(MerchantKeyRow row, List<ConfigurationProblem> problems)
    {
        string problem;
        try
        {
            if (Enum.IsDefined(row.Algorithm))
            {
                return new MerchantKey(row.Id, row.Algorithm, keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row)), row.Signs, row.ValidFromMs, row.ValidToMs);
            }

            problem = "its algorithm is not one that this version knows";
        }
        catch (CryptographicException)
        {
            problem = $"it does not open with master key '{row.MasterKeyId}'";
        }

        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        problems.Add(new("merchant-key", id, $"Key {id} of merchant {row.MerchantNo} is left out: {problem}. Calls that it signs are refused."));
        return null;
    }
}
