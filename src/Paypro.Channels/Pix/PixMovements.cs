using System.Globalization;

namespace Paypro.Channels.Pix;

/// <summary>Reads what moved, the same way from callbacks, questions and listings. Pure.</summary>
internal static class PixMovements
{
    /// <summary>The state of money that has arrived, of money that will not, and of money under way.</summary>
    private const string Done = "REALIZADO", GoneBack = "DEVOLVIDO", NotDone = "NAO_REALIZADO", UnderWay = "EM_PROCESSAMENTO";

    /// <summary>A callback's element about a payout: it says so, or names its number.</summary>
    public static bool IsPayout(PixMoved moved) => moved.Kind is not null || moved.Extras?.SendId is not null || moved.SendId is not null;

    /// <summary>A received Pix and what went back of it, the payment first; null when it cannot be read.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="moved">What the bank tells.</param>
    /// <param name="reference">The charge that was asked about; null takes the one that the Pix names.</param>
    public static IReadOnlyList<Observation>? OfPayment(PixAccount account, PixMoved moved, string? reference = null)
    {
        if (moved.Name is not { } name || !PixReference.IsName(name) || !PixAmount.TryRead(moved.Value, out var minor) || minor == 0
            || (moved.TxId is { Length: > 0 } named && !PixReference.IsName(named)))
        {
            return null;
        }

        // One without a charge is no order's: its own name tells it apart.
        var paid = new Observation
        {
            Kind = ObservationKind.Paid,
            Direction = Direction.PayIn,
            Reference = reference ?? (string.IsNullOrEmpty(moved.TxId) ? name : moved.TxId),
            AmountMinor = minor,
            Currency = account.Account.Currency,
            OccurredAtMs = TimeOf(moved.Times?.SettledAt ?? moved.Times?.AskedAt),
            RailReference = name,
            DedupeKey = name,
        };
        var all = new List<Observation> { paid };
        foreach (var back in moved.Returns ?? [])
        {
            if (PixReference.Is(back.Id, Direction.Refund))
            {
                if (OfRefund(account, name, back) is not { } refund)
                {
                    return null;
                }

                if (refund.Kind != ObservationKind.Pending)
                {
                    all.Add(refund);
                }
            }
            else if (back.Status == GoneBack)
            {
                if (Returned(paid, back) is not { } returned)
                {
                    return null;
                }

                all.Add(returned);
            }
        }

        return all;
    }

    /// <summary>A refund of ours; null when it cannot be read.</summary>
    public static Observation? OfRefund(PixAccount account, string endToEndId, PixReturn back)
    {
        if (back.Id is null || !PixAmount.TryRead(back.Value, out var minor) || minor == 0 || back.Status is not (GoneBack or NotDone or UnderWay)
            || (back.Status == GoneBack && !PixReference.IsName(back.ReturnId)))
        {
            return null;
        }

        var said = new Observation
        {
            Kind = back.Status switch { GoneBack => ObservationKind.Paid, NotDone => ObservationKind.Failed, _ => ObservationKind.Pending },
            Direction = Direction.Refund,
            Reference = PixReference.OfRefund(back.Id, endToEndId),
            Currency = account.Account.Currency,
            RailId = endToEndId,
            AmountMinor = minor,
        };
        return said.Kind switch
        {
            ObservationKind.Paid => said with { OccurredAtMs = TimeOf(back.Times?.SettledAt ?? back.Times?.AskedAt), RailReference = back.ReturnId!, DedupeKey = back.ReturnId! },
            ObservationKind.Failed => said with { AmountMinor = 0, Reason = "The bank could not send it back." },
            _ => said with { AmountMinor = 0 },
        };
    }

    /// <summary>A payout and what came back of it; null when it cannot be read.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="moved">What the bank tells.</param>
    /// <param name="reference">The payout that was asked about; null takes the one that is named.</param>
    public static IReadOnlyList<Observation>? OfPayout(PixAccount account, PixMoved moved, string? reference = null)
    {
        var named = moved.SendId ?? moved.Extras?.SendId ?? reference;
        if (moved.Name is not { } name || !PixReference.IsName(name) || !PixReference.IsName(named) || (reference is not null && named != reference)
            || !PixAmount.TryRead(moved.Value, out var minor) || minor == 0 || moved.Status is not (Done or NotDone or UnderWay))
        {
            return null;
        }

        var said = new Observation
        {
            Kind = moved.Status switch { Done => ObservationKind.Paid, NotDone => ObservationKind.Failed, _ => ObservationKind.Pending },
            Direction = Direction.Payout,
            Reference = named!,
            Currency = account.Account.Currency,
            RailId = name,
        };
        if (said.Kind != ObservationKind.Paid)
        {
            return [said with { Reason = said.Kind == ObservationKind.Failed ? ReasonOf(moved.Extras?.Failure) : "" }];
        }

        var paid = said with
        {
            AmountMinor = minor,
            OccurredAtMs = TimeOf(moved.Times?.SettledAt ?? moved.Times?.AskedAt),
            RailReference = name,
            DedupeKey = name,
        };
        var returns = (moved.Returns ?? []).Where(static back => back.Status == GoneBack).Select(back => Returned(paid, back)).ToList();
        return returns.Contains(null) ? null : [paid, .. returns.OfType<Observation>()];
    }

    /// <summary>A time of the rail; 0 where there is none that can be read.</summary>
    public static long TimeOf(string? text) =>
        text is { Length: <= 40 } && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.ToUnixTimeMilliseconds() is > 0 and var ms ? ms : 0;

    private static Observation? Returned(Observation paid, PixReturn back) =>
        !PixReference.IsName(back.ReturnId) || !PixAmount.TryRead(back.Value, out var minor) || minor == 0 ? null : paid with
        {
            Kind = ObservationKind.Returned,
            AmountMinor = minor,
            OccurredAtMs = TimeOf(back.Times?.SettledAt ?? back.Times?.AskedAt),
            RailReference = back.ReturnId!,
            DedupeKey = back.ReturnId!,
            Reason = back.Nature switch
            {
                "MED_FRAUDE" => "The bank took it back for fraud (MED_FRAUDE).",
                "MED_OPERACIONAL" => "The bank took it back as an error of operation (MED_OPERACIONAL).",
                "MED_PIX_AUTOMATICO" => "The bank took it back (MED_PIX_AUTOMATICO).",
                _ => "The bank sent it back.",
            },
        };

    /// <summary>The interbank code and who gave it, without the free text beside them.</summary>
    private static string ReasonOf(PixFailure? failure)
    {
        var code = failure?.Code is { Length: >= 1 and <= 8 } text && text.All(char.IsAsciiLetterOrDigit) ? text : "";
        var origin = failure?.Origin is { Length: >= 1 and <= 60 } who && who.All(static letter => char.IsLetter(letter) || letter == ' ') ? $" ({who})" : "";
        return code.Length == 0 ? PixVerdict.Failed : $"The recipient's bank or the payment system refused it: {code}{origin}.";
    }
}
