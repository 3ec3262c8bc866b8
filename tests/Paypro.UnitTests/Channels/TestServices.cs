using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What a session is given in tests: randomness of a seed, tokens of one process, and a client to a handler of the test.</summary>
internal static class TestServices
{
    public static ChannelServices Make(Func<HttpMessageHandler>? handler = null, TimeProvider? time = null)
    {
        var random = new Random(11);
        return new ChannelServices
        {
            Time = time ?? TimeProvider.System,
            Random = count =>
            {
                var bytes = new byte[count];
                random.NextBytes(bytes);
                return bytes;
            },
            Http = wish => new HttpClient(handler?.Invoke() ?? new NoNetwork()) { BaseAddress = wish.BaseAddress },
            Tokens = new Tokens(),
            Log = NullLogger.Instance,
        };
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("This test has no network.");
    }

    private sealed class Tokens : ITokenStore
    {
        private readonly Dictionary<string, RailToken> _tokens = [];

        public async Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation)
        {
            if (!_tokens.ContainsKey(name) && await renew(cancellation) is { } token)
            {
                _tokens[name] = token;
            }

            return _tokens.GetValueOrDefault(name);
        }

        public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation)
        {
            _tokens.Remove(name);
            return Task.CompletedTask;
        }
    }
}
