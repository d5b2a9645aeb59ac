using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Sources;

/// <summary>Files that are taken from URLs, and their names in the task. Source: contract-data.md §1.6.</summary>
public static class RemoteFiles
{
    /// <summary>Whether a text is a URL that can be asked for: absolute, http or https, without a user.</summary>
    public static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { UserInfo.Length: 0, Host.Length: > 0 };

    /// <summary>Each URL with its file's name: the last part of its path.</summary>
    /// <exception cref="CvatException">A URL has no such part, or two have the same.</exception>
    public static IReadOnlyList<(string Name, string Url)> Named(IReadOnlyList<string> urls)
    {
        var named = urls.Select(url => (Name: NameOf(url), Url: url)).ToList();
        return named.GroupBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } same
            ? throw CvatException.Rule($"Two URLs lead to files of the same name '{same.Key}': {string.Join(", ", same.Take(2).Select(file => Shown(file.Url)))}.")
            : named;
    }

    /// <summary>A URL for messages: without user, query and fragment, which may hold a signature.</summary>
    public static string Shown(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var end = url.AsSpan().IndexOfAny('?', '#');
        return Uri.TryCreate(url, UriKind.Absolute, out var known) && known.UserInfo.Length > 0
            ? known.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : end < 0 ? url : url[..end];
    }

    private static string NameOf(string url)
    {
        try
        {
            return UploadName.Base(Uri.UnescapeDataString(new Uri(url).AbsolutePath));
        }
        catch (CvatException e)
        {
            throw CvatException.Rule($"{Shown(url)} can't be downloaded: its path does not end in the name of a file. {e.Message}");
        }
    }
}
