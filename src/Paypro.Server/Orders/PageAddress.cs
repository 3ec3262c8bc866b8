using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// The address of an order's hosted page. Built from <c>Paypro__PublicUrl</c> and never from a request's <c>Host</c> header, which
/// somebody else chooses; a sandbox without the setting uses where it listens. Its secret part is derived from the order's number, so that whoever
/// reads the database, or a copy of it, has no address that opens.
/// </summary>
internal sealed class PageAddress(PayproOptions options, IServer server, InstallationSecrets secrets)
{
    /// <summary>Letters of the secret part: half a SHA-256, 128 bits.</summary>
    public const int TokenLength = 32;

    private string? _listening;

    public string Of(OrderRow order) => Root() + PathOf(order);

    /// <summary>The same on this server.</summary>
    public string PathOf(OrderRow order) => $"/pay/{order.Number}-{TokenOf(order.Number)}";

    /// <summary>The secret part of the address of an order's page.</summary>
    public string TokenOf(string number) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of(InstallationSecrets.PageAddresses), Encoding.UTF8.GetBytes(number)))[..TokenLength];

    /// <summary>What every address that we give out begins with, without a slash at its end.</summary>
    public string Root() => RootOrNothing() ?? throw new InvalidOperationException("The server does not listen yet, so its pages have no address.");

    /// <summary>The same; null while the server does not listen.</summary>
    public string? RootOrNothing() => options.PublicUrl is { } url ? url.TrimEnd('/') : _listening ??= Listening();

    private string? Listening() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? Reachable(address) : null;

    /// <summary>An address that means every interface is no address to call.</summary>
    public static string Reachable(string address) => address.TrimEnd('/')
        .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
        .Replace("://[::]", "://localhost", StringComparison.Ordinal)
        .Replace("://+", "://localhost", StringComparison.Ordinal)
        .Replace("://*", "://localhost", StringComparison.Ordinal);
}
