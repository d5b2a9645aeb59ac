using System.Reflection;
using System.Runtime.CompilerServices;
using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where an app begins.</summary>
public class FunctionsApplication
{
    /// <summary>Starts to build an app whose functions are those of the calling assembly (the entry assembly, unless a test calls in between).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args, Assembly.GetCallingAssembly());
}

/// <summary>Builds an app.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private bool _isBuilt;

    private readonly Assembly _app;

    internal FunctionsApplicationBuilder(string[] args, Assembly app)
    {
        _app = app;
        _web = FunctionsHost.CreateWebBuilder(args, app);
    }

    /// <summary>Values shared while building.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    /// <summary>Environment variables and command line.</summary>
    public ConfigurationManager Configuration => _web.Configuration;

    /// <summary>The environment, from AZURE_FUNCTIONS_ENVIRONMENT.</summary>
    public IHostEnvironment Environment => _web.Environment;

    /// <summary>Logging.</summary>
    public ILoggingBuilder Logging => _web.Logging;

    /// <summary>Metrics.</summary>
    public IMetricsBuilder Metrics => _web.Metrics;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => _web.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => _web.Configuration;

    /// <summary>Builds the host; its start throws when the port is taken.</summary>
    public IHost Build()
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException("Build can only be called once.");
        }

        _isBuilt = true;
        return FunctionsHost.Build(_web, _middleware, _app.GetExportedTypes());
    }

    /// <summary>Replaces the service container.</summary>
    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <summary>Adds a middleware; the first one added is the outermost.</summary>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }
}

/// <summary>Adds the web part.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Lets functions take the request and answer it. Middleware added before sees no HttpContext, and the answer is sent when it goes on.</summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        builder.Use(CvatServerless.EmbeddedRuntime.Hosting.Http.HttpMiddleware.Wrap);
        return builder;
    }
}
