using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// The address of an order's hosted page. Built from <c>Paypro__PublicUrl</c> and never from a request's <c>Host</c> header, which
/// somebody else chooses; a sandbox without the setting uses where it listens.
/// </summary>
internal sealed class PageAddress(PayproOptions options, IServer server)
{
    private string? _listening;

    public string Of(OrderRow order) => $"{Root()}/pay/{order.Number}-{order.PageToken}";

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
