using System.Globalization;
using System.Net;
using CvatServerless.Domain.Outbound;
using CvatServerless.Functions.Http.OpenId;
using CvatServerless.Storage.Mail;
using Microsoft.Extensions.Configuration;

namespace CvatServerless.Functions.Http;

/// <summary>Every setting of the server. Each is the environment variable <c>CVATSERVERLESS_{NAME}</c>; validated at start.</summary>
public sealed record ServerOptions
{
    /// <summary><c>DATA</c>: folder of tables, blobs and queues of the embedded storage. Default <c>./data</c>.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary><c>STORAGE</c>: connection string or account name of Azure Storage; absent: the embedded storage in <see cref="DataFolder"/>.</summary>
    public string? AzureStorage { get; init; }

    /// <summary><c>PUBLIC_URL</c>: origin that clients see, such as <c>https://cvat.example.org</c>. Default: what each client called.</summary>
    public string? PublicUrl { get; init; }

    /// <summary><c>WEB_ROOT</c>: folder of the built web app. Default: none, <c>/</c> answers 404.</summary>
    public string? WebRoot { get; init; }

    /// <summary><c>REGISTRATION</c>: <c>open</c> lets strangers register. Default <c>closed</c>.</summary>
    public bool RegistrationOpen { get; init; }

    /// <summary><c>ADMIN_USERNAME</c>: name of the first administrator. Default <c>admin</c>.</summary>
    public string AdminUsername { get; init; } = "admin";

    /// <summary><c>ADMIN_EMAIL</c>: mail address of the first administrator. Default empty.</summary>
    public string AdminEmail { get; init; } = "";

    /// <summary><c>ADMIN_PASSWORD</c>: password of the first administrator. Default: a random one, printed once.</summary>
    public string? AdminPassword { get; init; }

    /// <summary><c>SESSION_DAYS</c>: life of a browser session in days, 1–365. Default 14.</summary>
    public int SessionDays { get; init; } = 14;

    /// <summary><c>MAX_REQUEST_MIB</c>: largest request body in MiB, 16–1024. Default 128 (the official client sends up to 100 MiB at once).</summary>
    public int MaxRequestMebibytes { get; init; } = 128;

    /// <summary><c>MAX_JSON_MIB</c>: largest JSON body read into memory in MiB, 1–64. Default 16.</summary>
    public int MaxJsonMebibytes { get; init; } = 16;

    /// <summary><c>CACHE_GIB</c>: what chunks that are made on demand may take in GiB, 1–1000000; looked at once an hour. Default 20.</summary>
    public int CacheGibibytes { get; init; } = 20;

    /// <summary><c>MAIL_FROM</c>: the address that the server's mails come from.</summary>
    public string? MailFrom { get; init; }

    /// <summary>
    /// The mail server: <c>SMTP_HOST</c>, <c>SMTP_PORT</c> (default 587), <c>SMTP_SECURITY</c> (<c>starttls</c>, the default, <c>tls</c> or <c>none</c>),
    /// <c>SMTP_USERNAME</c>, <c>SMTP_PASSWORD</c>. Default: none, mails are written into the folder <c>mail</c> of <see cref="DataFolder"/>.
    /// </summary>
    public SmtpServer? Smtp { get; init; }

    /// <summary><c>ANONYMOUS_PER_MINUTE</c>: calls of the API without credentials per address and minute, 0–100000; 0: as many as they like. Default 100.</summary>
    public int AnonymousPerMinute { get; init; } = 100;

    /// <summary>
    /// <c>CLIENT_ADDRESS_HEADER</c>: the header in which a proxy in front of the server writes the client's address, such as <c>X-Real-IP</c> or, on Azure,
    /// <c>X-Client-IP</c>. Default: none, because without such a proxy a client could write it. Functions hosts replace <c>X-Forwarded-For</c> itself.
    /// </summary>
    public string? ClientAddressHeader { get; init; }

    /// <summary>The identity provider; null: local accounts alone.</summary>
    public OpenIdOptions? OpenId { get; init; }

    /// <summary>
    /// <c>OUTBOUND_ALLOW</c>: ranges that are not public but may be called for users (webhooks, files by URL, custom endpoints), such as <c>10.1.0.0/16,127.0.0.0/8</c>. Default
    /// none. The clouds' metadata addresses stay refused.
    /// </summary>
    public IReadOnlyList<IPNetwork> OutboundAllow { get; init; } = [];

    /// <summary>
    /// <c>AZURE_BLOB_ENDPOINT</c>: where users' Azure containers are, a URL with <c>{account}</c>, such as <c>https://{account}.blob.core.usgovcloudapi.net</c>. Default: Azure's
    /// public cloud.
    /// </summary>
    public string? AzureBlobEndpoint { get; init; }

    /// <summary><c>STORAGE_EMULATOR_HOST</c> (without prefix, as Google's own clients read it): where Google Cloud Storage is. Default: at Google.</summary>
    public string? GoogleEndpoint { get; init; }

    /// <summary>
    /// <c>GOOGLE_APPLICATION_CREDENTIALS</c> (without prefix): the key file of a service account for storages whose owners bring none. Every user may then use what that account
    /// may. Default: none.
    /// </summary>
    public string? GoogleKeyFile { get; init; }

    /// <summary>
    /// <c>SHARE</c>: a folder of this machine whose files users may take into tasks (<c>server_files</c>); only read. Default none. Must not hold the data folder.
    /// </summary>
    public string? Share { get; init; }

    /// <summary><c>REMOTE_FILE_MIB</c>: largest file that is taken from a URL, in MiB, 1–1048576. Default 25600, as for uploads.</summary>
    public int RemoteFileMebibytes { get; init; } = 25_600;

    /// <summary><c>REMOTE_FILE_MINUTES</c>: how long a file may be on its way from a URL, share or bucket, in minutes, 1–10080. Default 360.</summary>
    public int RemoteFileMinutes { get; init; } = 360;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">One is out of its range; the message names it.</exception>
    public static ServerOptions From(IConfiguration configuration)
    {
        string? Text(string name) => configuration["CVATSERVERLESS_" + name] is { Length: > 0 } text ? text : null;
        var defaults = new ServerOptions();
        return new()
        {
            DataFolder = Text("DATA") ?? defaults.DataFolder,
            AzureStorage = Text("STORAGE"),
            PublicUrl = Text("PUBLIC_URL") is { } url ? Origin("CVATSERVERLESS_PUBLIC_URL", url) : null,
            WebRoot = Text("WEB_ROOT"),
            RegistrationOpen = Choice("REGISTRATION", Text("REGISTRATION"), "closed", "open"),
            AdminUsername = Text("ADMIN_USERNAME") ?? defaults.AdminUsername,
            AdminEmail = Text("ADMIN_EMAIL") ?? defaults.AdminEmail,
            AdminPassword = Text("ADMIN_PASSWORD"),
            SessionDays = Number("SESSION_DAYS", Text("SESSION_DAYS"), defaults.SessionDays, 1, 365),
            MailFrom = Text("MAIL_FROM"),
            Smtp = Text("SMTP_HOST") is { } smtp ? SmtpOf(smtp, Text) : null,
            AnonymousPerMinute = Number("ANONYMOUS_PER_MINUTE", Text("ANONYMOUS_PER_MINUTE"), defaults.AnonymousPerMinute, 0, 100_000),
            ClientAddressHeader = Text("CLIENT_ADDRESS_HEADER"),
            OpenId = OpenIdOptions.From(Text),
            MaxRequestMebibytes = Number("MAX_REQUEST_MIB", Text("MAX_REQUEST_MIB"), defaults.MaxRequestMebibytes, 16, 1024),
            CacheGibibytes = Number("CACHE_GIB", Text("CACHE_GIB"), defaults.CacheGibibytes, 1, 1_000_000),
            MaxJsonMebibytes = Number("MAX_JSON_MIB", Text("MAX_JSON_MIB"), defaults.MaxJsonMebibytes, 1, 64),
            AzureBlobEndpoint = Text("AZURE_BLOB_ENDPOINT") is { } azure ? AccountPattern(azure) : null,
            GoogleEndpoint = configuration["STORAGE_EMULATOR_HOST"] is { Length: > 0 } google ? Origin("STORAGE_EMULATOR_HOST", google.Contains("://") ? google : "http://" + google) : null,
            GoogleKeyFile = configuration["GOOGLE_APPLICATION_CREDENTIALS"] is { Length: > 0 } file ? file : null,
            Share = Text("SHARE") is { } share ? ShareFolder(share, Text("DATA") ?? defaults.DataFolder) : null,
            RemoteFileMebibytes = Number("REMOTE_FILE_MIB", Text("REMOTE_FILE_MIB"), defaults.RemoteFileMebibytes, 1, 1 << 20),
            RemoteFileMinutes = Number("REMOTE_FILE_MINUTES", Text("REMOTE_FILE_MINUTES"), defaults.RemoteFileMinutes, 1, 10_080),
            OutboundAllow = Text("OUTBOUND_ALLOW") is { } ranges ? Ranges(ranges) : defaults.OutboundAllow,
        };
    }

    private static SmtpServer SmtpOf(string host, Func<string, string?> text)
    {
        var security = (text("SMTP_SECURITY") ?? "starttls") switch
        {
            "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            var other => throw new InvalidOperationException($"CVATSERVERLESS_SMTP_SECURITY must be 'starttls', 'tls' or 'none', not '{other}'."),
        };
        return new(host, Number("SMTP_PORT", text("SMTP_PORT"), 587, 1, 65535), security, text("SMTP_USERNAME"), text("SMTP_PASSWORD"));
    }

    private static string AccountPattern(string pattern) =>
        pattern.Contains("{account}", StringComparison.Ordinal) && Uri.TryCreate(pattern.Replace("{account}", "a", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? pattern
            : throw new InvalidOperationException($"CVATSERVERLESS_AZURE_BLOB_ENDPOINT must be an http or https URL with {{account}} in it, not '{pattern}'.");

    private static string ShareFolder(string folder, string data)
    {
        var (share, inside) = (Path.GetFullPath(folder).TrimEnd('/') + '/', Path.GetFullPath(data) + '/');
        return inside.StartsWith(share, StringComparison.Ordinal)
            ? throw new InvalidOperationException($"CVATSERVERLESS_SHARE: the share '{folder}' must not hold the data folder, or users could read it.")
            : folder;
    }

    private static string Origin(string name, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? url.TrimEnd('/')
            : throw new InvalidOperationException($"{name} must be an http or https URL, not '{url}'.");

    private static IReadOnlyList<IPNetwork> Ranges(string text)
    {
        try
        {
            return AddressRules.ParseRanges(text);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"CVATSERVERLESS_OUTBOUND_ALLOW: {e.Message}");
        }
    }

    private static bool Choice(string name, string? text, string off, string on) => text switch
    {
        null => false,
        _ when text == off => false,
        _ when text == on => true,
        _ => throw new InvalidOperationException($"CVATSERVERLESS_{name} must be '{off}' or '{on}', not '{text}'."),
    };

    private static int Number(string name, string? text, int defaultValue, int min, int max)
    {
        if (text is null)
        {
            return defaultValue;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new InvalidOperationException($"CVATSERVERLESS_{name} must be a whole number from {min} to {max}, not '{text}'.");
    }
}
