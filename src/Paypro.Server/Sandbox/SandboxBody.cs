using Microsoft.AspNetCore.Http.Features;
using Paypro.Channels.Sandbox;
using Paypro.Protocol;

namespace Paypro.Server.Sandbox;

/// <summary>Reads what a developer sends to the sandbox's routes: flat JSON of any content type, with sentences for what is wrong.</summary>
internal static class SandboxBody
{
    private static ReadOnlySpan<byte> AmountName => "amount"u8;

    /// <summary>The body, or a sentence.</summary>
    public static async Task<(FlatBody? Body, string? Error)> ReadAsync(HttpContext http)
    {
        if (await ReadBytesAsync(http) is not { } bytes)
        {
            return (null, "body: must be at most 16 KiB");
        }

        var body = FlatBody.Read(bytes, out var error);
        return (body, error);
    }

    /// <summary>The body as it came; null when it is longer than 16 KiB.</summary>
    public static async Task<byte[]?> ReadBytesAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = FlatBody.MaxBytes;
        }

        using var bytes = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }

        return bytes.ToArray();
    }

    /// <summary>A member's text; null when it is absent or null.</summary>
    public static string? Text(this FlatBody body, string name) =>
        body.TryGet(name, out var member) && member.Kind != ValueKind.Null ? member.Text : null;

    /// <summary>The member <c>amount</c>, in units of the currency with its decimals.</summary>
    /// <param name="body">The body.</param>
    /// <param name="currency">The order's.</param>
    /// <param name="required">Whether it must be there.</param>
    /// <param name="minor">0 when it is not there.</param>
    /// <returns>Null, or a sentence.</returns>
    public static string? Amount(this FlatBody body, Currency currency, bool required, out long minor)
    {
        minor = 0;
        if (!body.TryGet(AmountName, out var member) || member.Kind == ValueKind.Null)
        {
            return required ? "amount: is required" : null;
        }

        return member.Kind is not (ValueKind.Text or ValueKind.Number)
            ? "amount: must be a number"
            : AmountReader.Read(member.Literal, member.Kind == ValueKind.Text, currency, decimalsAllowed: true, out minor) is { } wrong ? $"amount: {wrong}" : null;
    }

    /// <summary>A fault plan; what is not named is off.</summary>
    public static SandboxFaults? Faults(this FlatBody body, out string? error)
    {
        var faults = new SandboxFaults();
        for (var i = 0; i < body.Count; i++)
        {
            var member = body[i];
            var isFlag = member.Kind == ValueKind.Boolean;
            var flag = isFlag && member.Text == "true";
            var isNumber = AmountReader.TryReadWhole(member.Literal, member.Kind == ValueKind.Text, int.MaxValue, out var number) && !isFlag;
            (faults, error) = member.NameText switch
            {
                "channelAccountId" => (faults, null),
                "timeoutAfterAcceptance" when isFlag => (faults with { TimeoutAfterAcceptance = flag }, null),
                "reorder" when isFlag => (faults with { Reorder = flag }, null),
                "falsify" when isFlag => (faults with { Falsify = flag }, null),
                "repeatCallbacks" when isNumber => (faults with { RepeatCallbacks = (int)number }, null),
                "delayCallbacksMs" when isNumber => (faults with { DelayCallbacksMs = (int)number }, null),
                "loseCallbacksPercent" when isNumber => (faults with { LoseCallbacksPercent = (int)number }, null),
                "timeoutAfterAcceptance" or "reorder" or "falsify" => (faults, $"{member.NameText}: must be true or false"),
                "repeatCallbacks" or "delayCallbacksMs" or "loseCallbacksPercent" => (faults, $"{member.NameText}: must be a whole number"),
                _ => (faults, "body: has a member that is no fault; known are timeoutAfterAcceptance, repeatCallbacks, delayCallbacksMs, loseCallbacksPercent, reorder and falsify"),
            };
            if (error is not null)
            {
                return null;
            }
        }

        error = faults.Check();
        return error is null ? faults : null;
    }
}
