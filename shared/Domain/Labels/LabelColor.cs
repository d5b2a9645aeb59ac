using System.Security.Cryptography;
using System.Text;

namespace CvatServerless.Domain.Labels;

/// <summary>Colours for labels that come without one.</summary>
public static class LabelColor
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["background"] = "#000000",
        ["person"] = "#c06060",
        ["car"] = "#2080c0",
        ["bicycle"] = "#00a060",
        ["bus"] = "#806040",
        ["truck"] = "#8040a0",
        ["motorcycle"] = "#60a0a0",
        ["motorbike"] = "#60a0a0",
        ["cat"] = "#d0a030",
        ["dog"] = "#b06020",
        ["bird"] = "#40b0d0",
        ["boat"] = "#3060c0",
        ["road"] = "#804080",
        ["sky"] = "#4682b4",
        ["building"] = "#707070",
        ["tree"] = "#20a020",
        ["vegetation"] = "#6b8e23",
        ["face"] = "#f0b090",
    };

    /// <summary>A colour for a name that no sibling has; the same name gets the same colour among the same siblings.</summary>
    public static string For(string name, IReadOnlySet<string> taken)
    {
        var key = name.Normalize(NormalizationForm.FormKD).ToLowerInvariant().Replace('-', '_');
        if (Known.TryGetValue(key, out var known) && !taken.Contains(known))
        {
            return known;
        }

        for (var attempt = 0; ; attempt++)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(attempt == 0 ? key : $"{key}\n{attempt}"));
            var color = "#" + Convert.ToHexStringLower(hash, 0, 3);
            if (!taken.Contains(color))
            {
                return color;
            }
        }
    }
}
