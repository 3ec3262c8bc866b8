using Microsoft.EntityFrameworkCore;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Screens;
using Paypro.Server.SelfService.Pages;
using Paypro.Server.Storage;

namespace Paypro.Server.SelfService;

/// <summary>A mail as the outbox shows it.</summary>
internal sealed record OutboxMail(string Recipient, long AtMs, MailContent Content);

/// <summary><c>/sandbox/outbox</c>: what a sandbox without a mail server would have mailed. Whoever reaches the sandbox reads it.</summary>
internal static class OutboxRoutes
{
    private const int Most = 50;

    public static void MapOutbox(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<PayproOptions>().Mail.Host.Length > 0)
        {
            return;
        }

        app.MapGet("/sandbox/outbox", async (HttpContext http, Mails mails, IContexts contexts, RateLimits limits) =>
        {
            if (limits.Page(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0)
            {
                return Results.StatusCode(StatusCodes.Status429TooManyRequests);
            }

            await using var context = contexts.Create();
            var to = http.Request.Query["to"].ToString().Trim();
            var rows = await context.Mails.AsNoTracking().Where(m => m.MasterKeyId != "" && (to == "" || m.Recipient == to)).OrderByDescending(m => m.Id).Take(Most).ToListAsync();
            return (IResult)new ScreenAnswer<OutboxPage>(
                new ScreenFrame("Outbox of the sandbox", "/dashboard") { IsSandbox = true }, (IReadOnlyList<OutboxMail>)[.. rows.Select(r => new OutboxMail(r.Recipient, r.CreatedAtMs, mails.Open(r)))]);
        }).AddEndpointFilter(SandboxCallers.RefuseForeignAsync);
    }
}
