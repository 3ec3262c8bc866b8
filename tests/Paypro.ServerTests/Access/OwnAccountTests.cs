using System.Net;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>What everybody does to his own account, and how many passwords are checked at once.</summary>
public sealed class OwnAccountTests
{
    private const string Password = "four plain words here";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EverybodyChangesHisOwnAccount(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            await host.The<Users>().GiveAsync(context, trail, new RoleWish("person@example.com", Role.Auditor, 0), Actor.Program);
            return true;
        });
        await MailTests.SendAsync(host);
        using var here = host.Browser();
        await here.AcceptAsync(mail.LinkTo("person@example.com"), "Person", Password);
        await here.GetAsync("/operator/me");
        Assert.Contains("zone: is not one", (await here.PostAsync("/operator/me", ("name", "Person"), ("zone", "own"), ("ownZone", "Nowhere/Here"))).Html, StringComparison.Ordinal);
        var saved = await here.PostAsync("/operator/me", ("name", "Person B"), ("language", "es"), ("zone", "own"), ("ownZone", "America/Mexico_City"), ("theme", "dark"));
        Assert.Contains("lang=\"es\"", saved.Html, StringComparison.Ordinal);
        Assert.Contains("data-theme=\"dark\"", saved.Html, StringComparison.Ordinal);

        // New recovery codes, another app, another password: each is mailed, and the last two end what is open elsewhere.
        using var there = host.Browser();
        Assert.Equal("/operator/overview", (await there.PostAsync("/operator/sign-in", ("email", "person@example.com"), ("password", Password), ("code", here.NextCode()))).Path);
        var codes = await here.PostAsync("/operator/me/recovery-codes");
        Assert.Equal(SecondFactor.RecoveryCodes, System.Text.RegularExpressions.Regex.Count(codes.Html, "<li><code>"));
        var app = await here.PostAsync("/operator/me/app");
        Assert.Equal(HttpStatusCode.BadRequest, (await here.PostAsync("/operator/me/app/save", ("seed", app.HiddenField("seed")!), ("code", "000000"))).Status);
        here.TakeSeed(app);
        Assert.StartsWith("/operator/me?done", (await here.PostAsync("/operator/me/app/save", ("seed", app.HiddenField("seed")!), ("code", here.NextCode()))).Path, StringComparison.Ordinal);
        Assert.Equal("/operator/sign-in", (await there.GetAsync("/operator/merchants")).Path);
        Assert.Equal(HttpStatusCode.BadRequest, (await here.PostAsync("/operator/me/password", ("old", "wrong"), ("password", "other plain words here"), ("code", here.NextCode()))).Status);
        Assert.StartsWith("/operator/me?done", (await here.PostAsync("/operator/me/password", ("old", Password), ("password", "other plain words here"), ("code", here.NextCode()))).Path, StringComparison.Ordinal);
        Assert.Equal("/operator/overview", (await there.PostAsync("/operator/sign-in", ("email", "person@example.com"), ("password", "other plain words here"), ("code", here.NextCode()))).Path);
        await MailTests.SendAsync(host);
        Assert.Equal(2, mail.SubjectsTo("person@example.com").Count(s => s == "Se agregó una nueva forma de acceso"));
        Assert.Contains("Su contraseña fue cambiada", mail.SubjectsTo("person@example.com"));
    }

    /// <summary>Whoever waits for a place beyond the bound is told so at once: nobody fills the memory with passwords to check.</summary>
    [Fact]
    public async Task TooManyPasswordsAtOnceAreRefused()
    {
        using var passwords = new Passwords(new SystemRandomness());
        var hash = (await passwords.HashAsync(Password))!;
        var all = await Task.WhenAll(Enumerable.Range(0, Passwords.MostWaiting + 20).Select(_ => Task.Run(() => passwords.IsRightAsync(hash, Password))));
        Assert.Contains(all, right => right is null);
        Assert.InRange(all.Count(right => right == true), Passwords.MostWaiting / 2, all.Length - 1);
        Assert.True(await passwords.IsRightAsync(hash, Password));
    }
}
