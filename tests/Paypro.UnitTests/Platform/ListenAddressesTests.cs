using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>Whether anybody but this machine can call.</summary>
public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://127.0.0.1:5080 http://[::1]:5080", true)]
    [InlineData("http://localhost:5080 https://LOCALHOST:5081", true)]
    [InlineData("http://127.8.9.1:80", true)]
    [InlineData("http://127.0.0.1:5080 http://0.0.0.0:5081", false)]
    [InlineData("http://*:5080", false)]
    [InlineData("http://+:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://192.0.2.1:5080", false)]
    [InlineData("http://paypro.internal:5080", false)]
    [InlineData("http://localhost.example:5080", false)]
    [InlineData("http://unix:/run/paypro.sock", false)]
    [InlineData("", false)]
    public void OnlyAddressesOfThisMachineAreLoopback(string addresses, bool areLoopback)
    {
        var server = new StandingServer();
        var feature = new AddressList();
        foreach (var address in addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            feature.Addresses.Add(address);
        }

        Assert.False(new ListenAddresses(server).AreLoopbackAlone);
        server.Features.Set<IServerAddressesFeature>(feature);
        Assert.Equal(areLoopback, new ListenAddresses(server).AreLoopbackAlone);
    }

    private sealed class AddressList : IServerAddressesFeature
    {
        public ICollection<string> Addresses { get; } = [];

        public bool PreferHostingUrls { get; set; }
    }

    private sealed class StandingServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void Dispose()
        {
        }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
