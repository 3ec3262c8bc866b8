using System.Text.Json;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>One HTTP request as a receiver saw it.</summary>
/// <param name="Number">1 for the first one at its path, and so on.</param>
/// <param name="Path">Path with a leading slash.</param>
/// <param name="Body">The raw text.</param>
/// <param name="Headers">Names compare without regard to case.</param>
/// <param name="ReceivedAt">When its body was complete.</param>
public sealed record ReceivedNotification(int Number, string Path, string Body, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ReceivedAt)
{
    /// <summary>The value of a member as text, a number in its literal digits; null when it is absent.</summary>
    public string? this[string member] => FlatBody.Parse(Body).TextOf(member);

    /// <summary>Whether the body is a JSON object whose <c>sign</c> is right for the secret.</summary>
    public bool IsSignedWith(string secret)
    {
        try
        {
            var body = FlatBody.Parse(Body);
            return body.TextOf("sign") == body.Md5(secret);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
