using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>An urgent case as it is posted.</summary>
internal sealed record AlertedCase(long Case, string Kind, string Subject, string Text, long AmountMinor, string Currency, long OpenedAtMs, string Link);

/// <summary>
/// Tells urgent cases to people who do not look at the queue: a mail and a signed call at once, a mail to a second contact while nobody has taken the case.
/// What was told stands in a row, so that several nodes tell it once. All that is new in a turn is one mail and one call: a silent rail fills no inbox.
/// </summary>
internal sealed class CaseAlerts(IContexts contexts, AuditedStore store, Mails mails, NotificationSender sender, PayproOptions options, TimeProvider time, ILogger<CaseAlerts> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(20), PingEvery = TimeSpan.FromMinutes(1);

    /// <summary>Cases that one turn tells, and lines of a mail.</summary>
    private const int MostCases = 200, MostLines = 20;

    /// <summary>A call that is not taken is made again, after 20 seconds and then each time twice as long; then it is given up.</summary>
    private const int MostTries = 8;
    private const long AgainMs = 20_000;

    /// <summary>How long a row is kept at least.</summary>
    private const long KeptMs = 7 * 86_400_000L;

    /// <summary>The purpose in the signature of a call.</summary>
    public const string Purpose = "alert";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>One turn.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        await TellNewAsync(cancellation);
        await TellAgainAsync(cancellation);
        await PostAsync(cancellation);
        await ForgetAsync(cancellation);
        return false;
    }

    /// <summary>Says to one address outside that the installation lives: only when its database answers.</summary>
    public async Task<bool> PingAsync(CancellationToken cancellation)
    {
        await using (var context = contexts.Create())
        {
            _ = await context.Installation.CountAsync(cancellation);
        }

        var answer = await sender.SendAsync(NotificationSender.Target(options.Alerts.PingUrl)!, "ping", new Notification("{}"u8.ToArray(), null), cancellation);
        if (answer.HttpStatus is < 200 or > 299)
        {
            log.LogWarning("The ping of Paypro__Alerts__PingUrl was not taken: {Answer}", answer.HttpStatus == 0 ? answer.Answer : answer.HttpStatus);
        }

        return false;
    }

    /// <summary>Deletes what was told of cases that are over, so that each turn looks at few rows.</summary>
    private Task<int> ForgetAsync(CancellationToken cancellation) => store.SaveAsync((context, _) =>
    {
        var before = time.NowMs() - KeptMs;
        return context.CaseAlerts
            .Where(a => a.FirstAtMs < before && !context.Cases.Any(c => c.Bucket == a.CaseBucket && c.Id == a.CaseId && c.OpenedAtMs == a.OpenedAtMs && c.State == CaseState.Open))
            .ExecuteDeleteAsync(cancellation);
    });

    private async Task TellNewAsync(CancellationToken cancellation)
    {
        var alerts = options.Alerts;
        List<CaseRow> cases;
        await using (var context = contexts.Create())
        {
            cases = await Urgent(context).Where(c => !context.CaseAlerts.Any(a => a.CaseBucket == c.Bucket && a.CaseId == c.Id && a.OpenedAtMs == c.OpenedAtMs)).OrderBy(c => c.OpenedAtMs).Take(MostCases).ToListAsync(cancellation);
        }

        if (cases.Count == 0)
        {
            return;
        }

        try
        {
            await store.SaveAsync((context, trail) =>
            {
                var nowMs = time.NowMs();
                context.CaseAlerts.AddRange(cases.Select(c => new CaseAlertRow { CaseBucket = c.Bucket, CaseId = c.Id, OpenedAtMs = c.OpenedAtMs, FirstAtMs = nowMs, HookDueAtMs = alerts.WebhookUrl.Length > 0 ? nowMs : 0 }));
                Mail(context, alerts.FirstMail, cases);
                trail.Add(Actor.Program, "case.alert", "cases", after: new { count = cases.Count, first = cases[0].Id });
                return Task.FromResult(true);
            });
        }
        catch (DbUpdateException)
        {
            // Another node tells them.
        }
    }

    private async Task TellAgainAsync(CancellationToken cancellation)
    {
        if (options.Alerts.SecondMail.Length == 0)
        {
            return;
        }

        await store.SaveAsync(async (context, trail) =>
        {
            var nowMs = time.NowMs();
            var before = nowMs - options.Alerts.AgainMinutes * 60_000L;
            var due = await (from alert in context.CaseAlerts.AsNoTracking().Where(a => a.SecondAtMs == 0 && a.FirstAtMs <= before)
                             from one in context.Cases.Where(c => c.Bucket == alert.CaseBucket && c.Id == alert.CaseId && c.OpenedAtMs == alert.OpenedAtMs && c.State == CaseState.Open)
                             where !context.CaseOwners.Any(o => o.CaseBucket == alert.CaseBucket && o.CaseId == alert.CaseId && o.OpenedAtMs == alert.OpenedAtMs)
                             select one).OrderBy(c => c.OpenedAtMs).ThenBy(c => c.Id).Take(MostCases).ToListAsync(cancellation);
            var told = new List<CaseRow>();
            foreach (var one in due)
            {
                if (await context.CaseAlerts.Where(a => a.CaseBucket == one.Bucket && a.CaseId == one.Id && a.OpenedAtMs == one.OpenedAtMs && a.SecondAtMs == 0).ExecuteUpdateAsync(s => s.SetProperty(a => a.SecondAtMs, nowMs), cancellation) == 1)
                {
                    told.Add(one);
                }
            }

            if (told.Count > 0)
            {
                Mail(context, options.Alerts.SecondMail, told);
                trail.Add(Actor.Program, "case.alert-again", "cases", after: new { count = told.Count, first = told[0].Id });
            }

            return true;
        });
    }

    private async Task PostAsync(CancellationToken cancellation)
    {
        if (NotificationSender.Target(options.Alerts.WebhookUrl) is not { } url)
        {
            return;
        }

        var taken = await TakeCallsAsync(cancellation);
        if (taken.Count == 0)
        {
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { cases = taken.Select(t => Of(t.Case)) }, Json);
        var key = (await File.ReadAllTextAsync(options.Alerts.WebhookKeyFile, cancellation)).Trim();
        var signature = HmacSignature.Header(Purpose, url.AbsolutePath, "", time.NowMs() / 1000, body, Encoding.UTF8.GetBytes(key));
        var answer = await sender.SendAsync(url, $"case-{taken[0].Case.Id}", new Notification(body, signature), cancellation);
        if (answer.HttpStatus is < 200 or > 299)
        {
            log.LogWarning("The call of Paypro__Alerts__WebhookUrl was not taken: {Answer}", answer.HttpStatus == 0 ? answer.Answer : answer.HttpStatus);
            return;
        }

        await store.SaveAsync(async (context, _) =>
        {
            foreach (var (alert, _) in taken)
            {
                await Of(context, alert, alert.HookTries + 1).ExecuteUpdateAsync(s => s.SetProperty(a => a.HookDueAtMs, 0), cancellation);
            }

            return true;
        });
    }

    /// <summary>Takes all calls that are due, in one transaction: of several nodes one makes them, as one call.</summary>
    private Task<List<(CaseAlertRow Alert, CaseRow Case)>> TakeCallsAsync(CancellationToken cancellation) => store.SaveAsync(async (context, _) =>
    {
        var nowMs = time.NowMs();
        var due = await (from alert in context.CaseAlerts.AsNoTracking().Where(a => a.HookDueAtMs > 0 && a.HookDueAtMs <= nowMs)
                         from one in context.Cases.Where(c => c.Bucket == alert.CaseBucket && c.Id == alert.CaseId)
                         select new { alert, one }).OrderBy(d => d.alert.FirstAtMs).ThenBy(d => d.alert.CaseId).Take(MostCases).ToListAsync(cancellation);
        var taken = new List<(CaseAlertRow, CaseRow)>();
        foreach (var each in due)
        {
            var (tries, next) = (each.alert.HookTries + 1, each.alert.HookTries + 1 >= MostTries ? 0 : nowMs + (AgainMs << each.alert.HookTries));
            if (await Of(context, each.alert, each.alert.HookTries).ExecuteUpdateAsync(s => s.SetProperty(a => a.HookDueAtMs, next).SetProperty(a => a.HookTries, tries), cancellation) == 1)
            {
                taken.Add((each.alert, each.one));
            }
        }

        return taken;
    });

    private static IQueryable<CaseAlertRow> Of(PayproContext context, CaseAlertRow alert, int tries) =>
        context.CaseAlerts.Where(a => a.CaseBucket == alert.CaseBucket && a.CaseId == alert.CaseId && a.OpenedAtMs == alert.OpenedAtMs && a.HookTries == tries);

    private void Mail(PayproContext context, string address, List<CaseRow> cases)
    {
        if (address.Length > 0)
        {
            var lines = string.Join("\n\n", cases.Take(MostLines).Select(c => $"{c.Kind}: {c.Text}\n{LinkTo(c)}"));
            mails.Add(context, new UserRow { Email = address }, MailKind.UrgentCases, cases.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), lines, mails.LinkTo("/operator/cases?severity=now"));
        }
    }

    private AlertedCase Of(CaseRow one) => new(one.Id, one.Kind, one.Subject, one.Text, one.AmountMinor, one.Currency, one.OpenedAtMs, LinkTo(one));

    private string LinkTo(CaseRow one) => mails.LinkTo(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/operator/cases/{one.Id}"));

    private static IQueryable<CaseRow> Urgent(PayproContext context) => context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == CaseState.Open && c.Severity == CaseSeverity.Now);
}
