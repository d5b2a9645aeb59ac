using System.Buffers.Text;
using System.Globalization;
using System.Text;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Workspaces;

/// <summary>The table <c>locators</c>, partition <c>organization-slug</c>: row = slug, body = the organization's id.</summary>
internal sealed class OrganizationSlugs(ITableStore tables, TimeProvider time) : IOrganizationSlugs
{
    private const string Table = "locators";
    private const string Partition = "organization-slug";
    private const int MaxLength = 16;

    /// <inheritdoc/>
    public async Task<SlugClaim?> FindAsync(string slug, CancellationToken ct) =>
        await RowAsync(slug, ct) is { } row ? new(IdOf(row), row.Timestamp) : null;

    /// <inheritdoc/>
    public async Task<bool> ClaimAsync(string slug, int organizationId, CancellationToken ct)
    {
        var body = Encoding.ASCII.GetBytes(organizationId.ToString(CultureInfo.InvariantCulture));
        try
        {
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, [new InsertRow(slug, body)], token), time, ct);
            return true;
        }
        catch (StoreConflictException)
        {
            // An earlier try whose answer was lost, or somebody else.
            return (await FindAsync(slug, ct))?.OrganizationId == organizationId;
        }
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string slug, int organizationId, CancellationToken ct)
    {
        if (await RowAsync(slug, ct) is not { } row || IdOf(row) != organizationId)
        {
            return;
        }

        try
        {
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, [new DeleteRow(slug, row.ETag)], token), time, ct);
        }
        catch (StoreConflictException)
        {
            // Somebody else released it.
        }
    }

    private static int IdOf(TableRow row) => Utf8Parser.TryParse(row.Body.Span, out int id, out _) ? id : throw new InvalidDataException("A slug without an organization.");

    private async Task<TableRow?> RowAsync(string slug, CancellationToken ct) =>
        slug.Length <= MaxLength && slug.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? await StoreRetry.RunAsync(token => tables.FindAsync(Table, Partition, slug, token), time, ct)
            : null;
}
