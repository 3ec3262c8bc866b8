namespace Paypro.Server.Merchants;

/// <summary>
/// Holds the newest snapshot. Its version is polled every second; a picture that could not be confirmed for ten seconds may
/// show a suspended merchant as open, so nobody may act on it.
/// </summary>
internal sealed class SnapshotStore(SnapshotReader reader, TimeProvider time) : IDisposable
{
    /// <summary>How often the version is polled.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>How old an unconfirmed picture may be.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How soon a picture that left something out is read again, whatever its version: a master key that came later, or a row that was
    /// mended past the program, changes no version.
    /// </summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(15);

    /// <summary>Two refreshes at once could end in the wrong order and put the older picture back.</summary>
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Snapshot? _current;
    private long _confirmedAt;
    private long _readAt;

    /// <exception cref="StaleSnapshotException">It was not confirmed for ten seconds.</exception>
    public Snapshot Current =>
        _current is { } snapshot && time.GetElapsedTime(Volatile.Read(ref _confirmedAt)) <= GoodFor ? snapshot : throw new StaleSnapshotException();

    public bool IsFresh => _current is not null && time.GetElapsedTime(Volatile.Read(ref _confirmedAt)) <= GoodFor;

    /// <summary>Polls the version once and reads everything again if it changed.</summary>
    public async Task RefreshOnceAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await RefreshAsync(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        // The clock is read before the database: a slow answer must not make an old picture look fresh.
        var asked = time.GetTimestamp();
        var version = await reader.ReadVersionAsync(cancellation);
        if (_current is null || _current.Version != version || (!_current.HasAddresses && reader.KnowsAddress) || (_current.Problems.Count > 0 && time.GetElapsedTime(_readAt) >= AgainAfter))
        {
            _current = await reader.ReadAsync(cancellation);
            _readAt = asked;
        }

        Volatile.Write(ref _confirmedAt, asked);
    }
}
