namespace CvatServerless.Domain.Webhooks;

/// <summary>The events that webhooks can be told of, by their type (contract-resources.md §5.1).</summary>
public static class WebhookEvents
{
    /// <summary>The types.</summary>
    public static readonly IReadOnlyList<string> Types = ["project", "organization", "server"];

    private static readonly string[] Requests =
    [
        .. new[] { "export:annotations", "export:dataset", "export:backup", "create:task", "merge:task", "merge:job", "calculate:quality" }
            .Select(request => $"completed:request[{request}]"),
    ];

    private static readonly Dictionary<string, IReadOnlyList<string>> ByType = new(StringComparer.Ordinal)
    {
        ["project"] = Sorted([.. Lifecycle("task", "job", "issue", "comment"), "update:project", "delete:project", .. Requests]),
        ["organization"] = Sorted(
        [
            .. Lifecycle("project", "task", "job", "issue", "comment", "membership"), "create:invitation", "delete:invitation", "update:organization", .. Requests,
        ]),
        ["server"] = Sorted([.. Lifecycle("user"), "create:organization", "delete:organization"]),
    };

    /// <summary>Every event, sorted.</summary>
    public static IReadOnlyList<string> All { get; } = Sorted(ByType.Values.SelectMany(events => events).Distinct());

    /// <summary>The events of a type, sorted; empty where there is no such type.</summary>
    public static IReadOnlyList<string> Of(string type) => ByType.GetValueOrDefault(type, []);

    /// <summary>What an event is about, such as <c>task</c>; <c>request</c> for the end of a request.</summary>
    public static string ResourceOf(string key)
    {
        var resource = key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var detail = resource.IndexOf('[', StringComparison.Ordinal);
        return detail < 0 ? resource : resource[..detail];
    }

    /// <summary>What happened, such as <c>create</c>.</summary>
    public static string ActionOf(string key) => key[..key.IndexOf(':', StringComparison.Ordinal)];

    private static IEnumerable<string> Lifecycle(params string[] resources) => resources.SelectMany(resource => new[] { $"create:{resource}", $"update:{resource}", $"delete:{resource}" });

    private static string[] Sorted(IEnumerable<string> events) => [.. events.Order(StringComparer.Ordinal)];
}
