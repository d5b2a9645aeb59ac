using System.Formats.Tar;
using System.IO.Compression;
using CvatServerless.Domain;
using SharpCompress.Archives.SevenZip;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Compressors.ZStandard;
using SharpCompress.Readers;
using SharpCompress.Readers.Rar;

namespace CvatServerless.Media.Archives;

/// <summary>
/// Reads archives that have no directory in front (tar and its compressions, 7z, rar) once, front to back, and puts what is wanted into a zip of stored
/// entries, from which frames are then read in any order. Links, devices and encrypted entries are not followed. The format is told by content.
/// </summary>
public static class ArchiveUnpacker
{
    private const int SignatureBytes = 8;

    /// <summary>Copies the wanted entries.</summary>
    /// <param name="archiveName">Name for messages.</param>
    /// <param name="archive">Seekable; left open.</param>
    /// <param name="limits">What it may hold; the ratio counts for the archive as a whole.</param>
    /// <param name="wants">Tells by its normalized name whether an entry is copied.</param>
    /// <param name="zip">Receives the zip; left open.</param>
    /// <param name="ct">Ends the work.</param>
    /// <exception cref="MediaException">Unknown, broken or hostile.</exception>
    public static async Task UnpackAsync(string archiveName, Stream archive, ArchiveLimits limits, Func<string, bool> wants, Stream zip, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(limits);
        var signature = new byte[SignatureBytes];
        archive.Position = 0;
        await archive.ReadAtLeastAsync(signature, SignatureBytes, throwOnEndOfStream: false, ct);
        archive.Position = 0;
        var target = new UnpackTarget(archiveName, limits, archive.Length, wants, new ZipStoreWriter(zip));
        try
        {
            await (signature switch
            {
                [0x1F, 0x8B, ..] => TarAsync(new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true), target, ct),
                [(byte)'B', (byte)'Z', (byte)'h', ..] => TarAsync(BZip2Stream.Create(archive, SharpCompress.Compressors.CompressionMode.Decompress, true, leaveOpen: true), target, ct),
                [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => TarAsync(new XZStream(archive), target, ct),
                [0x28, 0xB5, 0x2F, 0xFD, ..] => TarAsync(new DecompressionStream(archive, leaveOpen: true), target, ct),
                [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => SevenZipAsync(archive, target, ct),
                [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 0x07, ..] => RarAsync(archive, target, ct),
                _ => TarAsync(archive, target, ct),
            });
            await target.FinishAsync(ct);
        }
        catch (Exception e) when (e is not (MediaException or OperationCanceledException or Domain.Ports.StoreUnavailableException))
        {
            // Decoders of broken data throw whatever they stumble over.
            throw new MediaException(archiveName, "can't be unpacked: it is cut off, damaged or of an unknown format", e);
        }
    }

    private static async Task TarAsync(Stream content, UnpackTarget target, CancellationToken ct)
    {
        await using var bounded = target.Bound(content);
        await using var tar = new TarReader(bounded, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                await target.AddAsync(entry.Name, entry.Length, () => entry.DataStream ?? Stream.Null, ct);
            }
        }
    }

    private static async Task SevenZipAsync(Stream archive, UnpackTarget target, CancellationToken ct)
    {
        using var opened = SevenZipArchive.OpenArchive(archive, ReaderOptions.ForExternalStream);
        using var reader = opened.ExtractAllEntries();
        await EntriesAsync(reader, target, ct);
    }

    private static async Task RarAsync(Stream archive, UnpackTarget target, CancellationToken ct)
    {
        using var reader = RarReader.OpenReader(archive, ReaderOptions.ForExternalStream);
        await EntriesAsync(reader, target, ct);
    }

    private static async Task EntriesAsync(IReader reader, UnpackTarget target, CancellationToken ct)
    {
        while (reader.MoveToNextEntry())
        {
            var entry = reader.Entry;
            if (entry.IsDirectory || entry.LinkTarget is { Length: > 0 })
            {
                continue;
            }

            if (entry.IsEncrypted)
            {
                throw target.Bad("is encrypted");
            }

            await target.AddAsync(entry.Key ?? "", entry.Size, reader.OpenEntryStream, ct);
        }
    }
}
