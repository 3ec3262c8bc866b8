using Paypro.Channels;
using Paypro.Server.Platform;

namespace Paypro.Server.Statements;

/// <summary>
/// What callbacks may cost. An authentic one is never kept out by the number of others: it waits, or it is answered 503 where memory is short, which
/// every rail repeats.
/// </summary>
internal sealed class CallbackLimits(TimeProvider time) : IDisposable
{
    /// <summary>Callbacks whose bodies are held at once: 64 MiB of them.</summary>
    public const int MostHeld = 1024;

    /// <summary>Refused callbacks of an address in a minute, after which its callbacks are read one at a time.</summary>
    public const int RefusedPerMinute = 20;

    /// <summary>Of them for addresses that no account has: whoever does not know one cannot take the place of those who do.</summary>
    public const int MostHeldOfUnknown = 64;

    private readonly RateLimit<CallerAddress> _refused = new(RefusedPerMinute, TimeSpan.FromMinutes(1), RefusedPerMinute, RateLimits.MostKeys, time);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Places<bool> _known = new(MostHeld, MostHeld), _unknown = new(MostHeldOfUnknown, MostHeldOfUnknown);

    /// <summary>Room for one body; null when there is none.</summary>
    /// <param name="isKnown">Whether an account has the address that is called.</param>
    public IDisposable? Hold(bool isKnown)
    {
        var places = isKnown ? _known : _unknown;
        return places.Enter(isKnown) ? new Held(places, isKnown) : null;
    }

    /// <summary>Reads and applies a callback. One from an address that has sent many forged ones waits for its turn among those.</summary>
    public async Task<ChannelAnswer> ReadAsync(CallerAddress from, Func<Task<ChannelAnswer>> take)
    {
        var suspected = _refused.Look(from) > 0;
        if (suspected)
        {
            await _oneAtATime.WaitAsync(CancellationToken.None);
        }

        try
        {
            var answer = await take();
            if (answer.Status is 400 or 401 or 403)
            {
                _refused.Count(from);
            }

            return answer;
        }
        finally
        {
            if (suspected)
            {
                _oneAtATime.Release();
            }
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private sealed class Held(Places<bool> places, bool isKnown) : IDisposable
    {
        public void Dispose() => places.Leave(isKnown);
    }
}
