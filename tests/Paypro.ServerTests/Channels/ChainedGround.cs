using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Both classes of stories on one pair of installations, one after the other: they put its clocks forward.</summary>
[CollectionDefinition("chained")]
public sealed class ChainedTests : ICollectionFixture<ChainedGround>;

/// <summary>
/// Two installations, one the other's merchant: every order of the gateway goes over the channel <c>paypro</c> to the upstream, whose simulated
/// bank misbehaves as the story wants. Each has its own engine and its own database, and the lines between them can be cut.
/// </summary>
public sealed class ChainedGround : IAsyncLifetime
{
    /// <summary>The country whose key is an HMAC key.</summary>
    public const string HmacCountry = "VN";

    private const string HmacSecret = "hmac-secret-between-installations";

    private long numbers = 900;

    /// <summary>From the gateway to the upstream.</summary>
    internal FaultyLine Calls { get; } = new();

    /// <summary>From the upstream to the gateway.</summary>
    internal FaultyLine Notifications { get; } = new();

    internal SandboxHost Upstream { get; private set; } = null!;

    internal SandboxHost Gateway { get; private set; } = null!;

    internal RecordingReceiver Merchant { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await Calls.MendAsync();
        await Notifications.MendAsync();
        Merchant = await RecordingReceiver.StartAsync();
        var upstream = SandboxHost.StartAsync(Engine.Sqlite);
        var gateway = SandboxHost.StartAsync(Engine.Postgres, null, "--Paypro:PublicUrl", Notifications.Address);
        (Upstream, Gateway) = (await upstream, await gateway);
        Calls.Target = Upstream.Http.BaseAddress;
        Notifications.Target = Gateway.Http.BaseAddress;
        await UseHmacAsync();
        await Gateway.Get<ConfigStore>().SaveAsync(async context =>
        {
            foreach (var account in await context.ChannelAccounts.ToListAsync())
            {
                account.Open = false;
            }

            foreach (var country in CountryCatalog.BuiltIn.Countries)
            {
                AddAccount(context, country);
            }
        });
        await Gateway.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        await Calls.DisposeAsync();
        await Notifications.DisposeAsync();
        await Merchant.DisposeAsync();
    }

    /// <summary>Both lines are whole again, and what the last story left behind is over.</summary>
    internal void Mend()
    {
        Calls.Plan = Notifications.Plan = (_, _) => LineFault.None;
        Calls.Holds = _ => null;
    }

    /// <summary>The country's own example with another number, amount and address, and what differs.</summary>
    internal async Task<ApiAnswer> CreateAsync(string country, OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var of = CountryCatalog.BuiltIn.FindCountry(country)!;
        var operation = of.FindOperation(kind)!;
        var merchant = SandboxMerchants.All.Single(m => m.Country == country);
        var tradeNo = $"chain-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => amount,
                FieldRole.NotifyUrl => Merchant.AddressOf(tradeNo),
                FieldRole.Timestamp => "1795860000000",
                _ => field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        return await new SignedClient(Gateway.Http, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{of.Segment}{operation.Path}", body);
    }

    /// <summary>As <see cref="CreateAsync"/> for Mexico; the answer must be an accepted one.</summary>
    internal async Task<ApiAnswer> PayInAsync(string amount, string way = "va")
    {
        var answer = await CreateAsync("MX", OperationKind.CreatePayIn, amount, (FieldRole.Way, way));
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    /// <summary>A payout to a CLABE in Mexico; the answer must be an accepted one.</summary>
    internal async Task<ApiAnswer> PayoutAsync(string amount)
    {
        var answer = await CreateAsync(
            "MX", OperationKind.CreatePayout, amount, (FieldRole.AccountType, "CLABE"), (FieldRole.Bank, "40012"), (FieldRole.Account, "012180001234567899"));
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    /// <summary>What the upstream calls the gateway's order.</summary>
    internal async Task<string> UpstreamNumberAsync(ApiAnswer created)
    {
        var number = "";
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var attempts = (await Gateway.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!.Attempts;
            number = attempts.Count == 0 ? "" : attempts[^1].RailId;
            return number.Length > 0;
        }));
        return number;
    }

    /// <summary>The payer's hand at the upstream's bank.</summary>
    internal async Task PayAsync(ApiAnswer created, string amount)
    {
        var (status, json) = await Upstream.SandboxAsync($"/sandbox/payins/{await UpstreamNumberAsync(created)}", $$"""{"action":"pay","amount":"{{amount}}"}""");
        Assert.True(status == 200, json.ToString());
    }

    /// <summary>Waits for a state of the gateway's order.</summary>
    internal async Task<OrderRow> UntilAsync(ApiAnswer created, Func<OrderRow, bool> isSo)
    {
        var order = await Gateway.UntilAsync(created["platFormTradeNo"]!, isSo);
        Assert.True(isSo(order), $"{order.Number} is {order.State} with {order.PaidMinor} paid and {order.ReturnedMinor} returned.\n{Gateway.Log.Text}");
        return order;
    }

    /// <summary>The merchant's last notification of an order.</summary>
    internal async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status)
    {
        var told = await Merchant.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status);
        return told[^1];
    }

    /// <summary>Lets so much time pass at both.</summary>
    internal void Pass(TimeSpan time)
    {
        Upstream.Time.Pass(time);
        Gateway.Time.Pass(time);
    }

    /// <summary>Changes the gateway's account of a country, and what it says is undone when the story ends.</summary>
    internal async Task ChangeAsync(string country, Action<Dictionary<string, string>> settings, string? key = null)
    {
        await Gateway.Get<ConfigStore>().SaveAsync(async context =>
        {
            var account = await context.ChannelAccounts.SingleAsync(a => a.Channel == "paypro" && a.Country == country);
            var secrets = await context.ChannelSecrets.Where(s => s.ChannelAccountId == account.Id).ToListAsync();
            var maker = Gateway.Get<ChannelSecretMaker>();
            maker.Change(account, secrets, row =>
            {
                var all = JsonSerializer.Deserialize<Dictionary<string, string>>(row.SettingsJson)!;
                settings(all);
                row.SettingsJson = JsonSerializer.Serialize(all);
            });
            if (key is not null)
            {
                context.ChannelSecrets.RemoveRange(secrets);
                context.ChannelSecrets.Add(maker.Make(account, "key", Encoding.UTF8.GetBytes(key), validFromMs: secrets.Max(s => s.ValidFromMs) + 1));
            }
        });
        await Gateway.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    private static string SecretOf(string country) => country == HmacCountry ? HmacSecret : SandboxMerchants.All.Single(m => m.Country == country).Secret;

    /// <summary>One merchant of the upstream gets an HMAC key in place of its MD5 key.</summary>
    private async Task UseHmacAsync()
    {
        var merchantNo = SandboxMerchants.All.Single(m => m.Country == HmacCountry).No;
        await Upstream.Get<ConfigStore>().SaveAsync(async context =>
        {
            context.MerchantKeys.RemoveRange(await context.MerchantKeys.Where(k => k.MerchantNo == merchantNo).ToListAsync());
            context.MerchantKeys.Add(Upstream.Get<KeyMaker>().Make(77, merchantNo, SigningAlgorithm.HmacSha256, HmacSecret, signs: true, validFromMs: 0));
        });
        await Upstream.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    private void AddAccount(PayproContext context, Country country)
    {
        var maker = Gateway.Get<ChannelSecretMaker>();
        var merchant = SandboxMerchants.All.Single(m => m.Country == country.IsoCode);
        var account = new ChannelAccountRow
        {
            Id = merchant.No - 1_000_000_000 + 200,
            Channel = "paypro",
            Name = $"Upstream {country.Name}",
            Country = country.IsoCode,
            Currency = country.Currency.Code,
            CallbackKey = maker.CallbackKey(),
            SettingsJson = JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["flavour"] = "own",
                ["base"] = $"{Calls.Address}/{country.Segment}",
                ["merchantNo"] = merchant.No.ToString(CultureInfo.InvariantCulture),
                ["signing"] = country.IsoCode == HmacCountry ? "hmac" : "md5",
                ["bankCodes"] = "*",
                ["ipAddress"] = "203.0.113.7",
                ["subMerchantNo"] = SandboxMerchants.SubMerchant,
            }),
        };
        context.ChannelAccounts.Add(account);
        context.ChannelSecrets.Add(maker.Make(account, "key", Encoding.UTF8.GetBytes(SecretOf(country.IsoCode))));
        foreach (var way in country.PayInWays)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.PayIn, Way = way.Code, MinimumMinor = way.MinMinor, MaximumMinor = way.MaxMinor,
                TimeToLiveMinutes = (int)way.TimeToLive.TotalMinutes,
            });
        }

        foreach (var kind in country.PayoutKinds)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.Payout, Way = kind, MinimumMinor = country.PayoutMinMinor, MaximumMinor = country.PayoutMaxMinor,
            });
        }
    }
}
