using System.Net;
using Paypro.Protocol;

namespace Paypro.Client;

/// <summary>What one attempt of a call has told.</summary>
internal enum Verdict
{
    /// <summary>Certain: accepted.</summary>
    Accepted,

    /// <summary>Certain: refused, nothing stored.</summary>
    Refused,

    /// <summary>Certain of this attempt alone: it stored nothing, because the gateway failed.</summary>
    Failed,

    /// <summary>Certain of this attempt alone: it was not taken, and may come again later.</summary>
    Busy,

    /// <summary>Nothing is certain.</summary>
    Unknown,
}

/// <summary>What answers mean.</summary>
internal static class Verdicts
{
    /// <summary>What an answer means; null is one that could not be read or did not come.</summary>
    public static Verdict Of(PayproResponse? response) => response is null ? Verdict.Unknown : (response.HttpStatus, response.Code) switch
    {
        (HttpStatusCode.OK, ResponseCode.Accepted) => Verdict.Accepted,
        (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, _) => Verdict.Busy,
        (HttpStatusCode.OK or (>= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError), ResponseCode.Refused) => Verdict.Refused,
        (HttpStatusCode.OK or (>= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError), ResponseCode.Failed) => Verdict.Failed,
        _ => Verdict.Unknown,
    };
}
