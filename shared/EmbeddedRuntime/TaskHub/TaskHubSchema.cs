namespace CvatServerless.EmbeddedRuntime.TaskHub;

/// <summary>The hub's tables. A released version is frozen: changes become a further script.</summary>
internal static class TaskHubSchema
{
    private const string Version1 = """
        CREATE TABLE instances (
            instance_id TEXT PRIMARY KEY, execution_id TEXT NOT NULL, name TEXT NOT NULL, status INTEGER NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, start_at INTEGER,
            input TEXT, output TEXT, custom_status TEXT, tags TEXT,
            parent_name TEXT, parent_id TEXT, parent_execution_id TEXT, parent_task_id INTEGER) WITHOUT ROWID;
        CREATE TABLE history (
            instance_id TEXT NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, task_id INTEGER NOT NULL,
            name TEXT, data TEXT, fire_at INTEGER, target TEXT, failure TEXT, PRIMARY KEY (instance_id, seq)) WITHOUT ROWID;
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution_id TEXT, due_at INTEGER, kind INTEGER NOT NULL, at INTEGER NOT NULL,
            task_id INTEGER NOT NULL, name TEXT, data TEXT, fire_at INTEGER, target TEXT, failure TEXT);
        CREATE INDEX inbox_by_instance ON inbox (instance_id, id);
        CREATE TABLE activities (
            id INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution_id TEXT NOT NULL, task_id INTEGER NOT NULL, name TEXT NOT NULL, input TEXT);
        PRAGMA user_version = 1;
        """;

    public static void Apply(SqliteSession session)
    {
        if (session.Query("PRAGMA user_version", row => row.GetInt32(0))[0] == 0)
        {
            session.InTransaction(() => session.Execute(Version1));
        }
    }
}
