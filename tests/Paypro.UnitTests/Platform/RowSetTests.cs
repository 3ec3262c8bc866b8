using CsCheck;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Platform;

/// <summary>
/// The rows of a batch against a plain dictionary: commands that fail leave nothing behind, and what would be written turns the
/// stored rows into what the commands saw.
/// </summary>
public sealed class RowSetTests
{
    private static readonly Gen<(int Key, int Deed)[][]> Batches = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2]).Array[0, 6].Array[1, 8];

    [Fact]
    public void WhatFailsIsUndoneAndWhatIsWrittenIsWhatWasSeen() => Gen.Select(Batches, Gen.Bool.Array[8], Gen.Bool.Array[5]).Sample((batch, fails, stored) =>
    {
        var set = new RowSet<int, string>("rows");
        var database = new Dictionary<int, string>();
        for (var key = 0; key < 5; key++)
        {
            set.Expect(key);
            if (stored[key])
            {
                set.Load(key, database[key] = $"stored {key}");
            }
        }

        var seen = new Dictionary<int, string>(database);
        for (var command = 0; command < batch.Length; command++)
        {
            var mine = new Dictionary<int, string>(seen);
            for (var i = 0; i < batch[command].Length; i++)
            {
                Do(set, mine, batch[command][i].Key, batch[command][i].Deed, $"{command}.{i}");
            }

            if (fails[command])
            {
                set.Undo();
            }
            else
            {
                set.Keep();
                seen = mine;
            }

            Assert.All(Enumerable.Range(0, 5), key => Assert.Equal(seen.GetValueOrDefault(key), set.Find(key)));
        }

        Write(set, database);
        Assert.Equal(seen.OrderBy(p => p.Key), database.OrderBy(p => p.Key));
    });

    [Fact]
    public void AKeyThatWasNotDeclaredIsABug()
    {
        var set = new RowSet<int, string>("rows");
        Assert.Throws<InvalidOperationException>(() => set.Find(1));
        set.Expect(1);
        Assert.Null(set.Find(1));
        Assert.Throws<InvalidOperationException>(() => set.Get(1));
        Assert.Throws<InvalidOperationException>(() => set.Update(1, "x"));
        set.Insert(1, "x");
        Assert.Throws<InvalidOperationException>(() => set.Insert(1, "y"));
    }

    /// <summary>A key that was deleted unseen and comes back is written as both, since it may not have been stored.</summary>
    [Fact]
    public void AnUnseenKeyThatComesBackIsDeletedAndInserted()
    {
        var set = new RowSet<int, string>("rows");
        set.DeleteUnseen(1);
        set.InsertKey(1, "x");
        Assert.Equal([1], set.DeletedKeys());
        Assert.Equal(["x"], set.With(RowFate.Inserted));

        set.DeleteUnseen(1);
        Assert.Equal([1], set.DeletedKeys());
        Assert.Empty(set.With(RowFate.Inserted));
    }

    /// <summary>A key that was certainly stored, or never was, needs no writing to be as it was.</summary>
    [Fact]
    public void AKnownKeyThatComesBackIsNoChange()
    {
        var set = new RowSet<int, string>("rows");
        set.Load(1, "x");
        set.DeleteUnseen(1);
        set.InsertKey(1, "x");
        set.InsertKey(2, "y");
        set.DeleteUnseen(2);
        Assert.Equal((0, 0), (set.DeletedKeys().Count, set.With(RowFate.Inserted).Count));
    }

    private static void Do(RowSet<int, string> set, Dictionary<int, string> mine, int key, int deed, string text)
    {
        switch (deed)
        {
            case 0:
                set.Put(key, text);
                mine[key] = text;
                break;
            case 1 when mine.ContainsKey(key):
                set.Update(key, text);
                mine[key] = text;
                break;
            case 2 when mine.Remove(key):
                set.Delete(key);
                break;
        }
    }

    /// <summary>What the savers do: inserts need an absent key, updates and deletes a stored one.</summary>
    private static void Write(RowSet<int, string> set, Dictionary<int, string> database)
    {
        foreach (var key in set.DeletedKeys())
        {
            Assert.True(database.Remove(key));
        }

        var rows = Enumerable.Range(0, 5).Where(k => set.Find(k) is not null).ToDictionary(k => set.Find(k)!, k => k);
        foreach (var row in set.With(RowFate.Inserted))
        {
            Assert.True(database.TryAdd(rows[row], row));
        }

        foreach (var row in set.With(RowFate.Updated))
        {
            Assert.True(database.ContainsKey(rows[row]));
            database[rows[row]] = row;
        }
    }
}
