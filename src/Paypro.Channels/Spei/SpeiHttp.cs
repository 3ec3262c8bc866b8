using System.Net.Http.Headers;

namespace Paypro.Channels.Spei;

/// <summary>Makes the calls, to one host for orders and one for questions. Nothing that STP can do makes it throw.</summary>
internal sealed class SpeiHttp : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _orders, _queries;

    public SpeiHttp(SpeiAccount account, ChannelServices services)
    {
        var authority = account.OpenAuthority();
        _orders = services.Http(new ChannelHttp(account.Orders) { PinnedAuthority = authority });
        _queries = services.Http(new ChannelHttp(account.Queries) { PinnedAuthority = authority });
    }

    /// <summary>Sends an order.</summary>
    public Task<SpeiReply> OrderAsync(string path, byte[] body, CancellationToken cancellation) => SendAsync(_orders, HttpMethod.Put, path, body, cancellation);

    /// <summary>Asks a question.</summary>
    public Task<SpeiReply> AskAsync(string path, byte[] body, CancellationToken cancellation) => SendAsync(_queries, HttpMethod.Post, path, body, cancellation);

    public void Dispose()
    {
        _orders.Dispose();
        _queries.Dispose();
    }

    private static async Task<SpeiReply> SendAsync(HttpClient http, HttpMethod method, string path, byte[] body, CancellationToken cancellation)
    {
        try
        {
            using var message = new HttpRequestMessage(method, new Uri(http.BaseAddress!, path)) { Content = new ByteArrayContent(body) { Headers = { ContentType = Json } } };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
            return new SpeiReply.Answered((int)response.StatusCode, SpeiBody.Read(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false)));
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new SpeiReply.NeverSent($"STP could not be connected to ({error.HttpRequestError}).");
        }
        catch (OperationCanceledException)
        {
            return new SpeiReply.Silence("STP did not answer in time.");
        }
#pragma warning disable CA1031 // Whatever else happens, the request may have left: that is an outcome that is not known.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new SpeiReply.Silence($"STP's answer was cut ({error.GetType().Name}).");
        }
    }
}
