using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Sandbox;

/// <summary>What an operator decides, over the sandbox's routes: cases, statements, unknown payouts, underpaid pay-ins.</summary>
internal sealed class SandboxOperator(Decisions decisions, TellBalance balances, IContexts contexts, TimeProvider time)
{
    private const int MostRows = 200;

    /// <summary>Open cases, the most urgent and oldest first.</summary>
    public async Task<SandboxAnswer> CasesAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var open = await context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == CaseState.Open).OrderBy(c => c.Severity).ThenBy(c => c.OpenedAtMs).Take(MostRows).ToListAsync(cancellation);
        return SandboxAnswer.Ok(open.Select(c => new
        {
            @case = Name(c.Bucket, c.Id),
            c.Kind,
            c.Subject,
            severity = c.Severity.ToString(),
            statement = c.StatementId == 0 ? null : Name(c.Bucket, c.StatementId),
            amountMinor = c.AmountMinor,
            c.Currency,
            c.Text,
            c.Count,
            openedAt = c.OpenedAtMs,
        }));
    }

    public async Task<SandboxAnswer> ResolveAsync(FlatBody body) => KeyOf(body, "case") is var (bucket, id)
        ? Answer(await decisions.ResolveAsync(new CaseKey(bucket, id), ByOf(body)))
        : SandboxAnswer.Refused(400, "case: must be a case's name");

    public async Task<SandboxAnswer> DecideStatementAsync(FlatBody body, CancellationToken cancellation) => KeyOf(body, "statement") is not var (bucket, id)
        ? SandboxAnswer.Refused(400, "statement: must be a statement's name")
        : body.Text("accept") is not ("true" or "false")
            ? SandboxAnswer.Refused(400, "accept: must be true or false")
            : Answer(await decisions.DecideStatementAsync(new StatementKey(bucket, id), body.Text("accept") == "true", ByOf(body), cancellation));

    public async Task<SandboxAnswer> DecidePayoutAsync(string number, FlatBody body, CancellationToken cancellation) => body.Text("paid") is "true" or "false"
        ? Answer(await decisions.DecidePayoutAsync(number, body.Text("paid") == "true", ByOf(body), cancellation))
        : SandboxAnswer.Refused(400, "paid: must be true or false");

    public async Task<SandboxAnswer> SettleAsync(string number, FlatBody body, CancellationToken cancellation) =>
        Answer(await decisions.SettleAsync(number, ByOf(body), cancellation));

    /// <summary>What finance reads in the bank's own pages. Without a time it is as of now.</summary>
    public async Task<SandboxAnswer> TellBalanceAsync(long accountId, FlatBody body) =>
        Number(body, "balanceMinor") is not { } balance ? SandboxAnswer.Refused(400, "balanceMinor: must be a whole number")
        : body.Text("blockedMinor") is not null && Number(body, "blockedMinor") is null ? SandboxAnswer.Refused(400, "blockedMinor: must be a whole number")
        : body.Text("at") is not null && Number(body, "at") is null ? SandboxAnswer.Refused(400, "at: must be Unix milliseconds")
        : Answer(await balances.TellAsync(
            accountId, body.Text("pot") ?? PotBalance.Payout, balance, Number(body, "blockedMinor") ?? 0, Number(body, "at") ?? time.NowMs(), ByOf(body)));

    public async Task<SandboxAnswer> AskAsync(string number, CancellationToken cancellation) => Answer(await decisions.AskAsync(number, cancellation));

    private static SandboxAnswer Answer(Decided decided) => decided.Refusal is { } why ? SandboxAnswer.Refused(400, why) : SandboxAnswer.Ok(new { done = decided.Done });

    private static DecidedBy ByOf(FlatBody body) => new("sandbox", body.Text("approver") ?? "", body.Text("evidence") ?? "", body.Text("text") ?? "");

    private static long? Number(FlatBody body, string field) =>
        long.TryParse(body.Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Name(short bucket, long id) => string.Create(CultureInfo.InvariantCulture, $"{bucket}:{id}");

    private static (short Bucket, long Id)? KeyOf(FlatBody body, string field) =>
        body.Text(field)?.Split(':') is [var bucket, var id]
        && short.TryParse(bucket, NumberStyles.None, CultureInfo.InvariantCulture, out var b) && b < Buckets.Count
        && long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            ? (b, n)
            : null;
}
