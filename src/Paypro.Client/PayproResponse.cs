using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Paypro.Protocol;

namespace Paypro.Client;

/// <summary>What is certain after a call. Of one whose outcome is not, <see cref="PayproUnknownOutcomeException"/> tells.</summary>
public enum CallOutcome
{
    /// <summary>Accepted. It says nothing of the order's result, which is its status.</summary>
    Accepted,

    /// <summary>Refused, and nothing was stored; the message says what to mend, and the number stays free.</summary>
    Refused,

    /// <summary>The gateway failed or was too busy, and this call certainly stored nothing. It may be made again.</summary>
    NotStored,
}

/// <summary>What became of a call is not known: it may or may not have been stored, however often it was repeated.</summary>
/// <remarks>
/// Make the same call again with the same number, or query it; never book it as failed and never send it with a new number.
/// </remarks>
public sealed class PayproUnknownOutcomeException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An answer of the gateway.</summary>
/// <param name="HttpStatus">200 for accepted and refused calls; 404, 429, 503 … for what went wrong around them.</param>
/// <param name="Code">One of <see cref="ResponseCode"/>.</param>
/// <param name="Message"><c>success</c>, or the sentence that says what to mend.</param>
/// <param name="Data">The answer's <c>data</c>.</param>
public sealed record PayproResponse(HttpStatusCode HttpStatus, string Code, string Message, JsonElement Data)
{
    /// <summary>Whether the call was accepted. It says nothing of the order's result, which is <c>data.status</c>.</summary>
    public bool IsAccepted => Outcome == CallOutcome.Accepted;

    /// <summary>What is certain.</summary>
    public CallOutcome Outcome => Verdicts.Of(this) switch
    {
        Verdict.Accepted => CallOutcome.Accepted,
        Verdict.Refused => CallOutcome.Refused,
        _ => CallOutcome.NotStored,
    };

    /// <summary>The text of a member of <see cref="Data"/>; null when it is not there. Numbers come as they were written.</summary>
    public string? this[string name] =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    /// <summary>Hides the data, which may name persons and accounts.</summary>
    public override string ToString() => $"{(int)HttpStatus} {Code} {Message}";

    internal static PayproResponse? Read(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                ? new PayproResponse(
                    status,
                    code.GetString()!,
                    root.TryGetProperty("msg", out var message) ? message.ToString() : "",
                    root.TryGetProperty("data", out var data) ? data.Clone() : default)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The answer to a typed call.</summary>
/// <typeparam name="T">What an accepted call answers.</typeparam>
/// <param name="Response">The answer as it came.</param>
/// <param name="Data">What was answered; null unless the call was accepted.</param>
public sealed record PayproAnswer<T>(PayproResponse Response, T? Data)
    where T : class
{
    /// <summary>Whether the call was accepted. It says nothing of the order's result, which is its status.</summary>
    [MemberNotNullWhen(true, nameof(Data))]
    public bool IsAccepted => Data is not null;

    /// <summary>What is certain.</summary>
    public CallOutcome Outcome => Response.Outcome;

    /// <summary>One of <see cref="ResponseCode"/>.</summary>
    public string Code => Response.Code;

    /// <summary><c>success</c>, or the sentence that says what to mend.</summary>
    public string Message => Response.Message;
}
