using System.Globalization;

namespace CvatServerless.Formats.Model;

/// <summary>
/// Finds the frame that an item of a dataset means: by name without extension, with the leading folders that a dataset may lack worked out once.
/// Source: contract-annotations.md §2.4.
/// </summary>
public sealed class FrameMatcher
{
    private const int VideoPrefixLength = 6;

    private readonly Dictionary<string, ExportFrame> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ExportFrame> _byNumber = [];
    private readonly bool _isVideo;
    private string _hint = "";

    /// <summary>Prepares for the items of one dataset.</summary>
    /// <param name="context">The frames.</param>
    /// <param name="itemIds">Names of all items, without extension.</param>
    public FrameMatcher(ImportContext context, IEnumerable<string> itemIds)
    {
        _isVideo = context.IsVideo;
        foreach (var frame in context.Frames)
        {
            _byId.TryAdd(frame.Id, frame);
            _byNumber[frame.Number] = frame;
        }

        FindHint(itemIds);
    }

    /// <summary>The frame of an item.</summary>
    /// <param name="itemId">Its name without extension.</param>
    /// <param name="number">A frame number that the item carries; relative, as upstream reads it.</param>
    /// <exception cref="DatasetException">There is none.</exception>
    public ExportFrame Find(string itemId, int? number = null) => TryFind(itemId, number)
        ?? throw new DatasetException($"Could not match item id: '{itemId}' with any task frame");

    private ExportFrame? TryFind(string itemId, int? number)
    {
        var stem = Path.ChangeExtension(itemId, null);
        return ByName(itemId) ?? ByName(stem) ?? ByNumber(number ?? Integer(itemId))
            ?? (_isVideo && itemId.Length > VideoPrefixLength ? ByNumber(Integer(itemId[VideoPrefixLength..])) : null);
    }

    private ExportFrame? ByName(string id) => _byId.GetValueOrDefault(id) ?? (_hint.Length > 0 ? _byId.GetValueOrDefault(_hint + id) : null);

    private ExportFrame? ByNumber(int? number) => number is { } value ? _byNumber.GetValueOrDefault(value) : null;

    private static int? Integer(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private void FindHint(IEnumerable<string> itemIds)
    {
        if (itemIds.MaxBy(id => id.Count(c => c == '/')) is not { Length: > 0 } deepest || _byId.ContainsKey(deepest))
        {
            return;
        }

        if (_byId.Keys.FirstOrDefault(id => id.EndsWith("/" + deepest, StringComparison.Ordinal)) is { } match)
        {
            _hint = match[..^deepest.Length];
        }
    }
}
