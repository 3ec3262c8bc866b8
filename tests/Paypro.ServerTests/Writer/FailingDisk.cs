using System.Runtime.InteropServices;

namespace Paypro.ServerTests.Writer;

/// <summary>
/// A file system for SQLite (<c>vfs=failing-N</c>) that writes like the system's own, and whose flush of the write-ahead log fails when a test
/// says so: the pages of a transaction are then in the file, whole and with their end mark, and COMMIT fails all the same.
/// </summary>
internal sealed class FailingDisk : IDisposable
{
    private const int IoErrorAtFlush = 10 | (4 << 8);
    private const int OpenedForLog = 0x00080000;

    // From sqlite3.h on a 64-bit system: where the fields stand, and how long the structures are in their third version.
    private const int VfsBytes = 168, VfsNext = 16, VfsName = 24, VfsOpen = 40;
    private const int MethodsBytes = 152, MethodsSync = 40;

    private static int count;
    private readonly nint _system = Find(0);
    private readonly nint _vfs = Marshal.AllocHGlobal(VfsBytes);
    private readonly nint _methods = Marshal.AllocHGlobal(MethodsBytes);
    private readonly Open _open;
    private readonly Open _systemOpen;
    private readonly Sync _sync;
    private Sync? _systemSync;

    public FailingDisk()
    {
        Name = $"failing-{Interlocked.Increment(ref count)}";
        Copy(_system, _vfs, VfsBytes);
        _systemOpen = Marshal.GetDelegateForFunctionPointer<Open>(Marshal.ReadIntPtr(_system, VfsOpen));
        (_open, _sync) = (OpenFile, SyncFile);
        Marshal.WriteIntPtr(_vfs, VfsNext, 0);
        Marshal.WriteIntPtr(_vfs, VfsName, Marshal.StringToCoTaskMemUTF8(Name));
        Marshal.WriteIntPtr(_vfs, VfsOpen, Marshal.GetFunctionPointerForDelegate(_open));
        Assert.Equal(0, Register(_vfs, 0));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Open(nint vfs, nint name, nint file, int flags, nint outFlags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Sync(nint file, int flags);

    public string Name { get; }

    /// <summary>Asked at every flush of the log, after its pages were written; true makes it fail.</summary>
    public Func<bool> Fails { get; set; } = static () => false;

    public void Dispose()
    {
        // Only the name goes: a connection that is still open would need the rest.
        Assert.Equal(0, Unregister(_vfs));
        GC.KeepAlive(_open);
        GC.KeepAlive(_sync);
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern nint Find(nint name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int Register(nint vfs, int makeDefault);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_unregister")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int Unregister(nint vfs);

    private static void Copy(nint from, nint to, int bytes)
    {
        for (var i = 0; i < bytes; i += 8)
        {
            Marshal.WriteInt64(to, i, Marshal.ReadInt64(from, i));
        }
    }

    /// <summary>Of a log, the system's own methods but for the flush.</summary>
    private int OpenFile(nint vfs, nint name, nint file, int flags, nint outFlags)
    {
        var code = _systemOpen(_system, name, file, flags, outFlags);
        if (code == 0 && (flags & OpenedForLog) != 0)
        {
            var methods = Marshal.ReadIntPtr(file);
            Copy(methods, _methods, MethodsBytes);
            _systemSync = Marshal.GetDelegateForFunctionPointer<Sync>(Marshal.ReadIntPtr(methods, MethodsSync));
            Marshal.WriteIntPtr(_methods, MethodsSync, Marshal.GetFunctionPointerForDelegate(_sync));
            Marshal.WriteIntPtr(file, _methods);
        }

        return code;
    }

    private int SyncFile(nint file, int flags) => Fails() ? IoErrorAtFlush : _systemSync!(file, flags);
}
