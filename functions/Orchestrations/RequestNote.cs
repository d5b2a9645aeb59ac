using System.Globalization;
using CvatServerless.Domain.Requests;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>What <see cref="Domain.Workspaces.Unfinished"/> keeps of one attempt at a request.</summary>
/// <param name="CreatedDate">When the attempt was accepted.</param>
/// <param name="InstanceId">The attempt.</param>
/// <param name="Key">The request's key.</param>
internal sealed record RequestNote(DateTimeOffset CreatedDate, string InstanceId, string Key)
{
    /// <summary>The note of a request.</summary>
    public static RequestNote Of(WorkRequest request) => new(request.CreatedDate, request.InstanceId, request.Key);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static RequestNote Parse(string text)
    {
        var parts = text.Split(' ', 3);
        return new(new(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero), parts[1], parts[2]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedDate.UtcTicks} {InstanceId} {Key}");
}
