using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>Who is signed in, and what he may do.</summary>
/// <param name="Id">The session's number.</param>
/// <param name="User">His row as it was read; never changed.</param>
/// <param name="Memberships">What he may do, and where.</param>
/// <param name="FactorAtMs">When he gave a second factor last.</param>
internal sealed record SignedIn(long Id, UserRow User, IReadOnlyList<MembershipRow> Memberships, long FactorAtMs)
{
    /// <summary>How far he may go anywhere; where it counts, the merchant is asked for.</summary>
    public Grant May(string permission) => Permissions.Of(Memberships.Select(m => m.Role), permission);

    public Actor By(Caller from) => Actor.User(User.Id, User.Email, Id, from);
}

/// <summary>
/// Sessions in the database, so that any node answers any request. A request looks its session up at most every five seconds: so long can an ended one
/// still be taken on another node.
/// </summary>
internal sealed class Sessions(IContexts contexts, BatchWriter writer, IRandomness randomness, IdSource ids, TimeProvider time)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5), StepUpGoodFor = TimeSpan.FromMinutes(5), Longest = TimeSpan.FromHours(12);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private const int MostKept = 10_000, DeviceLength = 200;

    private readonly ConcurrentDictionary<string, (SignedIn Who, long ReadAt)> _kept = new(StringComparer.Ordinal);

    /// <summary>How long it may rest.</summary>
    public static TimeSpan IdleOf(Realm realm) => realm == Realm.Operator ? TimeSpan.FromMinutes(30) : TimeSpan.FromHours(2);

    /// <summary>Adds a session to what is saved.</summary>
    /// <returns>What the cookie holds, and the session's number.</returns>
    public (string Secret, long Id) Add(PayproContext context, UserRow user, Caller from)
    {
        var (secret, nowMs, id) = (SecretText.New(randomness), time.NowMs(), ids.Next());
        context.Sessions.Add(new SessionRow
        {
            Hash = SecretText.HashOf(secret), Id = id, Realm = user.Realm, UserId = user.Id, CreatedAtMs = nowMs, SeenAtMs = nowMs,
            EndsAtMs = nowMs + (long)Longest.TotalMilliseconds, FactorAtMs = nowMs, Address = from.Address, Device = OutsideText.Line(from.Device, DeviceLength),
        });
        return (secret, id);
    }

    /// <summary>Who has this cookie; null when nobody has, or not any more.</summary>
    public async Task<SignedIn?> FindAsync(Realm realm, string? secret)
    {
        if (secret is not { Length: 43 })
        {
            return null;
        }

        if (_kept.TryGetValue(secret, out var kept) && time.GetElapsedTime(kept.ReadAt) < KeptFor)
        {
            return kept.Who.User.Realm == realm ? kept.Who : null;
        }

        var readAt = time.GetTimestamp();
        if (await ReadAsync(realm, SecretText.HashOf(secret)) is not { } found)
        {
            _kept.TryRemove(secret, out _);
            return null;
        }

        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        _kept[secret] = (found, readAt);
        return found;
    }

    /// <summary>Ends sessions of a user on this node at once, on others within five seconds.</summary>
    /// <param name="context">Where they are deleted.</param>
    /// <param name="userId">The user.</param>
    /// <param name="only">Only this one; null for all.</param>
    public async Task<int> EndAsync(PayproContext context, long userId, long? only = null)
    {
        var ended = await context.Sessions.Where(s => s.UserId == userId && (only == null || s.Id == only)).ExecuteDeleteAsync();
        foreach (var (secret, kept) in _kept)
        {
            if (kept.Who.User.Id == userId && (only is null || kept.Who.Id == only))
            {
                _kept.TryRemove(secret, out _);
            }
        }

        return ended;
    }

    /// <summary>Reads a user again on this node at once, on others within five seconds.</summary>
    public void Reread(long userId)
    {
        foreach (var (secret, kept) in _kept)
        {
            if (kept.Who.User.Id == userId)
            {
                _kept.TryRemove(secret, out _);
            }
        }
    }

    /// <summary>What a form of a session carries: no other page can know it, and nothing is stored for it.</summary>
    public static string FormToken(string secret) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "form"u8));

    /// <summary>Whether a form's token is this session's.</summary>
    public static bool IsFormToken(string secret, string? token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(FormToken(secret)), Encoding.UTF8.GetBytes(token ?? ""));

    /// <summary>Deletes what has ended.</summary>
    public Task ForgetEndedAsync() => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        var idle = nowMs - (long)IdleOf(Realm.Merchant).TotalMilliseconds;
        return await context.Sessions.Where(s => s.EndsAtMs <= nowMs || s.SeenAtMs <= idle).ExecuteDeleteAsync();
    });

    private async Task<SignedIn?> ReadAsync(Realm realm, byte[] hash)
    {
        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        var session = await context.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Hash == hash);
        if (session is null || session.Realm != realm || session.EndsAtMs <= nowMs || session.SeenAtMs + (long)IdleOf(realm).TotalMilliseconds <= nowMs)
        {
            return null;
        }

        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId && u.State == UserState.Active);
        if (user is null)
        {
            return null;
        }

        if (nowMs - session.SeenAtMs >= (long)SeenEvery.TotalMilliseconds)
        {
            await writer.InTurnAsync(() => context.Sessions.Where(s => s.Hash == hash).ExecuteUpdateAsync(s => s.SetProperty(r => r.SeenAtMs, nowMs)));
        }

        return new SignedIn(session.Id, user, await context.Memberships.AsNoTracking().Where(m => m.UserId == user.Id).ToListAsync(), session.FactorAtMs);
    }
}
