using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Labels;

/// <summary>Whether a task's labels fit those of a project that it moves into.</summary>
public static class LabelMatch
{
    /// <summary>Passes where every label, renamed as asked, is there with all its attributes.</summary>
    /// <exception cref="CvatException">400.</exception>
    public static void Require(IReadOnlyCollection<Label> own, IReadOnlyCollection<Label> target, IReadOnlyList<LabelWrite> renames)
    {
        foreach (var label in own)
        {
            var name = renames.FirstOrDefault(rename => rename.Id == label.Id)?.Name ?? label.Name;
            var match = target.FirstOrDefault(other => other.Name == name)
                ?? throw CvatException.Rule("All task or project label names must be mapped to the target project");
            foreach (var attribute in label.Attributes)
            {
                if (!match.Attributes.Any(other => IsSame(other, attribute)))
                {
                    throw CvatException.Rule($"Target project does not have \"{name}\" label with \"{attribute.Name}\" attribute");
                }
            }

            if (label.Sublabels.Any(sub => match.Sublabels.All(other => other.Name != sub.Name)))
            {
                throw CvatException.Rule("All task or project label names must be mapped to the target project");
            }
        }
    }

    private static bool IsSame(LabelAttribute one, LabelAttribute other) =>
        one.Name == other.Name && one.InputType == other.InputType && one.Values.SequenceEqual(other.Values);
}
