using System.Collections.Frozen;

namespace Godwit.Contracts.Selection;

/// <summary>What the names in flags mean: goals, with the weight that the bare name stands for, and presets.</summary>
internal static class FlagWords
{
    // A wish, and a wish that little shall stand against: of experts an order of magnitude apart in loss the better one still wins.
    private const double Wish = 0.5;
    private const double Superlative = 1;

    private static readonly FrozenDictionary<string, (string Goal, double Weight)> s_goals = Goals().ToFrozenDictionary(
        word => word.Name, word => (word.Goal, word.Weight), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> s_presets = new Dictionary<string, string>
    {
        ["auto"] = PresetNames.Auto,
        ["default"] = PresetNames.Auto,
        ["best"] = PresetNames.Best,
        ["accuracy"] = PresetNames.Best,
        ["accurate"] = PresetNames.Best,
        ["most accurate"] = PresetNames.Best,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The goal that a name means, and its weight when none is given.</summary>
    public static bool TryGoal(string name, out (string Goal, double Weight) goal) => s_goals.TryGetValue(name, out goal);

    /// <summary>The preset that a name means.</summary>
    public static bool TryPreset(string name, out string? preset) => s_presets.TryGetValue(name, out preset);

    private static IEnumerable<(string Name, string Goal, double Weight)> Goals()
    {
        (string Goal, string[] Wishes, string[] Superlatives)[] words =
        [
            (GoalNames.Size, ["size", "small"], ["smallest"]),
            (GoalNames.Recency, ["recency", "recent", "new"], ["newest", "latest", "most recent"]),
            (GoalNames.Security, ["security", "secure", "private", "local"], ["most secure", "safest"]),
            (GoalNames.Verbosity, ["verbosity", "terse", "brief", "concise", "short"], ["shortest", "tersest", "least verbose"]),
            (GoalNames.Readability, ["readability", "readable", "simple", "plain"], ["simplest", "most readable"]),
            (GoalNames.Price, ["price", "cost", "cheap"], ["cheapest"]),
            (GoalNames.Latency, ["latency", "low latency", "fast", "quick"], ["fastest", "quickest"]),
            (GoalNames.Queue, ["queue", "idle", "free"], ["least busy", "least loaded"]),
        ];
        foreach ((string goal, string[] wishes, string[] superlatives) in words)
        {
            foreach (string name in wishes)
            {
                yield return (name, goal, Wish);
            }

            foreach (string name in superlatives)
            {
                yield return (name, goal, Superlative);
            }
        }
    }
}
