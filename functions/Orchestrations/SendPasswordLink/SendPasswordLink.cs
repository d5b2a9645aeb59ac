using System.Security.Cryptography;
using System.Text;
using CvatServerless.Functions.Api.Auth;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Orchestrations.SendPasswordLink;

/// <summary>
/// Mails a link to a new password. Whoever asks gets their answer before anybody has looked whether the address has an account, so that not even the time tells; and a
/// mail that was asked for survives a crash and a mail server that is away.
/// </summary>
public static class SendPasswordLinkOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "SendPasswordLink";

    /// <summary>Starts it; asked again while it runs, it goes on as it is.</summary>
    internal static Task StartAsync(DurableTaskClient client, PasswordLinkRequest request, CancellationToken ct)
    {
        var address = SHA256.HashData(Encoding.UTF8.GetBytes(request.Email.ToUpperInvariant()));
        return client.StartOnceAsync(Name, $"password-link-{Convert.ToHexStringLower(address.AsSpan(0, 16))}", request, ct);
    }

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var request = context.GetInput<PasswordLinkRequest>() ?? throw new InvalidOperationException("No input.");
        await context.CallActivityAsync(MailPasswordLink.Name, request with { Asked = context.CurrentUtcDateTime }, WorkPolicy.Retry);
    }
}

/// <summary>Somebody asked for a new password.</summary>
/// <param name="Email">The address that they gave.</param>
/// <param name="Link">The link, with <see cref="Parameters"/> where its parameters go.</param>
/// <param name="Asked">When, UTC.</param>
public sealed record PasswordLinkRequest(string Email, string Link, DateTime Asked = default)
{
    /// <summary>Stands for <c>uid=…&amp;token=…</c>.</summary>
    public const string Parameters = "{parameters}";
}

/// <summary>Makes the link and mails it.</summary>
public sealed class MailPasswordLink(PasswordService passwords)
{
    /// <summary>The function's name.</summary>
    public const string Name = "MailPasswordLink";

    /// <summary>Runs the step; repeated, it mails another link, and both work until one is used.</summary>
    [Function(Name)]
    public Task Run([ActivityTrigger] PasswordLinkRequest request, CancellationToken ct) => passwords.SendLinkAsync(request, ct);
}
