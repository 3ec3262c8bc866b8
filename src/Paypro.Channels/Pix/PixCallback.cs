using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Web;

namespace Paypro.Channels.Pix;

/// <summary>
/// Reads what the bank posts. The standard signs nothing: who calls is known by what our own address holds, and besides, as the account is set, by the client
/// certificate and the sender's address. Pure.
/// </summary>
internal static class PixCallback
{
    private const string Suffix = "pix";

    private const int MostBytes = 64 * 1024;

    private static readonly ChannelAnswer Taken = ChannelAnswer.Ok("OK");

    public static CallbackReading Read(PixAccount account, PixSpeaker speaker, CallbackRequest request)
    {
        if (IsForged(account, request, out var isBare) is { } why)
        {
            return new CallbackReading.Refused(401, why);
        }

        if (request.Method != "POST" || request.Body.Length > MostBytes)
        {
            return new CallbackReading.Refused(400, "It is no POST, or too long.");
        }

        if (request.Body.IsEmpty && isBare)
        {
            // The bank looks whether anybody is there, when the address is registered.
            return new CallbackReading.Reply(Taken);
        }

        if (PixReply.Read(request.Body, PixJson.Default.PixList) is not { } body)
        {
            return new CallbackReading.Refused(400, "The body is not the JSON of a callback.");
        }

        if (body.Payments is null)
        {
            return new CallbackReading.Reply(Taken);
        }

        var said = new List<Observation>();
        var unread = 0;
        foreach (var moved in body.Payments)
        {
            var read = moved is null ? null : Read(account, moved);
            unread += read is null ? 1 : 0;
            said.AddRange(read ?? []);
        }

        if (unread == 0)
        {
            return new CallbackReading.Statements(said, Taken);
        }

        if (said.Count == 0)
        {
            return new CallbackReading.Refused(400, "None of it is this account's and can be read.");
        }

        // What can be read counts; the rest comes again, until somebody has looked at it.
        speaker.SayUnreadable("a callback", unread);
        return new CallbackReading.Statements(said, new ChannelAnswer(400));
    }

    private static IReadOnlyList<Observation>? Read(PixAccount account, PixMoved moved) =>
        PixMovements.IsPayout(moved)
            ? moved.Key is null || moved.Key == account.PayingKey || moved.Key == account.Key ? PixMovements.OfPayout(account, moved) : null
            : moved.Key is null || moved.Key == account.Key ? PixMovements.OfPayment(account, moved) : null;

    /// <summary>Why a call is not the bank's; null when it is.</summary>
    private static string? IsForged(PixAccount account, CallbackRequest request, out bool isBare)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = HttpUtility.ParseQueryString(request.Query);
        var inQuery = query["hmac"];
        isBare = inQuery is not null ? parts.Length == 0 && query["ignorar"] is null or "" : parts.Length == 1;
        var isOurForm = inQuery is not null ? parts.Length == 0 || (parts.Length == 1 && parts[0] == Suffix) : parts.Length == 1 || (parts.Length == 2 && parts[1] == Suffix);
        var shown = Encoding.UTF8.GetBytes(inQuery ?? (parts.Length > 0 ? parts[0] : ""));
        var isKnown = false;
        foreach (var secret in account.CallbackSecrets(request.ReceivedAtMs))
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(secret), shown);
        }

        return !isOurForm || !isKnown ? "The address does not hold what the account's callback token makes."
            : account.CallbackCertificates.Count > 0 && !account.CallbackCertificates.Contains(request.ClientCertificate?.Sha256 ?? "", StringComparer.OrdinalIgnoreCase)
            ? "The caller showed no client certificate of the account's list."
            : account.CallbackAddresses.Count > 0 && !account.CallbackAddresses.Any(address => IsSame(address, request.RemoteAddress)) ? "The caller's address is not in the account's list."
            : null;
    }

    private static bool IsSame(string listed, string caller) =>
        IPAddress.TryParse(caller, out var from) && IPAddress.Parse(listed) is var allowed && (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).Equals(allowed);
}
