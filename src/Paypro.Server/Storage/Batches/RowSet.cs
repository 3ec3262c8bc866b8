namespace Paypro.Server.Storage;

/// <summary>What a batch has done to a row so far.</summary>
internal enum RowFate : byte
{
    Absent,
    Loaded,
    Inserted,
    Updated,
    Deleted,

    /// <summary>Deleted without having been loaded: it may not have been there.</summary>
    DeletedUnseen,

    /// <summary>Deleted without having been loaded, and inserted again: written as both, in this order.</summary>
    Replaced,
}

/// <summary>
/// The rows of one table as one batch sees them: what was loaded (or asked for and absent), overlaid with what the commands
/// before have done. A command that fails is undone; only the last image of a row is written.
/// </summary>
internal sealed class RowSet<TKey, TRow>(string table) : IRowSet
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, (TRow? Row, RowFate Fate)> _rows = [];
    private readonly List<(TKey Key, TRow? Row, RowFate Fate, bool Known)> _undo = [];

    /// <summary>Says that a key was asked for; it is absent unless <see cref="Load"/> follows.</summary>
    public void Expect(TKey key) => _rows.TryAdd(key, (null, RowFate.Absent));

    public void Load(TKey key, TRow row) => _rows[key] = (row, RowFate.Loaded);

    public bool Knows(TKey key) => _rows.ContainsKey(key);

    /// <summary>The row, or null when it does not exist. A key that was never declared is a bug of the command.</summary>
    public TRow? Find(TKey key) => _rows.TryGetValue(key, out var r)
        ? r.Row
        : throw new InvalidOperationException($"{table}: {key} was not declared by the command, so it was not loaded.");

    /// <summary>What the batch has done to a row that need not have been loaded; null when nothing.</summary>
    public TRow? Seen(TKey key) => _rows.GetValueOrDefault(key).Row;

    /// <summary>Sets a row that is written whole, whatever is stored.</summary>
    public void Write(TKey key, TRow row) => Set(key, row, RowFate.Inserted);

    public TRow Get(TKey key) => Find(key) ?? throw new InvalidOperationException($"{table}: {key} does not exist.");

    public void Insert(TKey key, TRow row)
    {
        if (_rows.TryGetValue(key, out var old) && old.Row is not null)
        {
            throw new InvalidOperationException($"{table}: {key} exists already.");
        }

        // Deleted and inserted again in one batch is an update of the stored row.
        Set(key, row, old.Fate == RowFate.Deleted ? RowFate.Updated : RowFate.Inserted);
    }

    public void Update(TKey key, TRow row) => Set(key, row, FateOf(key) is var fate and (RowFate.Inserted or RowFate.Replaced) ? fate : RowFate.Updated);

    public void Put(TKey key, TRow row)
    {
        if (Find(key) is null)
        {
            Insert(key, row);
        }
        else
        {
            Update(key, row);
        }
    }

    public void Delete(TKey key) => Set(key, null, FateOf(key) switch
    {
        RowFate.Inserted => RowFate.Absent,
        RowFate.Replaced => RowFate.DeletedUnseen,
        _ => RowFate.Deleted,
    });

    /// <summary>Deletes a row that was not loaded. Whether it was stored is not known: another node may have been faster.</summary>
    public void DeleteUnseen(TKey key) => Set(key, null, !_rows.TryGetValue(key, out var r) ? RowFate.DeletedUnseen : r.Fate switch
    {
        RowFate.Inserted or RowFate.Absent => RowFate.Absent,
        RowFate.Replaced or RowFate.DeletedUnseen => RowFate.DeletedUnseen,
        _ => RowFate.Deleted,
    });

    /// <summary>
    /// Inserts a row that is only a key. Deleted and inserted again in one batch is no change, but only if it was certainly stored;
    /// otherwise both are written.
    /// </summary>
    public void InsertKey(TKey key, TRow row) => Set(key, row, !_rows.TryGetValue(key, out var r) ? RowFate.Inserted : r.Fate switch
    {
        RowFate.Deleted or RowFate.Loaded => RowFate.Loaded,
        RowFate.DeletedUnseen or RowFate.Replaced => RowFate.Replaced,
        _ => RowFate.Inserted,
    });

    public void Keep() => _undo.Clear();

    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            var (key, row, fate, known) = _undo[i];
            if (known)
            {
                _rows[key] = (row, fate);
            }
            else
            {
                _rows.Remove(key);
            }
        }

        _undo.Clear();
    }

    /// <summary>
    /// The rows with a fate, sorted by key, so that two nodes write and lock in one order. Replaced rows are inserted, after
    /// <see cref="DeletedKeys"/> were deleted.
    /// </summary>
    public List<TRow> With(RowFate fate)
    {
        var found = new List<KeyValuePair<TKey, TRow>>();
        foreach (var (key, (row, f)) in _rows)
        {
            if (row is not null && (f == fate || (f == RowFate.Replaced && fate == RowFate.Inserted)))
            {
                found.Add(new(key, row));
            }
        }

        found.Sort(static (a, b) => Comparer<TKey>.Default.Compare(a.Key, b.Key));
        return found.ConvertAll(static p => p.Value);
    }

    public List<TKey> DeletedKeys()
    {
        var found = new List<TKey>();
        foreach (var (key, (_, fate)) in _rows)
        {
            if (fate is RowFate.Deleted or RowFate.DeletedUnseen or RowFate.Replaced)
            {
                found.Add(key);
            }
        }

        found.Sort();
        return found;
    }

    private RowFate FateOf(TKey key) => _rows.TryGetValue(key, out var r) && r.Row is not null
        ? r.Fate
        : throw new InvalidOperationException($"{table}: {key} does not exist.");

    private void Set(TKey key, TRow? row, RowFate fate)
    {
        var known = _rows.TryGetValue(key, out var old);
        _undo.Add((key, old.Row, old.Fate, known));
        _rows[key] = (row, fate);
    }
}

internal interface IRowSet
{
    void Keep();
    void Undo();
}
