using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Filtering;

/// <summary>
/// Reads the JSON Logic of the parameter <c>filter</c> (contract-resources.md §1.8). Whatever it is given, it answers with a node or a 400 in time linear in the
/// text, whose length, depth and number of terms are limited.
/// </summary>
public static class JsonLogicParser
{
    /// <summary>Characters of a filter.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Nested operations.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads a filter.</summary>
    /// <exception cref="CvatException">400 as a list.</exception>
    public static FilterNode Parse<T>(string text, FieldSet<T> fields)
    {
        if (text.Length > MaxLength)
        {
            throw Fault($"the text is longer than {MaxLength} characters");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 * MaxDepth });
            return new Reader<T>(fields).Node(document.RootElement, 0);
        }
        catch (JsonException)
        {
            throw Fault("Json syntax should be used");
        }
        catch (InvalidOperationException)
        {
            // The text is JSON but holds half of a surrogate pair.
            throw Fault("Json syntax should be used");
        }
    }

    private static CvatException Fault(string message) => CvatException.Rule($"filter: {message}");

    private sealed class Reader<T>(FieldSet<T> fields)
    {
        public FilterNode Node(JsonElement rule, int depth)
        {
            if (depth > MaxDepth)
            {
                throw Fault($"operations are nested more than {MaxDepth} deep");
            }

            if (rule.ValueKind != JsonValueKind.Object)
            {
                throw Fault("Json syntax should be used");
            }

            using var properties = rule.EnumerateObject();
            if (!properties.MoveNext())
            {
                throw CvatException.Rule("filter shouldn't be empty");
            }

            var (operation, argument) = (properties.Current.Name, properties.Current.Value);
            return operation switch
            {
                "and" => new AllNode(Nodes(operation, argument, depth)),
                "or" => new AnyNode(Nodes(operation, argument, depth)),
                "!" => new NotNode(Node(argument, depth + 1)),
                "!!" => Node(argument, depth + 1),
                "var" => new IsSetNode(FieldOf(argument).Name),
                "==" or "<" or "<=" or ">" or ">=" => Comparison(operation, argument),
                "in" => Membership(argument),
                _ => throw NotImplemented(operation, argument),
            };
        }

        private List<FilterNode> Nodes(string operation, JsonElement arguments, int depth)
        {
            if (arguments.ValueKind != JsonValueKind.Array || arguments.GetArrayLength() == 0)
            {
                throw NotImplemented(operation, arguments);
            }

            var nodes = new List<FilterNode>(arguments.GetArrayLength());
            foreach (var argument in arguments.EnumerateArray())
            {
                nodes.Add(Node(argument, depth + 1));
            }

            return nodes;
        }

        private FilterNode Comparison(string operation, JsonElement arguments)
        {
            var count = arguments.ValueKind == JsonValueKind.Array ? arguments.GetArrayLength() : 0;
            if (count == 3 && operation == "<=" && IsVariable(arguments[1]))
            {
                var middle = FieldOf(arguments[1]);
                return new RangeNode(middle.Name, Literal(middle, arguments[0]), Literal(middle, arguments[2]));
            }

            if (count != 2 || !IsVariable(arguments[0]))
            {
                throw NotImplemented(operation, arguments);
            }

            var field = FieldOf(arguments[0]);
            if (arguments[1].ValueKind == JsonValueKind.Null && operation == "==")
            {
                return new NotNode(new IsSetNode(field.Name));
            }

            return new CompareNode(field.Name, Operator(operation), Literal(field, arguments[1]));
        }

        private FilterNode Membership(JsonElement arguments)
        {
            if (arguments.ValueKind != JsonValueKind.Array || arguments.GetArrayLength() != 2)
            {
                throw NotImplemented("in", arguments);
            }

            var (left, right) = (arguments[0], arguments[1]);
            if (IsVariable(left) && right.ValueKind == JsonValueKind.Array)
            {
                var field = FieldOf(left);
                return new InNode(field.Name, [.. right.EnumerateArray().Select(value => Literal(field, value))]);
            }

            if (left.ValueKind == JsonValueKind.String && IsVariable(right))
            {
                var field = FieldOf(right);
                return field is TextField<T>
                    ? new ContainsNode(field.Name, left.GetString()!)
                    : throw Fault($"'{field.Name}' is no text that could contain another one");
            }

            throw NotImplemented("in", arguments);
        }

        private static bool IsVariable(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("var", out _);

        private Field<T> FieldOf(JsonElement value)
        {
            var name = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("var", out var named) ? named : value;
            if (name.ValueKind != JsonValueKind.String)
            {
                throw NotImplemented("var", name);
            }

            return fields.Find(name.GetString()!, FieldUses.Filter) ?? throw Fault($"'{name.GetString()}' term is not supported");
        }

        private static object Literal(Field<T> field, JsonElement value)
        {
            object? literal = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.TryGetDouble(out var number) ? number : null,
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            };
            return (literal is null ? null : field.Coerce(literal)) ?? throw Fault($"the value of '{field.Name}' must be {field.TypeName}");
        }

        private static FilterOperator Operator(string operation) => operation switch
        {
            "==" => FilterOperator.Equal,
            "<" => FilterOperator.Less,
            "<=" => FilterOperator.LessOrEqual,
            ">" => FilterOperator.Greater,
            _ => FilterOperator.GreaterOrEqual,
        };

        private static CvatException NotImplemented(string operation, JsonElement arguments)
        {
            var text = arguments.GetRawText();
            return Fault($"{operation} operation with {(text.Length > 200 ? text[..200] + "…" : text)} arguments is not implemented");
        }
    }
}
