using Microsoft.Data.Sqlite;

namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <summary>One connection with its prepared statements, for one thread at a time. Parameters are $1, $2 …</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private SqliteTransaction? _transaction;

    public SqliteSession(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 30 };
        _connection = new SqliteConnection(settings.ConnectionString);
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The id that the last insert gave.</summary>
    public long LastInsertId() => Query("SELECT last_insert_rowid()", row => row.GetInt64(0))[0];

    /// <summary>Writes all or nothing.</summary>
    public T InTransaction<T>(Func<T> work) => InTransaction(work, deferred: false);

    /// <summary>Several queries that see the same state.</summary>
    public T InSnapshot<T>(Func<T> work) => InTransaction(work, deferred: true);

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private T InTransaction<T>(Func<T> work, bool deferred)
    {
        using var transaction = _connection.BeginTransaction(deferred);
        _transaction = transaction;
        try
        {
            var result = work();
            transaction.Commit();
            return result;
        }
        finally
        {
            _transaction = null;
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant of this folder; values travel as parameters
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, command);
        }

        command.Transaction = _transaction;
        command.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i] switch
            {
                null => DBNull.Value,
                DateTime time => time.Ticks,
                Enum number => Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture),
                var other => other,
            });
        }

        return command;
    }
}
