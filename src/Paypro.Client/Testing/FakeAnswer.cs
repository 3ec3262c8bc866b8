using System.Net;

namespace Paypro.Client.Testing;

/// <summary>What a <see cref="FakeGateway"/> shall do with a call instead of answering it by itself.</summary>
public sealed record FakeAnswer
{
    private FakeAnswer()
    {
    }

    /// <summary>The answer is lost after the call was stored: the connection breaks.</summary>
    public static FakeAnswer LostAfterStoring { get; } = new() { Stores = true, IsLost = true };

    /// <summary>The connection breaks before anything was stored.</summary>
    public static FakeAnswer LostBeforeStoring { get; } = new() { IsLost = true };

    /// <summary>HTTP 504 without a body, after the call was stored: the gateway does not know either.</summary>
    public static FakeAnswer InDoubt { get; } = new() { Stores = true, HttpStatus = HttpStatusCode.GatewayTimeout };

    internal bool Stores { get; private init; }

    internal bool IsLost { get; private init; }

    internal HttpStatusCode HttpStatus { get; private init; } = HttpStatusCode.OK;

    internal TimeSpan? RetryAfter { get; private init; }

    internal string Body { get; private init; } = "";

    /// <summary>Refused with this sentence; nothing is stored.</summary>
    public static FakeAnswer Refused(string sentence) => new() { Body = FakeText.Envelope("8000", sentence) };

    /// <summary>The system failed, and nothing is stored.</summary>
    public static FakeAnswer Failed(string sentence = "the system failed") => new() { Body = FakeText.Envelope("5000", sentence) };

    /// <summary>HTTP 503: too busy to take the call.</summary>
    public static FakeAnswer Busy(TimeSpan retryAfter) =>
        new() { HttpStatus = HttpStatusCode.ServiceUnavailable, RetryAfter = retryAfter, Body = FakeText.Envelope("5000", "the service is busy") };

    /// <summary>Any answer; nothing is stored.</summary>
    public static FakeAnswer Raw(HttpStatusCode status, string body) => new() { HttpStatus = status, Body = body };
}
