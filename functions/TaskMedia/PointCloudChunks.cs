using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.PointClouds;
using CvatServerless.Media.Previews;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Chunks of point clouds: PCD files as they are, KITTI's raw ones as PCD. Source: contract-data.md §4.2.</summary>
public sealed class PointCloudChunks(IBlobStore blobs, MediaOptions options)
{
    /// <summary>Width and height of a cloud by its header.</summary>
    /// <exception cref="MediaException">It can't be read.</exception>
    internal static async Task<(int Width, int Height)> SizeAsync(string name, Stream stream, MediaOptions options, CancellationToken ct)
    {
        var header = PcdHeader.Parse(name, await ReadAsync(name, stream, options.MaxImageBytes, ct));
        return (header.Width, header.Height);
    }

    /// <summary>A picture of a cloud from above.</summary>
    internal static async Task<byte[]> PreviewAsync(string name, Stream stream, CancellationToken ct) =>
        TopView.Render(name, await ReadAsync(name, stream, int.MaxValue, ct), PreviewMaker.SidePixels);

    /// <summary>Builds one chunk, the same for both qualities; returns a row per cloud.</summary>
    internal async Task<IReadOnlyList<ChunkFrame>> BuildAsync(TaskDataPlan plan, int number, IEnumerable<ChunkSource> sources, CancellationToken ct)
    {
        var built = new List<ChunkFrame>();
        await blobs.WriteAsync(
            DataBlobs.Chunk(plan.DataId, "original", number),
            async (stream, token) =>
            {
                built.Clear();
                var zip = new ZipStoreWriter(stream);
                foreach (var source in sources)
                {
                    await using var content = await source.OpenAsync(token);
                    var pcd = await ReadAsync(source.Name, content, options.MaxImageBytes, token);
                    var header = PcdHeader.Parse(source.Name, pcd);
                    await zip.WriteStoredAsync(string.Create(CultureInfo.InvariantCulture, $"{built.Count:D6}.pcd"), pcd, token);
                    built.Add(new(Path.ChangeExtension(source.Name, IsRaw(source.Name) ? ".pcd" : Path.GetExtension(source.Name)), header.Width, header.Height, pcd.Length, pcd.Length));
                }

                await zip.FinishAsync(token);
            },
            BlobCondition.None,
            ct);
        return built;
    }

    private static bool IsRaw(string name) => name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase);

    private static async Task<byte[]> ReadAsync(string name, Stream stream, int maxBytes, CancellationToken ct)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[128 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (copy.Length + count > maxBytes)
            {
                throw new MediaException(name, $"is too large: the limit is {maxBytes >> 20} MiB");
            }

            copy.Write(buffer, 0, count);
        }

        return IsRaw(name) ? PointCloud.ToPcd(name, copy.GetBuffer().AsSpan(0, (int)copy.Length)) : copy.ToArray();
    }
}
