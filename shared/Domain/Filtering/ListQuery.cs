using System.Globalization;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Filtering;

/// <summary>What a list request asks for: condition, order and page.</summary>
/// <param name="Fields">The resource's fields.</param>
/// <param name="Condition">Filter and simple parameters.</param>
/// <param name="Terms">Every one must be found in one of the searched fields.</param>
/// <param name="Order">Ends with the tie-breaker.</param>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">At least 1.</param>
public sealed record ListQuery<T>(
    FieldSet<T> Fields, FilterNode Condition, IReadOnlyList<string> Terms, IReadOnlyList<SortKey<T>> Order, int Page, int PageSize)
{
    /// <summary>A further condition, such as what the actor may see.</summary>
    public ListQuery<T> And(FilterNode node) => this with { Condition = node.And(Condition) };

    /// <summary>What two queries share exactly when they collect the same rows in the same order, whatever their pages.</summary>
    public string Key => string.Join(
        '\n',
        [
            FilterText.Of(Condition),
            .. Terms.Select(term => $"{term.Length} {term}"),
            .. Order.Select(key => $"{(key.IsDescending ? "-" : "+")}{key.Field.Name}"),
        ]);

    /// <summary>An empty collector for this query.</summary>
    public RowCollector<T> Collector()
    {
        var condition = Fields.Compile(Condition);
        if (Terms.Count == 0)
        {
            return new(condition, Order);
        }

        var searched = Fields.All.Where(field => field.Uses.HasFlag(FieldUses.Search)).ToArray();
        var terms = Terms;
        return new(row => condition(row) && Matches(searched, terms, row), Order);
    }

    /// <summary>The asked page of what was collected.</summary>
    /// <exception cref="CvatException">404: there is no such page.</exception>
    public IReadOnlyList<T> PageOf(RowCollector<T> rows)
    {
        var start = (Page - 1L) * PageSize;
        if (Page > 1 && start >= rows.Count)
        {
            throw ListQuery.InvalidPage();
        }

        return rows.Slice((int)start, PageSize);
    }

    private static bool Matches(Field<T>[] searched, IReadOnlyList<string> terms, T row)
    {
        foreach (var term in terms)
        {
            var found = false;
            foreach (var field in searched)
            {
                if (field.Matches(row, term))
                {
                    found = true;
                    break;
                }
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Reads list requests (contract-resources.md §1.7–1.9).</summary>
public static class ListQuery
{
    /// <summary>Rows on a page unless the client says otherwise.</summary>
    public const int DefaultPageSize = 10;

    private const int MaxPageSize = 10_000;
    private const int MaxTerms = 32;

    /// <summary>Reads a query.</summary>
    /// <param name="parameter">The value of a query parameter, or null where it is absent.</param>
    /// <param name="fields">The resource's fields.</param>
    /// <exception cref="CvatException">400: filter or parameter can't be read; 404: the page is no number.</exception>
    public static ListQuery<T> Parse<T>(Func<string, string?> parameter, FieldSet<T> fields)
    {
        var condition = Simple(parameter, fields);
        if (parameter("filter") is { Length: > 0 } filter)
        {
            condition = condition.And(JsonLogicParser.Parse(filter, fields));
        }

        var terms = SearchTerms(parameter("search") ?? "");
        var order = Order(parameter("sort") ?? "", fields);
        return new(fields, condition, terms, order, Page(parameter("page")), PageSize(parameter("page_size")));
    }

    /// <summary>404 <c>Invalid page.</c>.</summary>
    public static CvatException InvalidPage() => CvatException.NotFound("Invalid page.");

    /// <summary>Splits a search at spaces and commas; quotes keep phrases.</summary>
    public static IReadOnlyList<string> SearchTerms(string text)
    {
        var terms = new List<string>();
        var i = 0;
        while (i < text.Length && terms.Count < MaxTerms)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || c is ',' or '\0')
            {
                i++;
                continue;
            }

            var close = c is '"' or '\'' ? text.IndexOf(c, i + 1) : -1;
            var start = close > 0 ? i + 1 : i;
            var end = close > 0 ? close : EndOfWord(text, i);
            if (end > start)
            {
                terms.Add(text[start..end]);
            }

            i = close > 0 ? close + 1 : end;
        }

        return terms;
    }

    private static int EndOfWord(string text, int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != ',')
        {
            end++;
        }

        return end;
    }

    private static FilterNode Simple<T>(Func<string, string?> parameter, FieldSet<T> fields)
    {
        var condition = FilterNode.True;
        var errors = new FieldErrors();
        foreach (var field in fields.All)
        {
            if (!field.Uses.HasFlag(FieldUses.Simple) || parameter(field.Name) is not { Length: > 0 } text)
            {
                continue;
            }

            var value = field.ParseSimple(text, out var error);
            if (error is not null)
            {
                errors.Add(field.Name, error);
            }
            else if (value is not null)
            {
                condition = condition.And(new CompareNode(field.Name, FilterOperator.Equal, value));
            }
        }

        errors.ThrowIfAny();
        return condition;
    }

    private static List<SortKey<T>> Order<T>(string text, FieldSet<T> fields)
    {
        var keys = new List<SortKey<T>>();
        foreach (var part in text.Split(',', 64, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var isDescending = part[0] == '-';
            if (fields.Find(isDescending ? part[1..] : part, FieldUses.Sort) is { } field && keys.TrueForAll(key => key.Field != field))
            {
                keys.Add(new(field, isDescending));
            }
        }

        if (keys.Count == 0)
        {
            keys.AddRange(fields.DefaultOrder);
        }

        if (keys.TrueForAll(key => key.Field != fields.TieBreaker))
        {
            keys.Add(new(fields.TieBreaker, keys[0].IsDescending));
        }

        return keys;
    }

    private static int Page(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 1;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page >= 1 ? page : throw InvalidPage();
    }

    private static int PageSize(string? text)
    {
        if (text == "all")
        {
            return int.MaxValue;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1 ? Math.Min(size, MaxPageSize) : DefaultPageSize;
    }
}
