using System.Net.Mail;
using System.Text.RegularExpressions;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Users;

/// <summary>Changes of accounts: which fields somebody may send, and what they mean.</summary>
internal static partial class UserRules
{
    private const int MaxItems = 50;
    private static readonly string[] OwnFields = ["username", "first_name", "last_name"];
    private static readonly string[] ProfileFields = ["cvat_usage_reason", "primary_role", "planned_activities", "data_types", "discovery_source"];
    private static readonly string[] StaffFields = ["email", "groups", "is_staff", "is_superuser", "is_active"];
    private static readonly string[] Groups = ["admin", "user", "worker"];
    private static readonly string[] UsageReasons = ["", "work_project", "academic_research", "teaching_or_coursework", "personal_project"];

    private static readonly string[] Activities =
        ["set_up_projects", "annotate_data", "review_quality", "manage_annotators", "connect_models", "evaluate_for_organization"];

    /// <summary>Whether a text is one mail address with a domain.</summary>
    public static bool IsEmail(string address) => MailAddress.TryCreate(address, out var parsed) && parsed.Address == address && parsed.Host.Contains('.');

    /// <summary>Whether a text can be a user name.</summary>
    public static bool IsUsername(string name) => UsernamePattern().IsMatch(name);

    /// <summary>Reads a change.</summary>
    /// <exception cref="CvatException">400: a field is unknown, may not be changed by this actor, or has a bad value; 403: a token may not change mail addresses.</exception>
    public static Func<User, User> Change(Actor actor, FieldReader fields)
    {
        RefuseOtherFields(actor, fields);
        if (actor.Credential == Credential.AccessToken && fields.Has("email"))
        {
            throw CvatException.Forbidden();
        }

        var names = ReadNames(fields);
        var profile = ReadProfile(fields);
        var active = fields.Bool("is_active");
        var groups = ReadGroups(fields);
        fields.Errors.ThrowIfAny();
        return read =>
        {
            var named = names(read);
            return named with { Profile = profile(named.Profile), IsActive = active.Or(read.IsActive), Groups = groups(read.Groups) };
        };
    }

    private static void RefuseOtherFields(Actor actor, FieldReader fields)
    {
        var others = fields.Names.Except(OwnFields).Except(ProfileFields).Except(actor.IsAdmin ? StaffFields : []).ToList();
        if (others.Count == 0)
        {
            return;
        }

        var known = others.Intersect(StaffFields).ToList();
        var list = string.Join(", ", (known.Count > 0 ? known : others).Select(name => $"'{name}'"));
        var message = known.Count > 0 ? $"You do not have permissions to access some of these fields: {{{list}}}" : $"Got unknown fields: {{{list}}}";
        throw CvatException.Field(FieldErrors.NonField, message);
    }

    private static Func<User, User> ReadNames(FieldReader fields)
    {
        var username = fields.Text("username", 150);
        var first = fields.Text("first_name", 150, allowBlank: true);
        var last = fields.Text("last_name", 150, allowBlank: true);
        var email = fields.Text("email", 254, allowBlank: true);
        if (username.Value is { } name && !IsUsername(name))
        {
            fields.Errors.Add("username", "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.");
        }

        if (email.Value is { Length: > 0 } address && !IsEmail(address))
        {
            fields.Errors.Add("email", "Enter a valid email address.");
        }

        return read => read with
        {
            Username = username.Or(read.Username)!,
            FirstName = first.Or(read.FirstName)!,
            LastName = last.Or(read.LastName)!,
            Email = email.Or(read.Email)!,
        };
    }

    private static Func<UserProfile?, UserProfile?> ReadProfile(FieldReader fields)
    {
        var reason = fields.Choice("cvat_usage_reason", UsageReasons);
        var role = fields.Text("primary_role", 128, allowBlank: true);
        var source = fields.Text("discovery_source", 128, allowBlank: true);
        var activities = fields.Texts("planned_activities", 128);
        var types = fields.Texts("data_types", 128);
        if (activities?.Except(Activities).FirstOrDefault() is { } unknown)
        {
            fields.Errors.Add("planned_activities", $"\"{unknown}\" is not a valid choice.");
        }

        if (activities?.Count > MaxItems || types?.Count > MaxItems)
        {
            fields.Errors.Add(activities?.Count > MaxItems ? "planned_activities" : "data_types", $"Ensure this field has no more than {MaxItems} elements.");
        }

        if (!ProfileFields.Any(fields.Has))
        {
            return read => read;
        }

        return read => new()
        {
            UsageReason = reason.Or(read?.UsageReason) ?? "",
            PrimaryRole = role.Or(read?.PrimaryRole) ?? "",
            PlannedActivities = activities ?? read?.PlannedActivities ?? [],
            DataTypes = types ?? read?.DataTypes ?? [],
            DiscoverySource = source.Or(read?.DiscoverySource) ?? "",
        };
    }

    /// <summary>The contract's two flags of an administrator are its group here.</summary>
    private static Func<IReadOnlyList<string>, IReadOnlyList<string>> ReadGroups(FieldReader fields)
    {
        var groups = fields.Texts("groups", 150);
        var (staff, super) = (fields.Bool("is_staff"), fields.Bool("is_superuser"));
        if (groups?.Except(Groups).FirstOrDefault() is { } unknown)
        {
            fields.Errors.Add("groups", $"Object with name={unknown} does not exist.");
        }

        if (staff.IsSet && super.IsSet && staff.Value != super.Value)
        {
            fields.Errors.Add("is_superuser", "Here an administrator is staff and superuser, or neither.");
        }

        bool? isAdmin = super.IsSet ? super.Value : staff.IsSet ? staff.Value : null;
        return read =>
        {
            var next = (groups ?? read).Distinct();
            return [.. isAdmin switch { true => next.Append("admin").Distinct(), false => next.Where(group => group != "admin"), null => next }];
        };
    }

    [GeneratedRegex(@"^[\w.@+-]+$")]
    private static partial Regex UsernamePattern();
}
