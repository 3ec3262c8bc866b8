using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// The installation's own secrets: made by chance with the database, kept sealed in it, and the same for as long as it lives, whatever
/// becomes of the master keys. What is made with one (the mark of an order's content, the address of a voucher) stays good.
/// </summary>
internal sealed class InstallationSecrets(IDatabase database, IContexts contexts, MasterKeys keys, IRandomness randomness)
{
    /// <summary>Recognises a repeated order by its content.</summary>
    public const string OrderContent = "order-content";

    /// <summary>Recognises a payer who is counted.</summary>
    public const string PayerCounts = "payer-counts";

    /// <summary>Recognises who is on the block list, and whom rules count.</summary>
    public const string PersonMarks = "person-marks";

    /// <summary>Counts wrong sign-ins without keeping who they were about.</summary>
    public const string SignInFailures = "sign-in-failures";
    /// <summary>The secret part of the address of an order's page.</summary>
    public const string PageAddresses = "page-addresses";

    /// <summary>The secret part of the address of a payment link.</summary>
    public const string LinkAddresses = "link-addresses";

    /// <summary>Proves that an address of a voucher is one that we gave out.</summary>
    public const string VoucherAddresses = "voucher-addresses";

    /// <summary>Bytes of a secret.</summary>
    private const int Length = 32;

    private static readonly string[] Purposes = [OrderContent, PayerCounts, PersonMarks, PageAddresses, SignInFailures, LinkAddresses, VoucherAddresses];

    private Dictionary<string, byte[]> _opened = [];

    /// <summary>Opened ones without a database.</summary>
    public static InstallationSecrets ForTests(IRandomness randomness)
    {
        var opened = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var purpose in Purposes)
        {
            randomness.Fill(opened[purpose] = new byte[Length]);
        }

        return new InstallationSecrets(null!, null!, MasterKeys.ForTests(randomness), randomness) { _opened = opened };
    }

    /// <exception cref="InvalidOperationException">They have not been opened yet.</exception>
    public byte[] Of(string purpose) => _opened.TryGetValue(purpose, out var secret)
        ? secret
        : throw new InvalidOperationException($"The installation's secret '{purpose}' has not been opened yet.");

    /// <summary>Whether the database has secrets already; a new one has none, not even their table.</summary>
    public static async Task<bool> AnyAsync(IDatabase database, IContexts contexts, CancellationToken cancellation)
    {
        if (!await database.HasTableAsync("installation_secrets", cancellation))
        {
            return false;
        }

        await using var context = contexts.Create();
        return await context.InstallationSecrets.AnyAsync(cancellation);
    }

    /// <summary>Opens those that are there, before anything is written.</summary>
    /// <exception cref="BadSettingException">The master keys are not this database's.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if (await database.HasTableAsync("installation_secrets", cancellation))
        {
            await OpenAsync(cancellation);
        }
    }

    /// <summary>Makes those that are not there, and opens all.</summary>
    /// <exception cref="BadSettingException">As above.</exception>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        await using (var context = contexts.Create())
        {
            var there = await context.InstallationSecrets.Select(s => s.Purpose).ToListAsync(cancellation);
            foreach (var purpose in Purposes.Except(there))
            {
                var secret = new byte[Length];
                randomness.Fill(secret);
                var (keyId, sealedBytes) = keys.Seal(secret, BoundTo(purpose));
                await context.Database.ExecuteSqlAsync(
                    $"INSERT INTO installation_secrets (purpose, master_key_id, sealed) VALUES ({purpose}, {keyId}, {sealedBytes}) ON CONFLICT DO NOTHING", cancellation);
            }
        }

        await OpenAsync(cancellation);
    }

    /// <summary>What a secret is bound to.</summary>
    public static string BoundTo(string purpose) => $"installation-secret:{purpose}";

    private async Task OpenAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var opened = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var row in await context.InstallationSecrets.AsNoTracking().ToListAsync(cancellation))
        {
            try
            {
                opened[row.Purpose] = keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row.Purpose));
            }
            catch (CryptographicException)
            {
                throw new BadSettingException(
                    $"Paypro__MasterKeyFile: '{keys.Source}' does not open this database, whose secrets are sealed with master key '{row.MasterKeyId}'; give the file that belongs to it.");
            }
        }

        _opened = opened;
    }
}
