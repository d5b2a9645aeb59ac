namespace CvatServerless.Media.Chunks;

/// <summary>One picture that goes into a chunk.</summary>
/// <param name="Name">Frame name: for messages, and its extension names the entry of the original chunk.</param>
/// <param name="OpenAsync">Opens the encoded picture; called once, the stream is disposed.</param>
/// <param name="SizeBytes">Size when known, 0 otherwise: saves a copy.</param>
public sealed record ChunkSource(string Name, Func<CancellationToken, ValueTask<Stream>> OpenAsync, long SizeBytes = 0);
