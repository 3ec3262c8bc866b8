using CsCheck;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// Random stories of a few merchants against a model in plain arithmetic: in sequence every balance is what the model says; with
/// everything at once the ledger is sound and nobody has more or less than the orders say.
/// </summary>
[Collection(PaymentTests.Name)]
public sealed class MoneyModelTests(PaymentsGrounds grounds)
{
    /// <summary>How many stories on each engine.</summary>
    public static TheoryData<Engine, int> Both => new() { { Engine.Sqlite, 100 }, { Engine.Postgres, 20 } };

    private static readonly Gen<Step[]> Steps = Gen.Select(Gen.Int[0, 2], Gen.Enum<Deed>(), Gen.Int[0, 1000], Gen.Long[1, 200_00], (s, d, p, a) => new Step(s, d, p, a)).Array[1, 25];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneAfterTheOtherIsWhatTheModelSays(Engine engine, int stories)
    {
        var ground = await grounds.OnAsync(engine);
        var shops = await OpenAsync(ground);
        await Steps.SampleAsync(
            async steps =>
            {
                // No loop confirms the configuration here, and a slow machine takes longer than it is good for.
                await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
                var tellers = new MoneyModel[shops.Length];
                await RestAsync(ground, shops);
                for (var i = 0; i < shops.Length; i++)
                {
                    tellers[i] = new MoneyModel(shops[i].Shop, shops[i].PayIn, shops[i].Payout, await shops[i].Shop.HoldingsAsync());
                }

                foreach (var step in steps)
                {
                    await tellers[step.Shop].DoAsync(step);
                    if (step.Deed == Deed.Settle)
                    {
                        ground.Time.Pass(TimeSpan.FromDays(1));
                        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
                        Array.ForEach(tellers, t => t.Settled());
                    }
                }

                for (var i = 0; i < shops.Length; i++)
                {
                    Assert.Equal(tellers[i].Expected, await shops[i].Shop.HoldingsAsync());
                    await tellers[i].AssertPricesAsync();
                }
            },
            iter: stories * Stories.Times,
            threads: 1);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AllAtOnceIsSound(Engine engine, int stories)
    {
        var ground = await grounds.OnAsync(engine);
        var shops = await OpenAsync(ground);
        await Steps.SampleAsync(
            async steps =>
            {
                await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

                // Every story is told by several at the same time, over the same few orders.
                var payIns = await Task.WhenAll(shops.Select(s => s.Shop.PayInAsync(100_00)));
                await Task.WhenAll(steps.Select(async (step, i) =>
                {
                    var (shop, payIn) = (shops[step.Shop].Shop, payIns[step.Shop]);
                    switch (step.Deed)
                    {
                        case Deed.Pay or Deed.PlacePayIn:
                            await shop.PaidAsync(payIn, step.AmountMinor, $"{step.Pick % 5}");
                            break;
                        case Deed.PayBack:
                            await shop.ReturnedAsync(payIn, step.AmountMinor, $"r{step.Pick % 5}");
                            break;
                        case Deed.Assign:
                            await shop.PaidByAssigningAsync(payIn, step.AmountMinor, $"s{step.Pick % 5}");
                            break;
                        case Deed.TakeBack:
                            await shop.TakeBackAsync(payIn, $"s{step.Pick % 5}");
                            break;
                        case Deed.ChangeWay:
                            await shop.ChooseAsync(payIn, $"way{step.Pick % 3}", new TermsRow { FixedMinor = 1_00, ReturnsFee = true });
                            break;
                        case Deed.Refund or Deed.RefundPaid or Deed.RefundFails or Deed.RefundReturns:
                            if (await shop.RefundAsync(payIn, step.AmountMinor) is { } refund)
                            {
                                await shop.TakeDueAsync(refund);
                                await Task.WhenAll(
                                    shop.SentAsync(refund, new SendOutcome.Accepted()),
                                    step.Deed == Deed.RefundFails ? shop.SaidAsync(refund, ObservationKind.Failed) : shop.PaidAsync(refund, step.AmountMinor, $"f{i}"),
                                    step.Deed == Deed.RefundReturns ? shop.ReturnedAsync(refund, step.AmountMinor, $"g{i}") : Task.FromResult(ApplyResult.Nothing));
                            }

                            break;
                        case Deed.Dispute or Deed.DisputeWon or Deed.DisputeLost:
                            if (await shop.DisputeAsync(payIn, step.AmountMinor) is { } dispute && step.Deed != Deed.Dispute)
                            {
                                // Whoever is first decides, and the rail may say so at the same time; told twice it counts once.
                                await Task.WhenAll(
                                    shop.EndDisputeAsync(dispute, isWon: step.Deed == Deed.DisputeWon),
                                    shop.EndDisputeAsync(dispute, isWon: step.Pick % 3 == 0),
                                    shop.ReturnedAsync(payIn, step.Pick % 2 == 0 ? step.AmountMinor : 1, $"d{step.Pick % 5}"));
                            }

                            break;
                        case Deed.Settle:
                            await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
                            break;
                        default:
                            if (await shop.PayoutAsync(step.AmountMinor) is { } payout)
                            {
                                await shop.TakeDueAsync(payout);
                                await Task.WhenAll(
                                    shop.SentAsync(payout, new SendOutcome.Accepted()),
                                    step.Deed == Deed.PayoutFails ? shop.SaidAsync(payout, ObservationKind.Failed) : shop.PaidAsync(payout, step.AmountMinor, $"p{i}"),
                                    shop.ReturnedAsync(payout, step.AmountMinor, $"b{i}"));
                            }

                            break;
                    }
                }));
            },
            iter: stories * Stories.Times,
            threads: 4);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>What the story before has left to become available does so.</summary>
    private static async Task RestAsync(PaymentsGround ground, (Shop Shop, TermsRow, TermsRow)[] shops)
    {
        foreach (var (shop, _, _) in shops)
        {
            if (await shop.HoldingsAsync() is not { Unsettled: 0, Held: 0 })
            {
                ground.Time.Pass(TimeSpan.FromDays(2));
                await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
                return;
            }
        }
    }

    /// <summary>
    /// A free one, one that pays all kinds of fees and of whose money a part is withheld and a part held, and one whose money is settled later, after a
    /// larger reserve with a cap, and whose fees stay paid.
    /// </summary>
    private static async Task<(Shop Shop, TermsRow PayIn, TermsRow Payout)[]> OpenAsync(PaymentsGround ground)
    {
        var shops = new List<(Shop, TermsRow, TermsRow)>();
        foreach (var (payIn, payout) in new (TermsRow, TermsRow)[]
        {
            (new() { ReturnsFee = true }, new() { ReturnsFee = true }),
            (new() { DisputeFeeMinor = 3_33, BasisPoints = 333, FixedMinor = 77, MinimumMinor = 2_00, MaximumMinor = 4_00, TaxBasisPoints = 1600, ReturnsFee = true, RefundFixedMinor = 1_00,
                ReserveBasisPoints = 500, ReserveDays = 1, WithholdingName = "ISR", WithholdingBasisPoints = 210 },
                new() { FixedMinor = 5_00, TaxBasisPoints = 1600, ReturnsFee = true }),
            (new() { DisputeFeeMinor = 50_00, BasisPoints = 250, SettlementDays = 1, RefundBasisPoints = 150, ReserveBasisPoints = 3000, ReserveDays = 2, ReserveCapMinor = 40_00 }, new() { BasisPoints = 100, MinimumMinor = 1_00 }),
        })
        {
            shops.Add((await ground.OpenShopAsync(1000_00, payIn, payout), payIn, payout));
        }

        return [.. shops];
    }
}
