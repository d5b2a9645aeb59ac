namespace CvatServerless.Domain.Filtering;

/// <summary>
/// The fields of a resource's list and its default order. A resource declares it once; filter, search, sort and simple parameters follow from it.
/// </summary>
/// <param name="tieBreaker">A unique key of a row: it ends every order, so that paging is stable.</param>
/// <param name="isDescending">Whether the default order is by descending key.</param>
public sealed class FieldSet<T>(Field<T> tieBreaker, bool isDescending = true)
{
    private readonly Dictionary<string, Field<T>> _fields = new(StringComparer.Ordinal) { [tieBreaker.Name] = tieBreaker };

    /// <summary>All fields in order of declaration.</summary>
    public IReadOnlyCollection<Field<T>> All => _fields.Values;

    /// <summary>Ends every order.</summary>
    public Field<T> TieBreaker => tieBreaker;

    /// <summary>The order where a query names none; the key's direction is also the tie-breaker's.</summary>
    public IReadOnlyList<SortKey<T>> DefaultOrder { get; init; } = [new(tieBreaker, isDescending)];

    /// <summary>A whole number.</summary>
    public FieldSet<T> Int(string name, Func<T, int?> get, FieldUses uses) => Add(new KeyField<T>(name, uses, KeyKind.Int, row => get(row)));

    /// <summary>A moment.</summary>
    public FieldSet<T> Date(string name, Func<T, DateTimeOffset?> get, FieldUses uses) =>
        Add(new KeyField<T>(name, uses, KeyKind.Date, row => get(row)?.UtcTicks));

    /// <summary>A boolean.</summary>
    public FieldSet<T> Bool(string name, Func<T, bool?> get, FieldUses uses) =>
        Add(new KeyField<T>(name, uses, KeyKind.Bool, row => get(row) is { } value ? value ? 1 : 0 : null));

    /// <summary>A text.</summary>
    public FieldSet<T> Text(string name, Func<T, string?> get, FieldUses uses) => Add(new TextField<T>(name, uses, get));

    /// <summary>One of some words.</summary>
    public FieldSet<T> Choice(string name, Func<T, string?> get, FieldUses uses, params IReadOnlyList<string> choices) =>
        Add(new TextField<T>(name, uses, get, choices));

    /// <summary>A field that clients may use so, or null.</summary>
    public Field<T>? Find(string name, FieldUses use) =>
        _fields.TryGetValue(name, out var field) && (field.Uses & use) == use ? field : null;

    /// <summary>Compiles a condition; nodes may also name internal fields.</summary>
    /// <exception cref="InvalidOperationException">A node names a field that isn't there.</exception>
    public Func<T, bool> Compile(FilterNode node)
    {
        switch (node)
        {
            case AllNode { Nodes.Count: 0 }:
                return _ => true;
            case AllNode all:
                var every = all.Nodes.Select(Compile).ToArray();
                return every.Length == 1 ? every[0] : row => Every(every, row);
            case AnyNode any:
                var some = any.Nodes.Select(Compile).ToArray();
                return row => Any(some, row);
            case NotNode not:
                var inside = Compile(not.Node);
                return row => !inside(row);
            default:
                return Named(node).Compile(node);
        }
    }

    private static bool Every(Func<T, bool>[] conditions, T row)
    {
        foreach (var condition in conditions)
        {
            if (!condition(row))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Any(Func<T, bool>[] conditions, T row)
    {
        foreach (var condition in conditions)
        {
            if (condition(row))
            {
                return true;
            }
        }

        return false;
    }

    private Field<T> Named(FilterNode node)
    {
        var name = node switch
        {
            CompareNode n => n.Field,
            RangeNode n => n.Field,
            InNode n => n.Field,
            ContainsNode n => n.Field,
            IsSetNode n => n.Field,
            _ => throw new InvalidOperationException($"{node.GetType().Name} names no field."),
        };
        return _fields.GetValueOrDefault(name) ?? throw new InvalidOperationException($"There is no field '{name}'.");
    }

    private FieldSet<T> Add(Field<T> field)
    {
        _fields.Add(field.Name, field);
        return this;
    }
}

/// <summary>One key of an order.</summary>
public readonly record struct SortKey<T>(Field<T> Field, bool IsDescending);

/// <summary>Makes field sets.</summary>
public static class FieldSet
{
    /// <summary>Rows with an integer id; the latest first unless told.</summary>
    public static FieldSet<T> ById<T>(Func<T, int> id, FieldUses uses = FieldUses.Listed, bool isDescending = true) =>
        new(new KeyField<T>("id", uses, KeyKind.Int, row => id(row)), isDescending);
}
