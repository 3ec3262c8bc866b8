using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Paypro.Server.Platform;

namespace Paypro.Server.Access;

/// <summary>Passwords: what is a good one, how they are kept, and how many are checked at once, since each takes a quarter of a second of a core.</summary>
internal sealed class Passwords : IDisposable
{
    public const int Shortest = 12, Longest = 128;

    /// <summary>PBKDF2 with SHA-512 (OWASP).</summary>
    private const int Iterations = 210_000;
    private const int AtOnce = 2;

    /// <summary>Who wait for a place, from wherever they come: some five seconds of work. More are told to come again.</summary>
    public const int MostWaiting = 40;

    /// <summary>What is said when too many wait.</summary>
    public const string Busy = "Too many people sign in at this moment. Try again in a few seconds.";

    private static readonly string[] Common = ["password", "passw0rd", "123456789012", "qwertyuiop", "letmein", "iloveyou", "administrator", "welcome", "1q2w3e4r5t", "abc123"];

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly SemaphoreSlim _places = new(AtOnce, AtOnce);
    private readonly string _nobodys;
    private int _waiting;

    public Passwords(IRandomness randomness)
    {
        var chance = new byte[32];
        randomness.Fill(chance);
        _nobodys = _hasher.HashPassword(this, Convert.ToBase64String(chance));
    }

    /// <summary>Why a password is not taken, in a sentence; null when it is. There are no rules on kinds of characters.</summary>
    public static string? Problem(string password, string email)
    {
        var bare = new string([.. password.ToLowerInvariant().Where(char.IsLetterOrDigit)]);
        return password.Length is < Shortest or > Longest ? $"password: must have {Shortest} to {Longest} characters"
            : password.Distinct().Count() < 5 ? "password: must have at least five different characters"
            : bare.Contains("paypro", StringComparison.Ordinal) ? "password: must not have the name of this program in it"
            : email.Split('@')[0] is { Length: >= 4 } name && bare.Contains(name.ToLowerInvariant(), StringComparison.Ordinal) ? "password: must not have the e-mail address in it"
            : Array.Exists(Common, bare.StartsWith) && bare.Length < Shortest + 4 ? "password: is one that many people use"
            : null;
    }

    /// <returns>Null when too many wait.</returns>
    public async Task<string?> HashAsync(string password) => (await InPlaceAsync(() => _hasher.HashPassword(this, password))).Value;

    /// <summary>Whether it is the password. Takes the same time for a user who does not exist, or has none.</summary>
    /// <returns>Null when too many wait.</returns>
    public async Task<bool?> IsRightAsync(string? hash, string password)
    {
        if (password.Length > Longest)
        {
            return false;
        }

        var (hasPlace, isRight) = await InPlaceAsync(() => _hasher.VerifyHashedPassword(this, hash is { Length: > 0 } ? hash : _nobodys, password) != PasswordVerificationResult.Failed);
        return hasPlace ? isRight && hash is { Length: > 0 } : null;
    }

    public void Dispose() => _places.Dispose();

    private async Task<(bool HasPlace, T? Value)> InPlaceAsync<T>(Func<T> work)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting + AtOnce)
        {
            Interlocked.Decrement(ref _waiting);
            return (false, default);
        }

        try
        {
            await _places.WaitAsync();
            try
            {
                return (true, await Task.Run(work));
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
