using System.Net.Sockets;
using System.Text;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>Sends these very bytes, as no HTTP client would.</summary>
internal static class RawHttp
{
    /// <returns>All that came back until the server closed; empty when it only closed.</returns>
    public static async Task<string> SayAsync(Uri server, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A server that refuses may reset what it has not read; what it said before counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Sends the beginning of a request and goes away: without a word, or with a reset.</summary>
    public static async Task LeaveAsync(Uri server, byte[] beginning, bool resets)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(beginning, TestContext.Current.CancellationToken);
        client.LingerState = new LingerOption(resets, 0);
    }
}
