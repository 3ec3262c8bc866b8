using Paypro.Channels;
using Paypro.Server.Platform;

namespace Paypro.Server.Rails;

/// <summary>
/// The open sessions of this process, one for each channel account. A session lives until its account's configuration changes; the old one is closed
/// when the longest call can no longer be under way.
/// </summary>
internal sealed class ChannelSessions(ChannelHttpClients http, ChannelTokens tokens, IRandomness randomness, TimeProvider time, ILoggerFactory logs) : IDisposable
{
    /// <summary>How long after its end a session's calls may still be under way: the longest time-out, twice.</summary>
    private static readonly TimeSpan ClosesAfter = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, (string Configuration, IChannelSession Session)> _open = [];
    private readonly List<(long Since, IChannelSession Session)> _ended = [];

    /// <summary>The account's session; opened anew when its configuration is another one.</summary>
    /// <param name="channel">The account's channel.</param>
    /// <param name="account">The account.</param>
    /// <param name="configuration">Differs whenever anything of the account does; holds no secret.</param>
    public IChannelSession Of(IChannel channel, ChannelAccount account, string configuration)
    {
        lock (_gate)
        {
            CloseEnded();
            if (_open.TryGetValue(account.Id, out var open))
            {
                if (open.Configuration == configuration)
                {
                    return open.Session;
                }

                _ended.Add((time.GetTimestamp(), open.Session));
                _open.Remove(account.Id);
            }

            var session = channel.Open(account, new ChannelServices
            {
                Time = time,
                Random = Random,
                Http = http.Make,
                Tokens = tokens.Of(account.Id),
                Log = logs.CreateLogger($"Paypro.Channels.{channel.Name}"),
            });
            _open.Add(account.Id, (configuration, session));
            return session;
        }
    }

    public void Dispose()
    {
        foreach (var session in _open.Values.Select(open => open.Session).Concat(_ended.Select(ended => ended.Session)))
        {
            session.Dispose();
        }
    }

    private void CloseEnded()
    {
        foreach (var (_, session) in _ended.Where(ended => time.GetElapsedTime(ended.Since) >= ClosesAfter))
        {
            session.Dispose();
        }

        _ended.RemoveAll(ended => time.GetElapsedTime(ended.Since) >= ClosesAfter);
    }

    private byte[] Random(int count)
    {
        var bytes = new byte[count];
        randomness.Fill(bytes);
        return bytes;
    }
}
