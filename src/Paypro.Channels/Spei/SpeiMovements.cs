namespace Paypro.Channels.Spei;

/// <summary>Reads what moved, the same way from callbacks, questions and lists. Pure.</summary>
internal static class SpeiMovements
{
    /// <summary>STP's own number among SPEI's participants.</summary>
    public const string Participant = "90646";

    /// <summary>Kinds of payment by which money of our own payouts comes back.</summary>
    private static readonly string[] Returns = ["0", "16", "17", "18", "23", "24"];

    /// <summary>A payout's state, in the words of all dialects.</summary>
    public static ObservationKind KindOf(string? state) => state?.ToUpperInvariant() switch
    {
        "LQ" or "TLQ" or "SUCCESS" or "LIQUIDACION" => ObservationKind.Paid,
        "D" or "REFUND" or "DEVOLUCION" => ObservationKind.Returned,
        "CN" or "CA" or "CL" or "CR" or "RL" or "RA" or "RB" or "EL" or "TCL" or "CANCEL" or "DECLINE" or "CANCELACION" => ObservationKind.Failed,
        _ => ObservationKind.Pending,
    };

    /// <summary>
    /// Money that came: a payer's for one of our numbers, or a payout of ours that comes back. From a callback, and from a list line that is ours.
    /// </summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="body">What STP tells.</param>
    /// <param name="sender">The member that names the sender's bank: it has one name in callbacks and another in lists.</param>
    /// <param name="day">The operating day of the list; null takes the one that is told.</param>
    /// <returns>Null when it cannot be read.</returns>
    public static Observation? OfCredit(SpeiAccount account, SpeiBody body, string sender, string? day = null)
    {
        if (SpeiTexts.Key(body.Text("claveRastreo")) is not { } key || !body.TryAmount("monto", out var minor))
        {
            return null;
        }

        var said = new Observation
        {
            Kind = ObservationKind.Returned,
            Direction = Direction.Payout,
            Reference = key,
            AmountMinor = minor,
            Currency = account.Account.Currency,
            OccurredAtMs = TimeOf(body),
            RailReference = key,
            DedupeKey = ReturnKey(key),
            Reason = ReasonOf(body),
        };
        if (body.Filled("tipoPago") is { } type ? Returns.Contains(type) : SpeiReference.Is(key))
        {
            return said;
        }

        return SpeiTexts.Bank(body.Text(sender)) is not { } bank || SpeiDays.Read(body.Filled("fechaOperacion") ?? day) is not { } operated || body.Filled("cuentaBeneficiario") is not { } number
            ? null
            : said with
            {
                Kind = ObservationKind.Paid,
                Direction = Direction.PayIn,
                Reference = number,
                Sender = body.Filled("cuentaOrdenante") is { } from ? new Person { Account = from, Name = body.Filled("nombreOrdenante") } : null,
                DedupeKey = $"{SpeiDays.Write(operated)}|{bank}|{key}",
                Reason = "",
            };
    }

    /// <summary>A line of the list of what was received: what it says, the payment first.</summary>
    /// <returns>Empty where nothing is final yet; null when it cannot be read.</returns>
    public static IReadOnlyList<Observation>? OfReceived(SpeiAccount account, SpeiBody line, string day)
    {
        var state = (line.Filled("estado") ?? "").ToUpperInvariant();
        var isOurs = account.CreditStates.Contains(state);
        if (!isOurs && state is not ("D" or "RE"))
        {
            return [];
        }

        if (OfCredit(account, line, "institucionContraparte", day) is not { } credit)
        {
            return null;
        }

        if (isOurs || credit.Direction == Direction.Payout)
        {
            return isOurs ? [credit] : [];
        }

        // What went back before it was ours moves nothing: the return counts where its payment is booked. What was given back afterwards had been ours.
        var back = credit with
        {
            Kind = ObservationKind.Returned, DedupeKey = $"{credit.DedupeKey}|D", OfPayment = credit.DedupeKey, Sender = null,
            RailReference = SpeiTexts.Key(line.Text("claveRastreoDevolucion")) ?? credit.RailReference, Reason = ReasonOf(line),
        };
        return state == "RE" ? [credit, back] : [back];
    }

    /// <summary>A payout's line, from a question or the list of what was sent; null when it cannot be read.</summary>
    public static Observation? OfSent(SpeiAccount account, SpeiBody line)
    {
        if (SpeiTexts.Key(line.Text("claveRastreo")) is not { } key)
        {
            return null;
        }

        var cause = line.Filled("causaDevolucion") ?? "";
        var kind = KindOf(line.Filled("estado"));
        var said = new Observation
        {
            Kind = kind,
            LacksFunds = kind == ObservationKind.Failed && account.SaysFunds(cause),
            Direction = Direction.Payout,
            Reference = key,
            Currency = account.Account.Currency,
            RailId = line.Filled("idEF") ?? line.Filled("id") ?? "",
        };
        if (said.Kind is ObservationKind.Pending or ObservationKind.Failed)
        {
            return said.Kind == ObservationKind.Failed ? said with { Reason = ReasonOf(line) } : said;
        }

        return !line.TryAmount("monto", out var minor) ? null
            : said.Kind == ObservationKind.Paid ? said with { AmountMinor = minor, OccurredAtMs = TimeOf(line), RailReference = key, DedupeKey = key }
            : said with { AmountMinor = minor, RailReference = key, DedupeKey = ReturnKey(key), Reason = ReasonOf(line) };
    }

    /// <summary>When a line moved; 0 where it does not say.</summary>
    public static long TimeOf(SpeiBody line) => SpeiDays.TimeOf(line.Text("tsLiquidacion")) is > 0 and var settled ? settled : SpeiDays.TimeOf(line.Text("tsCaptura"));

    /// <summary>A payout comes back once and whole, and is told of by its state and by money that comes: both are one movement.</summary>
    private static string ReturnKey(string key) => $"{key}|D";

    /// <summary>The number of the cause; its text may speak of the recipient.</summary>
    private static string ReasonOf(SpeiBody line) =>
        line.Filled("causaDevolucion") is { Length: <= 4 } cause && cause.All(char.IsAsciiDigit) ? $"The recipient's bank or the payment system sent it back (cause {cause})."
            : KindOf(line.Filled("estado")) == ObservationKind.Failed ? "The payment system did not send it." : "The recipient's bank sent it back.";
}
