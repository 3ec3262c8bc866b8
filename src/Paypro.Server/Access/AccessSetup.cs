using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>Registers the room.</summary>
internal static class AccessSetup
{
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(10);

    /// <summary>How long the operator API knows a request again.</summary>
    private const long AnswersKeptMs = 7 * 86_400_000L;

    /// <summary>Longer than a session lasts.</summary>
    private const long FormsKeptMs = 2 * 86_400_000L;

    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<AuditedStore>();
        services.AddSingleton<AuditCheck>();
        services.AddSingleton<AuditHeads>();
        services.AddSingleton<AccessMails>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<SignInFailures>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<OwnAccount>();
        services.AddSingleton<AccessLinks>();
        services.AddSingleton<Users>();
        services.AddSingleton<BusinessUsers>();
        services.AddSingleton<DemoUsers>();
        services.AddSingleton<Proposals>();
        services.AddSingleton<ProposalSecrets>();
    }

    public static void AddAccessLoops(this IServiceCollection services)
    {
        services.AddLoop("audit check", s => s.GetRequiredService<AuditCheck>().RunOnceAsync, AuditCheck.Every);
        services.AddLoop("audit heads", s => s.GetRequiredService<AuditHeads>().RunOnceAsync, AuditHeads.Every);
        services.AddLoop("proposals", s => s.GetRequiredService<Proposals>().RunOnceAsync, Proposals.Every);
        services.AddLoop(
            "ended sessions",
            s => async _ =>
            {
                await s.GetRequiredService<Sessions>().ForgetEndedAsync();
                await ForgetAsync(s.GetRequiredService<IContexts>(), s.GetRequiredService<BatchWriter>(), s.GetRequiredService<TimeProvider>().NowMs());
                return false;
            },
            ForgetEvery);
    }

    /// <summary>Deletes links that have ended, wrong sign-ins that count no more, and answers that nobody asks for again.</summary>
    public static Task<int> ForgetAsync(IContexts contexts, BatchWriter writer, long nowMs) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.AccessLinks.Where(l => l.EndsAtMs <= nowMs).ExecuteDeleteAsync()
            + await context.LoginSteps.Where(l => l.EndsAtMs <= nowMs).ExecuteDeleteAsync()
            + await KnownDevices.ForgetOldAsync(context, nowMs)
            + await SignInFailures.ForgetOldAsync(context, nowMs)
            + await context.FormUses.Where(f => f.AtMs < nowMs - FormsKeptMs).ExecuteDeleteAsync()
            + await context.OperatorAnswers.Where(a => a.AtMs < nowMs - AnswersKeptMs).ExecuteDeleteAsync();
    });
}
