using System.Globalization;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// A form that a person sent from a page of ours. What it changes is changed once: a second click, a reload, or the same form sent to another node because
/// the first one died before it answered.
/// </summary>
/// <param name="userId">Whose.</param>
/// <param name="pageId">The page as it was shown that time.</param>
/// <param name="hash">Of where it was sent and of what was in it: who goes back and types something else sends another form.</param>
internal sealed class SentForm(long userId, long pageId, long hash)
{
    /// <summary>Transactions that its request has committed.</summary>
    private short _part;

    public FormUseRow RowAt(long nowMs) => new() { UserId = userId, PageId = pageId, Hash = hash, Part = _part, AtMs = nowMs };

    public void Committed() => _part++;
}

/// <summary>This form was carried out before; nothing of it was done again.</summary>
internal sealed class FormSentTwiceException : Exception;

/// <summary>Where a request came from.</summary>
/// <param name="Address">The caller's, as text.</param>
/// <param name="Device">What the browser calls itself, cut.</param>
/// <param name="RequestId">Names the request in the log.</param>
/// <param name="DeviceToken">What its cookie holds that names the browser; null for none.</param>
internal sealed record Caller(string Address, string Device, string RequestId, string? DeviceToken = null)
{
    /// <summary>The program itself, started with a command.</summary>
    public static readonly Caller Program = new("", "", "");

    /// <summary>The form that he sent; null where he sent none of a page of ours.</summary>
    public SentForm? Form { get; init; }
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
