using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>
/// The permission tables as a policy bundle (a compressed tar of <c>.manifest</c> and <c>data.json</c>), for auditors: nothing in the server reads it. It holds no
/// secret and nothing about people; the same build gives the same bytes.
/// </summary>
internal static class RulesBundle
{
    private static readonly Lazy<(byte[] Bytes, string ETag)> Built = new(Build);

    private static readonly (string Resource, PolicyTable Table)[] Tables =
    [
        ("projects", ProjectPolicy.Table), ("tasks", TaskPolicy.Table), ("jobs", JobPolicy.Table),
        ("issues", IssuePolicy.Table), ("comments", CommentPolicy.Table), ("guides", GuidePolicy.Table),
    ];

    /// <summary>The compressed tar.</summary>
    public static byte[] Bytes => Built.Value.Bytes;

    /// <summary>Changes with the content.</summary>
    public static string ETag => Built.Value.ETag;

    private static (byte[] Bytes, string ETag) Build()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            Add(tar, ".manifest", """{"roots":["rules"]}"""u8.ToArray());
            Add(tar, "data.json", Data());
        }

        var bytes = buffer.ToArray();
        return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });

    private static byte[] Data()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("rules");
            foreach (var (resource, table) in Tables)
            {
                json.WriteStartObject(resource);
                foreach (var rule in table.Rules)
                {
                    json.WriteStartObject(rule.Action);
                    json.WriteStartArray("personal");
                    Write(json, rule.Personal);
                    json.WriteEndArray();
                    json.WriteStartArray("organization");
                    rule.Organization.ToList().ForEach(grant => Write(json, grant));
                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Grant? grant)
    {
        if (grant is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("minimum_rank", grant.MinimumRank);
        json.WriteString("minimum_role", grant.MinimumRole.ToString().ToLowerInvariant());
        json.WriteString("relations", grant.Allowed.ToString());
        json.WriteEndObject();
    }
}
