using System.Globalization;
using CvatServerless.Domain;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Children;

namespace CvatServerless.Media.Documents;

/// <summary>
/// Renders the pages of a PDF to JPEGs at 150 dpi, in a zip of stored entries named <c>{name}_{page}.jpg</c>. Poppler does it as a guarded child, some
/// pages at a time, so that neither memory nor the temporary folder grows with the document. Source: contract-data, decision 6.
/// </summary>
public sealed class PdfPages(MediaOptions options)
{
    private const int DotsPerInch = 150;
    private const int JpegQuality = 95;
    private const int MaxPages = 20_000;
    private const int PagesPerRun = 16;
    private static readonly ChildLimits Limits = new(3L << 30, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), 512L << 20);

    /// <summary>Renders all pages; <paramref name="zip"/> is left open.</summary>
    /// <exception cref="MediaException">Not a PDF, broken, encrypted, or too long.</exception>
    public async Task RenderAsync(LocalMedia file, Stream zip, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var folder = MediaFolder.Create(options);
        var input = folder.Link(file);
        var pages = await CountAsync(file, input, ct);
        var writer = new ZipStoreWriter(zip);
        var stem = Path.GetFileNameWithoutExtension(file.Name);
        var digits = Math.Max(Text(pages).Length, 3);
        for (var first = 1; first <= pages; first += PagesPerRun)
        {
            var last = Math.Min(first + PagesPerRun - 1, pages);
            string[] arguments =
            [
                "-r", Text(DotsPerInch), "-f", Text(first), "-l", Text(last), "-jpeg", "-jpegopt", $"quality={JpegQuality}", "-forcenum", "-q", input, folder.File("page"),
            ];
            await GuardedChild.RunAsync(file.Name, "pdftoppm", arguments, Limits, DrainAsync, ct);
            for (var page = first; page <= last; page++)
            {
                var rendered = Directory.GetFiles(folder.Path, "page-*.jpg").FirstOrDefault(path => Page(path) == page)
                    ?? throw new MediaException(file.Name, $"has a page {page} that can't be rendered");
                await using (var picture = File.OpenRead(rendered))
                {
                    await writer.WriteStoredAsync($"{stem}_{page.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}.jpg", picture, ct);
                }

                File.Delete(rendered);
            }
        }

        await writer.FinishAsync(ct);
    }

    private static async Task<int> CountAsync(LocalMedia file, string input, CancellationToken ct)
    {
        var pages = 0;
        var code = await GuardedChild.RunAsync(file.Name, "pdfinfo", [input], Limits, async (stream, token) =>
        {
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(token) is { } line)
            {
                if (line.StartsWith("Pages:", StringComparison.Ordinal))
                {
                    _ = int.TryParse(line.AsSpan("Pages:".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out pages);
                }
            }
        }, ct);
        return code != 0 || pages <= 0
            ? throw new MediaException(file.Name, "can't be read as a PDF: it is damaged, encrypted or something else")
            : pages <= MaxPages ? pages : throw new MediaException(file.Name, $"has {pages} pages, the limit is {MaxPages}");
    }

    private static int Page(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static Task DrainAsync(Stream stream, CancellationToken ct) => stream.CopyToAsync(Stream.Null, ct);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
