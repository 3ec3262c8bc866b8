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
internal sealed class KeyMaker(MasterKeys keys)
{
    /// <param name="id">Unique; the ciphertext is bound to it and to the merchant.</param>
    /// <param name="merchantNo">Its owner.</param>
    /// <param name="algorithm">MD5 unless the merchant asked otherwise: migrating clients speak only that.</param>
    /// <param name="secret">8 to 200 characters.</param>
    /// <param name="signs">Whether notifications are signed with it.</param>
    /// <param name="validFromMs">Unix milliseconds UTC.</param>
    public MerchantKeyRow Make(long id, long merchantNo, SigningAlgorithm algorithm, string secret, bool signs, long validFromMs)
    {
        var row = new MerchantKeyRow { Id = id, MerchantNo = merchantNo, Algorithm = algorithm, Signs = signs, ValidFromMs = validFromMs };
        (row.MasterKeyId, row.Sealed) = keys.Seal(Encoding.UTF8.GetBytes(secret), SnapshotReader.BoundTo(row));
        return row;
    }
}
