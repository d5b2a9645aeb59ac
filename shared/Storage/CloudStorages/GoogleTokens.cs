using System.Security.Cryptography;
using System.Text.Json;
using CvatServerless.Domain.Ports;
using Google.Apis.Auth.OAuth2;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>
/// Access tokens of a service account that it signs itself: nobody is called for them, so that the addresses in a key file, which anybody may have written, are never used.
/// </summary>
internal static class GoogleTokens
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    /// <summary>Reads a key file.</summary>
    /// <exception cref="CloudStorageException">It is none of a service account.</exception>
    public static Func<CancellationToken, Task<string?>> Of(string keyFile)
    {
        try
        {
            var key = JsonSerializer.Deserialize(keyFile, GoogleJson.Default.GoogleKeyFile);
            if (key is { Type: "service_account", ClientEmail: { } email, PrivateKey: { } pem })
            {
                var credential = new ServiceAccountCredential(
                    new ServiceAccountCredential.Initializer(email) { KeyId = key.PrivateKeyId, Scopes = [Scope], UseJwtAccessWithScopes = true }.FromPrivateKey(pem));
                return async ct => await credential.GetAccessTokenForRequestAsync(null, ct);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException or ArgumentException)
        {
            // Said below, without what the file holds.
        }

        throw new CloudStorageException(CloudStorageFailure.Forbidden, "The key file is not that of a service account (JSON with client_email and private_key).");
    }
}
