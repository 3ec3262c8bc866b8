using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Platform;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Whether a request was made near enough to our clock: by its timestamp, where its operation has one, and by the time in an HMAC
/// header. Live only: a sandbox must replay documented examples.
/// </summary>
internal sealed class RequestAge(Installation installation, PayproOptions options, TimeProvider time)
{
    /// <summary>How far the time in an HMAC header may be from our clock, minutes.</summary>
    public const int HeaderToleranceMinutes = 15;

    /// <summary>Why a request is too old or too new; null when it is neither. A creation that we know already is answered before this counts.</summary>
    public string? Problem(Operation operation, FlatBody body, RequestSignature signature)
    {
        if (installation.IsSandbox)
        {
            return null;
        }

        if (signature.UnixSeconds is { } unixSeconds && IsFar((Int128)unixSeconds * 1000, HeaderToleranceMinutes))
        {
            return $"sign: t must be within {HeaderToleranceMinutes} minutes of the server's clock";
        }

        var isShort = operation.Kind == OperationKind.CreatePayout || operation.SignedName is not null;
        var minutes = isShort ? options.PayoutTimestampToleranceMinutes : options.TimestampToleranceMinutes;
        return RequestReader.TimestampOf(operation, body) is { } timestampMs && IsFar(timestampMs, minutes)
            ? $"timestamp: must be within {minutes} minutes of the server's clock"
            : null;
    }

    private bool IsFar(Int128 unixMs, int minutes) => Int128.Abs(time.NowMs() - unixMs) > minutes * 60_000L;
}
