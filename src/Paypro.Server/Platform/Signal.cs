using System.Threading.Channels;

namespace Paypro.Server.Platform;

/// <summary>Tells a loop of this process that there is work, so that it need not wait for its next poll. Losing one is harmless.</summary>
internal class Signal
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Waits for a signal or for the poll, whichever comes first.</summary>
    /// <returns>Whether it was a signal.</returns>
    public async Task<bool> WaitAsync(TimeSpan poll, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(poll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The poll's turn, unless a signal came at the same moment: an ended wait does not look at it.
            return _signal.Reader.TryRead(out _);
        }
    }
}
