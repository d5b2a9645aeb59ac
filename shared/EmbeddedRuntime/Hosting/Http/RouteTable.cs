using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>The function that a request reaches, the values that its arguments take, and those that the request carries.</summary>
internal readonly record struct RouteMatch(FunctionRoute Route, RouteValueDictionary HostValues, RouteValueDictionary WorkerValues);

/// <summary>One HTTP function's template, constraints and methods.</summary>
internal sealed class FunctionRoute
{
    private readonly TemplateMatcher _matcher;
    private readonly string _literalPrefix;
    private readonly bool _hasConstraints;
    private readonly string[] _byName;

    public FunctionRoute(FunctionDescriptor function, HttpTriggerAttribute trigger, string prefix, IInlineConstraintResolver resolver)
    {
        Function = function;
        Trigger = trigger;
        var route = (trigger.Route ?? function.Name).Trim('/');
        Text = prefix.Length == 0 ? route : $"{prefix}/{route}".TrimEnd('/');
        var first = route.Split('/')[0];
        if (first.Equals("admin", StringComparison.OrdinalIgnoreCase) || first.Equals("runtime", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupException($"Function '{function.Name}': the route '{route}' begins with '{first}', which belongs to the host.");
        }

        try
        {
            Template = TemplateParser.Parse(Text);
        }
        catch (ArgumentException e)
        {
            throw new StartupException($"Function '{function.Name}': the route '{route}' can't be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        Methods = [.. trigger.Methods ?? []];
        Precedence = RoutePrecedence.ComputeInbound(Template);
        Constraints = ConstraintsOf(Template, resolver);
        _hasConstraints = Constraints.Count > 0;
        _matcher = new TemplateMatcher(Template, DefaultsOf(Template));
        _literalPrefix = "/" + string.Join('/', Template.Segments.TakeWhile(s => s.IsSimple && s.Parts[0].IsLiteral).Select(s => s.Parts[0].Text));
        _byName = [.. function.Parameters.Where(TakesDataByName).Select(parameter => parameter.Name!)];
    }

    public FunctionDescriptor Function { get; }

    public HttpTriggerAttribute Trigger { get; }

    /// <summary>The template with the route prefix.</summary>
    public string Text { get; }

    public RouteTemplate Template { get; }

    /// <summary>Accepted methods; empty for all.</summary>
    public IReadOnlyList<string> Methods { get; }

    public IDictionary<string, IRouteConstraint> Constraints { get; }

    /// <summary>ASP.NET's order: the lower, the more specific.</summary>
    public decimal Precedence { get; }

    /// <summary>Routes that the worker's table would prefer on a path that both match.</summary>
    public List<FunctionRoute> Rivals { get; } = [];

    public bool AcceptsMethod(string method)
    {
        foreach (var accepted in Methods)
        {
            if (accepted.Equals(method, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return Methods.Count == 0;
    }

    /// <summary>The values of a path that this route matches, constraints included; null where it doesn't.</summary>
    public RouteValueDictionary? Match(HttpContext http)
    {
        var path = http.Request.Path;
        if (!path.Value!.StartsWith(_literalPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var values = new RouteValueDictionary();
        return _matcher.TryMatch(path, values)
            && (!_hasConstraints || RouteConstraintMatcher.Match(Constraints, values, http, NoRouter.Instance, RouteDirection.IncomingRequest, NullLogger.Instance))
                ? values
                : null;
    }

    /// <summary>Whether an argument is given neither by the route nor by the query, so that the body is to be read before the function runs.</summary>
    public bool BindsBody(HttpRequest request, RouteValueDictionary values)
    {
        foreach (var name in _byName)
        {
            if (!(values.TryGetValue(name, out var value) && value is not null) && !request.Query.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TakesDataByName(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<BindingAttribute>() is null
        && parameter.ParameterType != typeof(FunctionContext)
        && parameter.ParameterType != typeof(CancellationToken)
        && parameter.ParameterType != typeof(HttpRequest);

    private static IDictionary<string, IRouteConstraint> ConstraintsOf(RouteTemplate template, IInlineConstraintResolver resolver)
    {
        var builder = new RouteConstraintBuilder(resolver, template.TemplateText!);
        foreach (var parameter in template.Parameters)
        {
            if (parameter.IsOptional)
            {
                builder.SetOptional(parameter.Name!);
            }

            foreach (var constraint in parameter.InlineConstraints)
            {
                try
                {
                    builder.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
                }
                catch (InvalidOperationException e)
                {
                    throw new StartupException(e.Message.ReplaceLineEndings(" "), e);
                }
            }
        }

        return builder.Build();
    }

    private static RouteValueDictionary DefaultsOf(RouteTemplate template)
    {
        var defaults = new RouteValueDictionary();
        foreach (var parameter in template.Parameters)
        {
            if (parameter.DefaultValue is not null)
            {
                defaults.Add(parameter.Name!, parameter.DefaultValue);
            }
        }

        return defaults;
    }

    private sealed class NoRouter : IRouter
    {
        public static readonly NoRouter Instance = new();

        public VirtualPathData? GetVirtualPath(VirtualPathContext context) => null;

        public Task RouteAsync(RouteContext context) => Task.CompletedTask;
    }
}

/// <summary>
/// Routes as the platform does it twice: the host takes the first function in name order whose route and method match, without regard
/// to what is more specific, and answers 404 to everything else; the route values in the request come from the worker's own table, which
/// prefers the more specific route. Functions on which the two would differ are refused at the start, unless they are let through.
/// </summary>
internal sealed class RouteTable
{
    private readonly FunctionRoute[] _routes;

    private RouteTable(FunctionRoute[] routes) => _routes = routes;

    public static RouteTable Create(FunctionCatalog functions, HostSettings settings, IServiceProvider services)
    {
        var resolver = new DefaultInlineConstraintResolver(Options.Create(new RouteOptions()), services);
        FunctionRoute[] routes = [.. functions.WithTrigger<HttpTriggerAttribute>()
            .Select(pair => new FunctionRoute(pair.Function, pair.Trigger, settings.RoutePrefix, resolver))];
        var conflicts = new List<string>();
        for (var i = 0; i < routes.Length; i++)
        {
            for (var j = i + 1; j < routes.Length; j++)
            {
                if (routes[j].Precedence <= routes[i].Precedence && RouteOverlap.Exists(routes[i], routes[j]))
                {
                    routes[i].Rivals.Add(routes[j]);
                    conflicts.Add($"'{routes[i].Function.Name}' ({routes[i].Text}) hides '{routes[j].Function.Name}' ({routes[j].Text})");
                }
            }

            routes[i].Rivals.Sort((a, b) => a.Precedence.CompareTo(b.Precedence));
        }

        if (conflicts.Count > 0 && !settings.AllowRouteConflicts)
        {
            throw new StartupException("Routes on which the platform's host and worker would not agree: " + string.Join("; ", conflicts));
        }

        return new RouteTable(routes);
    }

    /// <summary>The function that the request reaches; null for none.</summary>
    public RouteMatch? Match(HttpContext http)
    {
        var method = http.Request.Method;
        foreach (var route in _routes)
        {
            if (route.AcceptsMethod(method) && route.Match(http) is { } values)
            {
                return new RouteMatch(route, values, route.Rivals.Count == 0 ? values : WorkerValues(http, route, values));
            }
        }

        return null;
    }

    private static RouteValueDictionary WorkerValues(HttpContext http, FunctionRoute route, RouteValueDictionary values)
    {
        foreach (var rival in route.Rivals)
        {
            if (rival.AcceptsMethod(http.Request.Method) && rival.Match(http) is { } others)
            {
                return others;
            }
        }

        return values;
    }
}
