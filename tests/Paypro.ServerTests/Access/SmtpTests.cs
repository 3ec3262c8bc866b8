using System.Net;
using System.Net.Sockets;
using System.Text;
using Paypro.Server.Mail;
using Paypro.Server.Platform;

namespace Paypro.ServerTests.Access;

/// <summary>What goes over the line to a mail server, and what its answers mean.</summary>
public sealed class SmtpTests
{
    private static readonly MailContent Content = new("Asunto: ¿quién?", "First line\n\nhttps://pay.example/dashboard/welcome/secret\n");

    [Fact]
    public async Task AMailGoesOutWithASteadyIdAndAPlainText()
    {
        await using var line = new SmtpLine("250");
        Assert.Equal((MailOutcome.Sent, ""), await new SmtpServer(line.Options).SendAsync(17, "person@example.com", Content, TestContext.Current.CancellationToken));
        Assert.Contains("MAIL FROM:<no-reply@pay.example>", line.Heard, StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<person@example.com>", line.Heard, StringComparison.Ordinal);
        Assert.Contains("Message-Id: <paypro-17@pay.example>", line.Heard, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("text/plain", line.Heard, StringComparison.Ordinal);
        Assert.Contains("https://pay.example/dashboard/welcome/secret", line.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("550", 2)]
    [InlineData("451", 1)]
    public async Task ARefusalIsOneAndABusyServerIsAskedAgain(string answer, int outcome)
    {
        await using var line = new SmtpLine(answer);
        Assert.Equal((MailOutcome)outcome, (await new SmtpServer(line.Options).SendAsync(17, "person@example.com", Content, TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task AServerThatIsAwayIsAskedAgain()
    {
        PayproOptions options;
        await using (var line = new SmtpLine("250"))
        {
            options = line.Options;
        }

        Assert.Equal(MailOutcome.Later, (await new SmtpServer(options).SendAsync(17, "person@example.com", Content, TestContext.Current.CancellationToken)).Outcome);
    }

    [Theory]
    [InlineData("mail.example", "starttls", "", "Paypro__Mail__From")]
    [InlineData("mail.example", "off", "a@b.example", "Paypro__Mail__Tls: off is for")]
    [InlineData("mail.example", "ssl", "a@b.example", "Paypro__Mail__Tls: must be")]
    [InlineData("127.0.0.1", "off", "a@b.example", null)]
    [InlineData("", "ssl", "", null)]
    public void ASettingThatCannotBeIsToldAtTheStart(string host, string tls, string from, string? problem)
    {
        var options = new PayproOptions { Mail = new MailOptions { Host = host, Tls = tls, From = from } };
        var thrown = Record.Exception(() => SmtpServer.Check(options));
        Assert.Equal(problem is null, thrown is null);
        Assert.Contains(problem ?? "", thrown?.Message ?? "", StringComparison.Ordinal);
    }

    /// <summary>A mail server on loopback that answers the mail itself with one code.</summary>
    private sealed class SmtpLine : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly StringBuilder _heard = new();
        private readonly Task _serving;

        public SmtpLine(string code)
        {
            _listener.Start();
            _serving = ServeAsync(code);
        }

        public string Heard => _heard.ToString();

        public PayproOptions Options => new()
        {
            Mail = new MailOptions { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, Tls = "off", From = "Paypro <no-reply@pay.example>" },
        };

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(string code)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 test");
                var isData = false;
                while (await reader.ReadLineAsync() is { } heard)
                {
                    _heard.AppendLine(heard);
                    if (isData && heard != ".")
                    {
                        continue;
                    }

                    await writer.WriteLineAsync(heard == "." ? $"{code} so it is" : heard.StartsWith("DATA", StringComparison.Ordinal) ? "354 go on" : heard.StartsWith("QUIT", StringComparison.Ordinal) ? "221 bye" : "250 well");
                    isData = heard.StartsWith("DATA", StringComparison.Ordinal);
                }
            }
            catch (Exception error) when (error is SocketException or IOException or ObjectDisposedException)
            {
                _heard.AppendLine(error.GetType().Name);
            }
        }
    }
}
