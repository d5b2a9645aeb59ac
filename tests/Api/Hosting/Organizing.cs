using Shouldly;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>Organizations and their members.</summary>
public static class Organizing
{
    private static int _slugs;

    /// <summary>A slug that nobody has.</summary>
    public static string NewSlug() => $"org-{Interlocked.Increment(ref _slugs)}";

    /// <summary>Founds an organization.</summary>
    public static async Task<(int Id, string Slug)> FoundAsync(this Caller owner)
    {
        var slug = NewSlug();
        return ((await owner.PostAsync("/api/organizations", new { slug })).Id, slug);
    }

    /// <summary>Makes an account a member; returns the membership's id.</summary>
    public static async Task<int> InviteAsync(this Caller inviter, (int Id, string Slug) organization, Caller invitee, string role)
    {
        var invitation = await inviter.PostAsync($"/api/invitations?org_id={organization.Id}", new { email = $"{invitee.Username}@example.test", role });
        invitation.Status.ShouldBe(201, invitation.Text);
        invitation["accepted"].GetBoolean().ShouldBeTrue();
        return int.Parse((await invitee.GetAsync($"/api/memberships?org_id={organization.Id}&user={invitee.Username}")).Results("id")[0]);
    }
}
