using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>A merchant that no other test has.</summary>
internal sealed record TestMerchant(long No, short Bucket, long BusinessId, Country Country)
{
    public ListedMerchant Listed => new(Bucket, No, Country.Currency);
}

/// <summary>One live installation for each engine, kept for all tests of the dashboard; each test opens merchants of its own.</summary>
public sealed class DashboardGrounds : IAsyncDisposable
{
    private readonly Dictionary<Engine, DashboardGround> _grounds = [];

    internal async Task<DashboardGround> OnAsync(Engine engine) =>
        _grounds.TryGetValue(engine, out var ground) ? ground : _grounds[engine] = new DashboardGround(await PortalHost.StartAsync(engine));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var ground in _grounds.Values)
        {
            await ground.Host.DisposeAsync();
        }
    }
}

/// <summary>Tests that share <see cref="DashboardGrounds"/>.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardTests : ICollectionFixture<DashboardGrounds>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "dashboard";
}

internal sealed partial class DashboardGround(PortalHost host)
{
    private static long _last = 4_000_000_000;

    public PortalHost Host => host;

    public long NowMs => host.Time.NowMs();

    /// <summary>A merchant of a business, of a new one where none is named.</summary>
    public async Task<TestMerchant> OpenAsync(string country, long businessId = 0)
    {
        var no = Interlocked.Increment(ref _last);
        var merchant = new TestMerchant(no, Buckets.Of(no.ToString(CultureInfo.InvariantCulture)), businessId == 0 ? no : businessId, host.The<CountryCatalog>().FindCountry(country)!);
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            if (businessId == 0)
            {
                context.Businesses.Add(new BusinessRow { Id = no, Name = "A business" });
            }

            context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = merchant.Bucket, BusinessId = merchant.BusinessId, Country = country, Currency = merchant.Country.Currency.Code, Name = $"Shop {country}" });
            return Task.CompletedTask;
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return merchant;
    }

    /// <summary>An order as the life of one leaves it.</summary>
    public async Task<OrderRow> AddAsync(TestMerchant merchant, long? createdAtMs = null, Func<OrderRow, OrderRow>? change = null, Person? person = null, bool hasResult = false)
    {
        var atMs = createdAtMs ?? NowMs;
        var id = createdAtMs is null ? host.The<IdSource>().Next() : IdSource.FirstAt(atMs) + Interlocked.Increment(ref _last) % 10_000;
        var order = new OrderRow
        {
            Bucket = merchant.Bucket, Id = id, MerchantNo = merchant.No, Direction = Direction.PayIn, TradeNo = string.Create(CultureInfo.InvariantCulture, $"t-{id}"),
            Number = OrderNumber.Make(merchant.Bucket, host.The<IRandomness>()), Country = merchant.Country.IsoCode, Currency = merchant.Country.Currency.Code, Way = merchant.Country.PayInWays[0].Code,
            AmountMinor = 300_00, State = OrderState.Pending, ContentHash = [1], CreatedAtMs = atMs,
        };
        order = change?.Invoke(order) ?? order;
        return await host.The<BatchWriter>().WriteAsync(new StoreOrder(order, person is null ? null : host.The<People>().Seal(order.Key, person, atMs), hasResult));
    }

    public Task<OrderRow> ChangeAsync(OrderRow order, Func<OrderRow, OrderRow> change) => host.The<BatchWriter>().WriteAsync(new ChangeOrder(order.Key, change));

    /// <summary>The numbers of orders that a list names, from its first line on.</summary>
    public static IReadOnlyList<string> NumbersOf(string html) => [.. OrderLink().Matches(html).Select(m => m.Groups[1].Value).Distinct()];

    /// <summary>The address of the link with a text; null when there is none.</summary>
    public static string? LinkOf(string html, string text) => Regex.Match(html, $"<a href=\"([^\"]*)\"[^>]*>{Regex.Escape(text)}</a>") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    /// <summary>All pages of a list, from the newest on.</summary>
    public static async Task<IReadOnlyList<string>> WalkAsync(PortalBrowser browser, string address, Func<Task>? between = null)
    {
        var numbers = new List<string>();
        for (var next = address; next is not null;)
        {
            var page = await browser.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            numbers.AddRange(NumbersOf(page.Html));
            next = LinkOf(page.Html, "Older") ?? LinkOf(page.Html, "Go on");
            await (between?.Invoke() ?? Task.CompletedTask);
        }

        return numbers;
    }

    [GeneratedRegex("href=\"/dashboard/(?:payins|payouts)/([a-z0-9]{16})\"")]
    private static partial Regex OrderLink();
}

/// <summary>Stores an order as it is; with a result of its own where that is wanted.</summary>
internal sealed class StoreOrder(OrderRow order, PersonRow? person, bool hasResult) : WriteCommand<OrderRow>
{
    public override short Bucket => order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(order.Key);

    protected override OrderRow Decide(BatchState state)
    {
        state.Orders.Insert(order.Key, order);
        if (person is not null)
        {
            state.Persons.Insert(person.Key, person);
        }

        if (!hasResult)
        {
            return order;
        }

        var told = state.Orders.Get(order.Key).WithResult(state);
        told.Save(state);
        return told;
    }
}

internal sealed class ChangeOrder(OrderKey key, Func<OrderRow, OrderRow> change) : WriteCommand<OrderRow>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override OrderRow Decide(BatchState state)
    {
        var changed = change(state.Orders.Get(key));
        changed.Save(state);
        return changed;
    }
}
