namespace Paypro.ServerTests.Platform;

/// <summary>A file with a master key, for live installations and for nodes that share a database.</summary>
internal sealed class MasterKeyFile : IDisposable
{
    public MasterKeyFile() => File.WriteAllText(Path, "k1 " + Key);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Any 32 bytes.</summary>
    public static string Key { get; } = Convert.ToBase64String([.. Enumerable.Range(100, 32).Select(i => (byte)i)]);

    /// <summary>A new key at the top, as an operator puts it there: the file is replaced at once.</summary>
    public static void Renew(string path)
    {
        var lines = File.ReadAllLines(path);
        var key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        File.WriteAllLines(path + ".new", [$"k{lines.Length + 1} {Convert.ToBase64String(key)}", .. lines]);
        Own(path + ".new");
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Takes a file away from all but its owner, as a live installation wants it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="more">What it has beside that.</param>
    public static void Own(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }

    public void Dispose() => File.Delete(Path);
}
