using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.DLocal;

/// <summary>
/// Reads what dLocal posts. Who calls is known first by what the address holds. A signed notification of a pay-in or refund then proves what it says; one without
/// a signature, and every one of a payout, whose signature no page seen describes, is a hint. Pure.
/// </summary>
internal static class DLocalCallback
{
    /// <summary>The kinds of notification, as our addresses name them.</summary>
    public const string Payment = "payment", Payout = "payout", Refund = "refund";

    private const int MostBytes = 64 * 1024;

    /// <summary>dLocal comes again for four days and six hours; what is dated before is no repeat of its own.</summary>
    private const long OldestMs = 5 * 86_400_000L;

    private static readonly ChannelAnswer Taken = ChannelAnswer.Ok("OK");

    public static CallbackReading Read(DLocalAccount account, DLocalSpeaker speaker, CallbackRequest request)
    {
        if (KindOf(account, request) is not { } address)
        {
            return new CallbackReading.Refused(401, "The address does not hold what the account's callback token makes.");
        }

        if (request.Method != "POST" || request.Body.Length is 0 or > MostBytes)
        {
            return new CallbackReading.Refused(400, "It is no POST, or too long, or empty.");
        }

        if (address.Kind == Payout)
        {
            return DLocalReply.Read(request.Body, DLocalJson.Default.DLocalPayout) is { } payout && DLocalMovements.OfPayout(payout) is { } sent
                ? Said(speaker, sent, payout.Status, isProof: false) : Unreadable();
        }

        if (IsForged(account, request, out var isSigned) is { } why)
        {
            return new CallbackReading.Refused(401, why);
        }

        if (address.Kind == Refund)
        {
            return DLocalReply.Read(request.Body, DLocalJson.Default.DLocalRefund) is { } refund && DLocalMovements.OfRefund(refund, address.Reference) is { } back
                ? Said(speaker, back, refund.Status, isSigned) : Unreadable();
        }

        var told = DLocalReply.Read(request.Body, DLocalJson.Default.DLocalPayment);
        if (told is { OrderId: null, OfPayment: not null } && isSigned)
        {
            speaker.SayForeignRefund(told.Id);
            return new CallbackReading.Reply(Taken);
        }

        return told is not null && DLocalMovements.OfPayment(told) is { } said ? Said(speaker, said, told.Status, isSigned) : Unreadable();
    }

    private static CallbackReading.Refused Unreadable() => new(400, "The body is not the JSON of such a notification.");

    private static CallbackReading Said(DLocalSpeaker speaker, Observation said, string? state, bool isProof)
    {
        speaker.SayOdd(said, state);
        return isProof ? new CallbackReading.Statements([said], Taken) : new CallbackReading.Hint([said], Taken);
    }

    /// <summary>Which kind of notification has such an address; null when it is none of this account's.</summary>
    private static (string Kind, string Reference)? KindOf(DLocalAccount account, CallbackRequest request)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var shown = Encoding.UTF8.GetBytes(parts.Length > 0 ? parts[0] : "");
        var isKnown = false;
        foreach (var secret in account.CallbackSecrets(request.ReceivedAtMs))
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(secret), shown);
        }

        return !isKnown ? null : parts[1..] switch
        {
            [Payment] => (Payment, ""),
            [Payout] => (Payout, ""),
            [Refund, var reference] when DLocalReference.Is(reference, Direction.Refund) => (Refund, reference),
            _ => null,
        };
    }

    /// <summary>Why a signature does not prove the body; null when it does, or when there is none.</summary>
    private static string? IsForged(DLocalAccount account, CallbackRequest request, out bool isSigned)
    {
        var header = request.Header("Authorization") is { Length: > 0 } given ? given : request.Header("Signature") ?? "";
        isSigned = header.Length > 0;
        if (!isSigned)
        {
            return null;
        }

        var (login, date) = (request.Header("X-Login") ?? "", request.Header("X-Date") ?? "");
        var isOurLogin = account.Account.Secrets.Valid(DLocalAccount.Login, request.ReceivedAtMs).Any(mine => DLocalSignature.Same(Encoding.UTF8.GetString(mine.Span), login));
        var shown = DLocalSignature.HexOf(header) ?? "";
        var isRight = false;
        foreach (var key in account.Account.Secrets.Valid(DLocalAccount.SecretKey, request.ReceivedAtMs))
        {
            isRight |= !key.IsEmpty && DLocalSignature.Same(DLocalSignature.Make(key.Span, login, date, request.Body.Span), shown);
        }

        return !isOurLogin || !isRight ? "The signature is not one of the account's secret key over login, date and body."
            : DLocalMovements.TimeOf(date) is not (> 0 and var atMs) ? "Its date cannot be read."
            : request.ReceivedAtMs - atMs > OldestMs ? string.Create(CultureInfo.InvariantCulture, $"Its date is more than {OldestMs / 86_400_000} days ago.")
            : null;
    }
}
