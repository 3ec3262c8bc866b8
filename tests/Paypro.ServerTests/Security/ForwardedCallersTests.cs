using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Security;

/// <summary>An operator who forgot to name his proxy hears of it once.</summary>
public sealed class ForwardedCallersTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("10.0.0.1", 0)]
    public async Task AProxyThatNobodyNamedIsToldOnce(string named, int lines)
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, "--Paypro:Roles=api", $"--Paypro:KnownProxies={named}");
        for (var i = 0; i < 3; i++)
        {
            Assert.DoesNotContain("X-Forwarded-For", i == 0 ? host.Log.Text : "", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/health/live", UriKind.Relative));
            request.Headers.Add("X-Forwarded-For", "198.51.100.1");
            using var answer = await host.Http.SendAsync(request);
        }

        Assert.Equal(lines, host.Log.Text.Split('\n').Count(line => line.Contains("X-Forwarded-For", StringComparison.Ordinal)));
    }
}
