namespace Paypro.ServerTests.Platform;

/// <summary>A file with a master key, for live installations and for nodes that share a database.</summary>
internal sealed class MasterKeyFile : IDisposable
{
    public MasterKeyFile() => File.WriteAllText(Path, "k1 " + Key);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Any 32 bytes.</summary>
    public static string Key { get; } = Convert.ToBase64String([.. Enumerable.Range(100, 32).Select(i => (byte)i)]);

    public void Dispose() => File.Delete(Path);
}
