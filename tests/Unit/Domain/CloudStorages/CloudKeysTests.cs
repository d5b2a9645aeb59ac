using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.CloudStorages;

public sealed class CloudKeysTests
{
    private static readonly CloudStorage Storage = new()
    {
        Id = 7,
        ProviderType = CloudProviders.S3,
        Resource = "bucket",
        DisplayName = "Mine",
        CredentialsType = CloudProviders.KeyFile,
        CreatedDate = default,
        UpdatedDate = default,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a/b.png", true)]
    [InlineData("a/..b/c..png", true)]
    [InlineData("a/", false)]
    [InlineData("/a.png", false)]
    [InlineData("a//b.png", false)]
    [InlineData("a/./b.png", false)]
    [InlineData("../../other/x.png", false)]
    [InlineData("a/%2e%2e/b.png", false)]
    [InlineData("a\\..\\b.png", false)]
    [InlineData("a\n.png", false)]
    [InlineData("", false)]
    public void IsObject_PlainRelativeKeys(string key, bool expected) => CloudKeys.IsObject(key).ShouldBe(expected);

    [Fact]
    public void IsManifest_WithinThePrefixOrNamedByTheOwner()
    {
        var storage = Storage with { SpecificAttributes = "prefix=set%2Fsub%2F", Manifests = ["set/named.jsonl"] };

        (CloudKeys.IsWithin(storage, "set/sub/1.png"), CloudKeys.IsWithin(storage, "set/1.png"), CloudKeys.IsWithin(Storage, "any")).ShouldBe((true, false, true));
        (CloudKeys.IsManifest(storage, "set/sub/m.jsonl"), CloudKeys.IsManifest(storage, "set/named.jsonl"), CloudKeys.IsManifest(storage, "set/m.jsonl")).ShouldBe((true, true, false));
    }

    [Fact]
    public async Task Secrets_LostOnes_AreAnErrorAndNeverNone()
    {
        var secrets = new Secrets();
        var version = await secrets.KeepAsync(7, new() { Fields = new Dictionary<string, string> { ["key_file"] = "{}" } }, Ct);

        (await secrets.ReadAsync(Storage, Ct)).Fields.ShouldBeEmpty();
        (await secrets.ReadAsync(Storage with { CredentialsVersion = version }, Ct))["key_file"].ShouldBe("{}");
        (await secrets.FindAsync(Storage with { CredentialsVersion = "lost" }, Ct)).ShouldBeNull();
        var failure = await Should.ThrowAsync<CloudStorageException>(() => secrets.ReadAsync(Storage with { CredentialsVersion = "lost" }, Ct));
        failure.Failure.ShouldBe(CloudStorageFailure.Forbidden);
        failure.Message.ShouldContain("enter the credentials again");
    }

    private sealed class Secrets : ISecretStore
    {
        private readonly Dictionary<(string Owner, string Name), string> _all = [];

        public Task<string?> FindAsync(string owner, string name, CancellationToken ct) => Task.FromResult(_all.GetValueOrDefault((owner, name)));

        public Task SetAsync(string owner, string name, string secret, CancellationToken ct)
        {
            _all[(owner, name)] = secret;
            return Task.CompletedTask;
        }

        public Task RemoveAsync(string owner, string name, CancellationToken ct) => throw new NotSupportedException();

        public Task RemoveAllAsync(string owner, CancellationToken ct) => throw new NotSupportedException();
    }
}
