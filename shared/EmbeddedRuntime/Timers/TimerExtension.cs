using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Timers;

/// <summary>Timer triggers.</summary>
internal sealed class TimerExtension : IRuntimeExtension
{
    public void Register(IServiceCollection services, FunctionCatalog functions, HostSettings settings)
    {
        services.AddSingleton<ScheduleStore>();
        foreach (var (function, trigger) in functions.WithTrigger<TimerTriggerAttribute>())
        {
            var schedule = settings.Resolve(trigger.Schedule);
            TimerSchedule.Parse(function.Name, schedule);
            services.AddSingleton<IHostedService>(provider => new TimerListener(
                function, trigger, schedule, provider.GetRequiredService<ScheduleStore>(), provider.GetRequiredService<IFunctionInvoker>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TimerListener>>()));
        }
    }
}
