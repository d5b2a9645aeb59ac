namespace CvatServerless.Functions.Http;

/// <summary>An error that the contract has as plain text instead of JSON: requests and downloads.</summary>
internal sealed class PlainTextException(int status, string message) : Exception(message)
{
    /// <summary>The status code.</summary>
    public int Status => status;
}
