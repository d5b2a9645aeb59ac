using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>Requirements of quality settings.</summary>
public sealed class RequirementsApi(QualityRequirements requirements)
{
    private const string Many = "api/quality/settings/requirements";
    private const string One = Many + "/{id:int}";

    [Function("quality_list_settings_requirements")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await requirements.ListAsync(req, ct), WireJson.Default.RequirementRead);

    [Function("quality_create_settings_requirements")]
    public async Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many)] HttpRequest req, CancellationToken ct) =>
        Wire.Json(await requirements.CreateAsync(req, ct), WireJson.Default.RequirementRead, StatusCodes.Status201Created);

    [Function("quality_create_settings_requirements_bulk")]
    public async Task<IActionResult> CreateMany([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Many + "/bulk")] HttpRequest req, CancellationToken ct) =>
        Wire.Json(await requirements.CreateManyAsync(req, ct), WireJson.Default.IReadOnlyListRequirementRead, StatusCodes.Status201Created);

    [Function("quality_retrieve_settings_requirements")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await requirements.ReadAsync(req, id, ct), WireJson.Default.RequirementRead);

    [Function("quality_partial_update_settings_requirements")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await requirements.UpdateAsync(req, id, isPartial: true, ct), WireJson.Default.RequirementRead);

    [Function("quality_update_settings_requirements")]
    public async Task<IActionResult> Replace([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await requirements.UpdateAsync(req, id, isPartial: false, ct), WireJson.Default.RequirementRead);

    [Function("quality_destroy_settings_requirements")]
    public async Task<IActionResult> Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await requirements.DeleteAsync(req, id, ct);
        return Wire.Empty(StatusCodes.Status204NoContent);
    }
}
