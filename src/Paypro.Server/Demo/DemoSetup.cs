using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Dashboard;
using Paypro.Server.Operator;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.Demo;

/// <summary>What stands before the first order: users, businesses, merchants, terms, limits, keys and accounts at the simulated bank, made by the demo's own operators.</summary>
internal sealed class DemoSetup(
    DemoUsers users, MerchantChanges merchants, Proposals proposals, OwnKeys keys, AuditedStore store, ConfigStore config, SandboxMerchants sandbox, CountryCatalog countries)
{
    /// <summary>A listing tells of money whose callback was lost, so that nobody is asked about orders that have ended.</summary>
    private const string BankSettings = """{"listing":"since"}""";

    private const long FirstAccount = 201;
    private const int CostBasisPoints = 60;

    /// <summary>Where a person of the demo sits.</summary>
    public static readonly Caller Desk = new("127.0.0.1", "Demo", "");

    /// <summary>Makes all of it.</summary>
    /// <returns>The numbers of the plan's merchants, in its order.</returns>
    public async Task<IReadOnlyList<long>> RunAsync(DemoPlan plan)
    {
        await config.SaveAsync(context =>
        {
            foreach (var (country, i) in countries.Countries.Select((c, i) => (c, i)).Where(p => plan.Merchants.Any(m => m.Country == p.c.IsoCode)))
            {
                // Before the sandbox's own account of the country, which takes what this one declines.
                sandbox.AddAccount(context, country, new ChannelAccountRow { Id = FirstAccount + i, Name = $"Demo bank {country.Name}", Priority = -1, SettingsJson = BankSettings }, CostBasisPoints);
            }

            return Task.CompletedTask;
        });
        await users.AddAsync(Realm.Operator, 0);
        var (admin, finance) = (await ByAsync(Role.Admin), await ByAsync(Role.Finance));
        var businesses = new Dictionary<string, long>();
        var numbers = new List<long>();
        foreach (var merchant in plan.Merchants)
        {
            if (!businesses.TryGetValue(merchant.Business, out var business))
            {
                businesses[merchant.Business] = business = Done(await merchants.AddBusinessAsync(admin, merchant.Business, Answer<BusinessView>.Unkept)).Id;
                if (businesses.Count == 1)
                {
                    await users.AddAsync(Realm.Merchant, business);
                }

                Done(await merchants.InviteOwnerAsync(admin, business, $"owner-{merchant.Business[^1..].ToLowerInvariant()}@{DemoUsers.Domain}"));
            }

            numbers.Add(Done(await merchants.AddMerchantAsync(admin, business, merchant.Country, merchant.Name, Answer<MerchantView>.Unkept)).MerchantNo);
        }

        var owner = await ByAsync(Role.Owner);
        foreach (var (merchant, no) in plan.Merchants.Zip(numbers))
        {
            await AddTermsAsync(finance, merchant, no);
            await AddLimitsAsync(admin, merchant, no);
            if (await keys.MakeAsync(owner, no, SigningAlgorithm.HmacSha256, 0) is { } problem)
            {
                throw new InvalidOperationException($"{merchant.Name}: {problem}");
            }
        }

        return numbers;
    }

    /// <summary>Somebody at his desk, who has just signed in.</summary>
    public async Task<Actor> ByAsync(Role role) => (await users.SignInAsync(role, Desk) ?? throw new InvalidOperationException($"The demo has no {role}.")).By;

    private async Task AddTermsAsync(Actor finance, DemoMerchant merchant, long no)
    {
        foreach (var wish in (TermsWish[])
        [
            new(no, merchant.Country, Direction.PayIn, BasisPoints: 250, TaxBasisPoints: merchant.Country is "MX" or "ID" ? 1600 : 0, SettlementDays: merchant.Size > 2 ? 2 : 1, BusinessDays: merchant.Weekend == 0,
                ReserveBasisPoints: merchant.Business == "Travel E" ? 500 : 0, ReserveDays: merchant.Business == "Travel E" ? 14 : 0, RefundBasisPoints: 50),
            new(no, merchant.Country, Direction.Payout, BasisPoints: 100, FixedMinor: DemoPlan.UsualUnits(merchant.Country) * countries.FindCountry(merchant.Country)!.Currency.UnitMinor / 200),
        ])
        {
            var made = await proposals.ProposeAsync(finance, Grant.Approves, TermsChange.Name, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), "Signed contract");
            if (made is not { Problem: null, State: ProposalState.CarriedOut })
            {
                throw new InvalidOperationException($"{merchant.Name}: its terms are not made: {made.Problem ?? "they wait for a second person"}");
            }
        }
    }

    private Task AddLimitsAsync(Actor admin, DemoMerchant merchant, long no) => !merchant.Has(DemoTraits.Limited) ? Task.CompletedTask : store.ConfigureAsync(async (context, trail) =>
    {
        var row = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no);
        var usualMinor = DemoPlan.UsualUnits(merchant.Country) * countries.FindCountry(merchant.Country)!.Currency.UnitMinor;
        var payInsMinor = (long)(usualMinor * merchant.Size * merchant.OrdersADay * 2.5);
        var payoutsMinor = (long)(usualMinor * merchant.Size * 4);
        context.DailyLimits.Add(new DailyLimitRow { MerchantNo = no, Direction = Direction.PayIn, AmountMinor = payInsMinor });
        context.DailyLimits.Add(new DailyLimitRow { MerchantNo = no, Direction = Direction.Payout, AmountMinor = payoutsMinor });
        trail.Add(admin, "limits.set", MerchantChanges.SubjectOf(no), after: new { payInsMinor, payoutsMinor }, chain: row.Bucket);
        return true;
    });

    private static T Done<T>(Change<T> change) => change.Problem is { } problem ? throw new InvalidOperationException($"The demo could not be set up: {problem}") : change.Value!;
}
