using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An installation whose orders go over the channel <c>dlocal</c> to the double, from one account in each of its eleven countries.</summary>
internal sealed class DLocalRailGround : IAsyncDisposable
{
    /// <summary>Mexico's account; the others follow it.</summary>
    public const long AccountId = 601;

    private const string Clabe = "012180001234567899";

    private long numbers = 100;

    private DLocalRailGround(FaultyLine callbacks, RecordingReceiver receiver) => (Callbacks, Receiver) = (callbacks, receiver);

    /// <summary>From dLocal to us.</summary>
    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; }

    public SandboxHost Host { get; private set; } = null!;

    /// <summary>A second node on the same database; null where there is one alone.</summary>
    public SandboxHost? Second { get; private set; }

    public DLocalHouse House { get; private set; } = null!;

    /// <summary>Who takes the merchant's calls: the host, or another process on its database.</summary>
    public HttpClient Api { get; set; } = null!;

    public static IReadOnlyList<Country> Countries { get; } = [.. CountryCatalog.BuiltIn.Countries.Where(static country => DLocalForms.Currencies.ContainsKey(country.IsoCode))];

    public static async Task<DLocalRailGround> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments)
    {
        var ground = new DLocalRailGround(new FaultyLine(), await RecordingReceiver.StartAsync());
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(engine, shared, ["--Paypro:PublicUrl", ground.Callbacks.Address, .. arguments]);
        ground.Api = ground.Host.Http;
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        ground.House = await DLocalHouse.StartAsync(ground.Host.Time);
        ground.Contract();
        await ground.ConfigureAsync();
        return ground;
    }

    /// <summary>The same with two nodes.</summary>
    public static async Task<DLocalRailGround> StartTwoAsync(TestDatabase database)
    {
        var ground = await StartAsync(Engine.Postgres, database);
        ground.Second = await SandboxHost.StartAsync(Engine.Postgres, database, "--Paypro:PublicUrl", ground.Callbacks.Address);
        return ground;
    }

    /// <summary>Lets so much time pass at every node and at dLocal.</summary>
    public void Pass(TimeSpan time)
    {
        Host.Time.Pass(time);
        Second?.Time.Pass(time);
    }

    /// <summary>Ends the installation in this process, so that another may have its database.</summary>
    public async Task StopHostAsync()
    {
        await Host.DisposeAsync();
        Host = null!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { Second, Host }.OfType<SandboxHost>())
        {
            await host.DisposeAsync();
        }

        await House.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A signed call of the country's merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(Country country, OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = country.FindOperation(kind)!;
        var merchant = SandboxMerchants.All.Single(m => m.Country == country.IsoCode);
        var tradeNo = $"dlocal-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => amount,
                FieldRole.NotifyUrl => Receiver.AddressOf(tradeNo),
                FieldRole.Timestamp => "1795860000000",
                _ => field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var answer = await new SignedClient(Api, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{country.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", $"{country}: {answer.Text}\n{Host?.Log.Text}");
        return answer;
    }

    /// <summary>A pay-in at a store in Mexico.</summary>
    public Task<ApiAnswer> PayInAsync(string amount) => CreateAsync(Mexico.Country, OperationKind.CreatePayIn, amount, (FieldRole.Way, Mexico.Store));

    /// <summary>A payout to a CLABE in Mexico.</summary>
    public Task<ApiAnswer> PayoutAsync(string amount) => CreateAsync(
        Mexico.Country, OperationKind.CreatePayout, amount, (FieldRole.AccountType, Mexico.ClabeAccount), (FieldRole.Bank, "40012"), (FieldRole.Account, Clabe), (FieldRole.Identity, "XEXX010101HNEXXXA4"));

    /// <summary>The order's last attempt.</summary>
    public async Task<AttemptRow> AttemptAsync(ApiAnswer created) =>
        (await Host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!.Attempts[^1];

    /// <summary>What dLocal knows the order by.</summary>
    public async Task<string> ReferenceAsync(ApiAnswer created) => (await AttemptAsync(created)).Reference;

    public async Task<OrderRow> UntilAsync(ApiAnswer created, Func<OrderRow, bool> isSo)
    {
        var order = await Host.UntilAsync(created["platFormTradeNo"]!, isSo);
        Assert.True(isSo(order), $"{order.Number} is {order.State} with {order.PaidMinor} paid and {order.ReturnedMinor} returned.\n{Host.Log.Text}");
        return order;
    }

    /// <summary>Waits until dLocal has the order's payout.</summary>
    public async Task<HousePayout> SentAsync(ApiAnswer created)
    {
        HousePayout? payout = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var reference = await ReferenceAsync(created);
            return (payout = House.Payouts.FirstOrDefault(each => each.ExternalId == reference)) is not null;
        }), Host.Log.Text);
        return payout!;
    }

    public async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status) =>
        (await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status))[^1];

    public async Task DeliverAsync(HouseNotice notice) => Assert.Equal(HttpStatusCode.OK, await House.DeliverAsync(notice));

    /// <summary>The first way of a country whose payer goes to a page, else its last one, by which a call is answered with what to pay with.</summary>
    public static PayInWay WayOf(Country country) => country.PayInWays.FirstOrDefault(static way => way.Redirects) ?? country.PayInWays[^1];

    /// <summary>What the contract with dLocal has; names of methods that no public page tells are the test's own.</summary>
    private void Contract()
    {
        foreach (var country in Countries)
        {
            House.Methods[country.IsoCode] = [.. country.PayInWays.Select(way => (MethodOf(country, way), "TICKET", new[] { "DIRECT", "REDIRECT" }))];
            foreach (var way in country.PayInWays)
            {
                House.Direct[MethodOf(country, way)] = payment => ("ticket", way.Instruction switch
                {
                    QrInstruction qr => new JsonObject { ["qr_code"] = qr.Encode(new QrOrder("ABCDEFGHIJKLMNOPQRSTUVWXY", payment.AmountMinor, "Merchant", new Dictionary<string, string>())) },
                    _ => new JsonObject { ["barcode"] = "93" + string.Concat(payment.Id.Where(char.IsAsciiDigit)).PadRight(14, '0')[..14] },
                });
            }
        }

        House.PayoutMethods["WALLET_OF_THE_TEST"] = "beneficiary.wallet.number";
        House.PayoutMethods["KEY_OF_THE_TEST"] = "beneficiary.key";
        House.DoesWithout.UnionWith(["beneficiary.document.id", "beneficiary.phone"]);
    }

    private static string MethodOf(Country country, PayInWay way) => $"{country.IsoCode}{country.PayInWays.ToList().IndexOf(way)}";

    private static string FlowOf(PayInWay way) => way.Instruction is QrInstruction or NumberInstruction { Kind: InstructionKinds.Barcode } ? "DIRECT" : "REDIRECT";

    private Task ConfigureAsync() => SaveAsync(async context =>
    {
        foreach (var sandbox in await context.ChannelAccounts.ToListAsync())
        {
            sandbox.Open = false;
        }

        var id = AccountId;
        foreach (var country in Countries)
        {
            Configure(context, country, id++);
        }
    });

    private void Configure(PayproContext context, Country country, long id)
    {
        var settings = new Dictionary<string, string>
        {
            ["base"] = House.Address.AbsoluteUri,
            ["payouts"] = "v3",
            ["purpose"] = "REMITTANCES",
            ["qrMember"] = "qr_code",
            ["refunds"] = string.Join(',', country.PayInWays.Select(static way => way.Code)),
            ["leftOut"] = "beneficiary.document,beneficiary.phone",
            ["payment.payer.name"] = "Payer",
            ["payment.payer.email"] = "payer@example.com",
            ["payment.payer.address.state"] = "Karnataka",
            ["payment.payer.address.city"] = "Bengaluru",
            ["payment.payer.address.zip_code"] = "560001",
            ["payment.payer.address.street"] = "Road",
            ["payment.payer.address.number"] = "1",
            ["payoutMethod.wallet"] = "WALLET_OF_THE_TEST",
            ["payoutMember.wallet"] = "beneficiary.wallet.number",
            ["payoutMethod.key"] = "KEY_OF_THE_TEST",
            ["payoutMember.key"] = "beneficiary.key",
            ["payout.metadata.CommercialType"] = "A",
            ["payout.remitter.first_name"] = "Remitter",
            ["payout.remitter.last_name"] = "Test",
            ["payout.remitter.nationality"] = "PK",
            ["payout.beneficiary.first_name"] = "Recipient",
            ["payout.beneficiary.last_name"] = "Test",
            ["payout.beneficiary.bank_account.type"] = "SAVINGS",
            ["payout.beneficiary.address.street"] = "Road 1",
            ["payout.beneficiary.address.city"] = "Dhaka",
            ["serverAuthority"] = House.Certificates.AuthorityPem,
        };
        foreach (var way in country.PayInWays)
        {
            settings[$"method.{way.Code}"] = $"{MethodOf(country, way)}:{FlowOf(way)}";
        }

        var maker = Host.Get<ChannelSecretMaker>();
        var account = new ChannelAccountRow
        {
            Id = id, Channel = "dlocal", Name = "An aggregator", Country = country.IsoCode, Currency = country.Currency.Code, CallbackKey = maker.CallbackKey(), SettingsJson = JsonSerializer.Serialize(settings),
        };
        context.ChannelAccounts.Add(account);
        foreach (var (name, value) in new[]
        {
            ("login", DLocalHouse.Login), ("trans-key", DLocalHouse.TransKey), ("secret-key", DLocalHouse.SecretKey), ("client-id", DLocalHouse.ClientId), ("client-secret", DLocalHouse.ClientSecret),
            ("callback-token", "a token of sixteen and more"),
        })
        {
            context.ChannelSecrets.Add(maker.Make(account, name, Encoding.UTF8.GetBytes(value)));
        }

        foreach (var bank in country.Banks.Banks)
        {
            context.ChannelBankCodes.Add(new ChannelBankCodeRow { ChannelAccountId = id, Ours = bank.Code, Theirs = "rail-code" });
        }

        foreach (var way in country.PayInWays)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = id, Direction = Direction.PayIn, Way = way.Code, MinimumMinor = way.MinMinor, MaximumMinor = way.MaxMinor, TimeToLiveMinutes = (int)way.TimeToLive.TotalMinutes,
            });
        }

        foreach (var kind in country.PayoutKinds.Where(static kind => kind != Mexico.DebitCardAccount))
        {
            context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = kind, MinimumMinor = country.PayoutMinMinor, MaximumMinor = country.PayoutMaxMinor });
        }
    }

    private async Task SaveAsync(Func<PayproContext, Task> save)
    {
        await Host.Get<ConfigStore>().SaveAsync(save);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
