using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>The operator API's JSON: names in camel case, unknown members refused.</summary>
internal static class OperatorJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.Strict, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) }, TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}

/// <summary>
/// Keeps the answer of a call beside what the call did, in its transaction: who repeats it, because the answer was lost, is answered the same and nothing is
/// done again. A screen's form has none.
/// </summary>
/// <typeparam name="T">What is answered.</typeparam>
internal class Answer<T>
{
    /// <summary>For screens, which keep nothing.</summary>
    public static readonly Answer<T> Unkept = new();

    public virtual void Keep(PayproContext context, T value)
    {
    }
}

/// <inheritdoc />
/// <param name="actor">Who asked.</param>
/// <param name="key">His <c>Idempotency-Key</c>.</param>
/// <param name="requestHash">Of method, path and body.</param>
/// <param name="status">Of the answer.</param>
/// <param name="time">The clock.</param>
internal sealed class KeptAnswer<T>(string actor, string key, byte[] requestHash, int status, TimeProvider time) : Answer<T>
{
    public override void Keep(PayproContext context, T value) => context.OperatorAnswers.Add(new OperatorAnswerRow
    {
        Actor = actor, Key = key, RequestHash = requestHash, Status = status, Body = JsonSerializer.Serialize(value, OperatorJson.Options), AtMs = time.NowMs(),
    });
}
