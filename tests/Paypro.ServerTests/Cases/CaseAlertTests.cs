using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server.Cases;
using Paypro.Server.Mail;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Cases;

/// <summary>An urgent case reaches people who look at no screen: once, whatever runs how often.</summary>
public sealed class CaseAlertTests
{
    private const string Key = "a secret of at least thirty-two characters";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task UrgentCasesAreToldAndToldAgainWhileNobodyTookThem(Engine engine)
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        var keyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(keyFile, Key + "\n", TestContext.Current.CancellationToken);
        try
        {
            await using var cases = await CaseGround.StartAsync(engine, services => services.AddSingleton(s =>
            {
                var options = new PayproOptions { Sandbox = true, PublicUrl = "http://localhost:5080", Database = engine.ToString() };
                options.Notifications.AllowLoopback = true;
                options.Alerts = new AlertOptions { FirstMail = "first@example.com", SecondMail = "second@example.com", WebhookUrl = receiver.AddressOf("alerts"), WebhookKeyFile = keyFile, PingUrl = receiver.AddressOf("alive") };
                return options;
            }));
            var (alerts, ground) = (cases.Ground.The<CaseAlerts>(), cases.Ground);
            await RaiseAsync("bucket 1", CaseSeverity.Now);
            await RaiseAsync("bucket 2", CaseSeverity.Now);
            await RaiseAsync("bucket 3", CaseSeverity.Today);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => alerts.RunOnceAsync(CancellationToken.None)));
            var mail = Assert.Single(await MailsAsync());
            Assert.Equal("first@example.com", mail.To);
            Assert.Contains("bucket 2 is not right", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("bucket 3", mail.Text, StringComparison.Ordinal);
            var posted = Assert.Single(receiver.Received);
            Assert.Equal(["bucket 1", "bucket 2"], JsonDocument.Parse(posted.Body).RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("subject").GetString()).Order());
            var header = posted.Headers[HmacSignature.HeaderName];
            Assert.Equal(HmacSignature.Header(CaseAlerts.Purpose, "/alerts", "", ground.NowMs / 1000, Encoding.UTF8.GetBytes(posted.Body), Encoding.UTF8.GetBytes(Key)), header);

            // Somebody takes one of them; after a quarter of an hour the other one is told to the second contact, once.
            using var support = await cases.SignedInAsync(Role.Support, "support");
            var taken = await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Subject == "bucket 1"));
            await support.PostAsync($"/operator/cases/{taken.Id}/own", ("do", "take"));
            ground.Time.Pass(TimeSpan.FromMinutes(14));
            await alerts.RunOnceAsync(CancellationToken.None);
            Assert.Single(await MailsAsync());
            ground.Time.Pass(TimeSpan.FromMinutes(1));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => alerts.RunOnceAsync(CancellationToken.None)));
            var second = Assert.Single(await MailsAsync(), m => m.To == "second@example.com");
            Assert.Contains("bucket 2", second.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("bucket 1", second.Text, StringComparison.Ordinal);
            Assert.Equal(2, (await MailsAsync()).Count);
            Assert.Single(receiver.Received);

            // What was told of a case that is over is forgotten; of one that is open it is not, so that it is not told again.
            await ground.Writer.WriteAsync(new EndCase(Buckets.Of("bucket 1"), "ledger", "bucket 1", "It is right again."));
            ground.Time.Pass(TimeSpan.FromDays(8));
            await alerts.RunOnceAsync(CancellationToken.None);
            Assert.Equal(Buckets.Of("bucket 2"), (await ground.ReadAsync(c => c.CaseAlerts.SingleAsync())).CaseBucket);
            Assert.Equal(2, (await MailsAsync()).Count);

            // The ping says that the installation lives.
            await alerts.PingAsync(CancellationToken.None);
            Assert.Equal("/alive", receiver.Received[^1].Path);

            Task<bool> RaiseAsync(string subject, CaseSeverity severity) =>
                ground.Writer.WriteAsync(new RaiseCase(new CaseRow { Bucket = Buckets.Of(subject), Kind = "ledger", Subject = subject, Severity = severity, Text = $"The ledger of {subject} is not right." }));

            async Task<List<(string To, string Text)>> MailsAsync() =>
                [.. (await ground.ReadAsync(c => c.Mails.AsNoTracking().Where(m => m.Kind == "urgent-cases").OrderBy(m => m.Id).ToListAsync())).Select(m => (m.Recipient, ground.The<Mails>().Open(m).Text))];
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    /// <summary>A setting that cannot be used ends the start with a sentence.</summary>
    [Fact]
    public void SettingsAreCheckedAtTheStart()
    {
        foreach (var (alerts, names) in ((AlertOptions, string)[])[
            (new AlertOptions { FirstMail = "nobody" }, "FirstMail"), (new AlertOptions { SecondMail = "a b@c.d" }, "SecondMail"), (new AlertOptions { WebhookUrl = "http://hooks.example.com/x" }, "WebhookUrl"),
            (new AlertOptions { PingUrl = "ftp://ping.example.com" }, "PingUrl"), (new AlertOptions { AgainMinutes = 0 }, "AgainMinutes"), (new AlertOptions { WebhookUrl = "https://hooks.example.com/x" }, "WebhookKeyFile")])
        {
            Assert.Contains($"Paypro__Alerts__{names}", Assert.Throws<BadSettingException>(() => AlertSetup.Check(alerts, isSandbox: false)).Message, StringComparison.Ordinal);
        }

        AlertSetup.Check(new AlertOptions { FirstMail = "first@example.com", PingUrl = "https://ping.example.com/1" }, isSandbox: false);
    }
}
