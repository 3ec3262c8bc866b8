using System.Net;
using System.Net.Sockets;

namespace Paypro.Bench.Load;

/// <summary>One HTTP/1.1 connection with at most one request under way. Reads only as much of an answer as is needed to see its end.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16384];
    private int _length;

    public Connection(int port)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>When the request under way was, or should have been, sent.</summary>
    public long StartedAt { get; private set; }

    public bool IsBusy { get; private set; }

    public void Send(byte[] request, long startedAt)
    {
        (StartedAt, IsBusy, _length) = (startedAt, true, 0);
        _socket.Send(request);
    }

    /// <summary>Reads what has come; true when the answer is whole.</summary>
    public bool Receive()
    {
        var got = _socket.Receive(_buffer.AsSpan(_length));
        if (got == 0)
        {
            throw new IOException("The server closed a connection.");
        }

        _length += got;
        IsBusy = !IsWhole();
        return !IsBusy;
    }

    /// <summary>Whether the answer says that the request was accepted.</summary>
    public bool Accepted => _buffer.AsSpan(0, _length).StartsWith("HTTP/1.1 200"u8) && _buffer.AsSpan(0, _length).IndexOf("\"code\":\"0000\""u8) >= 0;

    public string Text => System.Text.Encoding.UTF8.GetString(_buffer, 0, _length);

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        var answer = _buffer.AsSpan(0, _length);
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var length = answer[..end].IndexOf("Content-Length: "u8);
        if (length < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var size = 0;
        foreach (var c in answer[(length + 16)..end])
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                break;
            }

            size = size * 10 + (c - '0');
        }

        return _length >= end + 4 + size;
    }
}
