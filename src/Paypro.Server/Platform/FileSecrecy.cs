namespace Paypro.Server.Platform;

/// <summary>
/// Who may read a file that holds secrets: its owner, and a group that was given the right to read it and no more, as backups and
/// systemd's credentials need.
/// </summary>
internal static class FileSecrecy
{
    /// <summary>What a file has that this program makes.</summary>
    public const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode TooMuch =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Null, or what has to be mended about an open file.</summary>
    public static string? Problem(FileStream file) => OperatingSystem.IsWindows() ? null : Problem(file.Name, File.GetUnixFileMode(file.SafeFileHandle));

    /// <summary>The same of a file by its name; null when there is none.</summary>
    public static string? Problem(string file) => OperatingSystem.IsWindows() || !File.Exists(file) ? null : Problem(file, File.GetUnixFileMode(file));

    private static string? Problem(string file, UnixFileMode mode) => (mode & TooMuch) == 0 ? null : $"others may read or change '{file}'; take that away with chmod 600.";
}
