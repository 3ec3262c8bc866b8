using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Paypro.Channels;

/// <summary>What a session may use of the host.</summary>
public sealed record ChannelServices
{
    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Injected randomness: as many bytes as are asked for.</summary>
    public required Func<int, byte[]> Random { get; init; }

    /// <summary>
    /// Makes the session's client: no redirects followed, no cookies, answers cut at 256 KiB, TLS 1.2 or better, server certificates checked.
    /// The session disposes it. Each call's time is bounded by the host.
    /// </summary>
    public required Func<ChannelHttp, HttpClient> Http { get; init; }

    /// <summary>Tokens of the rail, shared by all nodes.</summary>
    public required ITokenStore Tokens { get; init; }

    /// <summary>For the operator. No personal data, no secret, no body.</summary>
    public required ILogger Log { get; init; }
}

/// <summary>How an account's client speaks to its rail.</summary>
/// <param name="BaseAddress">The rail's address; https, or http on loopback in a sandbox.</param>
public sealed record ChannelHttp(Uri BaseAddress)
{
    /// <summary>Shown to the rail; null where it asks for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The only authority whose server certificates are taken; null for those of the machine.</summary>
    public X509Certificate2? PinnedAuthority { get; init; }

    /// <summary>The version that is asked for.</summary>
    public Version Version { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>Null for none.</summary>
    public Uri? Proxy { get; init; }
}

/// <summary>A token of a rail.</summary>
/// <param name="Value">The token. Never logged.</param>
/// <param name="ExpiresAtMs">When the rail stops taking it, Unix milliseconds UTC.</param>
public sealed record RailToken(string Value, long ExpiresAtMs)
{
    /// <summary>Hides the token.</summary>
    public override string ToString() => "RailToken";
}

/// <summary>
/// Keeps an account's tokens for all nodes, since some rails end a token as soon as another is given out. One node renews at a time; the
/// others wait for it.
/// </summary>
public interface ITokenStore
{
    /// <summary>The token, renewed at two thirds of its life.</summary>
    /// <param name="name">Which of the account's tokens, 1 to 32 characters.</param>
    /// <param name="renew">Asks the rail for a new one; null when it gave none.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Null when there is none and none could be had.</returns>
    Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation);

    /// <summary>Forgets a token that the rail refused, unless it has been replaced meanwhile.</summary>
    Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation);
}
