using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What a limit of a merchant shall be.</summary>
/// <param name="Direction">Pay-ins or payouts.</param>
/// <param name="Way">A way code (payouts: the account kind), or <c>*</c> for all together.</param>
/// <param name="AmountMinor">Of one local day, minor units; null = no limit.</param>
internal sealed record LimitWish(Direction Direction, string Way, long? AmountMinor)
{
    [JsonIgnore]
    public string Scope => $"{Direction}/{Way}";
}

/// <param name="Direction">Pay-ins or payouts.</param>
/// <param name="Way">A way code, or <c>*</c>.</param>
/// <param name="AmountMinor">Of one local day, minor units; null = no limit.</param>
internal sealed record LimitView(Direction Direction, string Way, long? AmountMinor);

/// <summary>Daily limits of a merchant. Lowering one takes something away and is done at once; raising or removing one is proposed (<see cref="LimitRaise"/>).</summary>
internal sealed class LimitChanges(AuditedStore store, CountryCatalog countries)
{
    public const long Most = 1_000_000_000_000_000;

    /// <summary>No total is counted for refunds: their limits are of one refund and of one person's day, and the merchant's own.</summary>
    public const string NoRefunds = "direction: refunds have no daily limit; one that is sent as a payout counts in the limit of payouts, and the merchant's owner limits refunds on the dashboard under Refunds";

    /// <summary>Lowers a limit, or sets the first one.</summary>
    public Task<Change<LimitView>> LowerAsync(Actor by, long merchantNo, LimitWish wish, string reason, Answer<LimitView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } merchant)
        {
            return Change<LimitView>.No("merchantNo: there is no such merchant");
        }

        if (ProblemOf(merchant.Country, wish) is { } problem)
        {
            return Change<LimitView>.No(problem);
        }

        var row = await FindAsync(context, merchantNo, wish);
        if (!IsLower(wish.AmountMinor, row?.AmountMinor))
        {
            return Change<LimitView>.No("amountMinor: is not lower than the limit that holds; propose to raise it");
        }

        var view = await SetAsync(context, trail, by, merchant, wish, "limit.lower", reason);
        answer.Keep(context, view);
        return Change<LimitView>.Of(view);
    });

    public string? ProblemOf(string countryCode, LimitWish wish)
    {
        var country = countries.FindCountry(countryCode);
        return wish.AmountMinor is < 0 or > Most ? "amountMinor: must be a whole number from 0"
            : wish.Direction == Direction.Withdrawal ? "direction: a withdrawal goes to its rail as a payout and has none of its own"
            : wish.Direction == Direction.Refund ? NoRefunds
            : wish.Direction is not (Direction.PayIn or Direction.Payout) ? "direction: must be a pay-in or a payout"
            : wish.Way == "*" || (wish.Direction == Direction.PayIn ? country?.FindWay(wish.Way) is not null : country?.PayoutKinds.Contains(wish.Way) == true) ? null
            : "way: is not one of this country; * means all together";
    }

    public static bool IsLower(long? wished, long? now) => wished is not null && (now is null || wished < now);

    public static Task<DailyLimitRow?> FindAsync(PayproContext context, long merchantNo, LimitWish wish) =>
        context.DailyLimits.SingleOrDefaultAsync(l => l.MerchantNo == merchantNo && l.Direction == wish.Direction && l.Way == wish.Way);

    /// <summary>Sets or removes the row, with its line in the audit log.</summary>
    public static async Task<LimitView> SetAsync(PayproContext context, AuditTrail trail, Actor by, MerchantRow merchant, LimitWish wish, string action, string reason)
    {
        var row = await FindAsync(context, merchant.MerchantNo, wish);
        var before = new LimitView(wish.Direction, wish.Way, row?.AmountMinor);
        if (wish.AmountMinor is not { } amount)
        {
            context.DailyLimits.RemoveRange(row is null ? [] : [row]);
        }
        else if (row is null)
        {
            context.DailyLimits.Add(new DailyLimitRow { MerchantNo = merchant.MerchantNo, Direction = wish.Direction, Way = wish.Way, AmountMinor = amount });
        }
        else
        {
            row.AmountMinor = amount;
        }

        var after = new LimitView(wish.Direction, wish.Way, wish.AmountMinor);
        trail.Add(by, action, MerchantChanges.SubjectOf(merchant.MerchantNo), before, after, reason, merchant.Bucket);
        return after;
    }
}

/// <summary>Raises or removes a daily limit.</summary>
internal sealed class LimitRaise(LimitChanges limits) : IProposalKind
{
    public const string Name = "limit.raise";

    public string Kind => Name;

    public string Permission => Permissions.TermsEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long merchantNo, LimitWish wish) => $"{MerchantChanges.SubjectOf(merchantNo)}/limit:{wish.Scope}";

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var parts = subject.Split("/limit:");
        var (no, scope) = (MerchantChanges.NoOf(parts[0]), parts[1].Split('/', 2));
        if (!Enum.TryParse<Direction>(scope[0], out var direction) || !await context.Merchants.AnyAsync(m => m.MerchantNo == no))
        {
            return null;
        }

        return await LimitChanges.FindAsync(context, no, new LimitWish(direction, scope[1], null)) is { } row ? row.AmountMinor.ToString(CultureInfo.InvariantCulture) : "none";
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (no, wish) = Read(proposal);
        var merchant = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no);
        var row = await LimitChanges.FindAsync(context, no, wish);
        return limits.ProblemOf(merchant.Country, wish)
            ?? (row is null ? "amountMinor: there is no limit that could be raised"
            : LimitChanges.IsLower(wish.AmountMinor, row.AmountMinor) ? "amountMinor: is lower than the limit that holds; lower it at once"
            : null);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (no, wish) = Read(proposal);
        await LimitChanges.SetAsync(context, trail, by, await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no), wish, Name, proposal.Reason);
        return null;
    }

    private static (long No, LimitWish Wish) Read(ProposalRow proposal) =>
        (MerchantChanges.NoOf(proposal.Subject.Split("/limit:")[0]), JsonSerializer.Deserialize<LimitWish>(proposal.Change, OperatorJson.Options)!);
}
