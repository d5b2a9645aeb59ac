using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>Waits for background work of the server.</summary>
public static class Eventually
{
    private const int Attempts = 600;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns once a condition holds; fails where it does not come to hold.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            attempt.ShouldBeLessThan(Attempts);
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
