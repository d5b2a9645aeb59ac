using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Lists and detail calls agree: for people of every sort and objects with people at random.</summary>
public sealed class VisibilityApiTests(ApiFixture api)
{
    private const int Seed = 20261124;
    private static readonly string[] Kinds = ["projects", "tasks", "jobs", "issues", "comments", "labels"];

    [Fact]
    public async Task Lists_ShowWhatDetailCallsGive_AndNothingElse()
    {
        var random = new Random(Seed);
        var (organization, people) = await PeopleAsync();
        var ids = await ObjectsAsync(random, organization, [.. people.Values.Append(people["former"])]);
        (await api.Admin.DeleteAsync($"/api/memberships/{people["former"].Key}")).Status.ShouldBe(204);

        foreach (var (role, person) in people)
        {
            foreach (var kind in Kinds)
            {
                var known = ids[kind];
                var given = new List<int>();
                foreach (var id in known)
                {
                    if ((await person.GetAsync($"/api/{kind}/{id}")).Status == 200)
                    {
                        given.Add(id);
                    }
                }

                var everywhere = await ListedAsync(person, kind, "");
                everywhere.Except(given).ShouldBeEmpty($"{role} lists {kind} that a detail call refuses");
                (await ListedAsync(person, kind, "&org=")).Intersect(known).ShouldBeEmpty($"{role}: {kind} of an organization in the personal space");
                if (role is "former" or "outsider")
                {
                    (await person.GetAsync($"/api/{kind}?org_id={organization}")).Status.ShouldBe(403);
                    (given.Count > 0).ShouldBe(role == "outsider" && kind == "jobs");
                    given.ShouldBe(role == "outsider" && kind == "jobs" ? everywhere : [], ignoreOrder: true, $"{role}: {kind}");
                }
                else if (kind != "labels")
                {
                    (await ListedAsync(person, kind, $"&org_id={organization}")).ShouldBe(given, ignoreOrder: true, $"{role}: {kind} in the organization");
                }
            }
        }
    }

    private static async Task<List<int>> ListedAsync(Caller person, string kind, string context) =>
        [.. (await person.GetAsync($"/api/{kind}?page_size=500{context}")).Results("id").Select(int.Parse)];

    /// <summary>One person for every role, one that is to leave, one from outside; a key is the membership's id.</summary>
    private async Task<(int Organization, Dictionary<string, Caller> People)> PeopleAsync()
    {
        var owner = await api.NewUserAsync("random-owner");
        var organization = (await owner.PostAsync("/api/organizations", new { slug = $"rnd-{owner.Id}" })).Id;
        var people = new Dictionary<string, Caller> { ["owner"] = owner };
        foreach (var (name, role) in new[] { ("maintainer", "maintainer"), ("weak maintainer", "maintainer"), ("supervisor", "supervisor"), ("worker", "worker"), ("former", "worker") })
        {
            var person = await api.NewUserAsync($"random-{role}");
            await owner.PostAsync($"/api/invitations?org_id={organization}", new { email = $"{person.Username}@example.test", role });
            var membership = (await person.GetAsync($"/api/memberships?org_id={organization}&user={person.Username}")).Results("id")[0];
            people[name] = person with { Key = membership };
        }

        people["outsider"] = await api.NewUserAsync("random-outsider");
        foreach (var name in new[] { "weak maintainer", "worker", "former", "outsider" })
        {
            (await api.Admin.PatchAsync($"/api/users/{people[name].Id}", new { groups = new[] { "worker" } })).Status.ShouldBe(200);
        }

        return (organization, people);
    }

    private async Task<Dictionary<string, List<int>>> ObjectsAsync(Random random, int organization, IReadOnlyList<Caller> people)
    {
        var ids = Kinds.ToDictionary(kind => kind, _ => new List<int>());
        int Someone() => people[random.Next(people.Count)].Id;
        var labels = new[] { new { name = "car" } };
        for (var i = 0; i < 6; i++)
        {
            ids["projects"].Add((await api.Admin.PostAsync($"/api/projects?org_id={organization}", new { name = "p", labels, owner_id = Someone(), assignee_id = Someone() })).Id);
        }

        for (var i = 0; i < 12; i++)
        {
            object task = i % 2 == 0
                ? new { name = "t", labels, owner_id = Someone(), assignee_id = Someone() }
                : new { name = "t", project_id = ids["projects"][random.Next(6)], owner_id = Someone(), assignee_id = Someone() };
            var id = (await api.Admin.PostAsync($"/api/tasks?org_id={organization}", task)).Id;
            ids["tasks"].Add(id);
            foreach (var job in await api.JobsAsync(api.Admin, id, 2, organization))
            {
                ids["jobs"].Add(job);
                (await api.Admin.PatchAsync($"/api/jobs/{job}", new { assignee = Someone() })).Status.ShouldBe(200);
                var issue = new { frame = 0, position = new[] { 1, 2 }, job, message = "?", assignee = Someone() };
                ids["issues"].Add((await api.Admin.PostAsync($"/api/issues?org_id={organization}", issue)).Id);
            }
        }

        ids["comments"].AddRange((await api.Admin.GetAsync($"/api/comments?org_id={organization}&page_size=500")).Results("id").Select(int.Parse));
        ids["labels"].AddRange((await api.Admin.GetAsync($"/api/labels?org_id={organization}&page_size=500")).Results("id").Select(int.Parse));
        return ids;
    }
}
