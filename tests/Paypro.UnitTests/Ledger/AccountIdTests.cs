using CsCheck;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Ledger;

/// <summary>An account's number says what it is.</summary>
public sealed class AccountIdTests
{
    [Fact]
    public void ANumberNamesItsOwnerKindAndCurrency() => Assert.Equal(
        3_1000000001_01_484, AccountId.Merchant(7, 1000000001, AccountKind.Available, Currency.Mxn).Id);

    [Fact]
    public void EveryKindAndCurrencyComesBack()
    {
        var keys = new HashSet<AccountKey>();
        foreach (var currency in Currency.All)
        {
            foreach (var kind in Enum.GetValues<AccountKind>())
            {
                foreach (var owner in (long[])[0, 1, 101, 1000000001, 9_999_999_999])
                {
                    AssertOpens(keys, AccountId.Merchant(5, owner, kind, currency), OwnerType.Merchant, owner, kind, currency);
                    AssertOpens(keys, AccountId.Channel(63, owner, kind, currency), OwnerType.Channel, owner, kind, currency);
                    AssertOpens(keys, AccountId.Bank(9, owner, kind, currency), OwnerType.Bank, owner, kind, currency);
                }

                AssertOpens(keys, AccountId.Platform(0, kind, currency), OwnerType.Platform, 0, kind, currency);
            }
        }
    }

    [Fact]
    public void AnOwnerHasAtMostTenDigits() => Gen.OneOf(Gen.Long[10_000_000_000, long.MaxValue], Gen.Long[long.MinValue, -1]).Sample(owner =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AccountId.Merchant(0, owner, AccountKind.Available, Currency.Mxn)));

    private static void AssertOpens(HashSet<AccountKey> keys, AccountKey key, OwnerType type, long owner, AccountKind kind, Currency currency)
    {
        Assert.True(keys.Add(key));
        Assert.Equal(
            new AccountRow { Bucket = key.Bucket, Id = key.Id, OwnerType = type, OwnerId = owner, Kind = kind, Currency = currency.Code },
            AccountId.Open(key));
    }
}
