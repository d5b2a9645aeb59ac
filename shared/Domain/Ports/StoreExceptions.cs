namespace CvatServerless.Domain.Ports;

/// <summary>A precondition did not hold (409 or 412 of the service): read again and retry the whole use case.</summary>
public sealed class StoreConflictException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The store can't be reached, or refuses for the moment (5xx, 429): the same call may succeed later.</summary>
public class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>There is no room left for what was to be stored; what is there can be read and removed.</summary>
public sealed class StoreFullException(Exception? cause = null) : StoreUnavailableException("The server's disk is full. Please remove what isn't needed, or ask its administrator for room.", cause);

/// <summary>There is no such blob.</summary>
public sealed class BlobNotFoundException(string name, Exception? cause = null) : Exception($"There is no blob '{name}'.", cause);
