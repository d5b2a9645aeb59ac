using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>A sign-in.</summary>
internal sealed record LoginRequest(string Name, string Password);

/// <summary>A registration.</summary>
internal sealed record RegisterRequest(string Username, string Email, string FirstName, string LastName, string Password);

/// <summary>A change of one's own password.</summary>
internal sealed record PasswordChange(string OldPassword, string NewPassword);

/// <summary>A new password by a link.</summary>
internal sealed record PasswordResetConfirm(string UserId, string Token, string NewPassword);

/// <summary>A new or changed access token.</summary>
internal sealed record AccessTokenWrite(Optional<string> Name, Optional<DateTimeOffset?> ExpiryDate, Optional<bool> ReadOnly);

/// <summary>Requests of the tag <c>auth</c>.</summary>
internal static class AuthRules
{
    /// <summary>Shortest password.</summary>
    public const int MinPasswordLength = 8;

    /// <summary>Longest password: what hashes it must not be given megabytes.</summary>
    public const int MaxPasswordLength = 256;

    private static readonly HashSet<string> CommonPasswords = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "12345678", "123456789", "1234567890", "qwertyui", "qwerty123", "password1", "11111111", "iloveyou", "sunshine", "princess", "football", "baseball",
        "trustno1", "superman", "computer", "michelle", "whatever", "passw0rd", "letmein1", "welcome1", "admin123", "changeme", "starwars", "1q2w3e4r", "1qaz2wsx",
    };

    /// <summary>Reads a sign-in.</summary>
    public static LoginRequest Login(FieldReader fields)
    {
        var username = fields.Text("username", 150, allowBlank: true);
        var email = fields.Text("email", 254, allowBlank: true);
        var password = fields.Text("password", 256, required: true, trim: false);
        fields.Errors.ThrowIfAny();
        var name = username.Or(null) is { Length: > 0 } given ? given : email.Or(null) ?? "";
        return name.Length > 0 ? new(name, password.Value!) : throw CvatException.Field(FieldErrors.NonField, "Must include \"username\" or \"email\" and \"password\".");
    }

    /// <summary>Reads a registration.</summary>
    public static RegisterRequest Register(FieldReader fields)
    {
        var username = fields.Text("username", 150, required: true, minLength: 5);
        var email = fields.Text("email", 254, required: true);
        var first = fields.Text("first_name", 150, allowBlank: true);
        var last = fields.Text("last_name", 150, allowBlank: true);
        var password1 = fields.Text("password1", 256, required: true, trim: false);
        var password2 = fields.Text("password2", 256, required: true, trim: false);
        if (username.Value is { } name && !UserRules.IsUsername(name))
        {
            fields.Errors.Add("username", "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.");
        }

        CheckEmail(fields, email);
        foreach (var message in PasswordFaults(password1.Value))
        {
            fields.Errors.Add("password1", message);
        }

        if (fields.Errors.IsEmpty && password1.Value != password2.Value)
        {
            fields.Errors.Add(FieldErrors.NonField, "The two password fields didn't match.");
        }

        fields.Errors.ThrowIfAny();
        return new(username.Value!, email.Value!, first.Or("")!, last.Or("")!, password1.Value!);
    }

    /// <summary>Reads a token to create or change.</summary>
    public static AccessTokenWrite AccessToken(FieldReader fields)
    {
        var write = new AccessTokenWrite(fields.Text("name", 50, required: true), fields.Date("expiry_date"), fields.Bool("read_only"));
        fields.Errors.ThrowIfAny();
        return write;
    }

    /// <summary>Reads a change of one's own password.</summary>
    public static PasswordChange PasswordChange(FieldReader fields)
    {
        var old = fields.Text("old_password", MaxPasswordLength, required: true, trim: false);
        var password = NewPassword(fields);
        fields.Errors.ThrowIfAny();
        return new(old.Value!, password!);
    }

    /// <summary>Reads the wish for a link to a new password.</summary>
    public static string PasswordReset(FieldReader fields)
    {
        var email = fields.Text("email", 254, required: true);
        CheckEmail(fields, email);
        fields.Errors.ThrowIfAny();
        return email.Value!;
    }

    /// <summary>Reads what follows the link.</summary>
    public static PasswordResetConfirm PasswordResetConfirm(FieldReader fields)
    {
        var user = fields.Text("uid", 64, required: true);
        var token = fields.Text("token", 256, required: true);
        var password = NewPassword(fields);
        fields.Errors.ThrowIfAny();
        return new(user.Value!, token.Value!, password!);
    }

    /// <summary>Reads an address to sign.</summary>
    public static string Signing(FieldReader fields)
    {
        var url = fields.Text("url", 2048, required: true);
        fields.Errors.ThrowIfAny();
        return url.Value!;
    }

    /// <summary>What is wrong with a password.</summary>
    public static IEnumerable<string> PasswordFaults(string? password)
    {
        if (password is null)
        {
            yield break;
        }

        if (password.Length < MinPasswordLength)
        {
            yield return $"This password is too short. It must contain at least {MinPasswordLength} characters.";
        }

        if (CommonPasswords.Contains(password))
        {
            yield return "This password is too common.";
        }

        if (password.All(char.IsAsciiDigit))
        {
            yield return "This password is entirely numeric.";
        }
    }

    /// <summary>Both copies of a new password; complaints stand at the second, as the contract has them.</summary>
    private static string? NewPassword(FieldReader fields)
    {
        var password = fields.Text("new_password1", MaxPasswordLength, required: true, trim: false);
        var again = fields.Text("new_password2", MaxPasswordLength, required: true, trim: false);
        if (password.Value is null || again.Value is null)
        {
            return null;
        }

        if (password.Value != again.Value)
        {
            fields.Errors.Add("new_password2", "The two password fields didn't match.");
            return null;
        }

        foreach (var message in PasswordFaults(password.Value))
        {
            fields.Errors.Add("new_password2", message);
        }

        return password.Value;
    }

    private static void CheckEmail(FieldReader fields, Optional<string> email)
    {
        if (email.Value is { } address && !UserRules.IsEmail(address))
        {
            fields.Errors.Add("email", "Enter a valid email address.");
        }
    }
}
