using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>Errors of the items of an array. Items without any share one empty object, and a body that is wrong throughout is given up early.</summary>
internal sealed class ItemErrors
{
    /// <summary>Enough for a client to see what it does wrong.</summary>
    public const int MaxWrongItems = 100;

    private static readonly FieldErrors None = new();

    private int _leadingRight;
    private int _wrong;
    private List<FieldErrors>? _items;

    public bool IsFull => _wrong >= MaxWrongItems;

    public void Add(FieldErrors errors)
    {
        if (errors.IsEmpty && _items is null)
        {
            _leadingRight++;
            return;
        }

        if (_items is null)
        {
            _items = new List<FieldErrors>(_leadingRight + 1);
            for (var index = 0; index < _leadingRight; index++)
            {
                _items.Add(None);
            }
        }

        _wrong += errors.IsEmpty ? 0 : 1;
        _items.Add(errors.IsEmpty ? None : errors);
    }

    public void AddTo(FieldErrors owner, string field)
    {
        if (_items is not null)
        {
            owner.Add(field, _items);
        }
    }
}
