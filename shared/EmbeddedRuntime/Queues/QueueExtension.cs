using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Queues;

/// <summary>Queue triggers and queue outputs.</summary>
internal sealed class QueueExtension : IRuntimeExtension
{
    public void Register(IServiceCollection services, FunctionCatalog functions, HostSettings settings)
    {
        services.TryAddSingleton<IQueueBackend, SqliteQueueBackend>();
        services.AddSingleton<IOutputSink, QueueOutputSink>();
        var options = QueueOptions.From(settings);
        foreach (var (function, trigger) in functions.WithTrigger<QueueTriggerAttribute>())
        {
            var queue = settings.Resolve(trigger.QueueName);
            services.AddSingleton<IHostedService>(provider => new QueueListener(
                function, queue, options, provider.GetRequiredService<IQueueBackend>(), provider.GetRequiredService<IFunctionInvoker>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<QueueListener>>()));
        }
    }
}

/// <summary>Puts output values on queues.</summary>
internal sealed class QueueOutputSink(IQueueBackend backend, HostSettings settings) : IOutputSink
{
    private readonly bool _isBase64 = QueueText.IsBase64(settings);

    public bool Handles(OutputBindingAttribute attribute) => attribute is QueueOutputAttribute;

    public async Task WriteAsync(OutputBindingAttribute attribute, object value, CancellationToken cancellationToken)
    {
        var queue = settings.Resolve(((QueueOutputAttribute)attribute).QueueName);
        foreach (var text in QueueText.TextsOf(value))
        {
            await backend.SendAsync(queue, QueueText.Encode(text, _isBase64), cancellationToken);
        }
    }
}
