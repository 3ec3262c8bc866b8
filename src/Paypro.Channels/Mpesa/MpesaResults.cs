using System.Text.Json;

namespace Paypro.Channels.Mpesa;

/// <summary>A result as it came to one of our addresses.</summary>
/// <param name="Code">Its code.</param>
/// <param name="TransactionId">What the rail calls the movement; a dummy where there was none.</param>
/// <param name="Values">Its parameters.</param>
internal sealed record MpesaResult(string? Code, string? TransactionId, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Reads the envelope; null when it is none.</summary>
    public static MpesaResult? Read(JsonElement body) => MpesaWire.ObjectOf(body, "Result") is not { } result ? null
        : new MpesaResult(MpesaWire.TextOf(result, "ResultCode"), MpesaWire.TextOf(result, "TransactionID"), MpesaWire.PairsOf(MpesaWire.ObjectOf(result, "ResultParameters"), "ResultParameter", "Key"));

    /// <summary>Hides everything: it holds a name.</summary>
    public override string ToString() => "MpesaResult";
}

/// <summary>Reads what moved, the same way wherever it is told. Pure.</summary>
internal static class MpesaResults
{
    /// <summary>Money that came. One that names no account is no order's: its receipt tells it apart.</summary>
    public static Observation Payment(MpesaAccount account, string receipt, string reference, long amountMinor, long occurredAtMs) => new()
    {
        Kind = ObservationKind.Paid,
        Direction = Direction.PayIn,
        Reference = reference.Length == 0 ? receipt : reference,
        AmountMinor = amountMinor,
        Currency = account.Account.Currency,
        OccurredAtMs = occurredAtMs,
        RailReference = receipt,
        DedupeKey = receipt,
    };

    /// <summary>A prompt's callback, as far as it can be read.</summary>
    public static Observation OfPrompt(MpesaAccount account, string reference, JsonElement callback)
    {
        var end = MpesaCodes.OfPrompt(MpesaWire.TextOf(callback, "ResultCode"), MpesaWire.TextOf(callback, "ResultDesc"));
        var said = new Observation
        {
            Kind = ObservationKind.Pending, Direction = Direction.PayIn, Reference = reference, Currency = account.Account.Currency,
            RailId = MpesaWire.TextOf(callback, "CheckoutRequestID") is { Length: <= 128 } id ? id : "",
        };
        if (end.Kind != ObservationKind.Paid)
        {
            return said with { Kind = end.Kind, Reason = end.Reason, FailureCause = end.Cause };
        }

        var values = MpesaWire.PairsOf(MpesaWire.ObjectOf(callback, "CallbackMetadata"), "Item", "Name");
        return values.GetValueOrDefault("MpesaReceiptNumber") is { } receipt && MpesaWire.IsReceipt(receipt) && MpesaWire.TryReadAmount(values.GetValueOrDefault("Amount"), out var minor)
            ? Payment(account, receipt, reference, minor, MpesaWire.TimeOf(values.GetValueOrDefault("TransactionDate"))) with { RailId = said.RailId } : said;
    }

    /// <summary>A payment from the menu; null where it cannot be read.</summary>
    public static Observation? OfConfirmation(MpesaAccount account, JsonElement body) =>
        MpesaWire.TextOf(body, "BusinessShortCode") is { } code && (code == account.ShortCode || code == account.PartyB)
        && MpesaWire.TextOf(body, "TransID") is { } receipt && MpesaWire.IsReceipt(receipt) && MpesaWire.TryReadAmount(MpesaWire.TextOf(body, "TransAmount"), out var minor)
            ? Payment(account, receipt, MpesaReference.Typed(MpesaWire.TextOf(body, "BillRefNumber")), minor, MpesaWire.TimeOf(MpesaWire.TextOf(body, "TransTime"))) : null;

    /// <summary>
    /// What the short code holds: what payers have paid is in its working account, and payouts are paid from its utility account. Empty where it cannot be read. A line has a name, a
    /// currency, what is there, what can be used, what is reserved and what is not cleared.
    /// </summary>
    public static IReadOnlyList<PotBalance> OfBalance(MpesaAccount account, MpesaResult result)
    {
        var pots = new List<PotBalance>();
        foreach (var line in result.Code == "0" ? (result.Values.GetValueOrDefault("AccountBalance") ?? "").Split('&') : [])
        {
            var parts = line.Split('|');
            var pot = parts[0].Trim() switch
            {
                "Working Account" when account.PotsOf == account.ShortCode => PotBalance.Collection,
                "Utility Account" when account.B2cShortCode is not null => PotBalance.Payout,
                _ => "",
            };
            if (pot.Length > 0 && parts.Length >= 4 && parts[1] == account.Account.Currency && MpesaWire.TryReadBalance(parts[2], out var there) && MpesaWire.TryReadBalance(parts[3], out var usable))
            {
                pots.Add(new PotBalance(pot, usable, Math.Max(0, there - usable)));
            }
        }

        return pots;
    }

    /// <summary>A payout's or reversal's own result, or the answer to what became of it. Pending where it does not say that it is over, or not all that is needed.</summary>
    public static (Observation Said, bool IsAlarm) Of(MpesaAccount account, MpesaTopic topic, string reference, MpesaResult result)
    {
        var isReversal = topic is MpesaTopic.Reversal or MpesaTopic.ReversalStatus;
        var isStatus = topic is MpesaTopic.PayoutStatus or MpesaTopic.ReversalStatus;
        var said = new Observation
        {
            Kind = ObservationKind.Pending, Direction = isReversal ? Direction.Refund : Direction.Payout, Reference = reference, Currency = account.Account.Currency,
        };
        if (isStatus && result.Code != "0")
        {
            return (result.Code is { } none && account.NotFoundCodes.Contains(none) ? said with { Kind = ObservationKind.NotFound } : said, false);
        }

        var end = isStatus ? MpesaCodes.OfState(result.Values.GetValueOrDefault("TransactionStatus")) : isReversal ? MpesaCodes.OfReversal(result.Code) : MpesaCodes.OfPayout(result.Code);
        if (end.Kind != ObservationKind.Paid)
        {
            return (said with { Kind = end.Kind, Reason = end.Reason, FailureCause = end.Cause, LacksFunds = end.LacksFunds }, end.IsAlarm);
        }

        var (amount, receipt, at) = (isStatus, isReversal) switch
        {
            (true, _) => ("Amount", "ReceiptNo", "FinalisedTime"),
            (_, true) => ("Amount", "", "TransCompletedTime"),
            _ => ("TransactionAmount", "TransactionReceipt", "TransactionCompletedDateTime"),
        };
        var number = receipt.Length == 0 ? result.TransactionId : result.Values.GetValueOrDefault(receipt) ?? (isStatus ? null : result.TransactionId);
        return (MpesaWire.IsReceipt(number) && MpesaWire.TryReadAmount(result.Values.GetValueOrDefault(amount), out var minor)
            ? said with { Kind = ObservationKind.Paid, AmountMinor = minor, RailReference = number!, DedupeKey = number!, OccurredAtMs = MpesaWire.TimeOf(result.Values.GetValueOrDefault(at)) }
            : said, false);
    }
}
