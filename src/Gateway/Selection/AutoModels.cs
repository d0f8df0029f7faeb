using Godwit.Contracts.Selection;

namespace Godwit.Gateway.Selection;

/// <summary>The names under which a model is chosen for each request: <c>auto</c>, and <c>auto:PRESET</c>.</summary>
internal static class AutoModels
{
    /// <summary>The plain one.</summary>
    public const string Name = "auto";

    /// <summary>All of them, the plain one first.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. PresetNames.All.Select(preset => preset == PresetNames.Auto ? Name : $"{Name}:{preset}")];

    /// <summary>The preset of one of <see cref="Names"/>; null when it is the name of a model.</summary>
    public static string? PresetOf(string model)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], model, StringComparison.Ordinal))
            {
                return PresetNames.All[i];
            }
        }

        return null;
    }
}
