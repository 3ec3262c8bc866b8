using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// What ASP.NET Core's passkeys want to know of users: who has a number, and which passkeys are his. It changes nothing: whatever does is a transaction with
/// its line in the audit log (<see cref="Passkeys"/>).
/// </summary>
internal sealed class PasskeyStore(IContexts contexts) : IUserPasskeyStore<UserRow>
{
    public async Task<UserRow?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        await using var context = contexts.Create();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && u.State == UserState.Active, cancellationToken);
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(UserRow user, CancellationToken cancellationToken)
    {
        await using var context = contexts.Create();
        return [.. (await context.UserPasskeys.AsNoTracking().Where(p => p.UserId == user.Id).ToListAsync(cancellationToken)).Select(Info)];
    }

    public async Task<UserRow?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = contexts.Create();
        var userId = await context.UserPasskeys.Where(p => p.CredentialId == credentialId).Select(p => (long?)p.UserId).SingleOrDefaultAsync(cancellationToken);
        return userId is null ? null : await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId, cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(UserRow user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var context = contexts.Create();
        return await context.UserPasskeys.AsNoTracking().SingleOrDefaultAsync(p => p.UserId == user.Id && p.CredentialId == credentialId, cancellationToken) is { } row ? Info(row) : null;
    }

    public Task<string> GetUserIdAsync(UserRow user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString(CultureInfo.InvariantCulture));

    public Task<string?> GetUserNameAsync(UserRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(UserRow user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<UserRow?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => Task.FromResult<UserRow?>(null);

    public Task AddOrUpdatePasskeyAsync(UserRow user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw Unwanted();

    public Task RemovePasskeyAsync(UserRow user, byte[] credentialId, CancellationToken cancellationToken) => throw Unwanted();

    public Task SetUserNameAsync(UserRow user, string? userName, CancellationToken cancellationToken) => throw Unwanted();

    public Task SetNormalizedUserNameAsync(UserRow user, string? normalizedName, CancellationToken cancellationToken) => throw Unwanted();

    public Task<IdentityResult> CreateAsync(UserRow user, CancellationToken cancellationToken) => throw Unwanted();

    public Task<IdentityResult> UpdateAsync(UserRow user, CancellationToken cancellationToken) => throw Unwanted();

    public Task<IdentityResult> DeleteAsync(UserRow user, CancellationToken cancellationToken) => throw Unwanted();

    public void Dispose()
    {
    }

    private static UserPasskeyInfo Info(UserPasskeyRow row) => new(
        row.CredentialId, row.PublicKey, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAtMs), (uint)row.SignCount, row.Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        isUserVerified: true, row.IsBackupEligible, row.IsBackedUp, [], []) { Name = row.Name };

    private static InvalidOperationException Unwanted() => new("Users and passkeys are changed by the audited store alone.");
}
