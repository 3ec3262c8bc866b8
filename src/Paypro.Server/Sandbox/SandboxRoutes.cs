using System.Globalization;
using Paypro.Channels.Sandbox;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>
/// <c>/sandbox/…</c>: what the payer and the bank do, over HTTP, unsigned, for tests and for a merchant's developer. Mapped in a
/// sandbox only. Every answer is JSON; a refusal is <c>{"error":"one sentence"}</c>.
/// </summary>
internal static class SandboxRoutes
{
    public static void MapSandbox(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<Installation>().IsSandbox)
        {
            return;
        }

        var routes = app.MapGroup("/sandbox").AddEndpointFilter(SandboxCallers.RefuseForeignAsync).AddEndpointFilter(AnswerFaultsAsync);
        routes.MapPost("/payins/{number}", (string number, HttpContext http, SandboxCommands commands) =>
            WithBodyAsync(http, body => commands.PayInAsync(number, body, http.RequestAborted)));
        routes.MapPost("/payouts/{number}", (string number, HttpContext http, SandboxCommands commands) =>
            WithBodyAsync(http, body => commands.PayoutAsync(number, body, http.RequestAborted)));
        routes.MapPost("/faults", (HttpContext http, SandboxFaultPlans plans, SnapshotStore snapshots) =>
            WithBodyAsync(http, body => Task.FromResult(SetFaults(http, body, plans, snapshots))));
        routes.MapPost("/suspense", (HttpContext http, SandboxCommands commands) => WithBodyAsync(http, body => AccountOf(http, body) is { } account
            ? commands.PayUnknownNumberAsync(account, body, http.RequestAborted)
            : Task.FromResult(SandboxAnswer.Refused(400, "channelAccountId: must be a whole number"))));
        routes.MapPost("/suspense/assign", (HttpContext http, SandboxCommands commands) => WithBodyAsync(http, body => AccountOf(http, body) is { } account
            ? commands.AssignAsync(account, body, http.RequestAborted)
            : Task.FromResult(SandboxAnswer.Refused(400, "channelAccountId: must be a whole number"))));
        routes.MapPost("/notifications/{number}/resend", async (string number, HttpContext http, SandboxCommands commands) =>
            ToResult(await commands.ResendAsync(number, http.RequestAborted)));
        routes.MapGet("/rail/{number}", async (string number, HttpContext http, SandboxCommands commands) =>
            ToResult(await commands.RailAsync(number, http.RequestAborted)));
        routes.MapGet("/cases", async (HttpContext http, SandboxOperator operations) => ToResult(await operations.CasesAsync(http.RequestAborted)));
        routes.MapPost("/cases/resolve", (HttpContext http, SandboxOperator operations) => WithBodyAsync(http, operations.ResolveAsync));
        routes.MapPost("/statements/decide", (HttpContext http, SandboxOperator operations) =>
            WithBodyAsync(http, body => operations.DecideStatementAsync(body, http.RequestAborted)));
        routes.MapPost("/payouts/{number}/decide", (string number, HttpContext http, SandboxOperator operations) =>
            WithBodyAsync(http, body => operations.DecidePayoutAsync(number, body, http.RequestAborted)));
        routes.MapPost("/payins/{number}/settle", (string number, HttpContext http, SandboxOperator operations) =>
            WithBodyAsync(http, body => operations.SettleAsync(number, body, http.RequestAborted)));
        routes.MapPost("/orders/{number}/ask", async (string number, HttpContext http, SandboxOperator operations) =>
            ToResult(await operations.AskAsync(number, http.RequestAborted)));
        routes.MapPost("/terms", (HttpContext http, SandboxTerms terms) => WithBodyAsync(http, terms.AddAsync));
        routes.MapPost("/balances", (HttpContext http, SandboxOperator operations) => WithBodyAsync(http, body => AccountOf(http, body) is { } account
            ? operations.TellBalanceAsync(account, body)
            : Task.FromResult(SandboxAnswer.Refused(400, "channelAccountId: must be a whole number"))));
        routes.MapPost("/inbox/{name}", TakeAsync);
        routes.MapPost("/pages/{segment}", async (string segment, HttpContext http, CountryCatalog countries, SamplePages pages) =>
            countries.Countries.FirstOrDefault(country => country.Segment == segment) is not { } country ? ToResult(SandboxAnswer.Refused(404, "No country has this segment."))
            : await pages.MakeAsync(country, http.RequestAborted) is not { } page ? ToResult(SandboxAnswer.Refused(409, "The country's merchant can take no payment at present."))
            : Results.Redirect(page, permanent: false, preserveMethod: false));
        routes.MapGet("/steering", () => Results.Json(SandboxSteering.Table.Select(s => new
        {
            direction = s.Direction.ToString(),
            ending = s.Ending,
            what = s.Sentence,
        })));
    }

    /// <summary>Answers as a merchant's server has to.</summary>
    private static async Task<IResult> TakeAsync(string name, HttpContext http, Inboxes inboxes)
    {
        if (!Inboxes.IsName(name))
        {
            return ToResult(SandboxAnswer.Refused(404, "An inbox has a name of letters, digits, - and _, 40 at most."));
        }

        if (await SandboxBody.ReadBytesAsync(http) is not { } body)
        {
            return ToResult(SandboxAnswer.Refused(413, "body: must be at most 16 KiB"));
        }

        await inboxes.TakeAsync(name, http.Request, body, http.RequestAborted);
        return Results.Text("OK");
    }

    private static SandboxAnswer SetFaults(HttpContext http, FlatBody body, SandboxFaultPlans plans, SnapshotStore snapshots)
    {
        if (AccountOf(http, body) is not { } account || !snapshots.Current.Accounts.ContainsKey(account))
        {
            return SandboxAnswer.Refused(400, "channelAccountId: no channel account has this number");
        }

        if (body.Faults(out var error) is not { } faults)
        {
            return SandboxAnswer.Refused(400, error!);
        }

        plans.Set(account, faults);
        return SandboxAnswer.Ok(new { channelAccountId = account, faults });
    }

    /// <summary>The account named in the body, else that of the merchant in the header, else the first one.</summary>
    private static long? AccountOf(HttpContext http, FlatBody body)
    {
        if (body.Text("channelAccountId") is { } text)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }

        return SandboxMerchants.AccountIdOf(
            long.TryParse(http.Request.Headers["merchantNo"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var no) ? no : SandboxMerchants.All[0].No);
    }

    private static async Task<IResult> WithBodyAsync(HttpContext http, Func<FlatBody, Task<SandboxAnswer>> act)
    {
        var (body, error) = await SandboxBody.ReadAsync(http);
        return ToResult(body is null ? SandboxAnswer.Refused(400, error!) : await act(body));
    }

    private static IResult ToResult(SandboxAnswer answer) => Results.Json(answer.Content, statusCode: answer.Status);

    private static async ValueTask<object?> AnswerFaultsAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (Exception error) when (error is StaleSnapshotException or WriterBusyException or WriteFailedException)
        {
            call.HttpContext.Response.Headers.RetryAfter = "1";
            return ToResult(SandboxAnswer.Refused(503, "The service cannot do this at present; try again."));
        }
    }
}
