using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>A dispute as somebody enters it.</summary>
/// <param name="Number">The pay-in's.</param>
/// <param name="Kind">By what way it is disputed.</param>
/// <param name="AmountMinor">Minor units; at most what the pay-in still holds.</param>
/// <param name="DeadlineMs">Until when its merchant may answer, Unix milliseconds UTC.</param>
/// <param name="Reference">What the rail or the bank calls the dispute; empty where it has no name.</param>
/// <param name="Payment">The rail's reference of the disputed payment; empty where the pay-in has one of this amount only, or the newest is meant.</param>
internal sealed record DisputeWish(string Number, DisputeKind Kind, long AmountMinor, long DeadlineMs, string Reference = "", string Payment = "")
{
    public const int LongestReference = 100, LongestReason = 300;

    /// <summary>The longest time to answer.</summary>
    public const int MostDays = 400;

    /// <summary>What has to be mended whatever the pay-in holds; null when nothing has.</summary>
    public string? Problem(string reason, long nowMs) =>
        !Enum.IsDefined(Kind) ? "kind: must be pixMed, recall, chargeback or fraudReport"
        : AmountMinor is <= 0 or > Protocol.AmountReader.MaxMinor ? "amountMinor: must be above zero, and no more than any amount"
        : DeadlineMs <= nowMs || DeadlineMs > nowMs + MostDays * 86_400_000L ? $"deadlineMs: must be in the future, and within {MostDays} days"
        : Reference.Length > LongestReference || !OutsideText.IsClean(Reference) ? $"reference: must be at most {LongestReference} characters of one line"
        : Payment.Length > LongestReference || !OutsideText.IsClean(Payment) ? $"payment: must be at most {LongestReference} characters of one line"
        : reason.Trim().Length is 0 or > LongestReason || !OutsideText.IsClean(reason) ? "reason: must say in 1 to 300 characters why"
        : null;

    /// <summary>The disputed payment; null with a sentence when there is none.</summary>
    public StatementRow? Choose(RefundPicture picture, out string? problem)
    {
        problem = picture.PayIn.Direction != Direction.PayIn ? "number: is not that of a pay-in"
            : Kind == DisputeKind.PixMed && picture.PayIn.Currency != "BRL" ? "kind: pixMed is for payments in BRL"
            : Reference.Length > 0 && picture.Disputes.Any(d => d.Reference == Reference) ? "reference: a dispute of this pay-in has it already"
            : picture.PayIn.FreeMinor < AmountMinor ? OpenDispute.TooMuch
            : null;
        if (problem is not null)
        {
            return null;
        }

        var left = picture.Left().Where(l => Payment.Length == 0 || l.Receipt.RailReference == Payment || l.Receipt.DedupeKey == Payment).ToList();
        problem = left.Count == 0 ? "payment: is not one that this pay-in received"
            : left.All(l => l.LeftMinor < AmountMinor) ? "amountMinor: is more than is left of one payment; enter one dispute for each payment"
            : null;
        return problem is not null ? null
            : left.Where(l => l.LeftMinor >= AmountMinor).OrderByDescending(l => l.Receipt.AmountMinor == AmountMinor).First().Receipt;
    }

    public string ToJson() => JsonSerializer.Serialize(this, AccessJson.Options);

    public static DisputeWish Read(string json) => JsonSerializer.Deserialize<DisputeWish>(json, AccessJson.Options)!;
}
