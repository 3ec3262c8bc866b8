using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Channels.Paypro;

/// <summary>
/// Reads what the upstream sends to our address. It tells totals, and a payout's or a late payment's state may be another by now, so that
/// even an authentic one is a reason to ask: the answer to the question is what is booked. Pure.
/// </summary>
internal static class PayproNotification
{
    /// <summary>Its time, which is new for every attempt, may be so far from our clock.</summary>
    private const long AgeAtMostMs = 15 * 60_000;

    private static readonly ChannelAnswer Taken = ChannelAnswer.Ok("OK");

    public static CallbackReading Read(PayproAccount account, CallbackRequest request)
    {
        if (request.Method != "POST" || FlatBody.Read(request.Body, out _) is not { } body)
        {
            return new CallbackReading.Refused(400, "The body is not the JSON of a notification.");
        }

        // Where the original documents no signature, anybody could have sent it: that is a hint all the same, and books nothing.
        var isUnsigned = !account.IsOwn && !body.TryGet("sign"u8, out _);
        if (!isUnsigned && !IsSigned(account, request, body))
        {
            return new CallbackReading.Refused(401, "The signature is missing or wrong.");
        }

        if (!isUnsigned && !IsRecent(request, body))
        {
            return new CallbackReading.Refused(401, "The time is missing or too far from ours.");
        }

        var reference = TextOf(body, "refundNo") ?? TextOf(body, "tradeNo") ?? "";
        if (PayproReference.DirectionOf(reference) is not { } direction || (direction == Direction.Refund) != (TextOf(body, "refundNo") is not null))
        {
            return new CallbackReading.Refused(400, "The number is none of ours.");
        }

        var facts = new PayproFacts(TextOf(body, "status") ?? "", TextOf(body, "message") ?? "", name => AmountOf(body, name, account.Country.Currency))
        {
            Number = PayproAnswer.NumberOf(name => TextOf(body, name)),
            Utr = TextOf(body, "utr") ?? "",
            SuccessTime = TextOf(body, "successTime"),
        };
        var said = PayproStatus.Read(account, direction, reference, 0, facts)[^1];
        return new CallbackReading.Hint(
        [
            said.Kind == ObservationKind.Unreachable ? said with { Kind = ObservationKind.Pending }
            : said is { Kind: ObservationKind.Paid, IsTotal: true } ? said with { DedupeKey = PayproStatus.KeyOf(said, "paid") }
            : said,
        ],
        Taken);
    }

    /// <summary>Old and new key are right. MD5 is over the literal text of all members; the header is over the address that we gave out, or as it was called.</summary>
    private static bool IsSigned(PayproAccount account, CallbackRequest request, FlatBody body)
    {
        var keys = account.Account.Secrets.Valid(PayproAccount.Key, request.ReceivedAtMs).Where(key => !key.IsEmpty);
        if (account.Signing == SigningAlgorithm.Md5)
        {
            return keys.Any(key => Md5Signature.Verify(body, key.Span));
        }

        var header = request.Header(HmacSignature.HeaderName);
        string[] paths = [account.Callback.AbsolutePath.TrimEnd('/') + request.Path, request.FullPath];
        return keys.Any(key => paths.Any(path =>
            HmacSignature.Verify(header, HmacSignature.Notify, path, account.MerchantNo, request.Body.Span, key.Span, out var unixSeconds)
            && IsNear(request, (Int128)unixSeconds * 1000)));
    }

    private static bool IsRecent(CallbackRequest request, FlatBody body) =>
        TextOf(body, "timestamp") is { Length: >= 10 and <= 18 } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
        && IsNear(request, text.Length == 10 ? time * 1000 : time);

    private static bool IsNear(CallbackRequest request, Int128 unixMs) => Int128.Abs(request.ReceivedAtMs - unixMs) <= AgeAtMostMs;

    private static string? TextOf(FlatBody body, string name) =>
        body.TryGet(name, out var member) && member.Kind is ValueKind.Text or ValueKind.Number && !member.Literal.IsEmpty ? member.Text : null;

    private static long? AmountOf(FlatBody body, string name, Currency currency) =>
        body.TryGet(name, out var member) && member.Kind is ValueKind.Text or ValueKind.Number && !member.Literal.IsEmpty
            ? new PayproMember(member.Text, member.Kind == ValueKind.Text).AmountMinor(currency)
            : null;
}
