using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>Somebody who calls the API.</summary>
public sealed record Caller(HttpClient Client, string Origin, AuthenticationHeaderValue? Authorization)
{
    public int Id { get; init; }

    public string Username { get; init; } = "";

    public string? Key { get; init; }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object? body) => SendAsync(HttpMethod.Post, path, Json(body));

    public Task<Answer> PatchAsync(string path, object? body) => SendAsync(HttpMethod.Patch, path, Json(body));

    public Task<Answer> PutAsync(string path, object? body) => SendAsync(HttpMethod.Put, path, Json(body));

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Origin + path) { Content = content };
        request.Headers.Authorization = Authorization;
        request.Headers.Accept.Add(new("application/vnd.cvat+json"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join('\n', h.Value), StringComparer.OrdinalIgnoreCase));
    }

    private static HttpContent? Json(object? body) => body switch
    {
        null => null,
        string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
        _ => JsonContent.Create(body),
    };
}

/// <summary>What the API answered.</summary>
public sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The JSON body.</summary>
    public JsonElement Body => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>A field of the body.</summary>
    public JsonElement this[string name] => Body.GetProperty(name);

    /// <summary>The id in the body.</summary>
    public int Id => this["id"].GetInt32();

    /// <summary>One field of every result of a list.</summary>
    public IReadOnlyList<string> Results(string name) => [.. this["results"].EnumerateArray().Select(item => item.GetProperty(name).ToString())];
}
