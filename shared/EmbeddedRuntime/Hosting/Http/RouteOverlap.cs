using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Template;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>Whether two routes match a common request. Where it can't be told (two constrained parameters) the answer is yes.</summary>
internal static class RouteOverlap
{
    public static bool Exists(FunctionRoute a, FunctionRoute b) => ShareMethod(a, b) && SharePath(a, 0, b, 0);

    private static bool ShareMethod(FunctionRoute a, FunctionRoute b) =>
        a.Methods.Count == 0 || b.Methods.Count == 0 || a.Methods.Any(b.AcceptsMethod);

    private static bool SharePath(FunctionRoute a, int i, FunctionRoute b, int j)
    {
        var left = Segment(a, i);
        var right = Segment(b, j);
        if (left is null && right is null)
        {
            return true;
        }

        if (IsCatchAll(left) || IsCatchAll(right))
        {
            return true;
        }

        if (left is null || right is null)
        {
            return CanBeAbsent(left ?? right!);
        }

        return ShareSegment(a, left, b, right) && SharePath(a, i + 1, b, j + 1);
    }

    private static TemplateSegment? Segment(FunctionRoute route, int index) =>
        index < route.Template.Segments.Count ? route.Template.Segments[index] : null;

    private static bool IsCatchAll(TemplateSegment? segment) => segment is { IsSimple: true } && segment.Parts[0].IsCatchAll;

    private static bool CanBeAbsent(TemplateSegment segment) => segment.IsSimple && (segment.Parts[0].IsOptional || segment.Parts[0].DefaultValue is not null);

    private static bool ShareSegment(FunctionRoute a, TemplateSegment left, FunctionRoute b, TemplateSegment right)
    {
        if (!left.IsSimple || !right.IsSimple)
        {
            return true;
        }

        var (x, y) = (left.Parts[0], right.Parts[0]);
        if (x.IsLiteral && y.IsLiteral)
        {
            return string.Equals(x.Text, y.Text, StringComparison.OrdinalIgnoreCase);
        }

        return x.IsLiteral ? Accepts(b, y, x.Text!)
            : y.IsLiteral ? Accepts(a, x, y.Text!)
            : !AreDisjoint(ConstraintOf(a, x), ConstraintOf(b, y));
    }

    private static IRouteConstraint? ConstraintOf(FunctionRoute route, TemplatePart part) => route.Constraints.TryGetValue(part.Name!, out var constraint) ? constraint : null;

    private static bool Accepts(FunctionRoute route, TemplatePart part, string text) =>
        ConstraintOf(route, part) is not { } constraint
        || constraint.Match(null, null, part.Name!, new RouteValueDictionary { [part.Name!] = text }, RouteDirection.IncomingRequest);

    private static bool AreDisjoint(IRouteConstraint? a, IRouteConstraint? b) =>
        (a is IntRouteConstraint or LongRouteConstraint && b is GuidRouteConstraint) || (b is IntRouteConstraint or LongRouteConstraint && a is GuidRouteConstraint);
}
