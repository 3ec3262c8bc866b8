using CsCheck;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Merchants;

/// <summary>Which version of terms holds, for whom and when.</summary>
public sealed class TermsVersionsTests
{
    private static readonly Merchant Shop = new()
    {
        No = 7, NoText = "7", Bucket = 0, Country = Mexico.Country, Name = "Shop", PayInsOpen = true, PayoutsOpen = true, PayInNotifyUrl = "", PayoutNotifyUrl = "", Keys = [],
    };

    private static readonly Gen<TermsRow> Row = Gen.Select(
        One(0L, 7L, 8L), One("MX", "BR"), One(Direction.PayIn, Direction.Payout), One("*", "va", "store"), Gen.Long[0, 5], Gen.Int[0, 100],
        (no, country, direction, way, from, points) => new TermsRow
        {
            MerchantNo = no, Country = country, Direction = direction, Way = way, ValidFromMs = from, BasisPoints = points == 100 ? -1 : points, ReturnsFee = true,
        });

    /// <summary>The most exact scope that has a version whose start has come, and of it the newest; of those with one start the later one.</summary>
    [Fact]
    public void TheNewestVersionOfTheMostExactScopeHolds() => Gen.Select(Row.Array[0, 12], Gen.Long[-1, 6], One("va", "store", "other")).Sample((rows, at, way) =>
    {
        rows = [.. rows.Select((r, i) => r with { Id = i + 1 })];
        var book = new TermsBook(null!);
        var expected = rows.Where(r => r.Country == "MX" && r.Direction == Direction.PayIn && r.MerchantNo != 8 && (r.Way == way || r.Way == "*") && r.ValidFromMs <= at)
            .OrderByDescending(r => r.MerchantNo).ThenByDescending(r => r.Way != "*").ThenByDescending(r => r.ValidFromMs).ThenByDescending(r => r.Id).FirstOrDefault();
        var holds = TermsVersions.Read(rows, book, at, []).At(Shop, Direction.PayIn, way, at);
        Assert.Equal(expected is null ? Terms.Free : expected.BasisPoints < 0 ? null : Terms.Of(expected), holds);
    });

    private static Gen<T> One<T>(params T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    /// <summary>A case is for what is wrong now or will be; a wrong version that was followed by another one is past.</summary>
    [Fact]
    public void AWrongVersionIsToldWhileItHoldsOrIsToCome()
    {
        TermsRow[] rows = [Of(1, 10, -1), Of(2, 20, 100), Of(3, 30, 20_000)];
        Assert.Equal(["1", "3"], Told(10));
        Assert.Equal(["3"], Told(20));
        Assert.Equal(["3"], Told(30));

        // Mended before its start by one with the same start, and then made wrong again.
        rows = [.. rows, Of(4, 30, 5)];
        Assert.Equal(["1"], Told(10));
        Assert.Empty(Told(20));
        rows = [.. rows, Of(5, 30, -2)];
        Assert.Equal(["1", "5"], Told(10));
        rows = rows[..3];
        Assert.Equal(4, TermsVersions.Read([.. rows, Of(4, 30, 5)], new TermsBook(null!), 30, []).At(Shop, Direction.PayIn, "va", 30)!.Id);

        IEnumerable<string> Told(long nowMs)
        {
            var problems = new List<ConfigurationProblem>();
            TermsVersions.Read(rows, new TermsBook(null!), nowMs, problems);
            return problems.Select(p => p.Subject).Order();
        }

        static TermsRow Of(long id, long fromMs, int points) => new() { Id = id, MerchantNo = 7, Country = "MX", Direction = Direction.PayIn, ValidFromMs = fromMs, BasisPoints = points };
    }
}
