using System.Globalization;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Selection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Godwit.Gateway.Selection.Reading;

/// <summary>Reads <c>x-godwit-goals: size=0.4, latency=0.2</c> and <c>x-godwit-models: a, b</c>. What is wrong is reported only.</summary>
internal static class SelectionHeaderReader
{
    private const int MaxEntries = 64;

    /// <summary>Whether one of them was sent.</summary>
    public static bool AreIn(IHeaderDictionary headers) =>
        headers.ContainsKey(InternalHeaders.Goals) || headers.ContainsKey(InternalHeaders.Models);

    /// <summary>Weights by goal; null: not said.</summary>
    public static Dictionary<string, double>? Goals(IHeaderDictionary headers, SelectionWarnings warnings)
    {
        Dictionary<string, double>? goals = null;
        foreach (string entry in Entries(headers[InternalHeaders.Goals]))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            string name = (equals < 0 ? entry : entry[..equals]).Trim().ToLowerInvariant();
            if (!GoalNames.All.Contains(name))
            {
                warnings.Unknown("goal", name);
            }
            else if (equals < 0
                || !double.TryParse(entry.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                || !GoalNames.IsWeight(weight))
            {
                warnings.Add($"goal \"{name}\" needs a number from 0 to {GoalNames.MaxWeight}: {name}=0.4");
            }
            else
            {
                (goals ??= new Dictionary<string, double>(StringComparer.Ordinal))[name] = weight;
            }
        }

        return goals;
    }

    /// <summary>Models that may be chosen; null: all.</summary>
    public static IReadOnlyList<string>? Models(IHeaderDictionary headers) =>
        Entries(headers[InternalHeaders.Models]) is { Count: > 0 } models ? models : null;

    private static List<string> Entries(StringValues header) =>
    [
        .. header
            .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Take(MaxEntries),
    ];
}
