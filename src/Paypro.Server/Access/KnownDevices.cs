using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// The browsers from which a user has signed in, each known by a cookie of its own. A sign-in from another one is told to him: whoever has stolen password
/// and code does not have that cookie.
/// </summary>
internal sealed class KnownDevices(AccessMails mails, TimeProvider time)
{
    private const int TokenLength = 43;

    /// <summary>How long a browser is known that does not come back.</summary>
    private const long KnownForMs = 400L * 86_400_000;

    /// <summary>What the cookie of a browser holds that had none when this session began.</summary>
    public static string TokenOf(string sessionSecret) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(sessionSecret), "device"u8));

    public static bool IsToken(string? text) => text is { Length: TokenLength };

    /// <summary>Remembers the browser of a session that begins.</summary>
    /// <param name="context">What is saved.</param>
    /// <param name="user">Whose session it is.</param>
    /// <param name="from">The browser.</param>
    /// <param name="sessionSecret">What the session's cookie holds.</param>
    /// <param name="tells">Whether he is told of a new one; not when he has only just set up his account.</param>
    public async Task SeenAsync(PayproContext context, UserRow user, Caller from, string sessionSecret, bool tells)
    {
        var (hash, nowMs) = (SecretText.HashOf(IsToken(from.DeviceToken) ? from.DeviceToken! : TokenOf(sessionSecret)), time.NowMs());
        if (await context.KnownDevices.Where(d => d.UserId == user.Id && d.Hash == hash).ExecuteUpdateAsync(s => s.SetProperty(d => d.SeenAtMs, nowMs)) > 0)
        {
            return;
        }

        var added = await context.Database.ExecuteSqlAsync($"INSERT INTO known_devices (user_id, hash, seen_at_ms) VALUES ({user.Id}, {hash}, {nowMs}) ON CONFLICT DO NOTHING");
        if (added > 0 && tells)
        {
            mails.NewDevice(context, user, from);
        }
    }

    /// <summary>Forgets browsers that did not come back.</summary>
    public static Task<int> ForgetOldAsync(PayproContext context, long nowMs) => context.KnownDevices.Where(d => d.SeenAtMs < nowMs - KnownForMs).ExecuteDeleteAsync();
}
