using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Marks a public method as a function and gives its name, which is unique in the app without regard to case.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public class FunctionAttribute(string name) : Attribute
    {
        /// <summary>The function's name.</summary>
        public string Name { get; } = name;
    }

    /// <summary>What key a caller must show.</summary>
    public enum AuthorizationLevel
    {
        /// <summary>No key.</summary>
        Anonymous = 0,

        /// <summary>As <see cref="Function"/>.</summary>
        User = 1,

        /// <summary>A function key or the master key.</summary>
        Function = 2,

        /// <summary>The master key.</summary>
        System = 3,

        /// <summary>The master key.</summary>
        Admin = 4,
    }

    /// <summary>An HTTP request starts the function. Always pass the level: the platform's default differs from the CLR's.</summary>
    public sealed class HttpTriggerAttribute : TriggerBindingAttribute
    {
        /// <summary>Any method, default level.</summary>
        public HttpTriggerAttribute()
        {
        }

        /// <summary>These methods, default level.</summary>
        public HttpTriggerAttribute(params string[] methods) => Methods = methods;

        /// <summary>Any method.</summary>
        public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

        /// <summary>These methods; HEAD and OPTIONS are not implied.</summary>
        public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
        {
            AuthLevel = authLevel;
            Methods = methods;
        }

        /// <summary>The route template after the route prefix; the function's name where null.</summary>
        public string? Route { get; set; }

        /// <summary>The methods; null or empty for every method.</summary>
        public string[]? Methods { get; private set; }

        /// <summary>What key a caller must show.</summary>
        public AuthorizationLevel AuthLevel { get; private set; }
    }

    /// <summary>The property of a result object that answers the HTTP request.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    public sealed class HttpResultAttribute : OutputBindingAttribute;

    /// <summary>A queue message starts the function.</summary>
    public sealed class QueueTriggerAttribute(string queueName) : TriggerBindingAttribute
    {
        /// <summary>The queue; <c>%NAME%</c> is an app setting.</summary>
        public string QueueName { get; } = queueName;

        /// <summary>The name of the connection setting; the embedded runtime has one store and ignores it.</summary>
        public string? Connection { get; set; }
    }

    /// <summary>The value is put on a queue after the function has succeeded.</summary>
    public sealed class QueueOutputAttribute(string queueName) : OutputBindingAttribute
    {
        /// <summary>The queue; <c>%NAME%</c> is an app setting.</summary>
        public string QueueName { get; } = queueName;

        /// <summary>The name of the connection setting; the embedded runtime has one store and ignores it.</summary>
        public string? Connection { get; set; }
    }

    /// <summary>A clock starts the function.</summary>
    public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
    {
        /// <summary>Six-field NCrontab expression (seconds first), or a time span, or <c>%NAME%</c> of a setting.</summary>
        public string Schedule { get; } = schedule;

        /// <summary>Whether occurrences are persisted, so that one missed while the app was down runs late. Never below one minute.</summary>
        public bool UseMonitor { get; set; } = true;

        /// <summary>Whether the function also runs when the app starts.</summary>
        public bool RunOnStartup { get; set; }
    }

    /// <summary>What a timer function is given.</summary>
    public class TimerInfo
    {
        /// <summary>The persisted schedule; null where it is not monitored.</summary>
        public ScheduleStatus? ScheduleStatus { get; set; }

        /// <summary>Whether the occurrence was missed and runs late.</summary>
        public bool IsPastDue { get; set; }
    }

    /// <summary>A timer's persisted occurrences, in local time.</summary>
    public class ScheduleStatus
    {
        /// <summary>The last occurrence; default before the first.</summary>
        public DateTime Last { get; set; }

        /// <summary>The next occurrence.</summary>
        public DateTime Next { get; set; }

        /// <summary>When this record was written; default before the first time.</summary>
        public DateTime LastUpdated { get; set; }
    }
}

namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions
{
#pragma warning disable CA1012 // the official constructors are public, too
    /// <summary>What ties a parameter, property or result to the outside.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public abstract class BindingAttribute : Attribute
    {
        /// <summary>For the kinds of bindings.</summary>
        public BindingAttribute()
        {
        }
    }

    /// <summary>What starts a function.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public abstract class TriggerBindingAttribute : BindingAttribute
    {
        /// <summary>For the kinds of triggers.</summary>
        public TriggerBindingAttribute()
        {
        }
    }

    /// <summary>What a function is given besides its trigger.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public abstract class InputBindingAttribute : BindingAttribute
    {
        /// <summary>For the kinds of inputs.</summary>
        public InputBindingAttribute()
        {
        }
    }

    /// <summary>Where a result goes.</summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
    public abstract class OutputBindingAttribute : BindingAttribute
    {
        /// <summary>For the kinds of outputs.</summary>
        public OutputBindingAttribute()
        {
        }
    }
#pragma warning restore CA1012
}
