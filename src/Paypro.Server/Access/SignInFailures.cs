using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// Wrong sign-ins. Five of one account from one address close that pair for a minute, each further one for twice as long, up to an hour. A hundred of one
/// account in an hour, from wherever, close its password for the rest of that hour. So nobody can lock somebody else out with a few tries.
/// </summary>
internal sealed class SignInFailures(InstallationSecrets secrets, TimeProvider time)
{
    public const int Free = 5, OfAccountInHour = 100;
    private const long HourMs = 3_600_000, MinuteMs = 60_000;

    private readonly byte[] _key = secrets.Of(InstallationSecrets.SignInFailures);

    /// <summary>In how many seconds it may be tried again; 0 = now.</summary>
    public async Task<int> ClosedForAsync(PayproContext context, Realm realm, string email, string address)
    {
        var (account, pair) = (Subject(realm, email, ""), Subject(realm, email, address));
        var nowMs = time.NowMs();
        var untilMs = await context.SignInFailures.Where(f => f.Subject == account || f.Subject == pair).MaxAsync(f => (long?)f.ClosedUntilMs) ?? 0;
        return untilMs <= nowMs ? 0 : (int)Math.Min(int.MaxValue, ((untilMs - nowMs) / 1000) + 1);
    }

    /// <summary>Counts one. Two at once count as two.</summary>
    /// <returns>Whether it is the one that closed something.</returns>
    public async Task<bool> CountAsync(PayproContext context, Realm realm, string email, string address)
    {
        var nowMs = time.NowMs();
        var (account, pair) = (Subject(realm, email, ""), Subject(realm, email, address));
        var ofPair = await AddAsync(context, pair, nowMs, 24 * HourMs);
        if (ofPair.Count >= Free)
        {
            var closedMs = Math.Min(HourMs, MinuteMs << Math.Min(ofPair.Count - Free, 6));
            await context.SignInFailures.Where(f => f.Subject == pair).ExecuteUpdateAsync(s => s.SetProperty(f => f.ClosedUntilMs, nowMs + closedMs));
        }

        var ofAccount = await AddAsync(context, account, nowMs, HourMs);
        if (ofAccount.Count >= OfAccountInHour)
        {
            await context.SignInFailures.Where(f => f.Subject == account).ExecuteUpdateAsync(s => s.SetProperty(f => f.ClosedUntilMs, ofAccount.SinceMs + HourMs));
        }

        return ofPair.Count == Free || ofAccount.Count == OfAccountInHour;
    }

    /// <summary>He has signed in from this address: what was wrong before does not count there any more.</summary>
    public Task ForgetAsync(PayproContext context, Realm realm, string email, string address)
    {
        var pair = Subject(realm, email, address);
        return context.SignInFailures.Where(f => f.Subject == pair).ExecuteDeleteAsync();
    }

    /// <summary>Deletes what counts no more.</summary>
    public static Task<int> ForgetOldAsync(PayproContext context, long nowMs) =>
        context.SignInFailures.Where(f => f.SinceMs < nowMs - (24 * HourMs) && f.ClosedUntilMs < nowMs).ExecuteDeleteAsync();

    private static async Task<SignInFailureRow> AddAsync(PayproContext context, byte[] subject, long nowMs, long countedMs)
    {
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO sign_in_failures (subject, count, since_ms, closed_until_ms) VALUES ({subject}, 1, {nowMs}, 0)
            ON CONFLICT (subject) DO UPDATE SET
                count = CASE WHEN sign_in_failures.since_ms < {nowMs - countedMs} THEN 1 ELSE sign_in_failures.count + 1 END,
                since_ms = CASE WHEN sign_in_failures.since_ms < {nowMs - countedMs} THEN {nowMs} ELSE sign_in_failures.since_ms END
            """);
        return await context.SignInFailures.AsNoTracking().SingleAsync(f => f.Subject == subject);
    }

    private byte[] Subject(Realm realm, string email, string address) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{(short)realm}\n{email}\n{address}"))[..16];
}
