namespace Paypro.Server.Platform;

/// <summary>
/// So many at once, in all and for each key. Of a key it holds one number, and only while the key has a place, so that memory is bounded by the
/// places.
/// </summary>
/// <typeparam name="TKey">Who takes a place.</typeparam>
/// <param name="most">Places of all keys.</param>
/// <param name="mostOfOne">Places of one key.</param>
internal sealed class Places<TKey>(int most, int mostOfOne)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, int> _ofEach = [];
    private int _taken;

    /// <summary>How many are taken.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes a place.</summary>
    /// <param name="key">Who takes it.</param>
    /// <param name="forMany">The key stands for many, such as a proxy: only the places of all keys bound it.</param>
    /// <returns>False when there is none; nothing has to be given back then.</returns>
    public bool Enter(TKey key, bool forMany = false)
    {
        lock (_gate)
        {
            var own = _ofEach.GetValueOrDefault(key);
            if (_taken >= most || (own >= mostOfOne && !forMany))
            {
                return false;
            }

            _ofEach[key] = own + 1;
            _taken++;
            return true;
        }
    }

    /// <summary>Gives a place back that <see cref="Enter"/> took.</summary>
    public void Leave(TKey key)
    {
        lock (_gate)
        {
            var left = _ofEach[key] - 1;
            _taken--;
            if (left == 0)
            {
                _ofEach.Remove(key);
            }
            else
            {
                _ofEach[key] = left;
            }
        }
    }
}
