using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>How a version of terms is added: once, before its start, and without undoing what others add.</summary>
[Collection(PaymentTests.Name)]
public sealed class AddTermsTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AVersionIsAddedOnceAndNeverStartsInThePast(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100 });
        var terms = ground.The<AddTerms>();
        var wanted = new TermsRow
        {
            MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 300, Actor = "operator:1", Approver = "operator:2", Way = "va",
        };
        var aheadMs = (long)AddTerms.Ahead.TotalMilliseconds;
        var version = await VersionAsync(ground);
        var added = await terms.AddAsync(wanted);
        Assert.Equal((null, ground.NowMs + aheadMs), (added.Refusal, added.ValidFromMs));
        Assert.True(await VersionAsync(ground) > version);
        Assert.Equal(
            (300, "operator:1", "operator:2", ground.NowMs),
            await ground.ReadAsync(c => c.Terms.AsNoTracking().SingleAsync(t => t.Id == added.Id)) is var row ? (row.BasisPoints, row.Actor, row.Approver, row.AddedAtMs) : default);

        // Its answer was lost: the same again is the same version. Another content at the same start is a later one, which holds.
        Assert.Equal(added, await terms.AddAsync(wanted));
        Assert.Equal(added, await terms.AddAsync(wanted with { ValidFromMs = added.ValidFromMs, Approver = "operator:3" }));
        var mended = await terms.AddAsync(wanted with { ValidFromMs = added.ValidFromMs, BasisPoints = 250 });
        Assert.Equal((null, added.ValidFromMs, true), (mended.Refusal, mended.ValidFromMs, mended.Id > added.Id));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal(100, BasisPoints(added.ValidFromMs - 1));
        Assert.Equal(250, BasisPoints(added.ValidFromMs));

        // What is agreed for later is not what is wanted now.
        var later = await terms.AddAsync(wanted with { Way = "store", ValidFromMs = ground.NowMs + 1_000_000 });
        var now = await terms.AddAsync(wanted with { Way = "store" });
        Assert.Equal((true, ground.NowMs + aheadMs), (now.Id > later.Id, now.ValidFromMs));

        foreach (var (says, wrong) in new (string, TermsRow)[]
        {
            ("validFromMs: must be 0", wanted with { BasisPoints = 1, ValidFromMs = ground.NowMs + aheadMs - 1 }),
            ("validFromMs: must be 0", wanted with { BasisPoints = 1, ValidFromMs = -1 }),
            ("basisPoints: must be from 0 to 10000", wanted with { BasisPoints = 10_001 }),
            ("disputeFeeMinor: must not be negative", wanted with { DisputeFeeMinor = -1 }),
            ("actor: ", wanted with { Actor = "" }),
            ("country: is not one", wanted with { Country = "XX" }),
            ("country: must be the merchant's", wanted with { Country = "BR", Way = "*" }),
            ("merchantNo: ", wanted with { MerchantNo = 1 }),
            ("direction: ", wanted with { Direction = Direction.Refund }),
            ("way: ", wanted with { Way = "no-such-way" }),
            ("way: ", wanted with { Way = "" }),
            ("way: ", wanted with { Direction = Direction.Payout, Way = "a\nb" }),
            ("withholdingName: must have no control", wanted with { WithholdingName = "I\0SR", WithholdingBasisPoints = 1 }),
            ("settlementDays: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", SettlementDays = 1 }),
            ("reserveBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", ReserveBasisPoints = 1, ReserveDays = 1 }),
            ("withholdingBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", WithholdingBasisPoints = 1, WithholdingName = "x" }),
            ("refundBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", RefundFixedMinor = 1 }),
        })
        {
            var refused = await terms.AddAsync(wrong);
            Assert.Equal(0, refused.Id);
            Assert.StartsWith(says, refused.Refusal, StringComparison.Ordinal);
        }

        int BasisPoints(long atMs) => ground.The<SnapshotStore>().Current.Terms.At(shop.Merchant, Direction.PayIn, "va", atMs)!.BasisPoints;
    }

    /// <summary>Repeating what was answered and lost undoes nothing that somebody else has mended; wanting it anew later does.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARepeatUndoesNoMend(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0);
        var terms = ground.The<AddTerms>();
        var wanted = new TermsRow { MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 3000, Actor = "operator:1" };
        var wrong = await terms.AddAsync(wanted);
        var mend = await terms.AddAsync(wanted with { BasisPoints = 300, Actor = "operator:2", ValidFromMs = wrong.ValidFromMs });
        Assert.True(mend.Id > wrong.Id);
        Assert.Equal(wrong, await terms.AddAsync(wanted));
        Assert.Equal(wrong, await terms.AddAsync(wanted with { ValidFromMs = wrong.ValidFromMs }));
        Assert.Equal(mend, await terms.AddAsync(wanted with { BasisPoints = 300 }));

        // Who changed its own mind is taken at its last word, and a wish of later is a new one.
        var other = await terms.AddAsync(wanted with { BasisPoints = 200 });
        var again = await terms.AddAsync(wanted);
        Assert.True(again.Id > other.Id && other.Id > mend.Id);
        await terms.AddAsync(wanted with { BasisPoints = 250, Actor = "operator:2" });
        ground.Time.Pass(TimeSpan.FromMinutes(3));
        Assert.True((await terms.AddAsync(wanted)).Id > again.Id);
    }

    /// <summary>What waits for another change of the configuration has its whole lead, and what is stored late has a case.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheLeadIsCountedFromWhenTheConfigurationIsLocked(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(0);
        var wanted = new TermsRow { MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 300, Actor = "operator:1" };
        var (locked, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var other = ground.The<ConfigStore>().SaveAsync(async context =>
        {
            await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.ConfigVersion, i => i.ConfigVersion));
            locked.SetResult();
            await free.Task;
        });
        await locked.Task;
        var adding = ground.The<AddTerms>().AddAsync(wanted);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        ground.Time.Pass(TimeSpan.FromSeconds(20));
        free.SetResult();
        await other;
        Assert.Equal(ground.NowMs + (long)AddTerms.Ahead.TotalMilliseconds, (await adding).ValidFromMs);
        Assert.Empty(await LateAsync());

        // Three seconds pass between the start and the end of storing.
        var slow = new AddTerms(ground.The<ConfigStore>(), CountryCatalog.BuiltIn, ground.The<RaiseCases>(), new SlowTime(ground.Time));
        var late = await slow.AddAsync(wanted with { BasisPoints = 301 });
        Assert.Equal([late.Id.ToString(CultureInfo.InvariantCulture)], await LateAsync());

        Task<List<string>> LateAsync() => ground.ReadAsync(c => c.Cases.Where(k => k.Kind == AddTerms.LateCase && k.State == CaseState.Open).Select(k => k.Subject).ToListAsync());
    }

    private sealed class SlowTime(TimeProvider at) : TimeProvider
    {
        private int asked;

        public override DateTimeOffset GetUtcNow() => at.GetUtcNow() + TimeSpan.FromSeconds(3 * asked++);
    }

    private static Task<long> VersionAsync(PaymentsGround ground) => ground.ReadAsync(c => c.Installation.Select(i => i.ConfigVersion).SingleAsync());
}
