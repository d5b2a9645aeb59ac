using CvatServerless.Domain.Filtering;

namespace CvatServerless.Tests.Unit.Domain.Filtering;

/// <summary>A row with a field of each type.</summary>
internal sealed record SampleRow(int Id, string? Name, int? Number, bool? Flag, DateTimeOffset? Date, string Status = "new")
{
    public static readonly FieldSet<SampleRow> Fields = FieldSet.ById<SampleRow>(row => row.Id)
        .Text("name", row => row.Name, FieldUses.Listed | FieldUses.Search | FieldUses.Simple)
        .Int("number", row => row.Number, FieldUses.Listed | FieldUses.Simple)
        .Bool("flag", row => row.Flag, FieldUses.Listed | FieldUses.Simple)
        .Date("date", row => row.Date, FieldUses.Listed)
        .Choice("status", row => row.Status, FieldUses.Listed | FieldUses.Simple, "new", "old")
        .Int("secret", row => row.Id, FieldUses.None);

    public static SampleRow Of(int id, string? name = null, int? number = null, bool? flag = null, DateTimeOffset? date = null) => new(id, name, number, flag, date);
}
