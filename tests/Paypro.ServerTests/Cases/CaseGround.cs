using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>An installation whose rail answers as a test says, with orders behind it and operators who sign in.</summary>
internal sealed class CaseGround(PaymentsGround ground, Engine engine) : IAsyncDisposable
{
    private static int _keys;

    public PaymentsGround Ground => ground;

    public Engine Engine => engine;

    public ScriptedChannel Rail => ground.The<ScriptedChannel>();

    public static async Task<CaseGround> StartAsync(Engine engine, Action<IServiceCollection>? replace = null)
    {
        var ground = await PaymentsGround.ListenAsync(engine, services =>
        {
            ScriptedChannel.Put(services);
            replace?.Invoke(services);
        });
        var made = new CaseGround(ground, engine);
        made.Silence();
        return made;
    }

    /// <summary>The rail answers nothing.</summary>
    public void Silence() => Rail.Answers = target =>
        Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);

    /// <summary>Payouts that were sent and of which nobody knows anything after the rail's finality time.</summary>
    public async Task<IReadOnlyList<Placed>> UnknownAsync(Shop shop, int count)
    {
        var payouts = new List<Placed>();
        for (var i = 0; i < count; i++)
        {
            var payout = (await shop.PayoutAsync(100_00 + i))!;
            await shop.TakeDueAsync(payout);
            await shop.SentAsync(payout, new SendOutcome.Unknown("no answer"));
            payouts.Add(payout);
        }

        ground.Time.Pass(TimeSpan.FromMinutes(20));
        foreach (var payout in payouts)
        {
            Assert.True(await ground.Writer.WriteAsync(new ReportUnknownOutcome(payout.Order.Key, 1, ground.NowMs)));
        }

        return payouts;
    }

    /// <summary>All cases as though each had been opened so long after the one before, from twenty past some hours ago.</summary>
    public async Task SpreadAsync(TimeSpan apart)
    {
        var atMs = (((ground.NowMs / CaseGroupKey.HourMs) - 3) * CaseGroupKey.HourMs) + (20 * 60_000);
        foreach (var id in await ground.ReadAsync(c => c.Cases.Select(x => x.Id).ToListAsync()))
        {
            await ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE cases SET opened_at_ms = {atMs} WHERE id = {id}"));
            atMs += (long)apart.TotalMilliseconds;
        }
    }

    /// <summary>Money comes that names no order.</summary>
    /// <returns>Its case.</returns>
    public async Task<CaseRow> SuspenseAsync(short bucket, string reference, long amountMinor, string? key = null)
    {
        key ??= string.Create(CultureInfo.InvariantCulture, $"key-{Interlocked.Increment(ref _keys)}");
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = reference, AmountMinor = amountMinor, Currency = "MXN", OccurredAtMs = ground.NowMs, RailReference = key, DedupeKey = key,
        };
        Assert.Equal(ApplyResult.Suspense, await ground.Writer.WriteAsync(new BookSuspense((bucket, 101), new Statement(said, StatementSource.Callback, ground.The<IdSource>().Next(), ground.NowMs), null, default, 20260305, ground.NowMs)));
        return await ground.ReadAsync(async c =>
        {
            var statement = await c.Statements.SingleAsync(s => s.DedupeKey == key && s.Kind == ObservationKind.Paid);
            return await c.Cases.SingleAsync(x => x.Bucket == bucket && x.StatementId == statement.Id);
        });
    }

    public Task<CaseRow> CaseAsync(long id) => ground.ReadAsync(async c => (await CaseQueue.FindAsync(c, id))!);

    public Task<CaseRow> CaseOfAsync(Placed placed) => ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Bucket == placed.Order.Bucket && x.OrderId == placed.Order.Id));

    /// <summary>Carries out what was decided, until nothing is left.</summary>
    public async Task CarryOutAsync()
    {
        while (await ground.The<CarryOutDecisions>().RunOnceAsync(CancellationToken.None))
        {
        }
    }

    /// <summary>Somebody of this role who has signed in.</summary>
    public async Task<CaseBrowser> SignedInAsync(Role role, string name)
    {
        var (users, sessions, secret, id) = (ground.The<Users>(), ground.The<Sessions>(), "", 0L);
        await ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await users.GiveAsync(context, trail, new RoleWish($"{name}@example.com", role, 0), Actor.Program);
            (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, name, 0);
            await context.SaveChangesAsync();
            (secret, _) = sessions.Add(context, user, Caller.Program);
            id = user.Id;

            // Days of a test pass in a moment: the session outlives them, or it would end whenever the node reads it again.
            var session = context.Sessions.Local.Single(s => s.UserId == id);
            (session.SeenAtMs, session.EndsAtMs) = (session.SeenAtMs + 864_000_000, session.EndsAtMs + 864_000_000);
            return true;
        });
        return new CaseBrowser(ground.Address, secret, id);
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();
}

/// <summary>An operator's browser without a picture.</summary>
internal sealed class CaseBrowser : IDisposable
{
    private readonly HttpClientHandler _handler;
    private readonly HttpClient _http;
    private readonly string _token;

    public CaseBrowser(Uri address, string secret, long userId)
    {
        _handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        _handler.CookieContainer.Add(address, new Cookie("paypro-operator", secret));
        _http = new HttpClient(_handler) { BaseAddress = address };
        (_token, UserId) = (Sessions.FormToken(secret), userId);
    }

    public long UserId { get; }

    public Actor By => Actor.User(UserId, "test@example.com", 1, Caller.Program);

    public async Task<(string Path, string Html)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
        return await FollowAsync(path, response);
    }

    public async Task<(string Path, string Html)> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Append(("token", _token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await FollowAsync(path, response);
    }

    public async Task<(string Path, string Html)> UploadAsync(string path, byte[] file, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append(("token", _token)))
        {
            content.Add(new StringContent(value), name);
        }

        content.Add(new ByteArrayContent(file), "file", "letter.pdf");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await FollowAsync(path, response);
    }

    /// <summary>The first address on a page that begins so.</summary>
    public static string LinkOf(string html, string begin) => WebUtility.HtmlDecode(Regex.Match(html, $"(?:href|action)=\"({Regex.Escape(begin)}[^\"]*)\"").Groups[1].Value);

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<(string Path, string Html)> FollowAsync(string path, HttpResponseMessage response) => response.StatusCode == HttpStatusCode.Found
        ? await GetAsync(response.Headers.Location!.ToString())
        : ((int)response.StatusCode < 500 ? path : throw new InvalidOperationException($"{path}: {response.StatusCode}"), WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()));
}
