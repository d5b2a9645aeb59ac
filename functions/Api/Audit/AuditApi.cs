using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Audit;

/// <summary>The audit trail, an extension of this product.</summary>
public sealed class AuditApi(AuditService audit)
{
    [Function("audit_list")]
    public Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/audit")] HttpRequest req, CancellationToken ct)
    {
        req.ForbidCaching();
        return audit.ListAsync(req, ct);
    }
}
