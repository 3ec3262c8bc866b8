using Microsoft.EntityFrameworkCore;
using OtpNet;
using Paypro.Server.Access;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Passwords, codes, links and sessions.</summary>
public sealed class SignInTests
{
    private const string Email = "person@example.com", Password = "four plain words here";
    private static readonly Caller From = new("203.0.113.5", "a browser", "request-1");

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SignsInByPasswordAndACodeThatIsTakenOnce(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (seed, recovery) = await SetUpAsync(host);
        var code = Code(host, seed);
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password + "x", code));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, "000000"));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, code, realm: Realm.Merchant));
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, code, email: " Person@Example.COM "));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, code));

        // At once from two places: one of them.
        var next = Code(host, seed);
        var both = await Task.WhenAll(SignInAsync(host, Password, next), SignInAsync(host, Password, next));
        Assert.Single(both, r => r is SignInResult.Done);

        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, recovery[3]));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, recovery[3]));
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, recovery[4].Replace("-", "").ToUpperInvariant()));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task FiveWrongOnesCloseThePairAndNobodyElse(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (seed, _) = await SetUpAsync(host);
        for (var i = 0; i < SignInFailures.Free; i++)
        {
            Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, "wrong", "000000"));
        }

        Assert.InRange(Assert.IsType<SignInResult.Closed>(await SignInAsync(host, Password, Code(host, seed))).Seconds, 1, 60);
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, Code(host, seed), from: From with { Address = "198.51.100.7" }));

        // Each further one for twice as long, up to an hour.
        foreach (var minutes in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            host.Time.Pass(TimeSpan.FromHours(1));
            Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, "wrong", "000000"));
            Assert.InRange(Assert.IsType<SignInResult.Closed>(await SignInAsync(host, Password, "000000")).Seconds, (minutes * 60) - 30, minutes * 60);
        }

        host.Time.Pass(TimeSpan.FromHours(1));
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, Code(host, seed)));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, "wrong", "000000"));
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, Code(host, seed)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ASessionEndsByRestByAgeAndByWill(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (seed, _) = await SetUpAsync(host);
        var sessions = new Sessions(host.The<IContexts>(), host.The<BatchWriter>(), host.The<Paypro.Server.Platform.IRandomness>(), host.The<Paypro.Server.Platform.IdSource>(), new Unkept(host.Time));
        var secret = await OpenAsync();
        for (var i = 0; i < 24; i++)
        {
            host.Time.Pass(TimeSpan.FromMinutes(29));
            Assert.NotNull(await sessions.FindAsync(Realm.Operator, secret));
        }

        host.Time.Pass(TimeSpan.FromMinutes(25));
        Assert.Null(await sessions.FindAsync(Realm.Operator, secret));

        var idle = await OpenAsync();
        host.Time.Pass(TimeSpan.FromMinutes(31));
        Assert.Null(await sessions.FindAsync(Realm.Operator, idle));

        var open = await OpenAsync();
        Assert.Null(await sessions.FindAsync(Realm.Merchant, open));
        Assert.Null(await sessions.FindAsync(Realm.Operator, open[..^1] + "x"));
        var who = (await sessions.FindAsync(Realm.Operator, open))!;
        await host.The<Users>().DisableAsync(Actor.Program, Realm.Operator, who.User.Id, "has left");
        Assert.Null(await sessions.FindAsync(Realm.Operator, open));
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, Code(host, seed)));
        await host.The<Sessions>().ForgetEndedAsync();
        Assert.Empty(await host.ReadAsync(c => c.Sessions.ToListAsync()));

        async Task<string> OpenAsync() => Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, Code(host, seed))).Secret;
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALinkOpensOnceAndAResetSkipsNoFactor(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        var (seed, _) = await SetUpAsync(host);
        var links = host.The<AccessLinks>();
        var user = await host.ReadAsync(c => c.Users.SingleAsync());
        var older = (await host.The<Users>().LinkAsync(Actor.Program, Realm.Operator, user.Id)).LinkSecret!;
        var reset = (await host.The<Users>().LinkAsync(Actor.Program, Realm.Operator, user.Id)).LinkSecret!;
        Assert.Null(await links.LookAsync(Realm.Operator, older));
        Assert.Null(await links.LookAsync(Realm.Merchant, reset));
        Assert.Null((await links.LookAsync(Realm.Operator, reset))!.Seed);
        Assert.StartsWith("code:", (await links.EnterAsync(Realm.Operator, reset, "Person", "other plain words", null, "000000", From)).Problem, StringComparison.Ordinal);
        Assert.StartsWith("password:", (await links.EnterAsync(Realm.Operator, reset, "Person", "short", null, Code(host, seed), From)).Problem, StringComparison.Ordinal);
        var entered = (await links.EnterAsync(Realm.Operator, reset, "Person", "other plain words", null, Code(host, seed), From)).Entered!;
        Assert.Empty(entered.RecoveryCodes);
        Assert.StartsWith("link:", (await links.EnterAsync(Realm.Operator, reset, "Person", "other plain words", null, Code(host, seed), From)).Problem, StringComparison.Ordinal);
        Assert.IsType<SignInResult.Wrong>(await SignInAsync(host, Password, Code(host, seed)));
        Assert.IsType<SignInResult.Done>(await SignInAsync(host, "other plain words", Code(host, seed)));

        var late = (await host.The<Users>().LinkAsync(Actor.Program, Realm.Operator, user.Id)).LinkSecret!;
        host.Time.Pass(AccessLinks.ResetGoodFor);
        Assert.Null(await links.LookAsync(Realm.Operator, late));

        // The way back in, for whoever may start the program: both factors anew, and every session ends.
        var back = await host.The<Users>().OperatorLinkAsync(Email);
        Assert.NotNull((await links.LookAsync(Realm.Operator, back.LinkSecret!))!.Seed);
    }

    [Fact]
    public async Task NothingSecretIsStored()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        var (seed, recovery) = await SetUpAsync(host);
        var secret = Assert.IsType<SignInResult.Done>(await SignInAsync(host, Password, Code(host, seed))).Secret;
        var user = await host.ReadAsync(c => c.Users.SingleAsync());
        var stored = System.Text.Json.JsonSerializer.Serialize(new
        {
            user, sessions = await host.ReadAsync(c => c.Sessions.ToListAsync()), codes = await host.ReadAsync(c => c.RecoveryCodes.ToListAsync()), audit = await host.ReadAsync(c => c.Audit.ToListAsync()),
            failures = await host.ReadAsync(c => c.SignInFailures.ToListAsync()),
        });
        foreach (var plain in (string[])[Password, secret, recovery[0], Base32Encoding.ToString(seed), Convert.ToBase64String(seed)])
        {
            Assert.DoesNotContain(plain, stored, StringComparison.Ordinal);
        }
    }

    private static async Task<(byte[] Seed, IReadOnlyList<string> Recovery)> SetUpAsync(PortalHost host)
    {
        var links = host.The<AccessLinks>();
        var secret = (await host.The<Users>().OperatorLinkAsync(Email)).LinkSecret!;
        var open = (await links.LookAsync(Realm.Operator, secret))!;
        var seed = (await links.SeedAsync(Realm.Operator, secret, open.SealedSeed))!;
        Assert.Equal(open.Seed, seed);
        Assert.Null(await links.SeedAsync(Realm.Operator, secret, open.SealedSeed[..^4] + "AAAA"));
        var entered = await links.EnterAsync(Realm.Operator, secret, "Person", Password, seed, Code(host, seed), From);
        Assert.Null(entered.Problem);
        return (seed, entered.Entered!.RecoveryCodes);
    }

    private static string Code(PortalHost host, byte[] seed)
    {
        host.Time.Pass(TimeSpan.FromSeconds(30));
        return new Totp(seed).ComputeTotp(host.Time.GetUtcNow().UtcDateTime);
    }

    private static Task<SignInResult> SignInAsync(PortalHost host, string password, string code, string email = Email, Realm realm = Realm.Operator, Caller? from = null) =>
        host.The<SignIn>().RunAsync(realm, email, password, code, from ?? From);

    /// <summary>A clock by which everything that was kept is old.</summary>
    private sealed class Unkept(TimeProvider inner) : TimeProvider
    {
        private long _ticks;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimestampFrequency * 10);
    }
}
