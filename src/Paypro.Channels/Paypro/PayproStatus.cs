using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>The facts of an order as a query or a notification tells them.</summary>
/// <param name="Status">The code.</param>
/// <param name="Message">The text beside it.</param>
/// <param name="AmountOf">An amount by its name: null when it is missing, -1 when it cannot be read.</param>
internal sealed record PayproFacts(string Status, string Message, Func<string, long?> AmountOf)
{
    /// <summary>The upstream's number of the order.</summary>
    public string Number { get; init; } = "";

    /// <summary>The rail's reference.</summary>
    public string Utr { get; init; } = "";

    /// <summary>Local time of success.</summary>
    public string? SuccessTime { get; init; }

    /// <summary>What an answer to a query tells.</summary>
    public static PayproFacts Of(PayproAnswer answer, Currency currency) => new(answer.Status, answer.StatusMessage, name => answer.AmountOf(name, currency))
    {
        Number = answer.Number,
        Utr = answer["utr"] ?? answer["mpesaReceiptNumber"] ?? "",
        SuccessTime = answer["successTime"],
    };
}

/// <summary>The table of statuses, for queries and notifications. Pure.</summary>
internal static class PayproStatus
{
    private static readonly string[] PayInAmounts = ["receivedAmount", "payAmount", "amount"];

    private static readonly string[] PayoutAmounts = ["payAmount", "amount", "orderAmount"];

    private static readonly string[] HeldOfPayout = ["payAmount", "amount"];

    /// <summary>Codes in a country's table that do not say what became of the money: errors of the upstream, and a number that was there before.</summary>
    private static readonly string[] Inconclusive = [ResponseCode.Refused, ResponseCode.Failed, "0100024"];

    /// <summary>Texts beside a failure of an order that had money.</summary>
    private static readonly string[] MoneyWentBack = [ResultMessage.Returned, ResultMessage.PartlyReturned, "REFUNDED"];

    /// <summary>Whether a status says that an order certainly failed: documented for the country, and for pay-ins alone where it is so.</summary>
    public static bool IsFailure(Country country, Direction direction, string status) =>
        status is not (ResultStatus.Success or ResultStatus.Partial or ResultStatus.Processing)
        && !Inconclusive.Contains(status)
        && !(status == ResultStatus.UnknownError && direction != Direction.PayIn)
        && (status == ResultStatus.Failed || status == ResultStatus.UnknownError || country.Codes.Any(code => code.Code == status)
            || (status == ResultStatus.DailyAmountReached && direction == Direction.Payout));

    /// <summary>Whether a failed order had money before.</summary>
    public static bool HadMoney(string message) => MoneyWentBack.Contains(message);

    /// <summary>
    /// Why it failed. The codes speak of the payer of a pay-in and of the recipient of a payout; the other way round they are about the
    /// upstream's own account, which is no merchant's business.
    /// </summary>
    public static FailureCause CauseOf(Country country, Direction direction, string status)
    {
        var cause = country.FailureCodes.FirstOrDefault(code => code.Value == status).Key;
        return (direction, cause) is (Direction.PayIn, FailureCause.MaximumBalance) or (not Direction.PayIn, FailureCause.InsufficientFunds) ? FailureCause.Unspecified : cause;
    }

    /// <summary>What is said of an attempt.</summary>
    /// <param name="account">The account.</param>
    /// <param name="direction">Of the attempt.</param>
    /// <param name="reference">Ours.</param>
    /// <param name="orderedMinor">What was ordered.</param>
    /// <param name="facts">What the upstream tells.</param>
    public static IReadOnlyList<Observation> Read(PayproAccount account, Direction direction, string reference, long orderedMinor, PayproFacts facts)
    {
        var said = new Observation
        {
            Kind = ObservationKind.Pending,
            Direction = direction,
            Reference = reference,
            RailId = facts.Number,
            Currency = account.Account.Currency,
        };
        return facts.Status switch
        {
            ResultStatus.Processing => [said],
            ResultStatus.Partial when direction != Direction.PayIn => [said with { Reason = "The upstream calls a payment to a recipient partly paid." }],
            ResultStatus.Success or ResultStatus.Partial => [Paid(account, said, facts, direction == Direction.PayIn ? PayInAmounts : PayoutAmounts)],
            _ when account.IsOwn && HadMoney(facts.Message) => WentBack(account, said, orderedMinor, facts),
            _ when IsFailure(account.Country, direction, facts.Status) =>
                [said with { Kind = ObservationKind.Failed, Reason = ReasonOf(facts), FailureCause = CauseOf(account.Country, direction, facts.Status) }],
            _ => [said with { Kind = ObservationKind.Unreachable, Reason = "The upstream tells no status that is known." }],
        };
    }

    /// <summary>
    /// A pay-in's amount is all that is held for it, however many payments it was. A payout is one movement. Success without any amount
    /// is that of the order.
    /// </summary>
    private static Observation Paid(PayproAccount account, Observation said, PayproFacts facts, string[] names)
    {
        var told = names.Select(facts.AmountOf).OfType<long>().ToList();
        var amountMinor = told.Any(amount => amount < 0) ? 0 : told.FirstOrDefault(amount => amount > 0);
        if (amountMinor == 0 && told.Count > 0)
        {
            return said with { Kind = ObservationKind.Unreachable, Reason = "The upstream tells a success without an amount that can be read." };
        }

        return Moved(account, said, facts) with
        {
            Kind = ObservationKind.Paid,
            AmountMinor = amountMinor,
            IsConfirmation = told.Count == 0,
            IsTotal = told.Count > 0 && said.Direction == Direction.PayIn,
            DedupeKey = said.Direction == Direction.PayIn ? "" : KeyOf(said, "paid"),
        };
    }

    /// <summary>The order had money, and less of it is held now. A payout or refund went out and came back: two movements.</summary>
    private static IReadOnlyList<Observation> WentBack(PayproAccount account, Observation said, long orderedMinor, PayproFacts facts)
    {
        var isPayIn = said.Direction == Direction.PayIn;
        var heldMinor = (isPayIn ? PayInAmounts : HeldOfPayout).Select(facts.AmountOf).FirstOrDefault(amount => amount is not null) ?? (isPayIn ? -1 : 0);
        if (heldMinor < 0 || (!isPayIn && heldMinor >= orderedMinor))
        {
            return [said with { Kind = ObservationKind.Unreachable, Reason = "The upstream tells a return, and not what is held still." }];
        }

        return isPayIn ? [Moved(account, said, facts) with { Kind = ObservationKind.Paid, AmountMinor = heldMinor, IsTotal = true }] :
        [
            Moved(account, said, facts) with { Kind = ObservationKind.Paid, AmountMinor = orderedMinor, DedupeKey = KeyOf(said, "paid") },
            said with
            {
                Kind = ObservationKind.Returned,
                AmountMinor = orderedMinor - heldMinor,
                RailReference = facts.Number,
                DedupeKey = KeyOf(said, "returned"),
                Reason = "The recipient's bank sent it back.",
            },
        ];
    }

    private static Observation Moved(PayproAccount account, Observation said, PayproFacts facts) => said with
    {
        RailReference = facts.Utr.Length is > 0 and <= 64 ? facts.Utr : facts.Number,
        OccurredAtMs = TimeOf(account.Country, facts.SuccessTime),
    };

    /// <summary>What makes a movement of an attempt the same one when it is told twice.</summary>
    public static string KeyOf(Observation said, string movement) => $"{(said.RailId.Length > 0 ? said.RailId : said.Reference)}:{movement}";

    private static string ReasonOf(PayproFacts facts) => facts.Message == ResultMessage.Expired ? "It was not paid in time." : PayproVerdict.Failed;

    /// <summary>Local time of the country as Unix milliseconds; 0 where there is none that can be read.</summary>
    public static long TimeOf(Country country, string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(local, country.TimeZone.GetUtcOffset(local)).ToUnixTimeMilliseconds()
            : 0;
}
