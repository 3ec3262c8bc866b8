using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Dashboard;
using Paypro.Server.Operator;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Demo;

/// <summary>What the demo's persons do over the weeks: they sign in, propose, approve, refuse, take back, stop, look at keys, and close cases.</summary>
internal sealed class DemoPeople(
    DemoHistory history, DemoSetup setup, DemoTurns turns, Proposals proposals, MerchantChanges merchants, OwnKeys keys, Decisions decisions, IContexts contexts)
{
    private const long DayMs = 86_400_000, HourMs = 3_600_000;
    private const int CasesADay = 4;

    private static readonly Role[] Everyone = [.. DemoUsers.RolesOf(Realm.Operator), .. DemoUsers.RolesOf(Realm.Merchant)];

    /// <summary>Puts all of it on the list.</summary>
    /// <param name="chance">Of the history.</param>
    /// <param name="plan">What is made.</param>
    /// <param name="numbers">The merchants' numbers, in the plan's order.</param>
    /// <param name="startMs">When the history begins.</param>
    public void Plan(DemoChance chance, DemoPlan plan, IReadOnlyList<long> numbers, long startMs)
    {
        var (first, days) = (plan.Merchants[0], plan.Days);
        for (var day = 0; day < days; day++)
        {
            var morningMs = startMs + (day * DayMs) + (8 * HourMs);
            foreach (var role in Everyone.Where(_ => chance.Happens(0.3)))
            {
                history.At(morningMs + chance.Next((int)(4 * HourMs)), () => setup.ByAsync(role));
            }

            history.At(morningMs + (3 * HourMs), CloseCasesAsync);
        }

        // Whoever was added decides nothing for a day.
        var settledMs = startMs + DayMs + (2 * HourMs);
        long Day(double part) => settledMs + (long)((days - 1.5) * part * DayMs);
        foreach (var (merchant, no) in plan.Merchants.Zip(numbers).Where(m => m.First.Has(DemoTraits.NewTerms)))
        {
            history.At(Day(0.5), () => NewTermsAsync(merchant, no));
        }

        foreach (var no in plan.Merchants.Zip(numbers).Where(m => m.First.Has(DemoTraits.Stopped)).Select(m => m.Second))
        {
            history.At(Day(0.75), () => StopAsync(no));
            // The first lapses, since nobody decides in time.
            history.At(Day(0.8), () => ProposeReopenAsync(no));
            history.At(Day(0.985), () => ProposeReopenAsync(no));
        }

        history.At(Day(0.1), () => WithdrawAsync(first, numbers[0]));
        history.At(Day(0.3), () => RefuseAsync(first, numbers[0]));
        history.At(Day(0.99), () => ProposeTermsAsync(Role.Finance, first, numbers[0], 230, "Volume of the quarter"));
        history.At(Day(0.2), () => ChangeKeyAsync(numbers[0]));
        if (numbers.Count > 1)
        {
            history.At(Day(0.6), () => ChangeKeyAsync(numbers[^1]));
        }
    }

    private async Task NewTermsAsync(DemoMerchant merchant, long no)
    {
        var made = await ProposeTermsAsync(Role.Finance, merchant, no, 220, "New price agreed");
        history.After(2 * HourMs, async () =>
        {
            if (made.State == ProposalState.Open)
            {
                Done(await DecideAsync(made.Id, approves: true, "Contract seen"));
            }

            await turns.RefreshAsync(hasChanged: true);
        });
    }

    private async Task WithdrawAsync(DemoMerchant merchant, long no)
    {
        var by = await setup.ByAsync(Role.Finance);
        var made = await ProposeTermsAsync(by, merchant, no, 120, "Typed wrongly");

        // Before the first order it was carried out at once.
        if (made.State == ProposalState.Open)
        {
            Done(await proposals.TakeBackAsync(by, made.Id));
        }
    }

    private async Task RefuseAsync(DemoMerchant merchant, long no)
    {
        var made = await ProposeTermsAsync(Role.Finance, merchant, no, 90, "Asked for by the merchant");
        if (made.State == ProposalState.Open)
        {
            Done(await DecideAsync(made.Id, approves: false, "Below our cost"));
        }
    }

    private async Task StopAsync(long no)
    {
        var stopped = await merchants.StopAsync(await setup.ByAsync(Role.Risk), no, payIns: true, payouts: true, "Complaints about rooms that do not exist", null, Answer<MerchantView>.Unkept);
        if (stopped.Problem is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        await turns.RefreshAsync(hasChanged: true);
    }

    private async Task ProposeReopenAsync(long no) => Done(await proposals.ProposeAsync(
        await setup.ByAsync(Role.Admin), Grant.Approves, MerchantReopen.Name, MerchantChanges.SubjectOf(no), JsonSerializer.Serialize(new ReopenWish(true, false), OperatorJson.Options), "Complaints are settled"));

    private async Task<ProposalResult> ProposeTermsAsync(Role role, DemoMerchant merchant, long no, int basisPoints, string reason) =>
        await ProposeTermsAsync(await setup.ByAsync(role), merchant, no, basisPoints, reason);

    private async Task<ProposalResult> ProposeTermsAsync(Actor by, DemoMerchant merchant, long no, int basisPoints, string reason)
    {
        var wish = new TermsWish(no, merchant.Country, Direction.PayIn, BasisPoints: basisPoints, SettlementDays: 1, RefundBasisPoints: 50);
        return Done(await proposals.ProposeAsync(by, Grant.Approves, TermsChange.Name, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), reason));
    }

    private async Task<ProposalResult> DecideAsync(long id, bool approves, string reason)
    {
        var by = await setup.ByAsync(Role.Risk);
        await using var context = contexts.Create();
        var raisedAtMs = await context.Users.Where(u => u.Id == by.UserId).Select(u => u.RaisedAtMs).SingleAsync();
        return await proposals.DecideAsync(by, [Role.Risk], raisedAtMs, id, approves, reason);
    }

    private async Task ChangeKeyAsync(long no)
    {
        var by = await setup.ByAsync(Role.Owner);
        if (await keys.MakeAsync(by, no, SigningAlgorithm.HmacSha256, overlapDays: 7) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        await keys.RevealAsync(by, no, (await keys.ListAsync(no))[0].Id);
        await turns.RefreshAsync(hasChanged: true);
    }

    /// <summary>Somebody of operations looks at what is more than a day old; not all of it is closed, and some payouts are decided.</summary>
    private async Task CloseCasesAsync()
    {
        await turns.RefreshAsync();
        List<CaseRow> old;
        await using (var context = contexts.Create())
        {
            var beforeMs = history.NowMs - DayMs;
            old = await context.Cases.AsNoTracking().Where(c => c.State == CaseState.Open && c.OpenedAtMs < beforeMs && c.Kind != CaseKind.Suspense).OrderBy(c => c.OpenedAtMs).Take(CasesADay).ToListAsync();
        }

        if (old.Count == 0)
        {
            return;
        }

        var by = new DecidedBy((await setup.ByAsync(Role.Operations)).Text, (await setup.ByAsync(Role.Finance)).Text, "Statement of the bank", "Looked at with the bank");
        foreach (var found in old)
        {
            if ((await decisions.ResolveAsync(found.Key, by)).Refusal is not null)
            {
                await EndAsync(found, by);
            }
        }
    }

    /// <summary>Money or a statement waits behind it: the decision of its kind.</summary>
    private Task<Decided> EndAsync(CaseRow one, DecidedBy by) => one.Kind switch
    {
        CaseKind.Underpaid => decisions.SettleAsync(one.Subject, by, CancellationToken.None),
        CaseKind.HeldPayout or CaseKind.UnscreenedPayout or CaseKind.HeldPayIn => decisions.ReleaseAsync(one.Subject, by, CancellationToken.None),
        _ => decisions.DecideStatementAsync(new StatementKey(one.Bucket, one.StatementId), accept: false, by, CancellationToken.None),
    };

    private static ProposalResult Done(ProposalResult result) => result.Problem is { } problem ? throw new InvalidOperationException($"A proposal of the demo failed: {problem}") : result;
}
