using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>Puts into a new database what every installation needs: the bank lists of the countries it knows.</summary>
internal sealed class Seed(ConfigStore store, CountryCatalog countries)
{
    /// <summary>Adds the lists of countries that have none yet; the operator's edits are never touched.</summary>
    public Task AddBanksAsync() => store.SaveAsync(async context =>
    {
        foreach (var country in countries.Countries)
        {
            if (country.Banks.IsEmpty || await context.Banks.AnyAsync(b => b.Country == country.IsoCode))
            {
                continue;
            }

            foreach (var bank in country.Banks.Banks)
            {
                context.Banks.Add(new BankRow
                {
                    Country = country.IsoCode,
                    Code = bank.Code,
                    Name = bank.Name,
                    NationalCode = bank.NationalCode,
                    Kind = bank.Kind,
                });
                foreach (var alias in bank.Aliases)
                {
                    context.BankAliases.Add(new BankAliasRow { Country = country.IsoCode, Alias = alias, Code = bank.Code });
                }
            }
        }
    });
}

/// <summary>Makes key rows: the secret leaves this place only sealed.</summary>
internal sealed class KeyMaker(MasterKeys keys, Installation installation)
{
    /// <summary>Characters of a live merchant's secret, at least: one of eight is found by trying on a machine of one's own.</summary>
    public const int LeastLiveLength = 16;

    /// <param name="id">Unique; the ciphertext is bound to it and to the merchant.</param>
    /// <param name="merchantNo">Its owner.</param>
    /// <param name="algorithm">MD5 unless the merchant asked otherwise: migrating clients speak only that.</param>
    /// <param name="secret">8 to 200 characters; live at least <see cref="LeastLiveLength"/>.</param>
    /// <param name="signs">Whether notifications are signed with it.</param>
    /// <param name="validFromMs">Unix milliseconds UTC.</param>
    /// <param name="validToMs">Unix milliseconds UTC; 0 = until further notice.</param>
    public MerchantKeyRow Make(long id, long merchantNo, SigningAlgorithm algorithm, string secret, bool signs, long validFromMs, long validToMs = 0)
    {
        if (!installation.IsSandbox && secret.Length < LeastLiveLength)
        {
            throw new ArgumentException($"A live merchant's secret has at least {LeastLiveLength} characters.", nameof(secret));
        }

        var row = new MerchantKeyRow { Id = id, MerchantNo = merchantNo, Algorithm = algorithm, Signs = signs, ValidFromMs = validFromMs, ValidToMs = validToMs };
        (row.MasterKeyId, row.Sealed) = keys.Seal(Encoding.UTF8.GetBytes(secret), SnapshotReader.BoundTo(row));
        return row;
    }

    /// <summary>Changes a key's row, and binds its secret to what the row is then.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed past the program.</exception>
    public void Change(MerchantKeyRow row, Action<MerchantKeyRow> change)
    {
        var secret = keys.Open(row.MasterKeyId, row.Sealed, SnapshotReader.BoundTo(row));
        change(row);
        (row.MasterKeyId, row.Sealed) = keys.Seal(secret, SnapshotReader.BoundTo(row));
    }
}
