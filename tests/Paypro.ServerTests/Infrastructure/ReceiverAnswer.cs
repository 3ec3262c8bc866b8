namespace Paypro.ServerTests.Infrastructure;

/// <summary>How a receiver answers one notification.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Plain text.</param>
/// <param name="Delay">Time before the answer.</param>
/// <param name="Location">Value of the <c>Location</c> header, for redirects.</param>
public sealed record ReceiverAnswer(int Status, string Body, TimeSpan Delay = default, string? Location = null)
{
    /// <summary>200 <c>OK</c>: received.</summary>
    public static ReceiverAnswer Ok { get; } = new(200, "OK");

    /// <summary>500: broken at the moment.</summary>
    public static ReceiverAnswer Error { get; } = new(500, "broken");

    /// <summary>Takes the request and never answers; the connection stays open until the sender gives up or the receiver is disposed.</summary>
    public static ReceiverAnswer Never { get; } = new(200, "", Timeout.InfiniteTimeSpan);

    /// <summary>302 to another place.</summary>
    public static ReceiverAnswer Redirect(string location) => new(302, "", Location: location);

    /// <summary>The same answer, later.</summary>
    public ReceiverAnswer After(TimeSpan delay) => this with { Delay = delay };
}
