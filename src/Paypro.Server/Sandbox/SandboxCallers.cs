using System.Net;
using Paypro.Server.Platform;

namespace Paypro.Server.Sandbox;

/// <summary>
/// The sandbox's routes are unsigned, so that a developer can use them with curl. A page that he has open in a browser must not: neither one that
/// posts here from another site, nor one whose name was made to point at this machine.
/// </summary>
internal static class SandboxCallers
{
    public static async ValueTask<object?> RefuseForeignAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var (request, services) = (call.HttpContext.Request, call.HttpContext.RequestServices);
        var publicUrl = services.GetRequiredService<PayproOptions>().PublicUrl;
        if (!IsHere(request.Host.Host, publicUrl, services.GetRequiredService<IConfiguration>()["AllowedHosts"] ?? ""))
        {
            return Refuse("Host: is not a name of this sandbox; call it by its address, or name it in AllowedHosts");
        }

        return HttpMethods.IsGet(request.Method) || SameOrigin.Holds(request.Headers, $"{request.Scheme}://{request.Host}", publicUrl)
            ? await next(call)
            : Refuse("Origin: another site's page must not act here");
    }

    /// <summary>
    /// An address, a name without a dot or a name that is said to be ours: no public name server can make one of them point here. The framework
    /// itself refuses what is not in <c>AllowedHosts</c>; its default, a star, says nothing about names.
    /// </summary>
    internal static bool IsHere(string host, string? publicUrl, string allowedHosts)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _) || !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return (publicUrl is not null && host.Equals(new Uri(publicUrl).Host, StringComparison.OrdinalIgnoreCase))
            || allowedHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Any(allowed => IsNamed(host, allowed));
    }

    private static bool IsNamed(string host, string allowed) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase);

    private static IResult Refuse(string sentence) => Results.Json(new { error = sentence }, statusCode: StatusCodes.Status403Forbidden);
}
