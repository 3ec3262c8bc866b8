using System.Globalization;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>A limit above which a payout waits for somebody's approval.</summary>
internal readonly record struct HoldLimit(HoldOwner Owner, HoldKind Kind, long AmountMinor);

/// <summary>Whether a payout is held, by whom, and what it counts in.</summary>
/// <param name="Flags">Who has to approve it; none when it is sent.</param>
/// <param name="Why">For its history; empty when it is sent.</param>
/// <param name="Counted">The totals of the day that it counts in.</param>
internal readonly record struct HoldVerdict(OrderExceptions Flags, string Why, IReadOnlyList<DailyTotalKey> Counted);

/// <summary>
/// What a new payout is measured against, under the batch's locks, so that many at once, through any node, do not pass a limit together. A recipient's total counts
/// every payout to him; a person's counts what he sends without another person's approval.
/// </summary>
/// <param name="Limits">Those of one payout, of the person and of the recipient; mostly none.</param>
/// <param name="Person">The total of the person who makes it; null for a program, or without such a limit.</param>
/// <param name="Recipient">The total of its recipient; null without such a limit.</param>
internal sealed record HoldRules(IReadOnlyList<HoldLimit> Limits, DailyTotalKey? Person, DailyTotalKey? Recipient)
{
    public static readonly HoldRules None = new([], null, null);

    /// <summary>What has to be locked.</summary>
    public IEnumerable<DailyTotalKey> Totals => new[] { Person, Recipient }.OfType<DailyTotalKey>();

    /// <summary>How the total of a person's day is named beside those of ways.</summary>
    public static string PersonWay(long userId) => string.Create(CultureInfo.InvariantCulture, $"by:{userId}");

    /// <summary>The same for a recipient's.</summary>
    public static string RecipientWay(string recipient) => $"to:{recipient}";

    /// <summary>Decides about a payout; nothing is counted yet.</summary>
    public HoldVerdict Of(BatchState state, long amountMinor)
    {
        var (flags, why) = (OrderExceptions.None, new List<string>());
        foreach (var limit in Limits)
        {
            var soFar = limit.Kind switch { HoldKind.Person => Total(Person), HoldKind.Recipient => Total(Recipient), _ => 0 };
            if (soFar > limit.AmountMinor - amountMinor)
            {
                flags |= limit.Owner == HoldOwner.Merchant ? OrderExceptions.HeldForMerchant : OrderExceptions.HeldForOperator;
                why.Add($"{(limit.Owner == HoldOwner.Merchant ? "policy" : "terms")}/{NameOf(limit.Kind)}");
            }
        }

        var counted = new List<DailyTotalKey>(2);
        if (Recipient is { } recipient)
        {
            counted.Add(recipient);
        }

        if (Person is { } person && !flags.HasFlag(OrderExceptions.HeldForMerchant))
        {
            counted.Add(person);
        }

        return new HoldVerdict(flags, string.Join(' ', why), counted);

        long Total(DailyTotalKey? key) => key is { } total ? state.DailyTotals.Find(total)?.AmountMinor ?? 0 : 0;
    }

    /// <summary>How a kind is named in histories, addresses and calls.</summary>
    public static string NameOf(HoldKind kind) => kind switch
    {
        HoldKind.Payment => "payment",
        HoldKind.Person => "person",
        HoldKind.Recipient => "recipient",
        HoldKind.Batch => "batch",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
