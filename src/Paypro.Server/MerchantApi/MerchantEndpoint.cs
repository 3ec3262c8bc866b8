using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Calls;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Protocol.Countries.Route;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// The way of every merchant's call: path, body, sign, fields, operation, answer. A client that goes away stops nothing that was
/// begun.
/// </summary>
internal sealed class MerchantEndpoint(
    CountryCatalog countries, SnapshotStore snapshots, Gatekeeper gatekeeper, RequestAge age, MerchantOperations operations, RateLimits limits, CallNotes notes, KeyUses keyUses,
    Installation installation, TimeProvider time, ILogger<MerchantEndpoint> log)
{
    public const string MeterName = "Paypro.MerchantApi";
    private static readonly byte[] AmountName = Encoding.UTF8.GetBytes(Fields.AmountName);
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("paypro.api.calls", "{call}", "Merchants' calls by operation and answer");

    /// <summary>Counts nothing of the answers that somebody has to look at, of each operation.</summary>
    public static void CountFromZero()
    {
        foreach (var operation in Enum.GetNames<OperationKind>().Append("none"))
        {
            foreach (var answer in (string[])[nameof(ApiAnswer.Failed), nameof(ApiAnswer.InDoubt), nameof(ApiAnswer.Http)])
            {
                Calls.Add(0, new("operation", operation), new KeyValuePair<string, object?>("answer", answer));
            }
        }
    }

    public async Task HandleAsync(HttpContext http)
    {
        var began = time.GetTimestamp();
        if (countries.Find(http.Request.Path.Value ?? "") is not { } route)
        {
            await AnswerAsync(http, Unsigned(http, new ApiAnswer.Http(StatusCodes.Status404NotFound, "path: is no operation of this API")), null, null, began);
            return;
        }

        if (CallShape.Unfit(http) is { } unfit)
        {
            await AnswerAsync(http, Unsigned(http, unfit), null, route, began);
            return;
        }

        // The signature is checked before anything is charged, so that nobody is refused for what others at his address send. What that can cost is
        // bounded by the bodies that are being read.
        var from = CallerOf(http);
        if (!limits.Bodies.Enter(from))
        {
            limits.Full("bodies");
            await AnswerAsync(http, Busy, null, route, began);
            return;
        }

        // One byte more than allowed tells a body that is too long, whether it announced its length or not.
        var buffer = ArrayPool<byte>.Shared.Rent(FlatBody.MaxBytes + 1);
        try
        {
            int length;
            try
            {
                length = await CallShape.ReadAsync(http, buffer);
            }
            catch (BadHttpRequestException error)
            {
                await AnswerAsync(http, Unsigned(http, new ApiAnswer.Http(error.StatusCode, "body: could not be read")), null, route, began);
                return;
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The client went away before it had said what it wants.
                return;
            }
            finally
            {
                limits.Bodies.Leave(from);
            }

            if (length > FlatBody.MaxBytes)
            {
                await AnswerAsync(http, Unsigned(http, CallShape.TooLong), null, route, began);
                return;
            }

            await HandleAsync(http, route, buffer.AsMemory(0, length), began);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ApiAnswer.Http Busy => new(StatusCodes.Status503ServiceUnavailable, "the service is busy; send the same request again");

    private async Task HandleAsync(HttpContext http, Route route, ReadOnlyMemory<byte> raw, long began)
    {
        Merchant? merchant = null;
        Operation? operation = null;
        ApiAnswer answer;
        try
        {
            var snapshot = snapshots.Current;
            if (FlatBody.Read(raw, out var bodyError) is not { } body)
            {
                answer = Unsigned(http, new ApiAnswer.Refused(bodyError!));
            }
            else if (gatekeeper.Admit(snapshot, route, http.Request.Headers, http.Request.Path.Value!, body, raw.Span) is not var (admitted, asked, signature))
            {
                answer = limits.WrongSignature(CallerOf(http), MerchantNoOf(http)) is var guessWait and > 0
                    ? TooMany("this address has sent wrong signatures", guessWait)
                    : Unsigned(http, installation.IsSandbox
                        ? SignExplanation.Of(snapshot, route, http.Request, body, raw.Span, time.NowMs())
                        : ApiAnswer.Refused.NotAuthentic);
            }
            else
            {
                (merchant, operation) = (admitted, asked);
                keyUses.Note(signature.KeyId, time.NowMs());
                answer = NotFromHere(http, merchant) is { } elsewhere ? Unsigned(http, elsewhere) : await AnswerAsync(snapshot, merchant, operation, signature, body);
            }
        }
        catch (WriterBusyException)
        {
            answer = Busy;
        }
        catch (StaleSnapshotException)
        {
            answer = new ApiAnswer.Http(StatusCodes.Status503ServiceUnavailable, "the service cannot read its configuration; send the same request again");
        }
        catch (WriteFailedException error)
        {
            log.LogError(error, "A call to {Path} was not stored", http.Request.Path.Value);
            answer = new ApiAnswer.Failed();
        }
        catch (NoNumberException error)
        {
            log.LogError(error, "A number space is used up");
            answer = new ApiAnswer.Refused(operation!.Says(FieldRole.Way, "no number is free for this way at present"));
        }
        catch (WriteInDoubtException error)
        {
            log.LogError(error, "Whether a call to {Path} was stored is not known", http.Request.Path.Value);
            answer = new ApiAnswer.InDoubt();
        }
#pragma warning disable CA1031 // Whatever else happens, no stack trace leaves; a change may have been stored, so it is no failure.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "A call to {Path} broke", http.Request.Path.Value);
            answer = operation is { Stores: false } ? new ApiAnswer.Failed() : new ApiAnswer.InDoubt();
        }

        await AnswerAsync(http, answer, merchant, route, began, operation, raw);
    }

    /// <summary>
    /// A call with a right signature from an address that is not on the merchant's list: whoever sends it has the key, and not the merchant's network. It is 403,
    /// and says nothing about an order that may exist.
    /// </summary>
    private static ApiAnswer.Http? NotFromHere(HttpContext http, Merchant merchant) =>
        merchant.AllowList is { } list && !list.Contains(http.Connection.RemoteIpAddress)
            ? new(StatusCodes.Status403Forbidden, "address: is not on this merchant's allow-list")
            : null;

    /// <summary>A request whose signature is right. One that is too old or too new was perhaps sent by somebody else, and is not counted for the merchant.</summary>
    private async Task<ApiAnswer> AnswerAsync(Snapshot snapshot, Merchant merchant, Operation operation, RequestSignature signature, FlatBody body)
    {
        var stale = age.Problem(operation, body, signature);
        if (stale is not null && !operation.Stores)
        {
            return new ApiAnswer.Http(StatusCodes.Status403Forbidden, stale);
        }

        if ((stale is null ? TooFast(merchant, operation) : TooManyStale(merchant)) is { } tooFast)
        {
            return tooFast;
        }

        var banks = snapshot.Banks[merchant.Country.IsoCode];
        var defaultUrl = operation.ConcernsPayIns ? merchant.PayInNotifyUrl : merchant.PayoutNotifyUrl;
        var fields = RequestReader.Read(
            merchant.Country, operation, body, new RequestContext(installation.IsSandbox, banks, defaultUrl.Length > 0), out var fieldError);

        // The order's number as it was understood: a quoted and a bare one can be signed alike and mean two.
        var number = fields is null ? RequestReader.TradeNoOf(operation, body) : fields[operation.NumberRole] ?? fields[FieldRole.Number] ?? "";
        var remembered = !operation.OnlyReads || CouldChange(merchant.Country, signature, body) ? signature.RowOf(merchant, operation, number, time.NowMs()) : null;
        if (fields is not null && operation.Stores)
        {
            return await operations.RunAsync(new MerchantRequest(merchant, operation, fields, remembered, stale, snapshot) { WeakKey = WeakKey(merchant, operation, signature) });
        }

        var use = await operations.RememberAsync(remembered);
        return fields is null ? new ApiAnswer.Refused(fieldError!)
            : use == SignUse.Elsewhere && !operation.OnlyReads ? new ApiAnswer.Refused(CreateResult.UsedElsewhere)
            : await operations.RunAsync(new MerchantRequest(merchant, operation, fields, null, null, snapshot));
    }

    /// <summary>A payout that is known already is answered as before; a new one needs what the merchant asks for.</summary>
    private static string? WeakKey(Merchant merchant, Operation operation, RequestSignature signature) =>
        merchant.PayoutsNeedHmac && operation.Kind == OperationKind.CreatePayout && signature.Algorithm != SigningAlgorithm.HmacSha256
            ? $"sign: payouts of this merchant must be signed with an HMAC key, in the header {HmacSignature.HeaderName}"
            : null;

    /// <summary>
    /// Whether a body with this signature could be one that changes something: a creation has an amount, a submission the rail's
    /// reference, and what is not documented names its operation.
    /// </summary>
    private static bool CouldChange(Country country, RequestSignature signature, FlatBody body) => signature.Algorithm == SigningAlgorithm.Md5
        && (Md5Signature.CouldSign(body, AmountName)
            || Md5Signature.CouldSign(body, "operation"u8)
            || (country.FindOperation(OperationKind.SubmitReference)?.Fields.First(f => f.Role == FieldRole.RailReference) is { } reference
                && Md5Signature.CouldSign(body, reference.Utf8Name.Span)));

    /// <summary>The answer to a call in which no right signature was found, or which came from where its merchant has none of its own: it counts for its address.</summary>
    private ApiAnswer Unsigned(HttpContext http, ApiAnswer answer) => limits.Unsigned(CallerOf(http)) is var wait and > 0 ? TooMany("this address calls", wait) : answer;

    private ApiAnswer.Http? TooManyStale(Merchant merchant) =>
        limits.Stale(merchant.No) is var wait and > 0 ? TooMany("requests of this merchant that are out of time come", wait) : null;

    private ApiAnswer.Http? TooFast(Merchant merchant, Operation operation) =>
        limits.Merchant(merchant.No) is var wait and > 0 ? TooMany("this merchant calls", wait)
        : operation.Kind == OperationKind.VerifyAccount && limits.AccountCheck(merchant.No) is var checkWait and > 0 ? TooMany("this merchant verifies accounts", checkWait)
        : null;

    private static ApiAnswer.Http TooMany(string who, int waitS) =>
        new(StatusCodes.Status429TooManyRequests, $"{who} too often; nothing was stored, send the same request again in {waitS} s") { RetryAfterS = waitS };

    private static CallerAddress CallerOf(HttpContext http) => CallerAddress.Of(http.Connection.RemoteIpAddress);

    /// <summary>Whom a caller says that it is; -1 for all that no merchant could be.</summary>
    private static long MerchantNoOf(HttpContext http) =>
        http.Request.Headers["merchantNo"] is [{ } no] && long.TryParse(no, NumberStyles.None, CultureInfo.InvariantCulture, out var merchantNo) ? merchantNo : -1;

    private async Task AnswerAsync(HttpContext http, ApiAnswer answer, Merchant? merchant, Route? route, long began, Operation? operation = null, ReadOnlyMemory<byte> raw = default)
    {
        var asked = operation ?? route?.Only;
        Calls.Add(
            1,
            new KeyValuePair<string, object?>("operation", asked?.Kind.ToString() ?? "none"),
            new KeyValuePair<string, object?>("answer", answer.GetType().Name));
        await AnswerWriter.WriteAsync(http, answer, merchant?.Country, asked, time.NowMs());
        notes.Note(http, answer, merchant, route, operation, raw.Span, began);
    }
}
