namespace CvatServerless.Domain;

/// <summary>
/// A media file that can't be used: broken, of an unknown kind, too large, or hostile. The message is shown to users as it is:
/// it names the file and says why, and never holds a path of the server.
/// </summary>
/// <param name="fileName">The file as the user knows it: its name in the upload or in the archive.</param>
/// <param name="reason">One clause that goes on after the name, without a full stop: "is cut off: the picture data ends early".</param>
/// <param name="cause">What the decoder said; never shown.</param>
public sealed class MediaException(string fileName, string reason, Exception? cause = null) : Exception($"{Quoted(fileName)} {reason}.", cause)
{
    /// <summary>The file as the user knows it.</summary>
    public string FileName => fileName;

    /// <summary>Why the file can't be used; follows the name in a sentence.</summary>
    public string Reason => reason;

    /// <summary>The same complaint under another name, for a reader that knows more of where the file came from.</summary>
    public MediaException Renamed(string name) => new(name, reason, InnerException);

    /// <summary>Names come from strangers: control characters are blotted out and the length is bounded, so that a log line stays one line.</summary>
    private static string Quoted(string name)
    {
        const int MaxShown = 200;
        var shown = string.Create(Math.Min(name.Length, MaxShown), name, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
            }
        });
        return name.Length > MaxShown ? $"'{shown}…'" : $"'{shown}'";
    }
}
