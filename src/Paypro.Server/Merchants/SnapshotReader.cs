using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Reads the whole configuration into a <see cref="Snapshot"/>; secrets are opened here and kept in memory only.</summary>
internal sealed class SnapshotReader(
    IContexts contexts, MasterKeys keys, CountryCatalog countries, IReadOnlyDictionary<string, IChannel> channels, ILogger<SnapshotReader> log)
{
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
        var merchantKeys = (await context.MerchantKeys.AsNoTracking().ToListAsync(cancellation)).ToLookup(k => k.MerchantNo);
        var merchants = await context.Merchants.AsNoTracking().Where(m => m.Open).ToListAsync(cancellation);
        var brands = await context.MerchantBrands.AsNoTracking()
            .Select(b => new { b.MerchantNo, b.Colour, b.Support, b.LogoFile }).ToDictionaryAsync(b => b.MerchantNo, b => new Brand(b.Colour, b.Support, b.LogoFile), cancellation);
        var accounts = await context.ChannelAccounts.AsNoTracking().ToListAsync(cancellation);
        var ways = (await context.ChannelWays.AsNoTracking().ToListAsync(cancellation)).ToLookup(w => w.ChannelAccountId);
        var fees = await context.Fees.AsNoTracking().ToListAsync(cancellation);
        var limits = await context.DailyLimits.AsNoTracking().ToListAsync(cancellation);
        var holidays = (await context.Holidays.AsNoTracking().ToListAsync(cancellation)).ToLookup(h => h.Country, h => h.Date);
        var banks = (await context.Banks.AsNoTracking().Where(b => b.Open).ToListAsync(cancellation)).ToLookup(b => b.Country);
        var aliases = (await context.BankAliases.AsNoTracking().ToListAsync(cancellation)).ToLookup(a => (a.Country, a.Code), a => a.Alias);
        var subMerchants = await context.SubMerchants.AsNoTracking().Where(s => s.Open).Select(s => new { s.MerchantNo, s.SubMerchant }).ToListAsync(cancellation);
        return new Snapshot
        {
            Version = version,
            MerchantsByNo = merchants.Select(m => ToMerchant(m, merchantKeys[m.MerchantNo], brands.GetValueOrDefault(m.MerchantNo, Brand.Plain))).OfType<Merchant>().ToFrozenDictionary(m => m.NoText),
            Accounts = accounts.Select(a => ToOffer(a, ways[a.Id])).OfType<AccountOffer>().ToFrozenDictionary(a => a.Account.Id),
            Fees = fees.ToFrozenDictionary(
                f => (f.MerchantNo, f.Country, f.Direction, f.Way),
                f => new Terms(f.BasisPoints, f.FixedMinor, f.MinimumMinor, f.MaximumMinor, f.TaxBasisPoints, f.SettlementDays, f.BusinessDays, f.ReturnsFee)),
            DailyLimits = limits.ToFrozenDictionary(l => (l.MerchantNo, l.Direction, l.Way), l => l.AmountMinor),
            Rules = countries.Countries.ToFrozenDictionary(
                c => c.IsoCode, c => new BookingRules(c.AcceptsPartial, c.TimeZone, holidays[c.IsoCode].ToFrozenSet()) { CodeOf = c.FailureCodeOf }),
            Banks = countries.Countries.ToFrozenDictionary(
                c => c.IsoCode,
                IBankDirectory (c) => new BankDirectory(
                    [.. banks[c.IsoCode].Select(b => new Bank(b.Code, b.Name, b.NationalCode, b.Kind) { Aliases = [.. aliases[(b.Country, b.Code)]] })],
                    c.Banks.AccountPrefix)),
            SubMerchants = subMerchants.Select(s => (s.MerchantNo, s.SubMerchant)).ToFrozenSet(),
        };
    }

    /// <summary>What a merchant's key is bound to: its owner and its own row.</summary>
    public static string BoundTo(MerchantKeyRow key) => string.Create(CultureInfo.InvariantCulture, $"merchant-key:{key.MerchantNo}:{key.Id}");

    public static string BoundTo(ChannelAccountRow account) => string.Create(CultureInfo.InvariantCulture, $"channel-account:{account.Id}");

    private Merchant? ToMerchant(MerchantRow row, IEnumerable<MerchantKeyRow> rows, Brand brand)
    {
        if (countries.FindCountry(row.Country) is not { } country)
        {
            log.LogWarning("Merchant {MerchantNo} belongs to {Country}, which this version does not know", row.MerchantNo, row.Country);
            return null;
        }

        return new Merchant
        {
            No = row.MerchantNo,
            NoText = row.MerchantNo.ToString(CultureInfo.InvariantCulture),
            Bucket = row.Bucket,
            Country = country,
            Name = row.Name,
            Brand = brand,
            PayInsOpen = row.PayInsOpen,
            PayoutsOpen = row.PayoutsOpen,
            PayInNotifyUrl = row.PayInNotifyUrl,
            PayoutNotifyUrl = row.PayoutNotifyUrl,
            Keys = [.. rows.OrderByDescending(k => k.ValidFromMs).ThenByDescending(k => k.Id).Select(Open).OfType<MerchantKey>()],
        };
    }

    /// <summary>A key that does not open (moved between merchants, tampered with) is no key; the others still work.</summary>
    private MerchantKey? Open(MerchantKeyRow row)
    {
        try
        {
            return new MerchantKey(row.Id, row.Algorithm, keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row)), row.Signs, row.ValidFromMs, row.ValidToMs);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            log.LogError("Key {KeyId} of merchant {MerchantNo} does not open and is ignored", row.Id, row.MerchantNo);
            return null;
        }
    }

    private AccountOffer? ToOffer(ChannelAccountRow row, IEnumerable<ChannelWayRow> ways)
    {
        if (!channels.TryGetValue(row.Channel, out var channel))
        {
            log.LogError("Channel account {AccountId} names the channel {Channel}, which is not here", row.Id, row.Channel);
            return null;
        }

        var account = new ChannelAccount
        {
            Id = row.Id,
            Channel = row.Channel,
            Country = row.Country,
            Currency = row.Currency,
            Settings = JsonSerializer.Deserialize<Dictionary<string, string>>(row.SettingsJson) ?? [],
            Secret = row.SealedSecret.Length == 0 ? Encoding.UTF8.GetBytes("") : keys.Open(row.MasterKeyId, row.SealedSecret, BoundTo(row)),
        };
        if (channel.CheckAccount(account) is { } problem)
        {
            log.LogError("Channel account {AccountId} cannot be used: {Problem}", row.Id, problem);
            return null;
        }

        return new AccountOffer(account, channel, row.Open, row.Priority, row.Name, [.. ways]);
    }
}
