using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>What a limit shall be above which payouts are held.</summary>
/// <param name="Kind">What it counts.</param>
/// <param name="AmountMinor">Minor units of the merchant's currency; 0 holds every payout, null removes the limit.</param>
internal sealed record HoldWish([property: JsonConverter(typeof(JsonStringEnumConverter<HoldKind>))] HoldKind Kind, long? AmountMinor);

/// <summary>
/// Limits above which payouts are held, the merchant's own and the operator's. Lowering one, or setting the first, takes something away and is done at once by one
/// person; raising or removing one needs two (<see cref="HoldRaise"/>).
/// </summary>
internal sealed class HoldLimitChanges(AuditedStore store)
{
    public const long Most = 1_000_000_000_000_000;

    /// <summary>Lowers a limit, or sets the first one.</summary>
    /// <param name="by">Who.</param>
    /// <param name="merchantNo">Of which merchant.</param>
    /// <param name="owner">Whose limit.</param>
    /// <param name="wish">What it shall be.</param>
    /// <param name="reason">Why.</param>
    /// <param name="also">What is stored in the same transaction, such as the answer of a call.</param>
    /// <returns>Why it could not be, in a sentence; null when it is done.</returns>
    public Task<string?> LowerAsync(Actor by, long merchantNo, HoldOwner owner, HoldWish wish, string reason, Action<PayproContext>? also = null) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } merchant)
        {
            return "merchantNo: there is no such merchant";
        }

        var row = await FindAsync(context, merchantNo, owner, wish.Kind);
        if ((ProblemOf(owner, wish) ?? (IsLower(wish.AmountMinor, row?.AmountMinor) ? null : "amountMinor: is not lower than the limit that holds; propose to raise it")) is { } problem)
        {
            return problem;
        }

        Set(context, trail, by, merchant, owner, wish, row, owner == HoldOwner.Merchant ? "hold.lower" : "hold.terms-lower", reason);
        also?.Invoke(context);
        return null;
    });

    public static string? ProblemOf(HoldOwner owner, HoldWish wish) => !Enum.IsDefined(wish.Kind) || (owner == HoldOwner.Operator && wish.Kind == HoldKind.Batch) ? "kind: must be payment, person or recipient; batch is a merchant's own"
        : wish.AmountMinor is < 0 or > Most ? "amountMinor: must be a whole number from 0"
        : null;

    public static bool IsLower(long? wished, long? now) => wished is not null && (now is null || wished < now);

    public static Task<HoldLimitRow?> FindAsync(PayproContext context, long merchantNo, HoldOwner owner, HoldKind kind) =>
        context.HoldLimits.SingleOrDefaultAsync(l => l.MerchantNo == merchantNo && l.Owner == owner && l.Kind == kind);

    /// <summary>Sets or removes the row, with its line in the audit log.</summary>
    public static void Set(PayproContext context, AuditTrail trail, Actor by, MerchantRow merchant, HoldOwner owner, HoldWish wish, HoldLimitRow? row, string action, string reason)
    {
        var before = new HoldWish(wish.Kind, row?.AmountMinor);
        if (wish.AmountMinor is not { } amount)
        {
            context.HoldLimits.RemoveRange(row is null ? [] : [row]);
        }
        else if (row is null)
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = merchant.MerchantNo, Owner = owner, Kind = wish.Kind, AmountMinor = amount });
        }
        else
        {
            row.AmountMinor = amount;
        }

        trail.Add(by, action, string.Create(CultureInfo.InvariantCulture, $"merchant:{merchant.MerchantNo}"), before, wish, reason, merchant.Bucket);
    }
}

/// <summary>Raises or removes a limit above which payouts are held: a merchant's by two of its people, the operator's by two operators.</summary>
internal sealed class HoldRaise(HoldOwner owner) : IProposalKind
{
    /// <summary>The merchant's own.</summary>
    public const string OwnName = "policy.hold";

    /// <summary>The operator's.</summary>
    public const string TermsName = "hold.raise";

    public string Kind => owner == HoldOwner.Merchant ? OwnName : TermsName;

    public string Permission => owner == HoldOwner.Merchant ? Permissions.PolicyEdit : Permissions.TermsEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long merchantNo, HoldKind kind) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}/hold:{HoldRules.NameOf(kind)}");

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var (no, kind) = Read(subject);
        return kind is null || !await context.Merchants.AnyAsync(m => m.MerchantNo == no) ? null
            : await HoldLimitChanges.FindAsync(context, no, owner, kind.Value) is { } row ? row.AmountMinor.ToString(CultureInfo.InvariantCulture) : "none";
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (no, wish) = (Read(proposal.Subject).No, WishOf(proposal));
        var row = await HoldLimitChanges.FindAsync(context, no, owner, wish.Kind);
        return HoldLimitChanges.ProblemOf(owner, wish)
            ?? (row is null ? "amountMinor: there is no limit that could be raised"
            : HoldLimitChanges.IsLower(wish.AmountMinor, row.AmountMinor) ? "amountMinor: is lower than the limit that holds; lower it at once"
            : wish.AmountMinor == row.AmountMinor ? "amountMinor: is the limit that holds"
            : null);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (no, wish) = (Read(proposal.Subject).No, WishOf(proposal));
        var merchant = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no);
        HoldLimitChanges.Set(context, trail, by, merchant, owner, wish, await HoldLimitChanges.FindAsync(context, no, owner, wish.Kind), Kind, proposal.Reason);
        return null;
    }

    private static (long No, HoldKind? Kind) Read(string subject)
    {
        var parts = subject["merchant:".Length..].Split("/hold:");
        return (long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), Enum.GetValues<HoldKind>().Where(k => parts.Length > 1 && HoldRules.NameOf(k) == parts[1]).Select(k => (HoldKind?)k).SingleOrDefault());
    }

    private static HoldWish WishOf(ProposalRow proposal) => JsonSerializer.Deserialize<HoldWish>(proposal.Change, AccessJson.Options)!;
}
