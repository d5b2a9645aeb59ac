using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Uploads;

/// <summary>A file that has arrived whole. <see cref="BlobName"/> is where its bytes are.</summary>
public sealed record UploadedFile(string Name, string BlobName, long LengthBytes);

/// <summary>A resumable upload (TUS): what was announced, and how far it has come.</summary>
public sealed record TusUpload(string FileId, string Name, long LengthBytes, long OffsetBytes)
{
    /// <summary>Whether all bytes are here.</summary>
    public bool IsComplete => OffsetBytes == LengthBytes;
}

/// <summary>What is stored beside the bytes of a resumable upload.</summary>
internal sealed record TusHeader(string Name, long LengthBytes, int UserId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TusHeader))]
internal sealed partial class UploadJson : JsonSerializerContext;

/// <summary>
/// Files on their way in, below <c>uploads/{target}/</c> until the request that uses them is done. A blob's name holds the time of arrival, so that
/// listing gives the order of arrival. The bytes of a resumable upload are an append blob: its length is the upload's offset.
/// </summary>
public sealed class UploadStore(IBlobStore blobs, TimeProvider time)
{
    /// <summary>25 GiB, as CVAT's limit.</summary>
    public const long MaxFileBytes = 25L << 30;

    private const int AppendBytes = 2 << 20;

    /// <summary>Not the shared pool: it keeps an array for each thread that ever gave one back.</summary>
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(AppendBytes, maxArraysPerBucket: 2);

    /// <summary>The target of a task's next data: those of each part go to a place of their own, so that clearing up after one never takes what comes for the next.</summary>
    public static string TaskData(AnnotationTask task) => TaskData(task.Id, task.Data?.DataIds().Count() ?? 0);

    /// <summary>The target of a part of a task's data, counted from 0.</summary>
    public static string TaskData(int taskId, int part) => part == 0 ? $"task-{taskId}-data" : $"task-{taskId}-data-{part}";

    /// <summary>The target of an annotation file for a task or job.</summary>
    public static string Annotations(string resource, int id) => $"{resource}-{id}-annotations";

    /// <summary>A stamp for the files of one call; names that are saved with it keep the order of their indices.</summary>
    public string NewBatch() => time.GetUtcNow().UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>Stores one file.</summary>
    public async Task<UploadedFile> SaveAsync(string target, string batch, int index, string name, Stream content, CancellationToken ct)
    {
        var blob = $"{Folder(target)}files/{batch}-{index:D6}/{name}";
        var saved = await blobs.WriteAsync(blob, (stream, token) => content.CopyToAsync(stream, 128 * 1024, token), BlobCondition.None, ct);
        return new(name, blob, saved.LengthBytes);
    }

    /// <summary>Removes one file.</summary>
    public Task DeleteAsync(UploadedFile file, CancellationToken ct) => blobs.DeleteAsync(file.BlobName, ct);

    /// <summary>Announces a resumable upload.</summary>
    /// <exception cref="CvatException">409: a finished file of that name is here already; 413: it is too long.</exception>
    public async Task<TusUpload> CreateTusAsync(string target, int userId, string name, long lengthBytes, CancellationToken ct)
    {
        if (lengthBytes > MaxFileBytes)
        {
            throw CvatException.Detail(ErrorKind.TooLarge, $"Files are limited to {MaxFileBytes} bytes.");
        }

        if ((await ListAsync(target, ct)).Any(file => file.Name == name))
        {
            throw CvatException.Conflict("File with the same name already exists");
        }

        var fileId = $"{userId}_{NewBatch()}{Guid.NewGuid():N}";
        var header = new TusHeader(name, lengthBytes, userId);
        await blobs.WriteAsync(
            HeaderBlob(target, fileId),
            (stream, token) => JsonSerializer.SerializeAsync(stream, header, UploadJson.Default.TusHeader, token),
            BlobCondition.Absent,
            ct);
        return new(fileId, name, lengthBytes, 0);
    }

    /// <summary>An announced upload, or null.</summary>
    /// <exception cref="CvatException">403: it is somebody else's.</exception>
    public async Task<TusUpload?> FindTusAsync(string target, string fileId, int userId, CancellationToken ct)
    {
        if (!IsFileId(fileId) || await HeaderAsync(HeaderBlob(target, fileId), ct) is not { } header)
        {
            return null;
        }

        if (header.UserId != userId)
        {
            throw CvatException.Forbidden();
        }

        var content = await blobs.FindAsync(ContentBlob(target, fileId), ct);
        return new(fileId, header.Name, header.LengthBytes, content?.LengthBytes ?? 0);
    }

    /// <summary>
    /// Appends what <paramref name="body"/> gives, in pieces that are each stored for good: where the client breaks off, it goes on from the last piece.
    /// </summary>
    /// <exception cref="StoreConflictException">Somebody else appended meanwhile.</exception>
    /// <exception cref="CvatException">413: the body goes past the announced end.</exception>
    public async Task<TusUpload> AppendTusAsync(string target, TusUpload upload, Stream body, CancellationToken ct)
    {
        var offset = upload.OffsetBytes;
        var buffer = Buffers.Rent((int)Math.Min(AppendBytes, Math.Max(1, upload.LengthBytes - offset + 1)));
        try
        {
            var piece = buffer.AsMemory(0, Math.Min(AppendBytes, buffer.Length));
            while (true)
            {
                var read = await body.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, ct);
                if (offset + read > upload.LengthBytes)
                {
                    throw CvatException.Detail(ErrorKind.TooLarge, "The chunk goes past the announced length of the file.");
                }

                if (read > 0)
                {
                    offset = await blobs.AppendAsync(ContentBlob(target, upload.FileId), piece[..read], offset, ct);
                }

                if (read < piece.Length)
                {
                    return upload with { OffsetBytes = offset };
                }
            }
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    /// <summary>Every file that has arrived whole, in order of arrival.</summary>
    public async Task<IReadOnlyList<UploadedFile>> ListAsync(string target, CancellationToken ct)
    {
        var files = new List<(string Order, UploadedFile File)>();
        var prefix = $"{Folder(target)}files/";
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            var rest = blob.Name[prefix.Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            files.Add((rest[..slash], new(rest[(slash + 1)..], blob.Name, blob.LengthBytes)));
        }

        await foreach (var (fileId, header) in HeadersAsync(target, ct))
        {
            var content = await blobs.FindAsync(ContentBlob(target, fileId), ct);
            if ((content?.LengthBytes ?? 0) == header.LengthBytes)
            {
                files.Add((fileId[(fileId.IndexOf('_', StringComparison.Ordinal) + 1)..], new(header.Name, ContentBlob(target, fileId), header.LengthBytes)));
            }
        }

        return [.. files.OrderBy(entry => entry.Order, StringComparer.Ordinal).Select(entry => entry.File)];
    }

    /// <summary>A finished resumable upload by its id, as imports name it; null where there is none.</summary>
    public async Task<UploadedFile?> FindFileAsync(string target, string fileId, CancellationToken ct)
    {
        if (!IsFileId(fileId) || await HeaderAsync(HeaderBlob(target, fileId), ct) is not { } header)
        {
            return null;
        }

        var content = await blobs.FindAsync(ContentBlob(target, fileId), ct);
        return content?.LengthBytes == header.LengthBytes ? new(header.Name, content.Name, content.LengthBytes) : null;
    }

    /// <summary>Removes everything of a target; safe to repeat.</summary>
    public async Task ClearAsync(string target, CancellationToken ct)
    {
        var names = new List<string>();
        await foreach (var blob in blobs.ListAsync(Folder(target), ct))
        {
            names.Add(blob.Name);
        }

        foreach (var name in names)
        {
            await blobs.DeleteAsync(name, ct);
        }
    }

    private static string Folder(string target) => $"uploads/{target}/";

    private static string HeaderBlob(string target, string fileId) => $"{Folder(target)}tus/{fileId}.json";

    private static string ContentBlob(string target, string fileId) => $"{Folder(target)}tus/{fileId}.bin";

    private static bool IsFileId(string fileId) => fileId.Length is > 0 and <= 100 && fileId.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private async IAsyncEnumerable<(string FileId, TusHeader Header)> HeadersAsync(
        string target,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var prefix = $"{Folder(target)}tus/";
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            if (blob.Name.EndsWith(".json", StringComparison.Ordinal) && await HeaderAsync(blob.Name, ct) is { } header)
            {
                yield return (blob.Name[prefix.Length..^".json".Length], header);
            }
        }
    }

    private async Task<TusHeader?> HeaderAsync(string blob, CancellationToken ct)
    {
        try
        {
            await using var stream = await blobs.OpenReadAsync(blob, 0, null, ct);
            return await JsonSerializer.DeserializeAsync(stream, UploadJson.Default.TusHeader, ct);
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }
}
