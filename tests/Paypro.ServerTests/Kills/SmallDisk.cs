using System.Diagnostics;
using System.Globalization;

namespace Paypro.ServerTests.Kills;

/// <summary>A disk of a few hundred megabytes in memory that can be filled to its last byte. Mounting one takes the right to.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Ballast = "ballast";

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <returns>Null where this process may not mount anything.</returns>
    public static async Task<SmallDisk?> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("paypro-disk-").FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0777"), "paypro-disk", folder))
        {
            return new SmallDisk(folder);
        }

        Directory.Delete(folder);
        return null;
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        var zeros = new byte[1 << 20];
        using var file = new FileStream(Path.Combine(Folder, Ballast), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var length = zeros.Length; length > 0;)
        {
            try
            {
                file.Write(zeros, 0, length);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    /// <summary>From now on nothing can be written to it.</summary>
    public Task<bool> MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", Folder);

    public void MakeRoom() => File.Delete(Path.Combine(Folder, Ballast));

    public async ValueTask DisposeAsync()
    {
        if (await RunAsync("umount", Folder) || await RunAsync("umount", "--lazy", Folder))
        {
            Directory.Delete(Folder);
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
