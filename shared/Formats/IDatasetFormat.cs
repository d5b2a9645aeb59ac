using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats;

/// <summary>A format as <c>server_retrieve_annotation_formats</c> lists it.</summary>
/// <param name="Name">With its version, such as <c>COCO 1.0</c>: the value of <c>format</c>.</param>
/// <param name="Ext">Kinds of files, such as <c>JSON, ZIP</c>; the first one, lower-cased, is an export's extension.</param>
/// <param name="Version">Of the format.</param>
/// <param name="Dimension"><c>2d</c> or <c>3d</c>.</param>
public sealed record FormatInfo(string Name, string Ext, string Version, string Dimension = "2d");

/// <summary>
/// Writes a dataset in two steps, so that the work can be spread over jobs and reused: frames are rendered one by one to text (pure), and rendered frames are
/// put together to files. Neither step holds more than one frame. Registered in <see cref="FormatRegistry"/>.
/// </summary>
public interface IDatasetExporter
{
    /// <summary>How it is listed.</summary>
    FormatInfo Info { get; }

    /// <summary>One frame as text of the format's own; an empty text where the format has nothing for it.</summary>
    string RenderFrame(ExportContext context, FrameAnnotations frame);

    /// <summary>
    /// Writes the annotation files. <paramref name="frames"/> may be read several times and gives every frame of the export in order.
    /// </summary>
    Task WriteAsync(ExportContext context, Func<IAsyncEnumerable<RenderedFrame>> frames, IDatasetSink sink, CancellationToken ct);

    /// <summary>Where a frame's picture goes in the archive.</summary>
    string MediaPath(ExportContext context, ExportFrame frame);
}

/// <summary>Reads annotations of a dataset for a task or job.</summary>
public interface IDatasetImporter
{
    /// <summary>How it is listed.</summary>
    FormatInfo Info { get; }

    /// <summary>Reads a file; objects have no ids, frames are relative to the task.</summary>
    /// <exception cref="DatasetException">It can't be read, or names frames or labels that are not there.</exception>
    Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct);
}

/// <summary>A frame's text (<see cref="IDatasetExporter.RenderFrame"/>).</summary>
public readonly record struct RenderedFrame(ExportFrame Frame, string Text);

/// <summary>An archive that is being written.</summary>
public interface IDatasetSink
{
    /// <summary>Opens a file; it is complete when the stream is disposed of, before the next one is opened.</summary>
    Stream Create(string path);
}

/// <summary>An uploaded file: a zip with entries, or one plain file.</summary>
public interface IDatasetFile
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether it is a zip.</summary>
    bool IsArchive { get; }

    /// <summary>Entries of the zip; of a plain file its name alone.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>
    /// Opens an entry, one at a time, to be disposed of by the caller; or the plain file from its beginning, whose stream stays the file's own.
    /// </summary>
    Task<Stream> OpenAsync(string path, CancellationToken ct);
}
