namespace CvatServerless.Storage.Embedded;

/// <summary>The schema as numbered steps. A step that was released is never edited: a change is a new step at the end.</summary>
internal static class Migrations
{
    /// <summary>The steps; a database's <c>user_version</c> is the number of those it has.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES ('epoch', 0);

        CREATE TABLE rows (
          tbl TEXT NOT NULL, part TEXT NOT NULL, row TEXT NOT NULL, body BLOB NOT NULL, etag INTEGER NOT NULL, time INTEGER NOT NULL,
          PRIMARY KEY (tbl, part, row)) STRICT, WITHOUT ROWID;

        CREATE TABLE messages (
          id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, text TEXT NOT NULL, visible INTEGER NOT NULL,
          receipt INTEGER NOT NULL, dequeued INTEGER NOT NULL, inserted INTEGER NOT NULL) STRICT;
        CREATE INDEX messages_visible ON messages (queue, visible);

        CREATE TABLE blobs (
          name TEXT PRIMARY KEY, file TEXT NOT NULL, grows INTEGER NOT NULL, length INTEGER NOT NULL, in_file INTEGER NOT NULL,
          etag INTEGER NOT NULL, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX blobs_file ON blobs (file);

        CREATE TABLE tails (file TEXT NOT NULL, offset INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (file, offset)) STRICT;
        """,
    ];
}
