using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>The tags <c>quality</c> and <c>consensus</c>: settings, and the answers of a server where nothing was measured yet.</summary>
public sealed class QualityApi(QualityService quality)
{
    private const string OneSettings = "api/quality/settings/{id:int}";
    private const string OneConsensus = "api/consensus/settings/{id:int}";
    private const string OneReport = "api/quality/reports/{id:int}";

    [Function("quality_list_settings")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quality/settings")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await quality.ListAsync(req, ct), WireJson.Default.QualitySettingsRead);

    [Function("quality_retrieve_settings")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneSettings)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await quality.ReadAsync(req, id, ct), WireJson.Default.QualitySettingsRead);

    [Function("quality_partial_update_settings")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = OneSettings)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await quality.UpdateAsync(req, id, ct), WireJson.Default.QualitySettingsRead);

    [Function("quality_update_settings")]
    public async Task<IActionResult> Replace([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = OneSettings)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await quality.UpdateAsync(req, id, ct), WireJson.Default.QualitySettingsRead);

    [Function("consensus_list_settings")]
    public async Task<IActionResult> ListConsensus([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/consensus/settings")] HttpRequest req, CancellationToken ct) =>
        Paging.Write(req, await quality.ListConsensusAsync(req, ct), WireJson.Default.ConsensusSettingsRead);

    [Function("consensus_retrieve_settings")]
    public async Task<IActionResult> RetrieveConsensus([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneConsensus)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await quality.ReadConsensusAsync(req, id, ct), WireJson.Default.ConsensusSettingsRead);

    [Function("consensus_partial_update_settings")]
    public async Task<IActionResult> UpdateConsensus([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = OneConsensus)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(await quality.UpdateConsensusAsync(req, id, ct), WireJson.Default.ConsensusSettingsRead);

    [Function("quality_list_reports")]
    public IActionResult ListReports([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quality/reports")] HttpRequest req) =>
        Empty(req, QualityFields.Reports);

    [Function("quality_list_conflicts")]
    public IActionResult ListConflicts([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quality/conflicts")] HttpRequest req) =>
        Empty(req, QualityFields.Conflicts);

    [Function("quality_list_job_validations")]
    public IActionResult ListValidations([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quality/job_validations")] HttpRequest req) =>
        Empty(req, QualityFields.Validations);

    [Function("quality_retrieve_report")]
    public IActionResult Report([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneReport)] HttpRequest req, int id) => throw NoReport();

    [Function("quality_retrieve_report_data")]
    public IActionResult ReportData([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneReport + "/data")] HttpRequest req, int id) => throw NoReport();

    [Function("quality_retrieve_report_confusion")]
    public IActionResult ReportConfusion([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneReport + "/confusion")] HttpRequest req, int id) => throw NoReport();

    [Function("quality_retrieve_report_requirement_confusion")]
    public IActionResult ReportMatrix([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = OneReport + "/confusion/matrix")] HttpRequest req, int id) => throw NoReport();

    [Function("quality_retrieve_job_validations")]
    public IActionResult Validation([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/quality/job_validations/{id:int}")] HttpRequest req, int id) =>
        throw CvatException.NotFound("No JobValidation matches the given query.");

    private static CvatException NoReport() => CvatException.NotFound("No QualityReport matches the given query.");

    /// <summary>An empty page; what is wrong with the query is said all the same.</summary>
    private static IActionResult Empty(HttpRequest req, FieldSet<NoRow> fields)
    {
        req.Scope();
        var query = req.ListQuery(fields);
        var rows = query.Collector();
        _ = query.PageOf(rows);
        return Paging.Write(req, new Page<NoRow>(0, [], query.Page, query.PageSize), WireJson.Default.NoRow);
    }
}
