using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>An account of a merchant's own, as it is wished.</summary>
internal sealed record DestinationWish(string Name, string Bank, string Number, string Holder);

/// <summary>
/// Where a merchant may withdraw to: two of its people decide it (or one, where there is none, after the wait that owners have), the operator confirms that the account is
/// the merchant's own, all owners are mailed, and a day later it can be used. Taking one away is done at once, by either side.
/// </summary>
internal sealed class Destinations(AuditedStore store, AccessMails mails, IdSource ids, TimeProvider time) : IProposalKind
{
    public const string Name = "destination.add";

    /// <summary>From the confirmation on.</summary>
    public static readonly TimeSpan UsableAfter = TimeSpan.FromHours(24);

    private const int LongestText = 100, MostOpen = 20;

    public string Kind => Name;

    public string Permission => Permissions.DestinationEdit;

    public bool IsConfiguration => false;

    public static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"destination:{merchantNo}");

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = NoOf(subject);
        return await context.Merchants.AnyAsync(m => m.MerchantNo == no) ? (await context.Destinations.CountAsync(d => d.MerchantNo == no)).ToString(CultureInfo.InvariantCulture) : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (no, wish) = (NoOf(proposal.Subject), BookJson.Read<DestinationWish>(proposal.Change));
        foreach (var (member, text) in ((string, string)[])[("name", wish.Name), ("bank", wish.Bank), ("number", wish.Number), ("holder", wish.Holder)])
        {
            if (text.Trim().Length is 0 or > LongestText || !OutsideText.IsClean(text))
            {
                return $"{member}: must be 1 to {LongestText} characters";
            }
        }

        return await context.Destinations.CountAsync(d => d.MerchantNo == no && d.State != DestinationState.Closed) >= MostOpen ? $"name: there are {MostOpen} destinations already; take one away first" : null;
    }

    public Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (no, wish) = (NoOf(proposal.Subject), BookJson.Read<DestinationWish>(proposal.Change));
        context.Destinations.Add(new DestinationRow
        {
            Id = ids.Next(), MerchantNo = no, Name = wish.Name.Trim(), Bank = wish.Bank.Trim(), Number = wish.Number.Trim(), Holder = wish.Holder.Trim(), State = DestinationState.Waits, MadeBy = proposal.MadeBy, MadeAtMs = time.NowMs(),
        });
        trail.Add(by, Name, SubjectOf(no), after: wish, reason: proposal.Reason, chain: BucketOf(no));
        return Task.FromResult<string?>(null);
    }

    /// <summary>The operator says that the account is the merchant's own.</summary>
    public Task<string?> ConfirmAsync(Actor by, long id, string reason, Action<PayproContext, DestinationRow>? also = null) => store.SaveAsync<string?>(async (context, trail) =>
    {
        if (await context.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id) is not { } row)
        {
            return "destination: there is no such destination";
        }

        // The row's condition decides between this and whoever takes it away, or confirms it as well, at the same moment.
        var nowMs = time.NowMs();
        (row.State, row.ConfirmedBy, row.ConfirmedAtMs, row.UsableFromMs) = (DestinationState.Confirmed, by.Text, nowMs, nowMs + (long)UsableAfter.TotalMilliseconds);
        if (await context.Destinations.Where(d => d.Id == id && d.State == DestinationState.Waits).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.State, row.State).SetProperty(d => d.ConfirmedBy, row.ConfirmedBy).SetProperty(d => d.ConfirmedAtMs, row.ConfirmedAtMs).SetProperty(d => d.UsableFromMs, row.UsableFromMs)) == 0)
        {
            return "destination: does not wait to be confirmed";
        }

        trail.Add(by, "destination.confirm", SubjectOf(row.MerchantNo), after: new { row.Id, row.Name, row.UsableFromMs }, reason: reason, chain: BucketOf(row.MerchantNo));
        var businessId = await context.Merchants.Where(m => m.MerchantNo == row.MerchantNo).Select(m => m.BusinessId).SingleAsync();
        await mails.DestinationConfirmedAsync(context, businessId, row.MerchantNo, row.Name, row.UsableFromMs);
        also?.Invoke(context, row);
        return null;
    });

    /// <summary>Takes a destination away at once; what was requested to it before waits for the operator's people, who refuse it.</summary>
    /// <param name="by">Who.</param>
    /// <param name="id">The destination.</param>
    /// <param name="merchantNo">Only of this merchant; 0 for the operator.</param>
    /// <param name="reason">Why.</param>
    /// <param name="also">What is stored in the same transaction.</param>
    public Task<string?> CloseAsync(Actor by, long id, long merchantNo, string reason, Action<PayproContext, DestinationRow>? also = null) => store.SaveAsync<string?>(async (context, trail) =>
    {
        if (await context.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && (merchantNo == 0 || d.MerchantNo == merchantNo)) is not { } row)
        {
            return "destination: there is no such destination";
        }

        // Whatever it was confirmed as meanwhile, it is taken away.
        var before = row.State;
        row.State = DestinationState.Closed;
        await context.Destinations.Where(d => d.Id == id).ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DestinationState.Closed));
        await context.WithdrawalSchedules.Where(s => s.DestinationId == id).ExecuteDeleteAsync();
        trail.Add(by, "destination.close", SubjectOf(row.MerchantNo), new { state = before.ToString() }, new { state = "Closed" }, reason, BucketOf(row.MerchantNo));
        also?.Invoke(context, row);
        return null;
    });

    private static long NoOf(string subject) => long.Parse(subject["destination:".Length..], CultureInfo.InvariantCulture);

    internal static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));
}
