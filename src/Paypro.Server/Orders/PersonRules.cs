using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What a merchant's rules say of one new order.</summary>
/// <param name="Refused">Why it is refused; null when it is not.</param>
/// <param name="Held">Why it is held; null when it is not.</param>
internal readonly record struct RuleJudgement(string? Refused, string? Held);

/// <summary>
/// A merchant's rules as they concern one new order: how often, and how much, its payer or recipient did within the last hour and day. Counted under the batch's
/// locks in a row for each person, so that many at once, through any node, do not pass a limit together. What is begun counts, whatever becomes of it:
/// somebody who tries often is who the rules look for.
/// </summary>
/// <param name="direction">Pay-in or payout.</param>
/// <param name="rules">Those of the merchant and direction; with none nothing is counted.</param>
/// <param name="persons">Where the person is counted: by each thing that he is known by.</param>
/// <param name="amountMinor">Of the order.</param>
/// <param name="nowMs">When it was made, Unix milliseconds UTC.</param>
internal sealed class PersonRules(Direction direction, IReadOnlyList<PersonRule> rules, IReadOnlyList<RuleCountKey> persons, long amountMinor, long nowMs)
{
    public static readonly PersonRules None = new(Direction.Payout, [], [], 0, 0);

    private const long KeptMs = 86_400_000;

    private static readonly FieldRole[] NamedIn = [FieldRole.Account, FieldRole.Mobile, FieldRole.Identity, FieldRole.CustomerId];

    /// <summary>What a refusal begins with: the field that names the person.</summary>
    public string Field { get; init; } = "";

    public static PersonRules Of(Snapshot snapshot, PersonMarks marks, Merchant merchant, Direction direction, RequestFields fields, Person person, long nowMs) =>
        snapshot.RulesFor(merchant.No, direction) is { Count: > 0 } rules && NamedIn.Where(r => fields[r] is not null).Select(r => (FieldRole?)r).FirstOrDefault() is { } role
            ? new PersonRules(
                direction, rules, [.. marks.CountedBy(merchant.Country.IsoCode, direction, person).Select(p => new RuleCountKey(merchant.Bucket, merchant.No, p))], fields.AmountMinor, nowMs)
            {
                Field = fields.Operation.Fields.First(f => f.Role == role).Name,
            }
            : None;

    /// <summary>What a payer types on the page: he is counted by what was not known of him when the order was made, which was counted then.</summary>
    public static PersonRules OfTyped(Snapshot snapshot, PersonMarks marks, Merchant merchant, OrderRow order, Person known, Person typed, long nowMs) =>
        snapshot.RulesFor(merchant.No, Direction.PayIn) is { Count: > 0 } rules
            ? new PersonRules(
                Direction.PayIn, rules,
                [.. marks.CountedBy(order.Country, Direction.PayIn, typed).Except(marks.CountedBy(order.Country, Direction.PayIn, known), StringComparer.Ordinal).Select(p => new RuleCountKey(merchant.Bucket, merchant.No, p))],
                order.AmountMinor, nowMs)
            : None;

    public void Declare(Needs needs) => needs.RuleCounts.UnionWith(persons);

    /// <summary>Whether the order would be one too many.</summary>
    public RuleJudgement Judge(BatchState state)
    {
        string? held = null;
        foreach (var key in persons)
        {
            var uses = Read(state.RuleCounts.Find(key)?.Recent ?? "");
            foreach (var rule in rules)
            {
                var recent = uses.Where(u => u.AtMs > nowMs - rule.SpanMs).ToList();
                if (Broken(rule, recent.Sum(u => u.Count) + 1, recent.Sum(u => u.Minor) + amountMinor) is not { } why)
                {
                    continue;
                }

                if (rule.Action == RuleAction.Refuse)
                {
                    return new RuleJudgement($"{Field}: {why}", null);
                }

                held ??= why;
            }
        }

        return new RuleJudgement(null, held);
    }

    /// <summary>The order is stored: it counts.</summary>
    public void Count(BatchState state)
    {
        foreach (var key in persons)
        {
            var row = state.RuleCounts.Find(key) ?? new RuleCountRow { Bucket = key.Bucket, MerchantNo = key.MerchantNo, Person = key.Person };
            var uses = Read(row.Recent).Where(u => u.AtMs > nowMs - KeptMs).Append(new Use(nowMs, 1, amountMinor)).OrderBy(u => u.AtMs).ToList();
            while (uses.Count > PersonRule.HighestCount + 1)
            {
                // The two oldest as one, at the later time: it counts too long rather than too short.
                uses[1] = new Use(uses[1].AtMs, uses[0].Count + uses[1].Count, uses[0].Minor + uses[1].Minor);
                uses.RemoveAt(0);
            }

            state.RuleCounts.Put(key, row with { Recent = string.Join(',', uses), LastAtMs = Math.Max(row.LastAtMs, nowMs) });
        }
    }

    private string? Broken(PersonRule rule, long count, long minor)
    {
        var (who, span) = (direction == Direction.PayIn ? "payer" : "recipient", rule.Span == RuleSpan.Hour ? "an hour" : "a day");
        return rule.MostCount is { } most && count > most ? string.Create(CultureInfo.InvariantCulture, $"one {who} may have at most {most} of this merchant's {Words} within {span}")
            : rule.MostMinor is { } sum && minor > sum ? $"one {who} has reached the most of this merchant's {Words} within {span}"
            : null;
    }

    private string Words => direction == Direction.PayIn ? "payments" : "payouts";

    private static IEnumerable<Use> Read(string recent) => recent.Length == 0 ? [] : recent.Split(',').Select(Use.Parse);

    /// <summary>What was done at one time.</summary>
    private readonly record struct Use(long AtMs, int Count, long Minor)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AtMs}:{Count}:{Minor}");

        public static Use Parse(string text)
        {
            var parts = text.Split(':');
            return new Use(long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
        }
    }
}
