using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using Paypro.Channels;
using Paypro.Server;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Mail;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Access;

/// <summary>A live installation that listens, with an empty database and a clock that a test puts forward.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly MasterKeyFile _key;
    private readonly WebApplication _app;
    private readonly bool _owns;
    private readonly RecordingMailServer? _mail;

    private PortalHost(TestDatabase database, MasterKeyFile key, WebApplication app, ShiftedTime time, RecordingMailServer? mail, bool owns) =>
        (_database, _key, _app, Time, _mail, _owns) = (database, key, app, time, mail, owns);

    public ShiftedTime Time { get; }

    public Uri Address => new(_app.Urls.First());

    /// <param name="engine">The database.</param>
    /// <param name="mail">Takes the mails; without one nothing is mailed.</param>
    public static async Task<PortalHost> StartAsync(Engine engine, RecordingMailServer? mail = null)
    {
        var key = new MasterKeyFile();
        MasterKeyFile.Own(key.Path);
        var time = new ShiftedTime();
        var database = await TestDatabase.CreateAsync(engine);
        return new PortalHost(database, key, await StartAsync(database, key, time, mail), time, mail, owns: true);
    }

    /// <summary>Another node over the same database.</summary>
    public async Task<PortalHost> AnotherNodeAsync() => new(_database, _key, await StartAsync(_database, _key, Time, _mail), Time, _mail, owns: false);

    public T The<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<TResult> ReadAsync<TResult>(Func<PayproContext, Task<TResult>> read)
    {
        await using var context = The<IContexts>().Create();
        return await read(context);
    }

    public PortalBrowser Browser() => new(this);

    /// <summary>A user with a role and an open session, without the pages that make one.</summary>
    /// <param name="role">An operator's or a merchant's.</param>
    /// <param name="businessId">0 for an operator's.</param>
    public async Task<PortalBrowser> SignedInAsync(Role role, long businessId = 0)
    {
        var users = The<Users>();
        var (sessions, secret) = (The<Sessions>(), "");
        await The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await users.GiveAsync(context, trail, new RoleWish($"{role}-{businessId}@example.com".ToLowerInvariant(), role, businessId), Actor.Program);
            (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, role.ToString(), 0);
            (secret, _) = sessions.Add(context, user, Caller.Program);
            return true;
        });
        var browser = Browser();
        browser.Cookies.Add(Address, new Cookie(Permissions.RealmOf(role) == Realm.Operator ? "paypro-operator" : "paypro-dashboard", secret));
        browser.FormToken = Sessions.FormToken(secret);
        return browser;
    }

    /// <summary>Gives somebody who has signed in another role: a token may do no more than its maker.</summary>
    public Task<bool> AlsoAsync(Role role, Role another) => The<AuditedStore>().SaveAsync(async (context, trail) =>
    {
        await The<Users>().GiveAsync(context, trail, new RoleWish($"{role}-0@example.com".ToLowerInvariant(), another, 0), Actor.Program);
        return true;
    });

    /// <summary>A merchant of a business of its own that is approved and open.</summary>
    public async Task<long> OpenMerchantAsync(string country)
    {
        var changes = The<MerchantChanges>();
        var business = await changes.AddBusinessAsync(Actor.Program, "A business", Answer<BusinessView>.Unkept);
        var no = (await changes.AddMerchantAsync(Actor.Program, business.Value!.Id, country, "A shop", Answer<MerchantView>.Unkept)).Value!.MerchantNo;
        await The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            var row = await context.Merchants.SingleAsync(m => m.MerchantNo == no);
            (row.Approved, row.PayInsOpen, row.PayoutsOpen) = (true, true, true);
            trail.Add(Actor.Program, "test.open", MerchantChanges.SubjectOf(no));
            return true;
        });
        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return no;
    }

    /// <summary>The installation's first order, which ends its setting up.</summary>
    public async Task FirstOrderAsync(long merchantNo)
    {
        var merchant = await ReadAsync(c => c.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == merchantNo));
        Assert.IsType<CreateResult.Created>(await The<BatchWriter>().WriteAsync(new CreatePayIn(new OrderRow
        {
            Bucket = merchant.Bucket, Id = The<IdSource>().Next(), MerchantNo = merchantNo, Direction = Direction.PayIn, Number = "abcdefghij012345", TradeNo = "first", Country = merchant.Country,
            Currency = merchant.Currency, AmountMinor = 100, State = OrderState.Pending, ExpiresAtMs = long.MaxValue, CreatedAtMs = 1, ContentHash = [1],
        }, null, null, null)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_owns)
        {
            await _database.DisposeAsync();
            _key.Dispose();
        }
    }

    private static async Task<WebApplication> StartAsync(TestDatabase database, MasterKeyFile key, ShiftedTime time, RecordingMailServer? mail)
    {
        var app = Application.Build(
            [
                "--urls=http://127.0.0.1:0", "--Paypro:Sandbox=false", "--Paypro:PublicUrl=https://pay.example", $"--Paypro:MasterKeyFile={key.Path}", "--Paypro:Roles=api,portals", "--Paypro:Metrics=off", "--Paypro:RateLimits:PagesPerSecond=100000",
                $"--Paypro:Database={database.Engine}", $"--ConnectionStrings:Paypro={database.ConnectionString}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None",
                $"--Paypro:Mail:Host={(mail is null ? "" : "localhost")}", "--Paypro:Mail:From=Paypro <no-reply@pay.example>",
            ],
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                if (mail is not null)
                {
                    services.AddSingleton<IMailServer>(mail);
                }
            });
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        return app;
    }
}

/// <summary>A page that was loaded.</summary>
internal sealed record PortalPage(HttpStatusCode Status, string Path, string Html)
{
    /// <summary>The text of the first element of a class.</summary>
    public string? TextOf(string className) => Regex.Match(Html, $"class=\"[^\"]*\\b{className}\\b[^\"]*\"[^>]*>([^<]*)<") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value).Trim() : null;

    public string? HiddenField(string name) => Regex.Match(Html, $"name=\"{name}\" value=\"([^\"]*)\"") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
}

/// <summary>A browser without a picture: cookies, forms and redirects.</summary>
internal sealed class PortalBrowser(PortalHost host) : IDisposable
{
    private readonly HttpClientHandler _handler = new() { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
    private HttpClient? _http;
    private byte[] _seed = [];

    public CookieContainer Cookies => _handler.CookieContainer;

    public string FormToken { get; set; } = "";

    private HttpClient Http => _http ??= new HttpClient(_handler) { BaseAddress = host.Address };

    public async Task<PortalPage> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
        return await FollowAsync(path, response);
    }

    public Task<byte[]> BytesAsync(string path) => Http.GetByteArrayAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    public async Task<PortalPage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Append(("token", FormToken)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await FollowAsync(path, response);
    }

    /// <summary>Sends a form with one file.</summary>
    public async Task<PortalPage> UploadAsync(string path, string fileName, byte[] file, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append(("token", FormToken)))
        {
            content.Add(new StringContent(value), name);
        }

        content.Add(new ByteArrayContent(file), "file", fileName);
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await FollowAsync(path, response);
    }

    /// <summary>Sets an account up by a link: password, app of codes.</summary>
    public async Task<PortalPage> AcceptAsync(string link, string name, string password)
    {
        var path = new Uri(link).AbsolutePath;
        var page = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        _seed = Base32Encoding.ToBytes(page.TextOf("secret")!.Replace(" ", ""));
        return await PostAsync(path, ("name", name), ("password", password), ("seed", page.HiddenField("seed")!), ("code", NextCode()));
    }

    /// <summary>Adds what a page shows to the app of codes.</summary>
    public void TakeSeed(PortalPage page) => _seed = Base32Encoding.ToBytes(page.TextOf("secret")!.Replace(" ", ""));

    /// <summary>A code of the app that was not used before: half a minute later.</summary>
    public string NextCode()
    {
        host.Time.Pass(TimeSpan.FromSeconds(30));
        return new Totp(_seed).ComputeTotp(host.Time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Gives a fresh factor once the last one is too old.</summary>
    public async Task ConfirmAsync(string root)
    {
        host.Time.Pass(Sessions.StepUpGoodFor);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync($"{root}/confirm", (Paypro.Server.Screens.StepUps.Code, NextCode()))).Status);
    }

    public void Dispose()
    {
        _http?.Dispose();
        _handler.Dispose();
    }

    private async Task<PortalPage> FollowAsync(string path, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.Found)
        {
            return await GetAsync(response.Headers.Location!.ToString());
        }

        var page = new PortalPage(response.StatusCode, path, await response.Content.ReadAsStringAsync());
        FormToken = page.HiddenField("token") ?? FormToken;
        return page;
    }
}
