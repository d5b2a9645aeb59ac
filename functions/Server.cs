using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Api.Auth;
using CvatServerless.Functions.Commands;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CvatServerless.Functions;

/// <summary>The composition root, the same on both runtimes.</summary>
public static class Server
{
    /// <summary>Runs until it is told to stop, or carries out a command (<c>manifest …</c>); returns the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["manifest", .. var command])
        {
            return await ManifestCommand.RunAsync(command);
        }

        try
        {
            using var host = Build(args);
            await PrepareAsync(host);
            await host.StartAsync();
            AnnounceReadiness(host);
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is not NullReferenceException)
        {
            await Console.Error.WriteLineAsync($"CvatServerless can't start: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    /// <summary>Builds the host; settings come from the environment and from <paramref name="args"/> (<c>--NAME value</c>).</summary>
    public static IHost Build(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        var options = ServerOptions.From(builder.Configuration);
        builder.Configuration["EMBEDDED_RUNTIME_DIRECTORY"] ??= Path.Combine(options.DataFolder, "runtime");
        builder.Configuration["CVATSERVERLESS_TASKHUB"] ??= "cvatserverless";
        builder.ConfigureFunctionsWebApplication();
        builder.UseWhen<ErrorMiddleware>(IsHttp);
        builder.UseWhen<AuthMiddleware>(IsHttp);
        builder.Services.AddFunctions(options);
        return builder.Build();
    }

    /// <summary>What must be there before the first request: a store that can be written to, and an administrator.</summary>
    public static async Task PrepareAsync(IHost host)
    {
        var options = host.Services.GetRequiredService<ServerOptions>();
        var password = await host.Services.GetRequiredService<Registration>().EnsureAdministratorAsync(CancellationToken.None);
        if (password is not null)
        {
            await Console.Out.WriteLineAsync($"The administrator '{options.AdminUsername}' was made with the password {password} (it is not shown again).");
        }
    }

    private static bool IsHttp(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase));

    private static void AnnounceReadiness(IHost host)
    {
        var addresses = host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses;
        Console.Out.WriteLine($"CvatServerless is ready at {addresses?.FirstOrDefault() ?? "its address"}");
    }
}
