using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Paypro.Channels.DLocal;

/// <summary>What came of a call.</summary>
internal abstract record DLocalReply
{
    private DLocalReply() { }

    /// <summary>For the operator.</summary>
    public abstract string Why { get; }

    /// <summary>Certainly nothing was sent.</summary>
    public sealed record NeverSent(string Reason) : DLocalReply
    {
        public override string Why => Reason;
    }

    /// <summary>It may have arrived, and nothing that can be read came back.</summary>
    public sealed record Silence(string Reason) : DLocalReply
    {
        public override string Why => Reason;
    }

    /// <summary>A server answered; whether in the rail's own form is to be seen.</summary>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : DLocalReply
    {
        /// <summary>The time of the server, where it tells it.</summary>
        public DateTimeOffset? At { get; init; }

        /// <summary>What is wrong, in the rail's form; null when the body has none.</summary>
        public DLocalProblem? Problem => field ??= DLocalProblem.Read(Body);

        public override string Why => string.Create(CultureInfo.InvariantCulture, $"dLocal answered {Status}{(Problem is { } problem ? $" {problem}" : "")}.");

        /// <summary>Hides the body, which may hold personal data.</summary>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Answered {Status}");

        /// <summary>The body as one of the rail's; null when it is none.</summary>
        public T? Read<T>(JsonTypeInfo<T> type)
            where T : class => DLocalReply.Read(Body, type);
    }

    /// <summary>Reads a body; null when it is none of this kind.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // The second is what half a surrogate pair throws.
            return null;
        }
    }
}

/// <summary>An error in the rail's form.</summary>
/// <param name="Code">Its number.</param>
/// <param name="Member">The member that is wrong; empty when none is named.</param>
internal sealed record DLocalProblem(int Code, string Member)
{
    private const int LongestMember = 60;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads a body.</summary>
    public static DLocalProblem? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("code", out var told))
            {
                return null;
            }

            var text = told.ValueKind switch { JsonValueKind.Number => told.GetRawText(), JsonValueKind.String => told.GetString(), _ => null };
            return text is { Length: > 0 and <= 6 } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? new DLocalProblem(code, MemberIn(document.RootElement)) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The number and the member.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code}{(Member.Length > 0 ? $" ({Member})" : "")}");

    private static string MemberIn(JsonElement body) =>
        body.TryGetProperty("param", out var told) && told.ValueKind == JsonValueKind.String && told.GetString() is { Length: > 0 and <= LongestMember } name
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_') ? name : "";
}
