using System.Net;
using System.Text.Json;

namespace Paypro.Channels.Mpesa;

/// <summary>
/// Reads what M-PESA posts. It signs nothing. A prompt's callback is a hint, since a question confirms it at once. A payout's result is proved by its own address, which
/// nobody else is told: no question gives another proof, for the answer to it comes the same way. Pure.
/// </summary>
internal static class MpesaCallback
{
    /// <summary>What the addresses for payments from the menu end in.</summary>
    public const string Menu = "menu";

    private const int MostBytes = 64 * 1024;

    private static readonly ChannelAnswer Taken = new(200, """{"ResultCode":0,"ResultDesc":"Accepted"}"""), TakenResult = new(200, """{"ResultCode":"00000000","ResponseDesc":"success"}""");

    public static CallbackReading Read(MpesaAccount account, MpesaSpeaker speaker, CallbackRequest request)
    {
        if (MpesaAddress.Read(account, request.Path, request.ReceivedAtMs) is not var (topic, reference))
        {
            return new CallbackReading.Refused(401, "The address does not hold what the account's callback token makes.");
        }

        if (account.CallbackAddresses.Count > 0 && !account.CallbackAddresses.Any(address => IsSame(address, request.RemoteAddress)))
        {
            return new CallbackReading.Refused(401, "The caller's address is not in the account's list.");
        }

        if (request.Method != "POST" || request.Body.Length > MostBytes || MpesaWire.Read(request.Body) is not { } body)
        {
            return new CallbackReading.Refused(400, "The body is not the JSON of a callback.");
        }

        return topic switch
        {
            MpesaTopic.Prompt => MpesaWire.ObjectOf(body, "Body") is { } inner && MpesaWire.ObjectOf(inner, "stkCallback") is { } callback
                ? new CallbackReading.Hint([MpesaResults.OfPrompt(account, reference, callback)], Taken) : Unread,
            MpesaTopic.Validation => OfValidation(account, body),
            MpesaTopic.Confirmation => OfConfirmation(account, body),
            MpesaTopic.Nothing => new CallbackReading.Reply(Taken),
            _ => MpesaResult.Read(body) is { } result ? OfResult(account, speaker, topic, reference, result) : Unread,
        };
    }

    private static CallbackReading.Refused Unread => new(400, "The body has not the form of what the address is for.");

    private static CallbackReading OfResult(MpesaAccount account, MpesaSpeaker speaker, MpesaTopic topic, string reference, MpesaResult result)
    {
        if (topic is MpesaTopic.PayoutTimeout or MpesaTopic.ReversalTimeout)
        {
            // It waited too long, which says nothing of its end.
            return new CallbackReading.Hint([speaker.About(topic == MpesaTopic.PayoutTimeout ? Direction.Payout : Direction.Refund, reference)], TakenResult);
        }

        if (topic == MpesaTopic.Balance)
        {
            return MpesaResults.OfBalance(account, result) is { Count: > 0 } pots ? new CallbackReading.Balances(reference, pots, TakenResult) : new CallbackReading.Reply(TakenResult);
        }

        var (said, isAlarm) = MpesaResults.Of(account, topic, reference, result);
        if (isAlarm)
        {
            speaker.SayResult(reference, topic == MpesaTopic.Payout ? "A payout" : "A reversal", result.Code ?? "");
        }

        // The answer to a question that says nothing final would only make us ask again at once.
        return said.Kind != ObservationKind.Pending ? new CallbackReading.Statements([said], TakenResult)
            : topic is MpesaTopic.PayoutStatus or MpesaTopic.ReversalStatus ? new CallbackReading.Reply(TakenResult)
            : new CallbackReading.Hint([said], TakenResult);
    }

    private static CallbackReading OfConfirmation(MpesaAccount account, JsonElement body)
    {
        if (MpesaResults.OfConfirmation(account, body) is not { } payment)
        {
            return Unread;
        }

        var answer = new ChannelAnswer(200, """{"ResultCode":0,"ResultDesc":"Success"}""");
        return account.BooksC2b ? new CallbackReading.Statements([payment], answer) : new CallbackReading.Hint([payment], answer);
    }

    /// <summary>The question whether a payment from the menu is to be taken: it is where its account number is an open order's, and the amount what is due.</summary>
    private static CallbackReading OfValidation(MpesaAccount account, JsonElement body) =>
        MpesaResults.OfConfirmation(account, body) is not { } payment ? Unread : new CallbackReading.Question(Direction.PayIn, payment.Reference, order => new ChannelAnswer(
            200,
            order is not { IsOpen: true } ? """{"ResultCode":"C2B00012","ResultDesc":"Rejected"}"""
            : order.DueMinor != payment.AmountMinor ? """{"ResultCode":"C2B00013","ResultDesc":"Rejected"}"""
            : """{"ResultCode":"0","ResultDesc":"Accepted"}"""));

    private static bool IsSame(string listed, string caller) =>
        IPAddress.TryParse(caller, out var from) && IPAddress.Parse(listed) is var allowed && (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).Equals(allowed);
}
