using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Rails;

/// <summary>
/// Makes the rows of channel accounts' secrets: a secret leaves this place only sealed. It is bound to the whole row of its account, so that
/// whoever can write to the database cannot send it to another address by changing a setting.
/// </summary>
internal sealed class ChannelSecretMaker(MasterKeys keys, IRandomness randomness)
{
    /// <summary>Bytes of chance in the address of an account's callbacks.</summary>
    private const int CallbackKeyBytes = 16;

    /// <summary>A new unguessable part of an address.</summary>
    public string CallbackKey()
    {
        Span<byte> random = stackalloc byte[CallbackKeyBytes];
        randomness.Fill(random);
        return Convert.ToHexStringLower(random);
    }

    /// <summary>A version of a secret, for the account as it is now.</summary>
    public ChannelSecretRow Make(ChannelAccountRow account, string name, ReadOnlySpan<byte> value, long validFromMs = 0, long validToMs = 0)
    {
        var row = new ChannelSecretRow { ChannelAccountId = account.Id, Name = name, ValidFromMs = validFromMs, ValidToMs = validToMs };
        (row.MasterKeyId, row.Sealed) = keys.Seal(value, BoundTo(account, row));
        return row;
    }

    /// <exception cref="CryptographicException">It belongs to another row, or the account was changed past the program.</exception>
    public byte[] Open(ChannelAccountRow account, ChannelSecretRow row) => keys.Open(row.MasterKeyId, row.Sealed, BoundTo(account, row));

    /// <summary>Changes an account, and binds its secrets to what it is then.</summary>
    public void Change(ChannelAccountRow account, IEnumerable<ChannelSecretRow> secrets, Action<ChannelAccountRow> change)
    {
        var opened = secrets.Select(row => (Row: row, Value: Open(account, row))).ToList();
        change(account);
        foreach (var (row, value) in opened)
        {
            (row.MasterKeyId, row.Sealed) = keys.Seal(value, BoundTo(account, row));
        }
    }

    /// <summary>What a secret is bound to: its whole row and its account's.</summary>
    public static string BoundTo(ChannelAccountRow account, ChannelSecretRow secret)
    {
        var settings = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.SettingsJson)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"channel-secret:{account.Id}:{account.Channel}:{account.Country}:{account.Currency}:{(account.Live ? "live" : "test")}:{settings}:{secret.Name}:{secret.ValidFromMs}:{secret.ValidToMs}");
    }
}
