using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>JSON that people read: names in camel case, numbers of enumerations in words, quotes as they are. It is shown as text and never as a page.</summary>
internal static class AccessJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };
}

/// <summary>What is written into the audit log in one transaction with what was done.</summary>
internal sealed class AuditTrail
{
    /// <summary>The chain of what concerns no merchant.</summary>
    public const short Platform = -1;

    private const int TextLength = 500;
    private readonly List<AuditRow> _lines = [];

    public bool IsEmpty => _lines.Count == 0;

    /// <summary>The form that caused it; null for none.</summary>
    public SentForm? Form { get; private set; }

    /// <summary>Forgets what a try wrote that is made again.</summary>
    public void Clear() => _lines.Clear();

    /// <summary>Adds a line.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">Short and stable, such as <c>merchant.create</c>.</param>
    /// <param name="subject">To what, such as <c>merchant:1000000001</c>.</param>
    /// <param name="before">What it was, without secrets; null for nothing.</param>
    /// <param name="after">What it is now, without secrets; null for nothing.</param>
    /// <param name="reason">Why, in the actor's words.</param>
    /// <param name="chain">The merchant's bucket, or <see cref="Platform"/>.</param>
    public void Add(Actor actor, string action, string subject, object? before = null, object? after = null, string reason = "", short chain = Platform)
    {
        Form ??= actor.From.Form;
        _lines.Add(new AuditRow
        {
            Chain = chain,
            Actor = OutsideText.Line(actor.Text, TextLength),
            Address = actor.From.Address,
            SessionId = actor.SessionId,
            Action = action,
            Subject = subject,
            Before = Json(before),
            After = Json(after),
            Reason = OutsideText.Line(reason, TextLength),
            RequestId = OutsideText.Line(actor.From.RequestId, TextLength),
        });
    }

    /// <summary>Appends the lines to their chains. The end of a chain is locked until the transaction ends, so that two nodes give no number twice.</summary>
    public async Task AppendAsync(PayproContext context, long nowMs)
    {
        foreach (var ofChain in _lines.GroupBy(l => l.Chain).OrderBy(g => g.Key))
        {
            var count = ofChain.Count();
            await context.AuditChains.Where(c => c.Chain == ofChain.Key).ExecuteUpdateAsync(s => s.SetProperty(c => c.LastNo, c => c.LastNo + count));
            var end = await context.AuditChains.AsNoTracking().SingleAsync(c => c.Chain == ofChain.Key);
            var (no, hash) = (end.LastNo - count, end.Hash);
            foreach (var line in ofChain)
            {
                (line.No, line.AtMs) = (++no, nowMs);
                hash = line.Hash = HashOf(hash, line);
                context.Audit.Add(line);
            }

            await context.AuditChains.Where(c => c.Chain == ofChain.Key).ExecuteUpdateAsync(s => s.SetProperty(c => c.Hash, hash));
        }
    }

    /// <summary>What a line's hash covers: the hash before it and every column, each text after its length.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> previous, AuditRow line)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        foreach (var number in (ReadOnlySpan<long>)[line.Chain, line.No, line.AtMs, line.SessionId])
        {
            Append(hash, number);
        }

        foreach (var text in (ReadOnlySpan<string>)[line.Actor, line.Address, line.Action, line.Subject, line.Before, line.After, line.Reason, line.RequestId])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Append(hash, bytes.Length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static string Json(object? value) => value is null ? "" : JsonSerializer.Serialize(value, AccessJson.Options);
}
