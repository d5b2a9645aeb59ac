using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Api.Server;

/// <summary>What <c>server_list_share</c> shows of the connected share. Source: contract-data.md §6.</summary>
public sealed class ShareListing(IFileShare share)
{
    /// <summary>One level of a folder, folders first, then by name; nothing where no share is connected.</summary>
    /// <param name="actor">Who asks; needs the group <c>user</c>.</param>
    /// <param name="directory">From the root, with or without a <c>/</c> before it.</param>
    /// <param name="search">How names begin; case counts.</param>
    /// <exception cref="CvatException">403; 400: there is no such folder, or it leads out.</exception>
    internal IReadOnlyList<FileRead> List(Actor actor, string directory, string search)
    {
        if (Privilege.Rank(actor) < Privilege.User)
        {
            throw CvatException.Forbidden();
        }

        var path = directory.Trim('/');
        if (!share.IsConnected && path.Length == 0)
        {
            return [];
        }

        try
        {
            return [.. share.List(path)
                .Select(entry => (Name: entry.Path[(entry.Path.LastIndexOf('/') + 1)..], entry.IsFolder))
                .Where(entry => entry.Name.StartsWith(search, StringComparison.Ordinal))
                .OrderBy(entry => !entry.IsFolder)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => entry.IsFolder ? FileRead.OfFolder(entry.Name) : FileRead.OfFile(entry.Name))];
        }
        catch (FileShareException e)
        {
            throw CvatException.Text(e.Message);
        }
    }
}
