namespace CvatServerless.Domain.CloudStorages;

/// <summary>The contract's words for providers and credentials (contract-data.md §5.1).</summary>
public static class CloudProviders
{
    /// <summary>Amazon S3 and what speaks its protocol.</summary>
    public const string S3 = "AWS_S3_BUCKET";

    /// <summary>Azure Blob Storage.</summary>
    public const string Azure = "AZURE_CONTAINER";

    /// <summary>Google Cloud Storage.</summary>
    public const string Google = "GOOGLE_CLOUD_STORAGE";

    /// <summary><see cref="S3"/>: <c>key</c> and <c>secret_key</c>.</summary>
    public const string KeyPair = "KEY_SECRET_KEY_PAIR";

    /// <summary><see cref="Azure"/>: <c>account_name</c> and <c>session_token</c>, a shared access signature.</summary>
    public const string AccountToken = "ACCOUNT_NAME_TOKEN_PAIR";

    /// <summary><see cref="Azure"/>: <c>connection_string</c>.</summary>
    public const string ConnectionString = "CONNECTION_STRING";

    /// <summary><see cref="Google"/>: <c>key_file</c>, the JSON of a service account.</summary>
    public const string KeyFile = "KEY_FILE_PATH";

    /// <summary>Every provider: nothing, or (<see cref="Azure"/>) <c>account_name</c> alone.</summary>
    public const string Anonymous = "ANONYMOUS_ACCESS";

    /// <summary>The providers.</summary>
    public static readonly IReadOnlyList<string> Types = [S3, Azure, Google];

    /// <summary>All types of credentials.</summary>
    public static readonly IReadOnlyList<string> Credentials = [KeyPair, AccountToken, KeyFile, Anonymous, ConnectionString];

    /// <summary>The types of credentials that a provider takes.</summary>
    public static IReadOnlyList<string> CredentialsOf(string provider) => provider switch
    {
        S3 => [KeyPair, Anonymous],
        Azure => [AccountToken, ConnectionString, Anonymous],
        _ => [KeyFile, Anonymous],
    };

    /// <summary>The fields that make up credentials of a type.</summary>
    public static IReadOnlyList<string> FieldsOf(string provider, string credentialsType) => credentialsType switch
    {
        KeyPair => ["key", "secret_key"],
        AccountToken => ["account_name", "session_token"],
        ConnectionString => ["connection_string"],
        KeyFile => ["key_file"],
        _ => provider == Azure ? ["account_name"] : [],
    };
}
