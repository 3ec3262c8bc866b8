using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Spei;

/// <summary>
/// Reads what STP posts: <c>abono</c>, money that came, whose answer is a verdict, and <c>estado</c>, a payout's new state. Neither is signed: who calls is known by what our own address
/// holds, by the user that STP shows, and by the sender's address, as the account is set. A state moves nothing: it is a reason to ask. Pure.
/// </summary>
internal static class SpeiCallback
{
    /// <summary>The last parts of the two addresses.</summary>
    public const string Credit = "abono", State = "estado";

    private const int MostBytes = 64 * 1024;

    /// <summary>Causes of a return: nobody has the account; mandatory data is missing.</summary>
    private const int NoSuchAccount = 1, DataMissing = 14;

    private static readonly ChannelAnswer Confirmed = new(200, """{"mensaje":"confirmar"}"""), Taken = new(200, """{"mensaje":"recibido"}""");

    public static CallbackReading Read(SpeiAccount account, CallbackRequest request)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (IsForged(account, request, parts) is { } why)
        {
            return new CallbackReading.Refused(401, why);
        }

        if (request.Method != "POST" || request.Body.Length > MostBytes || SpeiBody.Read(request.Body) is not { } body)
        {
            return new CallbackReading.Refused(400, "It is no POST of a JSON object, or too long.");
        }

        // Of another company nothing is told, and least of all a verdict on its money.
        return body.Filled("empresa") is { } company && !company.Equals(account.Company, StringComparison.OrdinalIgnoreCase) ? new CallbackReading.Refused(401, "It is about another company.")
            : parts[1] == State ? OfState(account, body)
            : OfCredit(account, body);
    }

    /// <summary>STP acts on the answer: it takes the money for ours, or sends it back at once.</summary>
    private static CallbackReading OfCredit(SpeiAccount account, SpeiBody body)
    {
        if (SpeiMovements.OfCredit(account, body, "institucionOrdenante") is not { } said)
        {
            return new CallbackReading.Refused(SendBack(DataMissing), "The payment lacks what it cannot be booked without; it was sent back.");
        }

        if (said.Direction == Direction.Payout || said.Reference == account.OrderingAccount)
        {
            // A payout of ours that comes back, or our own money: never to be sent back.
            return new CallbackReading.Statements([said], Confirmed);
        }

        return account.IsOurs(said.Reference)
            ? new CallbackReading.Statements([said], Confirmed) { IfNobodys = SendBack(NoSuchAccount) }
            : new CallbackReading.Reply(SendBack(NoSuchAccount));
    }

    private static CallbackReading OfState(SpeiAccount account, SpeiBody body)
    {
        var key = SpeiTexts.Key(body.Text("claveRastreo")) is { } named && SpeiReference.Is(named) ? named : SpeiTexts.Key(body.Text("folioOrigen"));
        var id = body.Number("id") is > 0 and var number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        if (body.Filled("estado") is not { } state || (!SpeiReference.Is(key) && id.Length == 0))
        {
            return new CallbackReading.Refused(400, "It names no state, or neither an order's key nor its number.");
        }

        return new CallbackReading.Hint(
        [
            new Observation
            {
                Kind = SpeiMovements.KindOf(state),
                Direction = Direction.Payout,
                Reference = SpeiReference.Is(key) ? key! : "",
                RailId = id,
                Currency = account.Account.Currency,
                OccurredAtMs = SpeiDays.TimeOf(body.Text("tsLiquidacion")),
            },
        ], Taken);
    }

    private static ChannelAnswer SendBack(int cause) => new(400, string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"mensaje":"devolver","id":{{cause}}}"""));

    /// <summary>Why a call is not STP's; null when it is.</summary>
    private static string? IsForged(SpeiAccount account, CallbackRequest request, string[] parts)
    {
        var shown = Encoding.UTF8.GetBytes(parts.Length > 0 ? parts[0] : "");
        var isKnown = false;
        foreach (var secret in account.CallbackSecrets(request.ReceivedAtMs))
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(secret), shown);
        }

        return !isKnown || parts.Length != 2 || parts[1] is not (Credit or State) ? "The address does not hold what the account's callback token makes."
            : !ShowsUser(account, request) ? "The caller does not show the account's user and password."
            : account.CallbackAddresses.Count > 0 && !account.CallbackAddresses.Any(address => IsSame(address, request.RemoteAddress)) ? "The caller's address is not in the account's list."
            : null;
    }

    private static bool ShowsUser(SpeiAccount account, CallbackRequest request)
    {
        var secrets = account.Account.Secrets;
        var users = secrets.Valid(SpeiChannel.BasicUser, request.ReceivedAtMs).ToList();
        if (users.Count == 0)
        {
            return true;
        }

        var shown = Encoding.UTF8.GetBytes(request.Header("Authorization") ?? "");
        var isKnown = false;
        foreach (var user in users)
        {
            foreach (var password in secrets.Valid(SpeiChannel.BasicPassword, request.ReceivedAtMs))
            {
                byte[] pair = [.. user.Span, (byte)':', .. password.Span];
                isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes("Basic " + Convert.ToBase64String(pair)), shown);
            }
        }

        return isKnown;
    }

    private static bool IsSame(string listed, string caller) =>
        IPAddress.TryParse(caller, out var from) && IPAddress.Parse(listed) is var allowed && (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).Equals(allowed);
}
