using Microsoft.Data.Sqlite;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>A SQLite file that is made under another name and gets its own when it is whole: one that was stopped halfway is never taken for it.</summary>
/// <param name="folder">Where both are.</param>
/// <param name="name">Of the whole file, without its ending.</param>
internal sealed class SqliteMaking(string folder, string name)
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    /// <summary>The whole file.</summary>
    public string File { get; } = Path.Combine(folder, $"{name}.db");

    private string Making { get; } = Path.Combine(folder, $"{name}.making.db");

    public bool IsWhole => System.IO.File.Exists(File);

    /// <summary>Whether the last making was stopped halfway.</summary>
    public bool WasStopped => System.IO.File.Exists(Making);

    /// <summary>The folder of a database.</summary>
    /// <param name="connectionString">Null for the usual one.</param>
    /// <exception cref="BadSettingException">It is none of SQLite's.</exception>
    public static string FolderOf(string? connectionString)
    {
        try
        {
            return Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString ?? StorageSetup.DefaultSqlite).DataSource)) ?? ".";
        }
        catch (ArgumentException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: is not a SQLite connection string: {error.Message}");
        }
    }

    /// <summary>What a program is given to open the whole file.</summary>
    public string Source => SourceOf(File);

    /// <summary>Makes the file with what is given the connection string of an empty one; no commit waits for the disk until all is made.</summary>
    public async Task MakeAsync(Func<string, Task> make)
    {
        Delete(Making);
        SqliteSettings.BeginMaking(Making);
        try
        {
            await make(SourceOf(Making));
        }
        finally
        {
            SqliteSettings.EndMaking(Making);
        }

        // The last connection has folded the log in and taken it away: the one file is all of it.
        SqliteSettings.BringToDisk(Making);
        System.IO.File.Move(Making, File);
    }

    /// <summary>Deletes the whole file.</summary>
    /// <exception cref="BadSettingException">A process has it open.</exception>
    public void Delete() => Delete(File);

    private static string SourceOf(string file) => new SqliteConnectionStringBuilder { DataSource = file }.ToString();

    private static void Delete(string file)
    {
        if (!System.IO.File.Exists(file))
        {
            return;
        }

        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            Array.ForEach(Parts, part => System.IO.File.Delete(file + part));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: '{file}' is in use, or cannot be deleted: {error.Message}");
        }
    }
}
