using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Mails: in the transaction of what they tell, sent once by two nodes, in the reader's language.</summary>
public sealed class MailTests
{
    private const string Password = "four plain words here";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task InvitedByMailAndBackInByMail(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        using var admin = await host.SignedInAsync(Role.Admin);
        await admin.PostAsync("/operator/merchants", ("business", ""), ("businessName", "A business"), ("country", "MX"), ("name", "A shop"));
        var invited = await admin.PostAsync("/operator/merchants/2000000001/owner", ("email", "Owner@Example.com"));
        Assert.DoesNotContain("/welcome/", invited.Html, StringComparison.Ordinal);
        await SendAsync(host);
        Assert.Contains("A business", mail.Taken.Single(m => m.To == "owner@example.com").Content.Text, StringComparison.Ordinal);
        using var owner = host.Browser();
        await owner.AcceptAsync(mail.LinkTo("owner@example.com"), "Owner", Password);

        // Who has forgotten his password gets a link; an address that nobody has is answered the same, and a link more often than all two minutes nobody.
        using var forgetful = host.Browser();
        var known = await ForgotAsync("owner@example.com");
        var unknown = await ForgotAsync("nobody@example.com");
        Assert.Equal(known.Html, unknown.Html);
        await ForgotAsync("owner@example.com");
        await SendAsync(host);
        Assert.Equal(["Your access to Paypro", "Set a new password"], mail.SubjectsTo("owner@example.com"));
        var link = new Uri(mail.LinkTo("owner@example.com")).AbsolutePath;
        var again = await forgetful.PostAsync(link, ("name", "Owner"), ("password", "other plain words here"), ("code", owner.NextCode()));
        Assert.Equal("/dashboard", again.Path);
        await SendAsync(host);

        // From another browser, and with a new password: both are told.
        Assert.Equal(["Sign-in from a new browser", "Your password was changed"], mail.SubjectsTo("owner@example.com").Skip(2).Order(StringComparer.Ordinal));

        // Nothing of a mail is kept once it is sent.
        Assert.All(await host.ReadAsync(c => c.Mails.ToListAsync()), m => Assert.Equal((MailState.Sent, 0), (m.State, m.Sealed.Length)));

        async Task<PortalPage> ForgotAsync(string email)
        {
            var began = TimeProvider.System.GetTimestamp();
            var page = await forgetful.PostAsync("/dashboard/forgot", ("email", email));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMilliseconds(600));
            return page;
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TwoNodesSendAMailOnceAndALostAnswerSendsTheSameAgain(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        await AddAsync(host);
        var loops = Enumerable.Range(0, 4).Select(_ => new SendMails(
            host.The<IContexts>(), host.The<BatchWriter>(), host.The<Mails>(), mail, host.The<Paypro.Server.Cases.RaiseCases>(), host.Time)).ToList();
        mail.Meanwhile = () => Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        await Task.WhenAll(loops.Select(l => l.RunOnceAsync(CancellationToken.None)));
        Assert.Single(mail.Taken);

        // The node ends after the server's yes: the lease ends, and the same mail goes out under the same id.
        await AddAsync(host);
        mail.Meanwhile = () => throw new IOException("the node ends here");
        await Assert.ThrowsAsync<IOException>(() => loops[0].RunOnceAsync(CancellationToken.None));
        mail.Meanwhile = () => Task.CompletedTask;
        await loops[1].RunOnceAsync(CancellationToken.None);
        Assert.Single(mail.Taken);
        host.Time.Pass(SendMails.Lease + TimeSpan.FromSeconds(1));
        await loops[1].RunOnceAsync(CancellationToken.None);
        Assert.Equal(2, mail.Taken.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AServerThatIsAwayAndAMailThatIsRefusedAreCases(Engine engine)
    {
        var mail = new RecordingMailServer { Answers = MailOutcome.Later };
        await using var host = await PortalHost.StartAsync(engine, mail);
        await AddAsync(host);
        for (var i = 0; i < 8; i++)
        {
            await SendAsync(host);
            host.Time.Pass(TimeSpan.FromMinutes(11));
        }

        Assert.Equal([SendMails.ServerCase], await OpenAsync());
        mail.Answers = MailOutcome.Sent;
        await SendAsync(host);
        Assert.Empty(await OpenAsync());
        Assert.Single(mail.Taken);

        mail.Answers = MailOutcome.Refused;
        await AddAsync(host);
        await SendAsync(host);
        Assert.Equal([SendMails.FailedCase], await OpenAsync());
        var refused = await host.ReadAsync(c => c.Mails.SingleAsync(m => m.State == MailState.Failed));
        Assert.Empty(refused.Sealed);

        // What says nothing any more is not sent late.
        mail.Answers = MailOutcome.Sent;
        await AddAsync(host);
        host.Time.Pass(TimeSpan.FromHours(25));
        await SendAsync(host);
        Assert.Single(mail.Taken);
        host.Time.Pass(TimeSpan.FromDays(8));
        await host.The<SendMails>().ForgetAsync();
        Assert.Empty(await host.ReadAsync(c => c.Mails.ToListAsync()));

        Task<List<string>> OpenAsync() => host.ReadAsync(c => c.Cases.Where(k => k.State == CaseState.Open).Select(k => k.Kind).ToListAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheAuditLogsEndsAreMailedOnceADay(Engine engine)
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(engine, mail);
        using var admin = await host.SignedInAsync(Role.Admin);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.The<AuditHeads>().RunOnceAsync(CancellationToken.None)));
        await SendAsync(host);
        var heads = mail.Taken.Where(m => m.Content.Subject.StartsWith("The audit log on", StringComparison.Ordinal)).ToList();
        Assert.Single(heads);
        var first = await host.ReadAsync(c => c.Audit.OrderBy(a => a.No).FirstAsync(a => a.Chain == AuditTrail.Platform));
        Assert.Contains($"-1 {first.No} {Convert.ToHexStringLower(first.Hash)}", heads[0].Content.Text, StringComparison.Ordinal);
        host.Time.Pass(TimeSpan.FromDays(1));
        await host.The<AuditHeads>().RunOnceAsync(CancellationToken.None);
        await SendAsync(host);
        Assert.Equal(2, mail.Taken.Count(m => m.Content.Subject.StartsWith("The audit log on", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WrongSignInsAreToldOnceAnHourInTheReadersLanguage()
    {
        var mail = new RecordingMailServer();
        await using var host = await PortalHost.StartAsync(Engine.Sqlite, mail);
        using var admin = await host.SignedInAsync(Role.Admin);
        await host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            (await context.Users.SingleAsync()).Language = "pt-BR";
            trail.Add(Actor.Program, "test.language", "user:1");
            return true;
        });
        foreach (var address in (string[])["203.0.113.5", "203.0.113.6"])
        {
            for (var i = 0; i < SignInFailures.Free; i++)
            {
                await host.The<SignIn>().RunAsync(Realm.Operator, "admin-0@example.com", "wrong", "000000", new Caller(address, "a browser", "1"));
            }
        }

        await SendAsync(host);
        Assert.Equal(["Tentativas erradas de acesso à sua conta"], mail.SubjectsTo("admin-0@example.com").Where(s => s.StartsWith("Tent", StringComparison.Ordinal)));
        Assert.Contains("203.0.113.5", mail.Taken[^1].Content.Text, StringComparison.Ordinal);
    }

    internal static async Task SendAsync(PortalHost host)
    {
        while (await host.The<SendMails>().RunOnceAsync(CancellationToken.None))
        {
        }
    }

    private static Task<bool> AddAsync(PortalHost host) => host.The<AuditedStore>().SaveAsync((context, trail) =>
    {
        host.The<Mails>().Add(context, new UserRow { Email = "reader@example.com" }, MailKind.PasswordChanged, "now", "here");
        trail.Add(Actor.Program, "test.mail", "mail:1");
        return Task.FromResult(true);
    });
}
