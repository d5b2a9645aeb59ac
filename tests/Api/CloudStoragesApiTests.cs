using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Answers about cloud storages against the contract; what needs a bucket is in tests/clients. Here every address is refused.</summary>
public sealed class CloudStoragesApiTests(ApiFixture api)
{
    private static readonly object Body = new
    {
        provider_type = "AWS_S3_BUCKET",
        resource = "bucket",
        display_name = "B",
        credentials_type = "ANONYMOUS_ACCESS",
        specific_attributes = "endpoint_url=http%3A%2F%2F127.0.0.1%3A9",
    };

    [Fact]
    public async Task cloudstorages_create_AddressThatIsNotPublic_Is400InPlainText()
    {
        var answer = await api.Admin.PostAsync("/api/cloudstorages", Body);

        (answer.Status, answer.Headers["Content-Type"], answer.Text).ShouldBe(
            (400, "text/html; charset=utf-8", "resource: The server does not connect to 127.0.0.1: its address is not public.\n"));
    }

    [Theory]
    [InlineData("""{"provider_type":"AWS_S3_BUCKET","credentials_type":"ANONYMOUS_ACCESS","resource":"a..b","display_name":"d"}""", "resource: ")]
    [InlineData("""{"provider_type":"GOOGLE_CLOUD_STORAGE","credentials_type":"ANONYMOUS_ACCESS","resource":"..","display_name":"d"}""", "resource: ")]
    [InlineData("{}", "provider_type: This field is required.\n")]
    [InlineData("""{"provider_type":"AZURE_CONTAINER","credentials_type":"ANONYMOUS_ACCESS","resource":"c","display_name":"d"}""", "non_field_errors: Enter account_name.\n")]
    [InlineData("""{"provider_type":"AZURE_CONTAINER","credentials_type":"ANONYMOUS_ACCESS","resource":"c","display_name":"d","account_name":"evil.example/x"}""", "account_name: ")]
    public async Task cloudstorages_create_BadFields_AreLines(string body, string line)
    {
        var answer = await api.Admin.PostAsync("/api/cloudstorages", body);

        (answer.Status, answer.Text.Contains(line, StringComparison.Ordinal)).ShouldBe((400, true), answer.Text);
    }

    [Fact]
    public async Task cloudstorages_create_MemberWhoManagesNothing_Is403WithACode()
    {
        var (owner, supervisor) = (await api.NewUserAsync("owner"), await api.NewUserAsync("supervisor"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, supervisor, "supervisor");

        var answer = await supervisor.PostAsync($"/api/cloudstorages?org={organization.Slug}", Body);

        (answer.Status, answer["code"].GetString(), answer["message"].GetString()).ShouldBe((403, "permission_denied", "You do not have permission to perform this action."));
        (await owner.PostAsync($"/api/cloudstorages?org={organization.Slug}", Body)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task cloudstorages_list_FilterSortSearch_AreTheContracts()
    {
        var owner = await api.NewUserAsync("storages");
        var (first, second) = (await SeedAsync(owner, "alpha"), await SeedAsync(owner, "beta"));

        (await owner.GetAsync("/api/cloudstorages")).Results("id").ShouldBe([$"{second}", $"{first}"]);
        (await owner.GetAsync("/api/cloudstorages?sort=name")).Results("display_name").ShouldBe(["alpha", "beta"]);
        (await owner.GetAsync("/api/cloudstorages?name=beta")).Results("id").ShouldBe([$"{second}"]);
        (await owner.GetAsync("/api/cloudstorages?search=alp")).Results("id").ShouldBe([$"{first}"]);
        (await owner.GetAsync("/api/cloudstorages?filter={\"==\":[{\"var\":\"provider_type\"},\"AZURE_CONTAINER\"]}"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync("/api/cloudstorages?provider_type=TAPE")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task cloudstorages_retrieve_StrangersAndMissing_Are403And404()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await SeedAsync(owner, "mine");

        var read = await owner.GetAsync($"/api/cloudstorages/{id}");

        (read.Status, read["organization"].ValueKind, read["owner"].GetProperty("username").GetString()).ShouldBe((200, System.Text.Json.JsonValueKind.Null, owner.Username));
        read.Text.ShouldNotContain("version");
        (await stranger.GetAsync($"/api/cloudstorages/{id}")).Status.ShouldBe(403);
        (await owner.GetAsync("/api/cloudstorages/999999")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/cloudstorages/{id}/status")).Text.ShouldBe("\"NOT_FOUND\"");
        (await owner.GetAsync($"/api/cloudstorages/{id}/content-v2")).Text.ShouldContain("not public");
        (await owner.GetAsync($"/api/cloudstorages/{id}/content-v2?page_size=x")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task cloudstorages_partial_update_Errors_AreJsonByField()
    {
        var owner = await api.NewUserAsync("patcher");
        var id = await SeedAsync(owner, "mine");

        (await owner.PatchAsync($"/api/cloudstorages/{id}", new { description = "d" }))["resource"][0].GetString()!.ShouldContain("not public");
        (await owner.PatchAsync($"/api/cloudstorages/{id}", new { display_name = "" }))["display_name"][0].GetString().ShouldBe("This field may not be blank.");
        (await owner.PatchAsync($"/api/cloudstorages/{id}", new { provider_type = "AZURE_CONTAINER" })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task cloudstorages_create_manifest_OutsideThePrefix_Is400ByField()
    {
        var owner = await api.NewUserAsync("writer");
        var id = await SeedAsync(owner, "mine", "&prefix=data%2F");

        (await owner.PostAsync($"/api/cloudstorages/{id}/manifest", new { prefix = "other/" }))["prefix"].GetArrayLength().ShouldBe(1);
        (await owner.PostAsync($"/api/cloudstorages/{id}/manifest", new { path = "../manifest.jsonl" }))["path"].GetArrayLength().ShouldBe(1);
        (await owner.PostAsync($"/api/cloudstorages/{id}/manifest", new { })).Status.ShouldBe(202);
    }

    [Fact]
    public async Task cloudstorages_create_manifest_OneTooMany_Is400ByField()
    {
        var owner = await api.NewUserAsync("collector");
        var id = await SeedAsync(owner, "mine", manifests: CloudStorage.MaxManifests);

        (await owner.PostAsync($"/api/cloudstorages/{id}/manifest", new { path = "manifest.jsonl" }))["path"].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task cloudstorages_retrieve_content_v2_LostCredentials_Is403WithASentence()
    {
        var owner = await api.NewUserAsync("loser");
        var id = await SeedAsync(owner, "mine");
        await api.Services.GetRequiredService<ISecretStore>().RemoveAllAsync(CloudSecrets.OwnerOf(id), TestContext.Current.CancellationToken);

        var answer = await owner.GetAsync($"/api/cloudstorages/{id}/content-v2");

        answer.Status.ShouldBe(403);
        answer.Text.ShouldContain("enter the credentials again");
    }

    [Fact]
    public async Task cloudstorages_retrieve_content_v2_ManifestOutsideThePrefix_Is400()
    {
        var owner = await api.NewUserAsync("peeper");
        var id = await SeedAsync(owner, "mine", "&prefix=data%2F");

        (await owner.GetAsync($"/api/cloudstorages/{id}/content-v2?manifest_path=other/manifest.jsonl")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task cloudstorages_destroy_Removed_IsGoneButInTheHistory()
    {
        var owner = await api.NewUserAsync("remover");
        var id = await SeedAsync(owner, "mine");
        var secrets = api.Services.GetRequiredService<ISecretStore>();
        await secrets.SetAsync(CloudSecrets.OwnerOf(id), "the-version", "hush", TestContext.Current.CancellationToken);

        (await owner.DeleteAsync($"/api/cloudstorages/{id}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/cloudstorages/{id}")).Status.ShouldBe(404);
        (await secrets.FindAsync(CloudSecrets.OwnerOf(id), "the-version", TestContext.Current.CancellationToken)).ShouldBeNull();
        var history = await owner.GetAsync($"/api/audit?resource=cloudstorage&id={id}");
        history.Results("action").ShouldBe(["delete", "create"]);
        history.Text.ShouldNotContain("the-version");
    }

    private async Task<int> SeedAsync(Caller owner, string name, string attributes = "", int manifests = 0)
    {
        var workspace = WorkspaceId.Personal(owner.Id);
        var storage = new CloudStorage
        {
            Id = await api.Services.GetRequiredService<ISequences>().NextAsync(CloudStorage.Kind, 1, default),
            ProviderType = CloudProviders.S3,
            Resource = "bucket",
            DisplayName = name,
            CredentialsType = CloudProviders.Anonymous,
            CredentialsVersion = "the-version",
            SpecificAttributes = "endpoint_url=http%3A%2F%2F127.0.0.1%3A9" + attributes,
            Manifests = [.. Enumerable.Range(0, manifests).Select(i => $"data/{i}.jsonl")],
            OwnerId = owner.Id,
            CreatedDate = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero),
            UpdatedDate = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero),
        };
        await api.Services.GetRequiredService<ISecretStore>().SetAsync(CloudSecrets.OwnerOf(storage.Id), "the-version", "{\"fields\":{}}", default);
        await api.Services.GetRequiredService<ILocators>().AddAsync(workspace, CloudStorage.Kind, [storage.Key], default);
        await api.Services.GetRequiredService<IWorkspaces>().CommitAsync(workspace, new ChangeSet(owner.Id).Create(storage), default);
        return storage.Id;
    }
}
