using System.Text;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// An entity's row, <c>{kind}:{key}</c>. Its body is the position of its last write, a line feed, and the document: the position tells which of two
/// versions is the newer one when rows and log are read at different moments.
/// </summary>
internal static class EntityRow
{
    private const int HeaderLength = LogPosition.TextLength + 1;

    /// <summary>The row key.</summary>
    public static string KeyOf(string kind, string key) => $"{kind}:{key}";

    /// <summary>The kind that a row key begins with; null for rows that are no entities.</summary>
    public static string? KindOf(string row) => row.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? row[..colon] : null;

    /// <summary>Builds a body.</summary>
    public static ReadOnlyMemory<byte> Write(LogPosition position, ReadOnlyMemory<byte> document)
    {
        var body = new byte[HeaderLength + document.Length];
        Encoding.ASCII.GetBytes(position.ToString(), body);
        body[LogPosition.TextLength] = (byte)'\n';
        document.CopyTo(body.AsMemory(HeaderLength));
        return body;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="InvalidDataException">It has not the form that <see cref="Write"/> gives.</exception>
    public static (LogPosition Position, ReadOnlyMemory<byte> Document) Read(TableRow row) =>
        row.Body.Length > HeaderLength && row.Body.Span[LogPosition.TextLength] == (byte)'\n'
            ? (LogPosition.Parse(Encoding.ASCII.GetString(row.Body.Span[..LogPosition.TextLength])), row.Body[HeaderLength..])
            : throw new InvalidDataException($"The row '{row.Row}' is no entity.");
}
