using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>What host.json, the environment and the command line say about the host.</summary>
internal sealed partial class HostSettings
{
    private readonly IConfiguration _app;

    /// <summary>Reads host.json of a folder; <c>AzureFunctionsJobHost__a__b</c> in the environment overrides it.</summary>
    /// <exception cref="StartupException">host.json can't be read.</exception>
    public HostSettings(string folder, IConfiguration app)
    {
        _app = app;
        try
        {
            var file = new ConfigurationBuilder().SetBasePath(folder).AddJsonFile("host.json", optional: true, reloadOnChange: false).Build();
            RoutePrefix = (file["extensions:http:routePrefix"] ?? "api").Trim('/'); // from the file alone, as the platform's worker reads it
            HostJson = new ConfigurationBuilder().AddConfiguration(file).AddEnvironmentVariables("AzureFunctionsJobHost__").Build();
        }
        catch (InvalidDataException e)
        {
            throw new StartupException($"host.json can't be read: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    /// <summary>host.json with the environment's changes; values may hold <c>%NAME%</c>, see <see cref="Resolve"/>.</summary>
    public IConfiguration HostJson { get; }

    /// <summary>What stands before every route, without slashes.</summary>
    public string RoutePrefix { get; }

    /// <summary>Where queues, timers and task hub keep their data; created on first use.</summary>
    public string DataDirectory => Path.GetFullPath(_app["EMBEDDED_RUNTIME_DIRECTORY"] ?? "./.functions");

    /// <summary>Whether routes on which the host's order and the worker's precedence disagree are let through (with the platform's odd outcome) instead of refused.</summary>
    public bool AllowRouteConflicts => string.Equals(_app["EMBEDDED_RUNTIME_ROUTE_CONFLICTS"], "allow", StringComparison.OrdinalIgnoreCase);

    /// <summary>How long an invocation may take; host.json's <c>functionTimeout</c>, 30 minutes where it says nothing, none for "-1".</summary>
    public TimeSpan FunctionTimeout => HostJson["functionTimeout"] switch
    {
        null => TimeSpan.FromMinutes(30),
        "-1" => Timeout.InfiniteTimeSpan,
        _ => Duration("functionTimeout", default),
    };

    /// <summary>An app setting.</summary>
    public string? Setting(string name) => _app[name];

    /// <summary>A value of host.json as time span, or the default.</summary>
    public TimeSpan Duration(string key, TimeSpan otherwise) =>
        HostJson[key] is not { } text ? otherwise
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
        : throw new StartupException($"host.json: '{text}' ({key}) is no time span.");

    /// <summary>A value of host.json as whole number, or the default.</summary>
    public int Number(string key, int otherwise) =>
        HostJson[key] is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
        : throw new StartupException($"host.json: '{text}' ({key}) is no whole number.");

    /// <summary>Replaces each <c>%NAME%</c> by the app setting of that name.</summary>
    /// <exception cref="StartupException">There is no such setting.</exception>
    public string Resolve(string text) => Placeholder().Replace(text, match =>
        _app[match.Groups[1].Value] ?? throw new StartupException($"The setting '{match.Groups[1].Value}' that '{text}' needs is not set."));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Placeholder();
}
