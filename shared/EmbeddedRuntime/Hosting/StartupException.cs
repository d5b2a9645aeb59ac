namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>The app can't start. The message is one line that a user can act on (port in use, functions that clash, unwritable folder).</summary>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
