namespace CvatServerless.Domain.Filtering;

/// <summary>
/// Gathers the rows of a list that meet a query, from one workspace after another, and picks pages. Only a page is put in order: a selection finds its
/// bounds in linear time, so the cost doesn't depend on where the page lies; what it learns of the order serves the pages after it. Not safe for use by several
/// threads at once.
/// </summary>
public sealed class RowCollector<T>
{
    private const int SmallRange = 32;
    private readonly Func<T, bool> _condition;
    private readonly (SortColumn<T> Column, bool IsDescending)[] _order;
    private bool _isOrdered = true; // rows have come in the asked order so far
    private bool _isReversed = true; // or in the opposite one
    private T[] _rows = new T[64];
    private int _count;
    private int[]? _indexes;
    private SortedSet<int> _bounds = []; // places in _indexes: all rows before one come before all rows behind it

    internal RowCollector(Func<T, bool> condition, IReadOnlyList<SortKey<T>> order)
    {
        _condition = condition;
        _order = [.. order.Select(key => (key.Field.Column(), key.IsDescending))];
    }

    /// <summary>Rows that met the query.</summary>
    public int Count => _count;

    /// <summary>Takes the row where it meets the query.</summary>
    public void Offer(T row)
    {
        if (!_condition(row))
        {
            return;
        }

        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, _count * 2);
        }

        _rows[_count++] = row;
        foreach (var (column, _) in _order)
        {
            column.Add(row);
        }

        if (_count > 1 && (_isOrdered || _isReversed))
        {
            var order = Compare(_count - 2, _count - 1);
            _isOrdered &= order < 0;
            _isReversed &= order > 0;
        }
    }

    /// <summary>Takes the rows that meet the query.</summary>
    public void OfferAll(T[] rows)
    {
        foreach (var row in rows)
        {
            Offer(row);
        }
    }

    /// <summary>Rows <paramref name="start"/> … <paramref name="start"/> + <paramref name="length"/> − 1 of the ordered list, as far as there are any.</summary>
    public IReadOnlyList<T> Slice(int start, int length)
    {
        var end = (int)Math.Min(_count, (long)start + length);
        if (start >= end)
        {
            return [];
        }

        var page = new T[end - start];
        if (_isOrdered || _isReversed)
        {
            for (var i = 0; i < page.Length; i++)
            {
                page[i] = _rows[_isOrdered ? start + i : _count - 1 - start - i];
            }

            return page;
        }

        var indexes = Indexes();

        // First everything before the page goes to its left, then everything behind it to its right; what is between is sorted.
        Select(indexes, start);
        Select(indexes, end);
        indexes.AsSpan(start, end - start).Sort(Compare);
        for (var i = 0; i < page.Length; i++)
        {
            page[i] = _rows[indexes[start + i]];
        }

        return page;
    }

    private int[] Indexes()
    {
        if (_indexes?.Length == _count)
        {
            return _indexes;
        }

        var indexes = new int[_count];
        for (var i = 0; i < _count; i++)
        {
            indexes[i] = i;
        }

        _bounds = [0, _count];
        return _indexes = indexes;
    }

    /// <summary>Rearranges so that the <paramref name="nth"/> element stands where an order would put it, smaller ones before it.</summary>
    private void Select(int[] indexes, int nth)
    {
        var (from, to) = (_bounds.GetViewBetween(0, nth).Max, _bounds.GetViewBetween(nth, _count).Min);

        // A selection that keeps choosing bad pivots falls back to sorting: the bound stays n log n.
        for (var budget = 2 * (int.Log2(Math.Max(2, to - from)) + 1); nth > from && nth < to && to - from > SmallRange && budget > 0; budget--)
        {
            var (less, equal) = Partition(indexes, from, to);
            _bounds.Add(less);
            _bounds.Add(equal);
            (from, to) = nth < less ? (from, less) : nth >= equal ? (equal, to) : (nth, nth);
        }

        if (nth > from && nth < to)
        {
            indexes.AsSpan(from, to - from).Sort(Compare);
            _bounds.Add(nth);
        }
    }

    /// <summary>Splits [from, to) by a median of three; returns the place of the pivot and the place behind it.</summary>
    private (int Less, int Equal) Partition(int[] indexes, int from, int to)
    {
        var pivot = Median(indexes[from], indexes[(int)(((long)from + to) / 2)], indexes[to - 1]);
        var (less, i, greater) = (from, from, to);
        while (i < greater)
        {
            var order = indexes[i] == pivot ? 0 : Compare(indexes[i], pivot);
            if (order < 0)
            {
                (indexes[less], indexes[i]) = (indexes[i], indexes[less]);
                less++;
                i++;
            }
            else if (order > 0)
            {
                greater--;
                (indexes[greater], indexes[i]) = (indexes[i], indexes[greater]);
            }
            else
            {
                i++;
            }
        }

        return (less, greater);
    }

    private int Median(int a, int b, int c)
    {
        if (Compare(a, b) > 0)
        {
            (a, b) = (b, a);
        }

        return Compare(b, c) <= 0 ? b : Compare(a, c) > 0 ? a : c;
    }

    private int Compare(int left, int right)
    {
        foreach (var (column, isDescending) in _order)
        {
            var order = column.Compare(left, right);
            if (order != 0)
            {
                return isDescending ? -order : order;
            }
        }

        return 0;
    }
}
