using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>One call of the operator API: who calls, from where, and what was sent.</summary>
internal sealed class OperatorCall(HttpContext http, TokenHolder token, byte[] body, string secret, TimeProvider time)
{
    public HttpRequest Request => http.Request;

    /// <summary>When the caller has gone.</summary>
    public CancellationToken Ended => http.RequestAborted;

    public Actor By { get; } = Actor.Token(token.Id, token.MakerId, Visits.CallerOf(http));

    /// <summary>Whether the token has a permission beside the one that the call needs.</summary>
    public bool May(string permission) => token.Permissions.Contains(permission);

    /// <summary>What the caller names the request by; null for reading.</summary>
    public string? Key => http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;

    /// <summary>Of what was asked for. The token, which we do not keep, is its key: a secret in a body cannot be guessed from a copy of the database.</summary>
    public byte[] Hash { get; } = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{http.Request.Headers.IfMatch}\n"), .. body]);

    /// <summary>The body as it must be.</summary>
    /// <exception cref="JsonException">It is not so.</exception>
    public T Read<T>()
    {
        var read = JsonSerializer.Deserialize<T>(body, OperatorJson.Options) ?? throw new JsonException("body: must be an object");
        return UnusableMember(body) is { } name ? throw new JsonException($"{name} must have no control characters and no half characters") : read;
    }

    /// <summary>Keeps the answer with what is done.</summary>
    public Answer<T> Keeping<T>(int status) => new KeptAnswer<T>(By.Text, Key!, Hash, status, time);

    /// <summary>Where a text stands that cannot be stored as it is; null where there is none. No call takes one: PostgreSQL refuses it, and with it the whole statement.</summary>
    private static string? UnusableMember(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var member = "it";
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
            {
                continue;
            }

            string text;
            try
            {
                text = reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Half a character, written as an escape.
                return member;
            }

            if (!OutsideText.AreClean(text))
            {
                return member;
            }

            member = reader.TokenType == JsonTokenType.PropertyName ? text : member;
        }

        return null;
    }
}

/// <summary>
/// The operator API under <c>/operator/v1</c>: the back office's actions for programs. Each call names a permission that the token must have; a call that
/// changes something carries an <c>Idempotency-Key</c> and is answered the same again when it is repeated. What needs two people is proposed and answered 202.
/// </summary>
internal sealed class OperatorApi(IContexts contexts, OperatorTokens tokens, RateLimits limits, TimeProvider time)
{
    private const int LongestBody = 64 * 1024, LongestKey = 100;

    /// <summary>Answers a call.</summary>
    /// <param name="http">The request.</param>
    /// <param name="permission">What the token must allow; null where a token is enough.</param>
    /// <param name="answer">The call.</param>
    public async Task<IResult> RunAsync(HttpContext http, string? permission, Func<OperatorCall, Task<IResult>> answer)
    {
        ScreenAnswer<Said>.Guard(http.Response);
        var bearer = http.Request.Headers.Authorization.ToString();
        var secret = bearer.StartsWith("Bearer ", StringComparison.Ordinal) ? bearer["Bearer ".Length..].Trim() : "";
        var holder = secret.Length > 0 ? await tokens.FindAsync(secret, http.Connection.RemoteIpAddress) : null;
        if (holder is null)
        {
            var wait = limits.Operator(CallerAddress.Of(http.Connection.RemoteIpAddress));
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return wait > 0 ? Problem(StatusCodes.Status429TooManyRequests, "this address has shown wrong tokens too often") : Problem(StatusCodes.Status401Unauthorized, "Authorization: must be Bearer and a token that is open, from an address that it allows");
        }

        if (permission is not null && !holder.Permissions.Contains(permission))
        {
            return Problem(StatusCodes.Status403Forbidden, $"this token does not have the permission {permission}");
        }

        if (http.Request.Query.FirstOrDefault(q => !q.Value.All(v => OutsideText.IsClean(v ?? ""))) is { Key: { } wrong })
        {
            return Problem(StatusCodes.Status400BadRequest, $"{OutsideText.Line(wrong, LongestKey)}: must have no control characters");
        }

        if (await ReadBodyAsync(http.Request) is not { } body)
        {
            return Problem(StatusCodes.Status413PayloadTooLarge, "body: is too long");
        }

        var call = new OperatorCall(http, holder, body, secret, time);
        if (!HttpMethods.IsGet(http.Request.Method) && call.Key is not { Length: <= LongestKey })
        {
            return Problem(StatusCodes.Status400BadRequest, $"Idempotency-Key: must be there, with at most {LongestKey} characters");
        }

        try
        {
            return await KeptAsync(call) ?? await answer(call);
        }
        catch (JsonException error)
        {
            return Problem(StatusCodes.Status400BadRequest, $"body: {OutsideText.Line(error.Path is { Length: > 0 } path ? $"{path} cannot be read" : error.Message, 200)}");
        }
        catch (DbUpdateException) when (call.Key is not null)
        {
            // The same call at the same time: the other one has stored its answer first.
            if (await KeptAsync(call) is not { } kept)
            {
                throw;
            }

            return kept;
        }
    }

    public static IResult Problem(int status, string sentence) => Results.Json(new { error = sentence }, OperatorJson.Options, statusCode: status);

    public static IResult Ok<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, OperatorJson.Options, statusCode: status);

    /// <summary>The answer of a change: what it says, or why not.</summary>
    public static IResult Of<T>(Change<T> change, int status) => change.Problem is { } problem
        ? Problem(problem.StartsWith("If-Match", StringComparison.Ordinal) ? StatusCodes.Status412PreconditionFailed : problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem)
        : Ok(change.Value, status);

    private async Task<IResult?> KeptAsync(OperatorCall call)
    {
        if (call.Key is not { } key)
        {
            return null;
        }

        await using var context = contexts.Create();
        var (actor, kept) = (call.By.Text, (OperatorAnswerRow?)null);
        kept = await context.OperatorAnswers.AsNoTracking().SingleOrDefaultAsync(a => a.Actor == actor && a.Key == key);
        return kept is null ? null
            : kept.RequestHash.AsSpan().SequenceEqual(call.Hash) ? Results.Text(kept.Body, "application/json", Encoding.UTF8, kept.Status)
            : Problem(StatusCodes.Status422UnprocessableEntity, "Idempotency-Key: was used for another request");
    }

    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > LongestBody)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
