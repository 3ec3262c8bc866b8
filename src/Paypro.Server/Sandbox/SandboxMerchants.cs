using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>A merchant of every sandbox, with a number and a key that are no secret.</summary>
/// <param name="Country">ISO 3166 code.</param>
/// <param name="No">Documented.</param>
/// <param name="Secret">Of its key.</param>
/// <param name="Name">What its payers read: a shop that could be one of the country.</param>
/// <param name="Kind">How its key signs.</param>
internal sealed record SandboxMerchant(string Country, long No, string Secret, string Name, SigningAlgorithm Kind = SigningAlgorithm.Md5);

/// <summary>Seeds the merchants that a developer starts with, each with a channel account and money in the ledger.</summary>
internal sealed class SandboxMerchants(
    ConfigStore store, BatchWriter writer, KeyMaker keyMaker, ChannelSecretMaker secrets, IRandomness randomness, CountryCatalog countries,
    IReadOnlyDictionary<string, IChannel> channels, TimeProvider time)
{
    /// <summary>In whole units of the currency.</summary>
    public const long OpeningBalanceUnits = 1_000_000;

    /// <summary>Whose all of them are.</summary>
    private const string Business = "Sandbox";

    /// <summary>The sub-merchant that every sandbox merchant has.</summary>
    public const string SubMerchant = "sandbox-shop";

    /// <summary>The numbers and keys are documented and never change.</summary>
    public static readonly IReadOnlyList<SandboxMerchant> All =
    [
        new("MX", 1000000001, "sandbox-secret-mx", "Tienda Girasol"),
        new("ID", 1000000002, "sandbox-secret-id", "Toko Melati"),
        new("PK", 1000000003, "sandbox-secret-pk", "Gulab Store"),
        new("VN", 1000000004, "sandbox-secret-vn", "Hoa Sen"),
        new("PH", 1000000005, "sandbox-secret-ph", "Tindahan Sampaguita"),
        new("KE", 1000000006, "sandbox-secret-ke", "Duka la Amani"),
        new("EG", 1000000007, "sandbox-secret-eg", "Souq El Nil"),
        new("BR", 1000000008, "sandbox-secret-br", "Loja Girassol"),
        new("IN", 1000000009, "sandbox-secret-in", "Kamal Stores"),
        new("BD", 1000000010, "sandbox-secret-bd", "Shapla Store"),
        new("NG", 1000000011, "sandbox-secret-ng", "Iroko Stores"),
        new("KR", 1000000012, "sandbox-secret-kr", "Mugunghwa Shop"),
    ];

    /// <summary>A second merchant of Mexico, whose key is of the kind HMAC-SHA256; its payments go over the first one's channel account.</summary>
    public static readonly SandboxMerchant Hmac = new("MX", 1000000101, "sandbox-hmac-mx", "Tienda Girasol HMAC", SigningAlgorithm.HmacSha256);

    /// <summary>Everyone whose key is no secret.</summary>
    public static readonly IReadOnlyList<SandboxMerchant> Public = [.. All, Hmac];

    /// <summary>A country's first merchant.</summary>
    public static SandboxMerchant Of(Country country) => All.First(merchant => merchant.Country == country.IsoCode);

    /// <summary>The number of a sandbox merchant's channel account: 101 for Mexico.</summary>
    public static long AccountIdOf(long merchantNo) => merchantNo - 1000000000 + 100;

    /// <summary>Those whose country this version knows.</summary>
    public IEnumerable<(SandboxMerchant Merchant, Country Country)> Here() =>
        Known(All);

    private IEnumerable<(SandboxMerchant Merchant, Country Country)> Known(IEnumerable<SandboxMerchant> merchants) =>
        merchants.Select(m => (m, countries.FindCountry(m.Country))).Where(p => p.Item2 is not null).Select(p => (p.m, p.Item2!));

    /// <summary>Adds what is missing; run at every start, it changes nothing the second time.</summary>
    public async Task AddAsync()
    {
        foreach (var (merchant, country) in Known(Public))
        {
            var bucket = Buckets.Of(merchant.No.ToString(CultureInfo.InvariantCulture));
            await AddRowsAsync(merchant, country, bucket);
            await OpenAsync(merchant.No, country);
        }
    }

    /// <summary>Books the money of play that a number begins with, once.</summary>
    public Task OpenAsync(long merchantNo, Country country)
    {
        var (bucket, nowMs) = (Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture)), time.NowMs());
        var openingMinor = OpeningBalanceUnits * country.Currency.UnitMinor;
        return writer.WriteAsync(new PostOnce(
            new TransferCause(
                TransferType.OpeningBalance, "sandbox", 0, $"opening:{merchantNo}", nowMs, Clock.LocalDate(nowMs, country.TimeZone).ToNumber()),
            new Leg(AccountId.Platform(bucket, AccountKind.Equity, country.Currency), -openingMinor),
            new Leg(AccountId.Merchant(bucket, merchantNo, AccountKind.Available, country.Currency), openingMinor)));
    }

    private Task AddRowsAsync(SandboxMerchant merchant, Country country, short bucket) => store.SaveAsync(async context =>
    {
        if (await context.Merchants.AnyAsync(m => m.MerchantNo == merchant.No))
        {
            return;
        }

        var nowMs = time.NowMs();
        var business = await context.Businesses.OrderBy(b => b.Id).FirstOrDefaultAsync(b => b.Name == Business);
        if (business is null)
        {
            // Its number is the database's to give: one that it does not know of it would give again.
            context.Businesses.Add(business = new BusinessRow { Name = Business, CreatedAtMs = nowMs });
            await context.SaveChangesAsync();
        }

        context.Merchants.Add(new MerchantRow
        {
            MerchantNo = merchant.No,
            Bucket = bucket,
            BusinessId = business.Id,
            Country = country.IsoCode,
            Currency = country.Currency.Code,
            Name = merchant.Name,
            CreatedAtMs = nowMs,
        });
        context.SubMerchants.Add(new SubMerchantRow { MerchantNo = merchant.No, SubMerchant = SubMerchant, Name = "Sandbox shop" });
        context.MerchantKeys.Add(keyMaker.Make(merchant.No * 10, merchant.No, merchant.Kind, merchant.Secret, signs: true, validFromMs: 0));
        if (merchant != Hmac)
        {
            AddAccount(context, country, new ChannelAccountRow { Id = AccountIdOf(merchant.No), Name = $"Sandbox {country.Name}" });
        }
    });

    /// <summary>Adds an account at the simulated bank, with all that it takes in a country.</summary>
    /// <param name="context">Where.</param>
    /// <param name="country">Where the bank is.</param>
    /// <param name="account">Its number, name, priority and settings; the rest is given here.</param>
    /// <param name="costBasisPoints">What the bank charges for each order.</param>
    public void AddAccount(PayproContext context, Country country, ChannelAccountRow account, int costBasisPoints = 0)
    {
        var secret = new byte[32];
        randomness.Fill(secret);
        (account.Channel, account.Country, account.Currency, account.CallbackKey) = ("sandbox", country.IsoCode, country.Currency.Code, secrets.CallbackKey());
        context.ChannelAccounts.Add(account);
        context.ChannelSecrets.Add(secrets.Make(account, SandboxChannel.CallbackKey, secret));
        foreach (var offer in channels["sandbox"].Ways.Where(w => w.Country == country.IsoCode))
        {
            var way = offer.Direction == Direction.PayIn ? country.FindWay(offer.Way) : null;
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id,
                Direction = offer.Direction,
                Way = offer.Way,
                MinimumMinor = way?.MinMinor ?? country.PayoutMinMinor,
                MaximumMinor = way?.MaxMinor ?? country.PayoutMaxMinor,
                TimeToLiveMinutes = (int)(way?.TimeToLive.TotalMinutes ?? 0),
                CostBasisPoints = costBasisPoints,
            });
        }
    }
}
