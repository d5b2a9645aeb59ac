using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CvatServerless.Domain.Ports;
using BlobProperties = CvatServerless.Domain.Ports.BlobProperties;

namespace CvatServerless.Storage.Azure;

/// <summary>
/// Writes a block blob block by block; nothing is visible before <see cref="CommitAsync"/>, and nothing ever is without it. A blob that fits into one block
/// goes up in one request.
/// </summary>
internal sealed class StagedBlobStream(BlockBlobClient client, BlobRequestConditions? conditions, CancellationToken ct) : Stream
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private readonly string _writer = Guid.NewGuid().ToString("N");
    private readonly List<string> _blocks = [];
    private readonly MemoryStream _buffer = new();
    private long _length;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Makes what was written the blob.</summary>
    public async Task<BlobProperties> CommitAsync(CancellationToken cancellationToken)
    {
        if (_blocks.Count == 0)
        {
            _buffer.Position = 0;
            var uploaded = await client.UploadAsync(_buffer, new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return new BlobProperties(client.Name, _length, uploaded.Value.ETag.ToString("H"), uploaded.Value.LastModified);
        }

        try
        {
            await StageAsync(cancellationToken);
            var committed = await client.CommitBlockListAsync(_blocks, new CommitBlockListOptions { Conditions = conditions }, cancellationToken);
            return new BlobProperties(client.Name, _length, committed.Value.ETag.ToString("H"), committed.Value.LastModified);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // A commit of somebody else under this name throws away the blocks of all others.
            throw new StoreUnavailableException($"Somebody else wrote the blob '{client.Name}' at the same time.", e);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            // The last full block waits too: it may be the only one.
            if (_buffer.Length == BlockBytes)
            {
                await StageAsync(cancellationToken);
            }

            var count = Math.Min(buffer.Length, BlockBytes - (int)_buffer.Length);
            _buffer.Write(buffer.Span[..count]);
            _length += count;
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For writers that know no other way, such as the zip writer's last words; blocks the thread while a block goes up.</summary>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count), ct).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        if (_buffer.Length > 0)
        {
            var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_writer}{_blocks.Count:D6}"));
            _buffer.Position = 0;
            await client.StageBlockAsync(id, _buffer, cancellationToken: cancellationToken);
            _blocks.Add(id);
            _buffer.SetLength(0);
        }
    }
}
