using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;
using CvatServerless.Domain.Organizations;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Organizations;

/// <summary>A new or changed organization.</summary>
internal sealed record OrganizationWrite(Optional<string> Slug, Optional<string> Name, Optional<string> Description, Optional<JsonElement> Contact);

/// <summary>Whom to invite for what.</summary>
internal sealed record InvitationWrite(string Email, OrganizationRole Role);

/// <summary>Requests of the tags <c>organizations</c>, <c>memberships</c> and <c>invitations</c>.</summary>
internal static partial class OrganizationRules
{
    /// <summary>The roles of the contract.</summary>
    public static readonly string[] Roles = ["worker", "supervisor", "maintainer", "owner"];

    private const int MaxDescription = 64 * 1024;
    private const int MaxContact = 16 * 1024;

    /// <summary>Reads an organization to create or change.</summary>
    public static OrganizationWrite Read(FieldReader fields)
    {
        var slug = fields.Text("slug", 16, required: true);
        if (slug.Value is { } text && !SlugPattern().IsMatch(text))
        {
            fields.Errors.Add("slug", "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.");
        }

        var write = new OrganizationWrite(slug, fields.Text("name", 64, allowBlank: true), fields.Text("description", MaxDescription, allowBlank: true), Contact(fields));
        fields.Errors.ThrowIfAny();
        return write;
    }

    /// <summary>Reads a change of role; absent: none.</summary>
    public static OrganizationRole? Role(FieldReader fields)
    {
        var role = fields.Choice("role", Roles);
        fields.Errors.ThrowIfAny();
        return role.IsSet ? OrganizationRoles.Parse(role.Value) : null;
    }

    /// <summary>Reads an invitation.</summary>
    public static InvitationWrite Invitation(FieldReader fields)
    {
        var role = fields.Choice("role", Roles, required: true);
        var email = fields.Text("email", 150, required: true);
        if (email.Value is { } address && (!MailAddress.TryCreate(address, out var parsed) || parsed.Address != address || !parsed.Host.Contains('.')))
        {
            fields.Errors.Add("email", "Enter a valid email address.");
        }

        fields.Errors.ThrowIfAny();
        return new(email.Value!, OrganizationRoles.Parse(role.Value));
    }

    private static Optional<JsonElement> Contact(FieldReader fields)
    {
        if (fields.Raw("contact") is not { } contact)
        {
            return default;
        }

        if (contact.ValueKind == JsonValueKind.Null)
        {
            fields.Errors.Add("contact", "This field may not be null.");
        }
        else if (contact.GetRawText().Length > MaxContact)
        {
            fields.Errors.Add("contact", $"Ensure this field has no more than {MaxContact} characters.");
        }

        return new(true, contact);
    }

    [GeneratedRegex("^[-a-zA-Z0-9_]+$")]
    private static partial Regex SlugPattern();
}
