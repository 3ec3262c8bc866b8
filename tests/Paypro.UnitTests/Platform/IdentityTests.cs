using System.Security.Cryptography;
using CsCheck;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>Ids, order numbers and what master keys bind.</summary>
public class IdentityTests
{
    [Fact]
    public void Ids_rise_and_never_repeat_even_when_the_clock_goes_back() => Gen.Int[-5_000, 50].Array[1, 40].Sample(
        steps =>
        {
            var time = new SteppedTime();
            var ids = new IdSource(time);
            ids.Begin(7);
            long last = 0;
            foreach (var step in steps)
            {
                time.Step(step);
                for (var i = 0; i < 300; i++)
                {
                    var id = ids.Next();
                    Assert.True(id > last);
                    last = id;
                }
            }
        },
        iter: 100);

    [Fact]
    public void Two_starts_share_no_id()
    {
        var time = new SteppedTime();
        var (one, two) = (new IdSource(time), new IdSource(time));
        one.Begin(1);
        two.Begin(2);
        var all = Enumerable.Range(0, 5_000).SelectMany(_ => new[] { one.Next(), two.Next() }).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void An_id_tells_when_it_was_made()
    {
        var time = new SteppedTime();
        var ids = new IdSource(time);
        ids.Begin(1);
        Assert.InRange(time.NowMs() - IdSource.TimeOf(ids.Next()), 0, IdSource.UnitMs);
    }

    [Fact]
    public void No_id_before_the_start_was_counted() => Assert.Throws<InvalidOperationException>(() => new IdSource(new SteppedTime()).Next());

    [Fact]
    public void An_order_number_holds_its_bucket() => Gen.Short[0, 63].Sample(bucket =>
    {
        var number = OrderNumber.Make(bucket, new SystemRandomness());
        Assert.Matches("^[a-z0-9]{16}$", number);
        Assert.Equal(bucket, OrderNumber.BucketOf(number));
    });

    [Fact]
    public void The_heads_of_a_bucket_are_all_used()
    {
        var heads = Enumerable.Range(0, 2_000).Select(_ => OrderNumber.Make(63, new SystemRandomness())[..2]).Distinct();
        Assert.Equal(20, heads.Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcde/")]
    public void Anything_else_names_no_bucket(string? number) => Assert.Null(OrderNumber.BucketOf(number));

    [Fact]
    public void A_sealed_row_opens_where_it_belongs_and_nowhere_else() => Gen.Byte.Array[0, 200].Sample(
        plain =>
        {
            var keys = MasterKeys.ForTests(new SystemRandomness());
            var (id, row) = keys.Seal(plain, "merchant:1");
            Assert.Equal(plain, keys.Open(id, row, "merchant:1"));
            Assert.ThrowsAny<CryptographicException>(() => keys.Open(id, row, "merchant:2"));
            Assert.ThrowsAny<CryptographicException>(() => keys.Open("other", row, "merchant:1"));
            row[^1] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => keys.Open(id, row, "merchant:1"));
        },
        iter: 50);

    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

        public void Step(int ms) => _now = _now.AddMilliseconds(ms);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
