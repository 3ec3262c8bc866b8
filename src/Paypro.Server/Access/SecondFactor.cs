using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OtpNet;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>Codes of an app (RFC 6238: six digits, 30 seconds, SHA-1) and recovery codes. Each code is taken once, whichever node takes it.</summary>
internal sealed class SecondFactor(MasterKeys keys, IRandomness randomness, TimeProvider time)
{
    public const int RecoveryCodes = 10;
    private const int SeedBytes = 20, RecoveryBytes = 16;

    /// <summary>One step before and after: a phone's clock is half a minute off.</summary>
    private static readonly VerificationWindow Window = new(1, 1);

    /// <summary>A seed for an app.</summary>
    public byte[] NewSeed()
    {
        var seed = new byte[SeedBytes];
        randomness.Fill(seed);
        return seed;
    }

    /// <summary>What an app reads as a picture.</summary>
    public static string AddressOf(string email, byte[] seed) =>
        $"otpauth://totp/Paypro:{Uri.EscapeDataString(email)}?secret={Base32Encoding.ToString(seed).TrimEnd('=')}&issuer=Paypro";

    /// <summary>The same to type.</summary>
    public static string TextOf(byte[] seed) => string.Join(' ', Base32Encoding.ToString(seed).TrimEnd('=').Chunk(4).Select(c => new string(c)));

    /// <summary>The step of time that a code is of; null when it is wrong.</summary>
    public long? StepOf(byte[] seed, string code) =>
        new Totp(seed).VerifyTotp(time.GetUtcNow().UtcDateTime, code.Trim(), out var step, Window) ? step : null;

    public void Keep(UserRow user, byte[] seed) => (user.TotpKeyId, user.TotpSealed) = keys.Seal(seed, BoundTo(user.Id));

    /// <summary>Takes a code of the app or a recovery code, if it is right and was not taken before.</summary>
    public async Task<bool> TakeAsync(PayproContext context, UserRow user, string code)
    {
        if (user.TotpSealed.Length == 0)
        {
            return false;
        }

        if (StepOf(keys.Open(user.TotpKeyId, user.TotpSealed, BoundTo(user.Id)), code) is { } step)
        {
            return await context.Users.Where(u => u.Id == user.Id && u.TotpLastStep < step).ExecuteUpdateAsync(s => s.SetProperty(u => u.TotpLastStep, step)) == 1;
        }

        var (hash, nowMs) = (HashOf(code), time.NowMs());
        return await context.RecoveryCodes.Where(c => c.UserId == user.Id && c.Hash == hash && c.UsedAtMs == 0).ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAtMs, nowMs)) == 1;
    }

    /// <summary>New recovery codes instead of the old ones.</summary>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(PayproContext context, long userId)
    {
        await context.RecoveryCodes.Where(c => c.UserId == userId).ExecuteDeleteAsync();
        var codes = new string[RecoveryCodes];
        for (var i = 0; i < codes.Length; i++)
        {
            var bytes = new byte[RecoveryBytes];
            randomness.Fill(bytes);
            codes[i] = string.Join('-', Convert.ToHexStringLower(bytes).Chunk(8).Select(c => new string(c)));
            context.RecoveryCodes.Add(new RecoveryCodeRow { UserId = userId, Hash = HashOf(codes[i]) });
        }

        return codes;
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(new string([.. code.Where(char.IsAsciiHexDigit)]).ToLowerInvariant()));

    /// <summary>What a seed is bound to.</summary>
    public static string BoundTo(long userId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"totp:{userId}");
}
