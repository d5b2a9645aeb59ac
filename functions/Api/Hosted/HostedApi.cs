using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Hosted;

/// <summary>
/// Operations of the contract's hosted edition alone (contract-resources.md §1.11) and of analytics, which <c>server/plugins</c> says are off: 404, as from every
/// server without them. Sign-in by an identity provider is by bearer token here, not by redirects.
/// </summary>
public sealed class HostedApi
{
    [Function("analytics_create_report")]
    public IActionResult AnalyticsCreateReport([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/analytics/reports")] HttpRequest req) => throw CvatException.NotFound();

    [Function("analytics_get_reports")]
    public IActionResult AnalyticsGetReports([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/analytics/reports")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_create_oidc_login_token")]
    public IActionResult AuthCreateOidcLoginToken([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/oidc/{id}/login/token")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_create_saml_login_token")]
    public IActionResult AuthCreateSamlLoginToken([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/saml/{id}/login/token")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_create_social_login_token")]
    public IActionResult AuthCreateSocialLoginToken([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/auth/social/{id}/login/token")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_list_social")]
    public IActionResult AuthListSocial([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/social")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_retrieve_oidc_login")]
    public IActionResult AuthRetrieveOidcLogin([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/oidc/{id}/login")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_retrieve_oidc_login_callback")]
    public IActionResult AuthRetrieveOidcLoginCallback([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/oidc/{id}/login/callback")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_retrieve_social_login")]
    public IActionResult AuthRetrieveSocialLogin([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/social/{id}/login")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_retrieve_social_login_callback")]
    public IActionResult AuthRetrieveSocialLoginCallback([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/social/{id}/login/callback")] HttpRequest req) => throw CvatException.NotFound();

    [Function("auth_retrieve_sso_login_url")]
    public IActionResult AuthRetrieveSsoLoginUrl([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/auth/sso/login-url")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_create")]
    public IActionResult LimitsCreate([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/limits")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_destroy")]
    public IActionResult LimitsDestroy([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/limits/{id:int}")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_list")]
    public IActionResult LimitsList([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/limits")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_partial_update")]
    public IActionResult LimitsPartialUpdate([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/limits/{id:int}")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_retrieve")]
    public IActionResult LimitsRetrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/limits/{id:int}")] HttpRequest req) => throw CvatException.NotFound();

    [Function("limits_retrieve_default")]
    public IActionResult LimitsRetrieveDefault([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/limits/default")] HttpRequest req) => throw CvatException.NotFound();

    [Function("usage_list")]
    public IActionResult UsageList([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/usage")] HttpRequest req) => throw CvatException.NotFound();

    [Function("user_agreements_retrieve")]
    public IActionResult UserAgreementsRetrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/user-agreements")] HttpRequest req) => throw CvatException.NotFound();
}
