using System.Globalization;
using Paypro.Server.Platform;

namespace Paypro.Server;

/// <summary>What belongs to the public address as a whole.</summary>
internal static class PublicSite
{
    /// <summary>How long a browser remembers that a live installation is reached by https only: a year.</summary>
    private const string HttpsOnly = "max-age=31536000";

    /// <summary>From the day on which it is asked for; RFC 9116 advises less than a year.</summary>
    private const int ContactGoodForDays = 180;

    /// <summary>
    /// A live installation's public address is https (<see cref="Installation"/>), whoever ends the TLS: every answer says so. Browsers pay no attention to it over
    /// plain http (RFC 6797, 8.1).
    /// </summary>
    public static void UseHttpsOnly(this WebApplication app, Installation installation)
    {
        if (!installation.IsSandbox)
        {
            app.Use(static (http, next) =>
            {
                http.Response.OnStarting(static response =>
                {
                    ((HttpResponse)response).Headers.StrictTransportSecurity = HttpsOnly;
                    return Task.CompletedTask;
                }, http.Response);
                return next(http);
            });
        }
    }

    /// <summary><c>/.well-known/security.txt</c> (RFC 9116): to whom a vulnerability of this installation is reported. Nothing without <c>Paypro__SecurityContact</c>.</summary>
    public static void MapSecurityContact(this WebApplication app, PayproOptions options)
    {
        if (options.SecurityContact is { } contact)
        {
            app.MapGet("/.well-known/security.txt", (TimeProvider time) => Results.Text(
                $"Contact: {contact}\nExpires: {time.GetUtcNow().AddDays(ContactGoodForDays).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\n", "text/plain; charset=utf-8"));
        }
    }

    /// <exception cref="BadSettingException">The contact is no address that RFC 9116 takes.</exception>
    public static void Check(PayproOptions options)
    {
        if (options.SecurityContact is { } contact
            && !(Uri.TryCreate(contact, UriKind.Absolute, out var address) && address.Scheme is "mailto" or "https" or "tel" && contact.All(static c => c is > ' ' and < (char)127)))
        {
            throw new BadSettingException("Paypro__SecurityContact: must be an address that begins with mailto:, https: or tel:, such as mailto:security@example.com.");
        }
    }
}
