using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>The files and sockets that a process may open: callers get a share of them, and too few end the start.</summary>
public sealed class DescriptorTests
{
    private const int Limit = 1024, Listeners = 740;

    /// <summary>Whoever has the addresses of pages opens streams of events and keeps them. Merchants' calls, the database and the notifications go on.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ManyOpenPagesEndNeitherTheProcessNorTheMerchantsCalls(Engine engine)
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var server = await ServerProcess.StartAsync(new ServerStart { Database = database, OpenFiles = Limit });
        var merchant = SignedClient.Mexico(server.Http);
        var pages = new List<string>();
        for (var i = 0; i * 6 < Listeners; i++)
        {
            var link = await merchant.PostAsync(
                "/mex-pay/v1/paypro/paymentLink",
                ("tradeNo", $"page-{i}"), ("amount", "300"), ("payer", "Name"), ("mobile", "5512345678"), ("notifyUrl", "http://127.0.0.1:9/n"));
            pages.Add(new Uri(link["paymentUrl"]!).AbsolutePath);
        }

        // They come from an address of their own: one address may hold half of the connections, and is refused with a reset beyond that.
        var (sockets, attacker, held) = (new List<TcpClient>(), IPAddress.Parse("127.0.0.2"), 0);
        try
        {
            for (var i = 0; i < Listeners; i++)
            {
                var socket = new TcpClient(new IPEndPoint(attacker, 0));
                sockets.Add(socket);
                try
                {
                    await socket.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port, TestContext.Current.CancellationToken);
                    await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {pages[i / 6]}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"), TestContext.Current.CancellationToken);
                    held++;
                }
                catch (Exception reset) when (reset is SocketException or IOException)
                {
                    // Beyond its share.
                }
            }

            Assert.InRange(held, 50, Listeners);

            for (var i = 0; i < 20; i++)
            {
                // Each on a connection of its own.
                using var http = new HttpClient { BaseAddress = server.BaseAddress };
                var created = await SignedClient.Mexico(http).PostAsync(
                    "/mex-pay/v1/paypro/payInApi",
                    ("tradeNo", string.Create(CultureInfo.InvariantCulture, $"beside-{i}")), ("amount", "300"), ("wayCode", "va"), ("payer", "Name"), ("mobile", "5512345678"),
                    ("notifyUrl", receiver.AddressOf("beside", ReceiverAnswer.Ok)));
                Assert.Equal("0000", created.Code);
            }

            Assert.True(server.IsRunning);
            Assert.InRange(Directory.EnumerateFileSystemEntries($"/proc/{server.ProcessId}/fd").Count(), 1, Limit - 100);
            Assert.DoesNotContain("Too many open files", server.Output, StringComparison.Ordinal);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    public async Task TooFewAreSaidInOneSentence(int files)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, DatabaseTemplate.Empty);
        var exit = await ServerProcess.RunToExitAsync(new ServerStart { Database = database, OpenFiles = files });
        Assert.Equal(2, exit.Code);
        Assert.StartsWith($"Paypro cannot start. Open files: this process may open {files} files and connections at once and needs at least ", exit.Output, StringComparison.Ordinal);
        Assert.Single(exit.Output.Trim().Split('\n'));
        Assert.False(File.Exists(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(database.ConnectionString).DataSource));
    }
}
