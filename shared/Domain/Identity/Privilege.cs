namespace CvatServerless.Domain.Identity;

/// <summary>The global groups in order: none &lt; worker &lt; user &lt; admin.</summary>
public static class Privilege
{
    /// <summary>Names, lowest first; the index + 1 is the rank.</summary>
    private static readonly string[] Names = ["worker", "user", "admin"];

    /// <summary>The rank of no group.</summary>
    public const int None = 0;

    /// <summary>The rank of <c>worker</c>.</summary>
    public const int Worker = 1;

    /// <summary>The rank of <c>user</c>.</summary>
    public const int User = 2;

    /// <summary>The highest group of an account, or null.</summary>
    public static string? Of(User user) => Names.LastOrDefault(name => user.Groups.Contains(name));

    /// <summary>An actor's rank.</summary>
    public static int Rank(Actor actor) => Array.IndexOf(Names, actor.Privilege) + 1;
}
