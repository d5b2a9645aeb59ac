namespace CvatServerless.Domain.Ports;

/// <summary>A precondition did not hold (409 or 412 of the service): read again and retry the whole use case.</summary>
public sealed class StoreConflictException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The store can't be reached, or refuses for the moment (5xx, 429): the same call may succeed later.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>There is no such blob.</summary>
public sealed class BlobNotFoundException(string name, Exception? cause = null) : Exception($"There is no blob '{name}'.", cause);
