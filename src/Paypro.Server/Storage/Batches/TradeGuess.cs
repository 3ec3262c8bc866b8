namespace Paypro.Server.Storage;

/// <summary>An order or a signature that was taken for new is known, or a command wants to be sure: the batch runs again at once and looks first.</summary>
internal sealed class TradesKnownException() : Exception("A trade number or a signature that was taken for new is known.");

/// <summary>
/// Whether the next batch may take its trade numbers for new. After one that was not it looks for a while: whoever sends
/// duplicates sends several.
/// </summary>
internal sealed class TradeGuess
{
    private const int LookAfterKnown = 64;
    private int _look;

    public bool AssumeNew()
    {
        if (Volatile.Read(ref _look) <= 0)
        {
            return true;
        }

        Interlocked.Decrement(ref _look);
        return false;
    }

    public void WasWrong() => Volatile.Write(ref _look, LookAfterKnown);
}
