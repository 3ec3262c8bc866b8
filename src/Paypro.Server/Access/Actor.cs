using System.Globalization;

namespace Paypro.Server.Access;

/// <summary>Where a request came from.</summary>
/// <param name="Address">The caller's, as text.</param>
/// <param name="Device">What the browser calls itself, cut.</param>
/// <param name="RequestId">Names the request in the log.</param>
/// <param name="DeviceToken">What its cookie holds that names the browser; null for none.</param>
internal sealed record Caller(string Address, string Device, string RequestId, string? DeviceToken = null)
{
    /// <summary>The program itself, started with a command.</summary>
    public static readonly Caller Program = new("", "", "");
}

/// <summary>Who does something, as the audit log names him.</summary>
/// <param name="Text"><c>user:12 name@example.com</c>, <c>token:3</c>, <c>program</c>.</param>
/// <param name="UserId">The user, a token's maker; 0 for the program.</param>
/// <param name="SessionId">0 for none.</param>
/// <param name="From">Where the request came from.</param>
internal sealed record Actor(string Text, long UserId, long SessionId, Caller From)
{
    /// <summary>Whoever may start the program on its machine.</summary>
    public static readonly Actor Program = new("program", 0, 0, Caller.Program);

    public static Actor User(long id, string email, long sessionId, Caller from) =>
        new(string.Create(CultureInfo.InvariantCulture, $"user:{id} {email}"), id, sessionId, from);

    public static Actor Token(long id, long makerId, Caller from) => new(string.Create(CultureInfo.InvariantCulture, $"token:{id}"), makerId, 0, from);
}
