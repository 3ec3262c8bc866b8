using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>What came of adding terms.</summary>
/// <param name="Id">The version's number; 0 when it was refused.</param>
/// <param name="ValidFromMs">When it begins to hold, Unix milliseconds UTC.</param>
/// <param name="Refusal">One sentence that says what to mend; null when there is nothing.</param>
internal sealed record AddedTerms(long Id, long ValidFromMs, string? Refusal)
{
    public static AddedTerms No(string why) => new(0, 0, why);
}

/// <summary>
/// Adds a version of terms. That is the only way to change a price: no row is changed or deleted. It can be repeated. That actor and approver are
/// two people is for the caller to see to.
/// </summary>
internal sealed class AddTerms(ConfigStore store, CountryCatalog countries, RaiseCases cases, TimeProvider time)
{
    /// <summary>
    /// How long before its start a version must be stored. No node works with a picture that was not confirmed for
    /// <see cref="SnapshotStore.GoodFor"/>; five seconds more are for clocks that differ. So every attempt that is made after the start, at whichever
    /// node, is made at this version.
    /// </summary>
    public static readonly TimeSpan Ahead = SnapshotStore.GoodFor + TimeSpan.FromSeconds(5);

    /// <summary>So long may storing take; what is longer is taken of the time that nodes have to see the version, and a person has to know.</summary>
    public static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(2);

    /// <summary>The kind of the case of a version that was stored too late.</summary>
    public const string LateCase = "terms-late";

    /// <summary>So long is the same content by the same actor the same wish, also where somebody else has added another version since.</summary>
    private static readonly TimeSpan RepeatedWithin = TimeSpan.FromMinutes(2);

    private const int TextLength = 500;

    /// <param name="wanted">
    /// The version, with scope, actor and approver. A start of 0 is the earliest that is possible; its number and the time of adding are given here.
    /// </param>
    /// <returns>
    /// The version that is there, where the newest of its start, or the one that holds at the earliest start, says the same; or where it is the last that
    /// the actor added, not more than two minutes ago: that an answer was lost must not undo what somebody else has mended since.
    /// </returns>
    public async Task<AddedTerms> AddAsync(TermsRow wanted)
    {
        var (added, addedAtMs) = await store.SaveAsync(context => AddAloneAsync(context, wanted));
        var tookMs = time.NowMs() - addedAtMs;
        if (added.Refusal is null && addedAtMs > 0 && tookMs > StoredWithin.TotalMilliseconds)
        {
            var id = added.Id.ToString(CultureInfo.InvariantCulture);
            await cases.RaiseAsync(
                LateCase,
                id,
                string.Create(CultureInfo.InvariantCulture, $"Version {id} of terms was stored {tookMs} milliseconds after its start was set: orders of its first seconds may have been made at the version before. Look at them."));
        }

        return added;
    }

    /// <summary>The same in a transaction of whoever asks, which has locked the row of the installation.</summary>
    public async Task<AddedTerms> AddAsync(PayproContext context, TermsRow wanted) => (await StoreAsync(context, wanted)).Added;

    /// <summary>Why terms cannot be added, in a sentence; null when they can.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, TermsRow wanted) =>
        Problem(wanted, await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == wanted.MerchantNo));

    private Task<(AddedTerms Added, long AddedAtMs)> AddAloneAsync(PayproContext context, TermsRow wanted)
    {
        context.ChangeTracker.Clear();
        return StoreAsync(context, wanted);
    }

    private async Task<(AddedTerms Added, long AddedAtMs)> StoreAsync(PayproContext context, TermsRow wanted)
    {
        // Whoever changes the configuration locks this row. It is waited for before the time is taken, so that the wait takes nothing of the lead.
        await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.ConfigVersion, i => i.ConfigVersion));
        var merchant = await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == wanted.MerchantNo);
        if (Problem(wanted, merchant) is { } problem)
        {
            return (AddedTerms.No(problem), 0);
        }

        var ofScope = context.Terms.AsNoTracking().Where(
            t => t.MerchantNo == wanted.MerchantNo && t.Country == wanted.Country && t.Direction == wanted.Direction && t.Way == wanted.Way);
        var nowMs = time.NowMs();
        var earliestMs = nowMs + (long)Ahead.TotalMilliseconds;
        var actor = OutsideText.Line(wanted.Actor, TextLength);
        var ofStart = wanted.ValidFromMs == 0 ? ofScope.Where(t => t.ValidFromMs <= earliestMs) : ofScope.Where(t => t.ValidFromMs == wanted.ValidFromMs);
        var before = await ofStart.OrderByDescending(t => t.ValidFromMs).ThenByDescending(t => t.Id).FirstOrDefaultAsync();
        if (!SaysTheSame(before, wanted))
        {
            var sinceMs = nowMs - (long)RepeatedWithin.TotalMilliseconds;
            before = await ofStart.Where(t => t.Actor == actor && t.AddedAtMs >= sinceMs).OrderByDescending(t => t.Id).FirstOrDefaultAsync();
        }

        if (before is not null && SaysTheSame(before, wanted))
        {
            return (new AddedTerms(before.Id, before.ValidFromMs, null), 0);
        }

        if (wanted.ValidFromMs != 0 && wanted.ValidFromMs < earliestMs)
        {
            return (AddedTerms.No($"validFromMs: must be 0 for the earliest possible, or at least {earliestMs}, {Ahead.TotalSeconds:0} seconds from now"), 0);
        }

        var row = wanted with
        {
            Id = 0,
            ValidFromMs = Math.Max(wanted.ValidFromMs, earliestMs),
            Actor = actor,
            Approver = OutsideText.Line(wanted.Approver, TextLength),
            AddedAtMs = nowMs,
        };
        context.Terms.Add(row);
        await context.SaveChangesAsync();
        return (new AddedTerms(row.Id, row.ValidFromMs, null), nowMs);
    }

    private static bool SaysTheSame(TermsRow? there, TermsRow wanted) => there is not null && Terms.Of(there) == Terms.Of(wanted) with { Id = there.Id };

    private string? Problem(TermsRow wanted, MerchantRow? merchant) =>
        wanted.Actor.Length == 0 ? "actor: must say who adds the terms"
        : countries.FindCountry(wanted.Country) is not { } country ? "country: is not one that this version knows"
        : wanted.MerchantNo != 0 && merchant is null ? "merchantNo: there is no such merchant"
        : merchant is not null && merchant.Country != wanted.Country ? "country: must be the merchant's"
        : wanted.Direction is not (Direction.PayIn or Direction.Payout) ? "direction: must be PayIn or Payout; what a refund costs stands in the terms of pay-ins"
        : wanted.Direction == Direction.PayIn && wanted.Way != "*" && country.FindWay(wanted.Way) is null ? $"way: {wanted.Country} has no such way; * is for all"
        : wanted.Way.Length is 0 or > 60 || !OutsideText.IsClean(wanted.Way) ? "way: must be a way's code, or * for all"
        : !OutsideText.IsClean(wanted.WithholdingName) ? "withholdingName: must have no control characters and no half characters"
        : wanted.Direction == Direction.Payout && OnlyForPayIns(wanted) is { } only ? only
        : wanted.ValidFromMs is < 0 or > Clock.LastMs ? "validFromMs: must be 0 for the earliest possible, or a time to come"
        : Terms.Of(wanted).Problem();

    /// <summary>A payout brings nothing to hold back, and what a refund costs its pay-in says.</summary>
    private static string? OnlyForPayIns(TermsRow wanted) =>
        wanted.SettlementDays != 0 ? "settlementDays: must be 0 for payouts"
        : wanted.ReserveBasisPoints != 0 ? "reserveBasisPoints: must be 0 for payouts"
        : wanted.WithholdingBasisPoints != 0 ? "withholdingBasisPoints: must be 0 for payouts"
        : wanted.RefundBasisPoints != 0 || wanted.RefundFixedMinor != 0 ? "refundBasisPoints: must be 0 for payouts, and refundFixedMinor too"
        : null;
}
