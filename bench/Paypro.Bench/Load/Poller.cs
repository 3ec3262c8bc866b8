using System.Runtime.InteropServices;

namespace Paypro.Bench.Load;

/// <summary>Waits for any of many sockets in one thread; cheaper than the runtime's socket engine when there is nothing else to do.</summary>
internal sealed class Poller
{
    private const short Readable = 1;
    private readonly PollEntry[] _entries;

    public Poller(IReadOnlyList<Connection> connections) =>
        _entries = [.. connections.Select(c => new PollEntry { Descriptor = c.Descriptor, Events = Readable })];

    /// <summary>Waits at most so long, in nanoseconds; afterwards <see cref="IsReady"/> tells which can be read.</summary>
    public void Wait(long nanoseconds)
    {
        var limit = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        if (PPoll(_entries, (nuint)_entries.Length, ref limit, 0) < 0)
        {
            // A signal ended the wait; what the entries say is of the wait before.
            Forget();
        }
    }

    public bool IsReady(int index) => _entries[index].Returned != 0;

    /// <summary>What was ready has been read.</summary>
    public void Forget()
    {
        for (var i = 0; i < _entries.Length; i++)
        {
            _entries[i].Returned = 0;
        }
    }

    [DllImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PPoll([In, Out] PollEntry[] entries, nuint count, ref TimeSpec limit, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
