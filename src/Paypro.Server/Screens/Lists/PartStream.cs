using System.IO.Compression;

namespace Paypro.Server.Screens.Lists;

/// <summary>Cuts what is written into parts and compresses each by itself.</summary>
/// <param name="save">Stores the next part.</param>
internal sealed class PartStream(Func<byte[], Task> save) : Stream
{
    /// <summary>Bytes of a part before it is compressed: storing one is a short turn of the database's writer.</summary>
    public const int PartSize = 512 * 1024;

    private readonly MemoryStream _part = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Keeps it for the next part: the writer of workbooks ends its file with a few bytes that it does not write asynchronously.</summary>
    public override void Write(byte[] buffer, int offset, int count) => _part.Write(buffer, offset, count);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _part.Write(buffer.Span);
        if (_part.Length >= PartSize)
        {
            await SaveAsync();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stores what is left.</summary>
    public Task EndAsync() => _part.Length > 0 ? SaveAsync() : Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _part.Dispose();
        base.Dispose(disposing);
    }

    private async Task SaveAsync()
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            _part.WriteTo(zip);
        }

        _part.SetLength(0);
        await save(packed.ToArray());
    }
}
