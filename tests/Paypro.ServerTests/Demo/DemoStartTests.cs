using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Countries;
using Paypro.Server;
using Paypro.Server.Access;
using Paypro.Server.Demo;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Demo;

/// <summary>Where a demo is made and kept, and who may be signed in as.</summary>
public sealed class DemoStartTests
{
    /// <summary>Long enough to have a weekday in it, whatever day it is made on.</summary>
    private static readonly DemoPlan Tiny = new(4, [new("Market A", "MX", 6, 1, 1, 0.1)]);

    [Fact]
    public async Task IsMadeOnceAndAnewWhereItWasNotWhole()
    {
        using var folder = new Folder();
        var (file, making) = (folder.Of("paypro-demo.db"), folder.Of("paypro-demo.making.db"));
        await File.WriteAllTextAsync(making, "stopped halfway");
        await File.WriteAllTextAsync(making + "-wal", "stopped halfway");

        var settings = await DemoStart.PrepareAsync(["--demo", .. folder.Settings], Tiny);

        Assert.Contains("--Paypro:Demo=true", settings);
        Assert.Contains($"--ConnectionStrings:Paypro=Data Source={file}", settings);
        Assert.True(File.Exists(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*making*"));
        var first = await OrdersAsync(file);
        Assert.NotEmpty(first);

        await DemoStart.PrepareAsync(["--demo", .. folder.Settings], Tiny);
        Assert.Equal(first, await OrdersAsync(file));

        await DemoStart.PrepareAsync(["--demo", "--again", .. folder.Settings], Tiny);
        Assert.Empty(first.Intersect(await OrdersAsync(file)));
        Assert.False(File.Exists(folder.Of("paypro.db")));
    }

    [Theory]
    [InlineData("Paypro__Demo", "--Paypro:Sandbox=false", "--Paypro:PublicUrl=https://pay.example", "--Paypro:MasterKeyFile=/none")]
    [InlineData("Paypro__Database", "--Paypro:Sandbox=true", "--Paypro:Database=Postgres")]
    public async Task IsRefusedWhereItMustNotBe(string names, params string[] settings)
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.Of("paypro-demo.db"), "a demo");

        var bad = await Assert.ThrowsAsync<BadSettingException>(() => DemoStart.PrepareAsync(["--demo", "--again", .. folder.Settings, .. settings], Tiny));

        Assert.StartsWith(names, bad.Message, StringComparison.Ordinal);
        Assert.Equal([folder.Of("paypro-demo.db")], Directory.GetFiles(folder.Path));
        Assert.StartsWith("--again", (await Assert.ThrowsAsync<BadSettingException>(() => DemoStart.PrepareAsync(["--again"], Tiny))).Message, StringComparison.Ordinal);
        Assert.Equal(["--urls=x"], await DemoStart.PrepareAsync(["--urls=x"], Tiny));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EverybodyCanSignInAsARoleOfADemo(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine, null, "--Paypro:Demo=true");
        await host.Get<DemoUsers>().AddAsync(Realm.Operator, 0);
        await host.Get<DemoUsers>().AddAsync(Realm.Merchant, 1);
        foreach (var (root, role, path) in ((string, string, string)[])[("/operator", "auditor", "/operator/audit"), ("/operator", "admin", "/operator/users"), ("/dashboard", "owner", "/dashboard")])
        {
            Assert.True(await SignsInAsync(host, root, role, path), role);
        }

        Assert.Contains("a button for each role", await host.Get<Announcement>().TextAsync(["http://localhost"], CancellationToken.None), StringComparison.Ordinal);

        // A role of the other realm, and none at all.
        Assert.False(await SignsInAsync(host, "/dashboard", "auditor", "/dashboard"));
        Assert.False(await SignsInAsync(host, "/operator", "", "/operator/users"));
        Assert.Equal(3, await host.ReadAsync(c => Task.FromResult(c.Audit.Count(a => a.Action == "session.begin-in-demo" && a.SessionId != 0))));
    }

    [Fact]
    public async Task NobodySignsInWithoutAPasswordElsewhere()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        await host.Get<DemoUsers>().AddAsync(Realm.Operator, 0);

        Assert.DoesNotContain("sign-in-as", await host.Http.GetStringAsync(new Uri("/operator/sign-in", UriKind.Relative)), StringComparison.Ordinal);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("role", "admin")]);
        using var answer = await host.Http.PostAsync(new Uri("/operator/sign-in-as", UriKind.Relative), content);
        Assert.Equal("/operator/sign-in", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(0, await host.ReadAsync(c => Task.FromResult(c.Sessions.Count())));
        Assert.Null(await host.Get<DemoUsers>().SignInAsync(Role.Admin, Caller.Program));
    }

    /// <summary>Every way and every kind of payout can be asked for with the demo's requests.</summary>
    [Fact]
    public async Task RequestsAreTakenInEveryCountry()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        var (requests, snapshot) = (new DemoRequests(host.Get<SnapshotStore>()), host.Get<SnapshotStore>().Current);
        foreach (var country in host.Get<CountryCatalog>().Countries)
        {
            var merchant = snapshot.Merchant(Server.Sandbox.SandboxMerchants.Of(country).No)!;
            var amountMinor = DemoPlan.UsualUnits(country.IsoCode) * country.Currency.UnitMinor;
            foreach (var way in country.PayInWays)
            {
                var (operation, texts) = DemoRequests.ForWay(country, way);
                (texts[FieldRole.TradeNo], texts[FieldRole.Amount], texts[FieldRole.NotifyUrl]) = ("t1", DemoRequests.Text(amountMinor, country), "http://localhost/n");
                Assert.Equal(way.Code, requests.Make(merchant, operation, texts, 1_800_000_000_000).Way?.Code);
            }

            foreach (var texts in DemoRequests.Payouts(country))
            {
                (texts[FieldRole.TradeNo], texts[FieldRole.Amount], texts[FieldRole.NotifyUrl]) = ("t1", DemoRequests.Text(amountMinor, country), "http://localhost/n");
                var fields = requests.Make(merchant, country.FindOperation(OperationKind.CreatePayout)!, texts, 1_800_000_000_000);
                Assert.Equal(amountMinor, fields.AmountMinor);
                Assert.Contains("emo", fields.Name ?? "Demo", StringComparison.Ordinal);
            }
        }
    }

    private static async Task<bool> SignsInAsync(SandboxHost host, string root, string role, string path)
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = host.Http.BaseAddress };
        Assert.Contains("sign-in-as", await http.GetStringAsync(new Uri($"{root}/sign-in", UriKind.Relative)), StringComparison.Ordinal);
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("role", role)]);
        using var answer = await http.PostAsync(new Uri($"{root}/sign-in-as", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        using var page = await http.GetAsync(new Uri(path, UriKind.Relative));
        return page.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<List<string>> OrdersAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT number FROM orders ORDER BY number";
        var numbers = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            numbers.Add(reader.GetString(0));
        }

        return numbers;
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("paypro-test-").FullName;

        public string[] Settings => [$"--ConnectionStrings:Paypro=Data Source={Of("paypro.db")}", "--Paypro:Sandbox=true", "--Paypro:Metrics=off", "--Logging:LogLevel:Default=None"];

        public string Of(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
