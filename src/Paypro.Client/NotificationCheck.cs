using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Client;

/// <summary>A notification whose signature is right.</summary>
/// <param name="TradeNo">Your order number. Pay-ins and payouts are numbered separately: give them different addresses.</param>
/// <param name="Number">The gateway's number.</param>
/// <param name="Status">One of <see cref="ResultStatus"/>.</param>
/// <param name="Amount">The paid total, as sent.</param>
/// <param name="Message">The text beside the status.</param>
/// <param name="RailReference">The rail's reference, <c>utr</c>; null when there is none.</param>
/// <param name="SuccessTime">Local time of success; null when it did not succeed.</param>
public sealed record ReceivedNotification(
    string TradeNo, string Number, string Status, string Amount, string Message, string? RailReference, string? SuccessTime);

/// <summary>
/// Checks what arrives at a <c>notifyUrl</c>. Answer status 200 and the body <c>OK</c> after you have stored the result; the
/// same result can arrive more than once.
/// </summary>
/// <param name="merchantNo">The merchant number.</param>
/// <param name="secret">The key's secret.</param>
/// <param name="algorithm">The kind of the key. It is never taken from the notification.</param>
/// <param name="time">The clock; default: the system's.</param>
public sealed class NotificationCheck(
    string merchantNo, string secret, SigningAlgorithm algorithm = SigningAlgorithm.Md5, TimeProvider? time = null)
{
    private readonly byte[] secretBytes = Encoding.UTF8.GetBytes(secret);
    private readonly TimeProvider clock = time ?? TimeProvider.System;

    /// <summary>
    /// How far the notification's time, which is new for every attempt, may be from the clock. Default: 15 minutes.
    /// </summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Reads a notification. A country's client reads it with all members of that country.</summary>
    /// <param name="body">The raw body, exactly as received.</param>
    /// <param name="path">The path that was called, without the query.</param>
    /// <param name="signatureHeader">The header <see cref="HmacSignature.HeaderName"/>; null when there is none.</param>
    /// <returns>Null when it is forged, too old or no notification.</returns>
    public ReceivedNotification? TryRead(ReadOnlyMemory<byte> body, string path, string? signatureHeader) =>
        TryRead(body, path, signatureHeader, texts => new ReceivedNotification(
            texts.Text("tradeNo"),
            texts.Text("platFormTradeNo"),
            texts.Text("status"),
            texts.Optional("amount") ?? "0",
            texts.Optional("message") ?? "",
            texts.Optional("utr"),
            texts.Optional("successTime")));

    /// <summary>
    /// Checks what a payer's browser brought to <c>returnUrl</c>. It tells what to show, never what to book: the notification does that.
    /// </summary>
    /// <param name="tradeNo">The parameter <c>tradeNo</c>.</param>
    /// <param name="status">The parameter <c>status</c>.</param>
    /// <param name="time">The parameter <c>time</c>.</param>
    /// <param name="sign">The parameter <c>sign</c>.</param>
    public bool IsReturnSigned(string tradeNo, string status, string time, string sign) =>
        long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var unixMs) && HmacSignature.VerifyReturn(tradeNo, status, unixMs, sign, secretBytes);

    /// <summary>Reads a notification into a record.</summary>
    /// <param name="body">As for the public method, like the next two.</param>
    /// <param name="path">The path.</param>
    /// <param name="signatureHeader">The header.</param>
    /// <param name="read">Reads the members.</param>
    /// <param name="foreign">A member that only another kind of notification has; null when every kind is taken.</param>
    internal T? TryRead<T>(ReadOnlyMemory<byte> body, string path, string? signatureHeader, Func<MemberTexts, T> read, string? foreign = null)
        where T : class
    {
        var members = FlatBody.Read(body, out _);
        if (members is null || (foreign is not null && members.TryGet(foreign, out _)) || !IsSigned(members, body, path, signatureHeader) || !IsRecent(members))
        {
            return null;
        }

        var texts = new MemberTexts(name => Text(members, name));
        var notification = read(texts);
        return texts.IsComplete ? notification : null;
    }

    private bool IsSigned(FlatBody members, ReadOnlyMemory<byte> body, string path, string? header) =>
        algorithm == SigningAlgorithm.Md5
            ? Md5Signature.Verify(members, secretBytes)
            : HmacSignature.Verify(header, HmacSignature.Notify, path, merchantNo, body.Span, secretBytes, out _);

    private bool IsRecent(FlatBody members)
    {
        // 18 digits at most, so that the difference cannot overflow.
        return Text(members, "timestamp") is { Length: <= 18 } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unixMs)
            && Math.Abs(clock.GetUtcNow().ToUnixTimeMilliseconds() - unixMs) <= MaxAge.TotalMilliseconds;
    }

    private static string? Text(FlatBody members, string name) =>
        members.TryGet(name, out var member) && member.Kind != ValueKind.Null ? member.Text : null;
}
